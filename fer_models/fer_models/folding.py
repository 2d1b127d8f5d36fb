# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Batch-norms folded into the convolutions before them, before a graph is made.

torch's exporter folds them, too, but writes each of them first: of a residual network's export that was two fifths.
"""

import copy
from collections import Counter
from itertools import pairwise
from typing import Any, TypeGuard

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def folded(network: nn.Module) -> tuple[nn.Module, list[str]]:
    """Return a copy of a network in eval mode that answers the same, with fewer batch-norms, and what has a new bias.

    A batch-norm is folded where it follows a convolution in an `nn.Sequential` and both stand in the network once; the
    others stay. All weights keep their names. The list names the convolutions that had no bias before.
    """
    copied = copy.deepcopy(network)
    uses = Counter(id(module) for _, module in copied.named_modules(remove_duplicate=False))
    biased = []
    for name, sequence in [item for item in copied.named_modules() if _goes_in_order(item[1])]:
        for (place, before), (behind, norm) in pairwise(list(sequence.named_children())):
            if type(before) is not nn.Conv2d or type(norm) is not nn.BatchNorm2d or norm.running_mean is None:
                continue
            if uses[id(before)] == uses[id(norm)] == 1:
                sequence.register_module(place, fuse_conv_bn_eval(before, norm))
                sequence.register_module(behind, nn.Identity())
                biased += [f"{name}.{place}" if name else place] if before.bias is None else []
    return copied, biased


def _goes_in_order(module: nn.Module) -> TypeGuard[nn.Sequential]:
    """Whether it gives each of its modules what the one before has made; a kind of its own may do otherwise."""
    return isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward


def name_biases(model: Any, biased: list[str]) -> None:
    """Name the biases of these convolutions `weight_bias` in an `onnx.ModelProto`, in place, as torch's exporter does.

    So it can be told from a file which of them are the batch-norms' own.
    """
    names = {f"{name}.bias": f"{name}.weight_bias" for name in biased}
    for item in model.graph.initializer:
        item.name = names.get(item.name, item.name)
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]

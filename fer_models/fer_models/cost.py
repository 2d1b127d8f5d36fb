# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a network's answer costs."""

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

SIDE = 48


def multiply_accumulates(model: nn.Module) -> int:
    """Multiplications with addition for one face: those of convolutions, linear layers and attention's products.

    Counted by running the network once, so that a new architecture needs nothing of its own. Left out, as is
    usual, is everything else: biases, batch-norm, activations, pools, softmax and the STN's bilinear sampling.
    """
    return sum(multiply_accumulates_by_kind(model).values())


KINDS = {"convolution": "convolutions", "addmm": "linear layers", "mm": "linear layers", "bmm": "attention and warps"}
"""PyTorch's operators by what stands in a network."""


def multiply_accumulates_by_kind(model: nn.Module) -> dict[str, int]:
    """Share the same out to 'convolutions', 'linear layers' and 'attention and warps' (products of maps)."""
    parameter = next(model.parameters())
    training = {module: module.training for module in model.modules()}
    model.eval()
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        model(torch.zeros(1, 1, SIDE, SIDE, device=parameter.device, dtype=parameter.dtype))
    for module, mode in training.items():
        module.training = mode
    found: dict[str, int] = {}
    for operator, flops in counter.get_flop_counts()["Global"].items():
        kind = KINDS.get(str(operator).removeprefix("aten."), str(operator))
        found[kind] = found.get(kind, 0) + flops // 2
    return dict(sorted(found.items(), key=lambda item: -item[1]))

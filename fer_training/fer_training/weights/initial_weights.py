# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Training that starts from a model file's weights in place of random ones."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fer_models import training_only
from fer_models.heads import seen
from fer_models.kernels import whole_kernel
from fer_training.errors import TrainingError
from fer_training.measures.predict import predict_logits
from fer_training.model_file.joined_heads import Weights
from fer_training.model_file.networks import NetworkInFile
from fer_training.runs.checkpoint import load_weights
from fer_training.weights.added import added_modules, begin, name_before

SEEN = 1024
"""Faces that the batch-norms' statistics are taken from."""
AGREEMENT = 3e-2
"""By how much the started network's logits may differ from the file's, whose STN's places are rounded to float16."""


def start_from(
    network: nn.Module, path: Path, faces: NDArray[np.uint8] | None = None, *, adding: bool = False
) -> list[str]:
    """Give a network the weights of a model file of the same architecture: it then answers as the file does.

    What is for training only (`fer_models.training_only`) is in no file and stays as it is.
    An exported file's batch-norms are folded into their convolutions. They are unfolded again: each gets the mean and
    the deviation that its input has over `faces`, and the scale and shift that undo them.

    Args:
        network: of the file's architecture and widths, on the CPU.
        path: the file, not int8; of several networks one is named by its number: `accurate.onnx:2`.
        faces: grey, uint8 [N, 48, 48], the more the better; None: the network will not be trained, only used.
        adding: the network may have an STN, an MSA or a second head that the file's lacks: they begin so that its
            answers stay (see added.py).

    Returns:
        the names of the modules that were added.

    Raises:
        TrainingError: the file is missing, of another architecture or int8, or has no such network.
    """
    one = NetworkInFile.named(path)
    if one is None:
        raise TrainingError(f"'{path}' is no model file (.onnx)")
    weights = one.weights()
    added = added_modules(network, weights) if adding else []
    left_out = tuple(f"{module}." for module in training_only(network))
    folded = {
        convolution: norm
        for convolution, norm in normed_convolutions(network).items()
        if not convolution.startswith(left_out)
    }
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            before = name_before(name, added)
            if before is not None and not name.startswith(left_out) and _owner(name) not in folded.values():
                parameter.copy_(_weight(weights, before, parameter.shape, path))
        begin(network, added)
        norms: dict[str, Any] = {norm: network.get_submodule(norm) for norm in folded.values()}
        shifts = {
            norm: _shift(weights, network, convolution, name_before(convolution, added), path)
            for convolution, norm in folded.items()
        }
        scales = {name: torch.ones_like(shift) for name, shift in shifts.items()}
        give_norms(network, norms, scales, shifts, faces)
        if faces is None:
            return added
    answers = seen(predict_logits(network, faces[:SEEN], torch.device("cpu"))).numpy()
    difference = float(np.abs(answers - one.logits(faces[:SEEN])).max())
    if difference > AGREEMENT:
        raise TrainingError(f"'{path}' answers otherwise than a network started from it, by {difference:.2g}")
    return added


def start_from_checkpoint(
    network: nn.Module, weights: Mapping[str, Tensor], path: Path, *, adding: bool = False
) -> list[str]:
    """Start the same from a checkpoint's weights, batch-norms and all.

    Raises:
        TrainingError: they are of another architecture or width.
    """
    added = added_modules(network, weights) if adding else []
    own = network.state_dict()
    moved = {name: (own[name] if before is None else weights.get(before)) for name, before in
             ((name, name_before(name, added)) for name in own)}  # fmt: skip
    load_weights(network, {name: value for name, value in moved.items() if value is not None}, path)
    begin(network, added)
    return added


def normed_convolutions(network: nn.Module) -> dict[str, str]:
    """Return each convolution that a batch-norm follows, in order: the convolution's name to the batch-norm's."""
    return {
        one: other
        for (one, before), (other, after) in pairwise(network.named_modules())
        if isinstance(before, nn.Conv2d) and isinstance(after, nn.BatchNorm2d)
    }


def _owner(name: str) -> str:
    """Return the name of the module that a parameter belongs to."""
    return name.rpartition(".")[0]


def _shift(weights: Weights, network: nn.Module, convolution: str, before: str | None, path: Path) -> Tensor:
    """Return what a folded batch-norm adds to its convolution's answer; a bias of the convolution's own has it all."""
    module = network.get_submodule(convolution)
    assert isinstance(module, nn.Conv2d)
    if module.bias is not None:
        return torch.zeros(module.out_channels)
    return _weight(weights, f"{before}.weight_bias", (module.out_channels,), path)


def _weight(weights: Weights, name: str, shape: Any, path: Path) -> Tensor:
    found = weights.get(name)
    if found is not None and found.shape != tuple(shape):
        whole = whole_kernel(found, tuple(shape))
        found = found if whole is None else whole
    if found is None or found.shape != tuple(shape):
        has = "nothing" if found is None else f"shape {list(found.shape)}"
        raise TrainingError(
            f"'{path}' has {has} for '{name}', expected {list(shape)}; give --arch, --width and --hidden as its card "
            "says, and a model file that is not int8; an STN, an MSA or a second head that it lacks: --start-adds"
        )
    return torch.from_numpy(np.array(found))


@torch.no_grad()
def give_norms(
    network: nn.Module,
    norms: dict[str, Any],
    scales: dict[str, Tensor],
    shifts: dict[str, Tensor],
    faces: NDArray[np.uint8] | None,
) -> None:
    """Lets each batch-norm answer `scale * x + shift`, and begin its training at what it sees of `faces`.

    Args:
        norms: the network's batch-norms by name; the keys of `scales` and `shifts`, float [channels] each.
        faces: grey, uint8 [N, 48, 48], of which 1,024 are taken; None: the network will not be trained, only used.
    """
    for name, norm in norms.items():
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.copy_(scales[name])
        norm.bias.copy_(shifts[name])
    if faces is None:
        return
    for name, (mean, variance) in _statistics(network, norms, faces[:SEEN]).items():
        norm = norms[name]
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_(scales[name] * torch.sqrt(variance + norm.eps))
        norm.bias.copy_(shifts[name] + scales[name] * mean)


def _statistics(
    network: nn.Module, norms: dict[str, Any], faces: NDArray[np.uint8]
) -> dict[str, tuple[Tensor, Tensor]]:
    """Mean and variance of each batch-norm's input by channel."""
    sums: dict[str, list[Tensor]] = {name: [] for name in norms}

    def keep(name: str) -> Any:
        return lambda _, inputs: sums[name].append(torch.stack(torch.var_mean(inputs[0], dim=(0, 2, 3))))

    hooks = [norm.register_forward_pre_hook(keep(name)) for name, norm in norms.items()]
    predict_logits(network, faces, torch.device("cpu"))
    for hook in hooks:
        hook.remove()
    means = {name: torch.stack(rows).mean(dim=0) for name, rows in sums.items()}
    return {name: (mean, variance) for name, (variance, mean) in means.items()}

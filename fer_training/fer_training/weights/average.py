# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The mean of two networks' weights: what a run learned on top of what it started from, and not more than half way.

A network that was trained on from another lies in the same valley, and a point between the two often reads faces better
than either. Source: Wortsman et al., 2022 (robust fine-tuning of zero-shot models, and model soups).
"""

import torch
from torch import nn

from fer_training.errors import TrainingError
from fer_training.weights.initial_weights import normed_convolutions


@torch.no_grad()
def average(one: nn.Module, other: nn.Module, share: float, *, keep: str = "") -> None:
    """Move a network's weights toward another's, batch-norms' statistics among them.

    A convolution that a batch-norm follows answers alike at any scale, and the orthogonalised steps bring it to one of
    their own; so both are brought to the same before.

    Args:
        one: changed in place, and put into eval mode; on the CPU.
        other: of the same architecture and widths; changed in scale, its answers stay.
        share: of the other's weights, 0 to 1.
        keep: how the names of weights begin that stay as `one` has them; empty: none.

    Raises:
        TrainingError: the share is out of range, or the other has other weights.
    """
    if not 0 <= share <= 1:
        raise TrainingError(f"a share of {share:g} is not from 0 to 1")
    mine, theirs = one.state_dict(), other.state_dict()
    if {name: value.shape for name, value in mine.items()} != {name: value.shape for name, value in theirs.items()}:
        raise TrainingError("the two networks have other architectures or widths; name two of the same")
    for network in (one, other):
        _same_scale(network)
        network.eval()
    for name, value in mine.items():
        if value.is_floating_point() and not (keep and name.startswith(keep)):
            value.lerp_(theirs[name], share)


def _same_scale(network: nn.Module) -> None:
    """Bring each normed convolution's filters to a mean norm of 1, and its batch-norm with it: the answers stay."""
    for convolution, norm in normed_convolutions(network).items():
        weight = network.get_submodule(convolution).weight
        batch_norm = network.get_submodule(norm)
        assert isinstance(weight, torch.Tensor)
        assert isinstance(batch_norm, nn.BatchNorm2d)
        assert batch_norm.running_mean is not None
        assert batch_norm.running_var is not None
        factor = len(weight) ** 0.5 / weight.norm()
        weight.mul_(factor)
        batch_norm.running_mean.mul_(factor)
        batch_norm.running_var.add_(batch_norm.eps).mul_(factor**2).sub_(batch_norm.eps)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Several networks that answer as one: the mean of their distributions."""

from collections.abc import Sequence
from functools import reduce

import torch
from torch import Tensor, nn

from fer_models.heads import meant, seen

SMALLEST = 1e-38
"""What a probability is at least before its logarithm is taken: float32's smallest, about."""


class Ensemble(nn.Module):
    """Networks over the same faces whose distributions are averaged.

    Args:
        networks: at least one; each maps normalised faces, float [N, 1, 48, 48], to logits [N, 7] or [N, 14].

    Raises:
        ValueError: there is none.
    """

    def __init__(self, networks: Sequence[nn.Module]) -> None:
        """Keep the networks themselves, not copies."""
        super().__init__()
        if not networks:
            raise ValueError("an ensemble needs at least one network")
        self.networks = nn.ModuleList(networks)

    def forward(self, x: Tensor) -> Tensor:
        """Logarithms of the mean probabilities, float [N, 7]: logits whose softmax is that mean.

        Where networks have a second head: [N, 14], with the same of these networks' second answers behind.
        """
        logits = [network(x) for network in self.networks]
        first = _mean([seen(one) for one in logits])
        second = [other for one in logits if (other := meant(one)) is not None]
        return torch.cat([first, _mean(second)], dim=1) if second else first


def _mean(logits: list[Tensor]) -> Tensor:
    # Steps that every runtime knows: of a logarithm of summed exponentials along an axis MNN 3.6 takes all axes.
    answers = [torch.exp(torch.log_softmax(one, dim=1)) for one in logits]
    return torch.log(torch.clamp(reduce(torch.add, answers) / len(logits), min=SMALLEST))

"""Several networks that answer as one: the mean of their distributions."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Ensemble(nn.Module):
    """Networks over the same faces whose distributions are averaged.

    Args:
        networks: at least one; each maps normalised faces, float [N, 1, 48, 48], to logits [N, 7].

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
        """Logarithms of the mean probabilities, float [N, 7]: logits whose softmax is that mean."""
        answers = torch.stack([torch.log_softmax(network(x), dim=1) for network in self.networks])
        return torch.logsumexp(answers, dim=0) - math.log(len(self.networks))

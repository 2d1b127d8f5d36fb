# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A second head for a network that stays as it is: a linear layer fitted to words, on what its last layer reads."""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from fer_common.emotions import LABELS
from fer_training.measures.predict import normalise

STEPS = 60
"""Of L-BFGS at most, each with a line search; the loss is convex."""
FLAT = 1e-3
"""Added to each feature's deviation: one that hardly ever differs is not blown up."""


@torch.no_grad()
def features(network: nn.Module, images: NDArray[np.uint8], batch: int = 128) -> Tensor:
    """Return what a network's last layer reads of grey faces, uint8 [N, 48, 48]: float32 [N, F].

    Args:
        network: with a `classifier` whose last layer is the first head; on the CPU, put into eval mode.
        images: the faces.
        batch: how many it reads at once.
    """
    network.eval()
    read: list[Tensor] = []
    last = network.get_submodule("classifier")[-1]  # type: ignore[index]
    hook = last.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
    try:
        for start in range(0, len(images), batch):
            network(normalise(torch.from_numpy(images[start : start + batch])[:, None].float() / 255))
    finally:
        hook.remove()
    return torch.cat(read)


def fit_head(read: Tensor, words: NDArray[np.int64], decay: float) -> nn.Linear:
    """Fit logistic regression of words on features and return it as a linear layer; the same input, the same layer.

    Args:
        read: float [N, F], N at least 1.
        words: 0 to 6 each, [N].
        decay: weight of half the squared weights on features of deviation 1, at least 0; the more, the smoother.
    """
    mean, deviation = read.mean(dim=0), read.std(dim=0, correction=0) + FLAT
    scaled, target = (read - mean) / deviation, torch.from_numpy(words)
    weight = torch.zeros(len(LABELS), read.shape[1], requires_grad=True)
    bias = torch.zeros(len(LABELS), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=STEPS, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = F.cross_entropy(scaled @ weight.T + bias, target) + decay / 2 * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    head = nn.Linear(read.shape[1], len(LABELS))
    with torch.no_grad():
        head.weight.copy_(weight / deviation)
        head.bias.copy_(bias - head.weight @ mean)
    return head

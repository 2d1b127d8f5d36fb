# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""SGD with Nesterov momentum whose steps on convolutions are orthogonalised ('Muon').

Source: Jordan et al., 2024 (Muon; the quintic Newton-Schulz iteration and the renormalised filters of its
CIFAR-10 speed run). Every direction of a layer's weight then learns at the same pace, which reaches a given
accuracy in fewer epochs.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

ITERATIONS = 5
A, B, C = 3.4445, -4.7750, 2.0315


class Muon(torch.optim.Optimizer):
    """Orthogonalised momentum for weights of convolutions.

    A layer's norm is kept where its filters' mean norm is 1; `lr` is then the step as a share of it. A batch-norm
    behind it makes that free; without one (baseline_cnn, deep_emotion) it is a constraint.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, momentum: float) -> None:
        """Take `lr` and `momentum` of at least 0, momentum below 1."""
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Update once from the gradients; `closure` is not supported."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(parameter)
                buffer = state["momentum_buffer"]
                buffer.mul_(group["momentum"]).add_(parameter.grad)
                nesterov = parameter.grad.add(buffer, alpha=group["momentum"])
                parameter.mul_(len(parameter) ** 0.5 / parameter.norm())
                update = orthogonalise(nesterov.flatten(1)).view_as(parameter)
                parameter.add_(update, alpha=-group["lr"])


def orthogonalise(matrix: Tensor) -> Tensor:
    """Return the nearest (semi-)orthogonal matrix, roughly: each singular value comes to lie in 0.7 to 1.2.

    Each step of the iteration is a polynomial in x x^T, so the steps are taken on that small square matrix, with which
    they commute, and multiplied into x once: for a filter bank of 384x3456 less than half the multiplications.
    """
    wide = matrix.shape[0] <= matrix.shape[1]
    x: Tensor = matrix if wide else matrix.T
    x = x / (x.norm() + 1e-7)
    gram = x @ x.T
    product = identity = torch.eye(len(gram), dtype=x.dtype, device=x.device)
    for step in range(ITERATIONS):
        polynomial = A * identity + B * gram + C * gram @ gram
        product = polynomial @ product if step else polynomial
        if step + 1 < ITERATIONS:
            gram = polynomial @ gram @ polynomial
    x = product @ x
    return x if wide else x.T

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

ITERATIONS = (
    (8.313, -24.5066, 18.1558),
    (3.7833, -2.846, 0.5447),
    (3.7207, -3.2168, 0.7427),
    (2.5242, -1.9072, 0.4655),
)
"""Coefficients of s, s^3 and s^5 of each iteration: every s from 0.003 to 1 comes to lie within 0.2 of 1.

Fitted after the Polar Express (Amsel et al., 2025), which has coefficients of its own for each iteration; they do in
four what five with one set of coefficients did."""
SIZE = 0.89
"""Aimed at in place of 1: the mean that those five iterations had, so that a recipe's rates mean what they did."""


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
            given = [parameter for parameter in group["params"] if parameter.grad is not None]
            # One wait for a GPU in place of one a layer.
            norms = torch.stack(torch._foreach_norm(given)).tolist() if given else []
            for parameter, norm in zip(given, norms):
                state = self.state[parameter]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(parameter)
                buffer = state["momentum_buffer"]
                buffer.mul_(group["momentum"]).add_(parameter.grad)
                step = _as_matrix(parameter.grad.add(buffer, alpha=group["momentum"]), parameter)
                square = _turning(step)
                pair = (square, step) if len(square) == len(step) else (step, square)
                # The kept norm, the last product of the orthogonalisation and the step, in one pass over the weights.
                kept = len(parameter) ** 0.5 / norm
                _as_matrix(parameter, parameter).addmm_(*pair, beta=kept, alpha=-group["lr"])


def _as_matrix(numbers: Tensor, parameter: Tensor) -> Tensor:
    """Return a weight, or what belongs to it, as a row a filter, in the order in which the weight lies in memory."""
    last = parameter.is_contiguous(memory_format=torch.channels_last)
    return (numbers.permute(0, 2, 3, 1) if last else numbers).reshape(len(numbers), -1)


def orthogonalise(matrix: Tensor) -> Tensor:
    """Return the nearest (semi-)orthogonal matrix times 0.89, roughly: singular values come to lie in 0.7 to 1.1."""
    square = _turning(matrix)
    return square @ matrix if len(square) == len(matrix) else matrix @ square


def _turning(matrix: Tensor) -> Tensor:
    """Return the square matrix by which a wide matrix is multiplied from the left, or a tall one from the right.

    Each iteration is a polynomial in x x^T, so all of them are taken on that small square matrix, with which they
    commute: for a filter bank of 384x3456 less than half the multiplications. Its norm's root is at least the
    largest singular value, and nearer to it than the norm of x.
    """
    gram = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    size = gram.norm() + 1e-14
    gram = gram / size
    product = torch.eye(0)
    for number, (a, b, c) in enumerate(ITERATIONS):
        polynomial = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        polynomial.diagonal().add_(a)
        product = polynomial @ product if number else polynomial
        if number + 1 < len(ITERATIONS):
            gram = gram @ (polynomial @ polynomial)
    return product.mul_(SIZE * size.rsqrt())

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""3x3 convolutions of many channels with a third of the multiplications.

Source: Winograd's minimal filtering, as Lavin and Gray (2016) use it: a tile of m x m places of the answer is a sum of
(m + 2) x (m + 2) products a channel, of the transformed input and the transformed kernel, in place of 9 m x m.
The transforms evaluate polynomials at a few points. They cost additions and memory, so it pays from some channels on.
In float32 the answer differs from the plain sum in the fifth digit.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

POINTS = tuple(map(Fraction, ("0", "1", "-1", "2", "-2", "1/2")))
"""Where the polynomials are evaluated: small numbers, for the rounding's sake."""
TAPS = 3
CHANNELS = 8192
"""Input channels times output channels from which it is quicker than the plain sum."""
NUMBERS = 1_300_000
"""Transformed numbers that are held at once: about what a core's caches hold."""


@dataclass(frozen=True)
class Transforms:
    """The three transforms of tiles of m x m places; n is m + 2."""

    of_input: Tensor
    """[n*n, n*n]"""
    of_kernel: Tensor
    """[n*n, 9]"""
    of_answer: Tensor
    """[m*m, n*n]"""


def tile_side(map_side: int) -> int:
    """Return the m, 3 to 5, for which a map of that side takes the fewest products; 5 only where it saves a third."""
    products = {m: (-(-map_side // m) * (m + TAPS - 1)) ** 2 * (1.5 if m == 5 else 1.0) for m in (3, 4, 5)}
    return min(products, key=lambda m: products[m])


@cache
def transforms(m: int, dtype: torch.dtype = torch.float32) -> Transforms:
    """Return the transforms for tiles of m x m places, 2 to 5."""
    n = m + TAPS - 1
    points = POINTS[: n - 1]

    def powers(count: int) -> list[list[Fraction]]:
        """Evaluate polynomials of `count` coefficients at the points, and at infinity."""
        return [[point**power for power in range(count)] for point in points] + [
            [Fraction(0)] * (count - 1) + [Fraction(1)]
        ]

    kernel = powers(TAPS)
    size = [max(map(abs, row)) for row in kernel]  # rows of the kernel's stay at most 1, for the rounding's sake
    inverse = torch.linalg.inv(torch.tensor([[float(x) for x in row] for row in powers(n)], dtype=torch.float64))
    scale = torch.tensor([float(one) for one in size], dtype=torch.float64)[:, None]
    one_sided = (
        inverse.T * scale,
        torch.tensor([[float(x) for x in row] for row in kernel], dtype=torch.float64) / scale,
        torch.tensor([[float(x) for x in row] for row in powers(m)], dtype=torch.float64).T,
    )
    return Transforms(*(torch.kron(one, one).to(dtype) for one in one_sided))


def convolve(x: Tensor, weight: Tensor) -> Tensor:
    """Return the convolution with a border of one zero, float [N, O, H, H], channels last, of `x` [N, C, H, H].

    Args:
        x: with channels last.
        weight: [O, C, 3, 3].
    """
    m = tile_side(x.shape[2])
    return _convolve(x, _turned(m, weight).transpose(1, 2), m)


def convolve_backward(gradient: Tensor, x: Tensor, weight: Tensor, of_input: bool) -> tuple[Tensor | None, Tensor]:
    """Return the gradients of `convolve`'s input, where asked for, and of its weight."""
    m = tile_side(x.shape[2])
    to_input = _convolve(gradient, _turned(m, weight.flip(2, 3)), m) if of_input else None
    return to_input, _to_weight(gradient, x, m)


def _turned(m: int, weight: Tensor) -> Tensor:
    """Return the transformed kernel, [n*n, O, C]."""
    outputs, inputs = weight.shape[:2]
    flat = weight.permute(2, 3, 0, 1).reshape(TAPS * TAPS, -1)
    return (transforms(m, weight.dtype).of_kernel @ flat).view(-1, outputs, inputs)


def _chunk(x: Tensor, channels: int, m: int) -> int:
    """Return how many images are taken at once."""
    return max(1, NUMBERS // ((-(-x.shape[2] // m) * (m + TAPS - 1)) ** 2 * channels))


def _tiles(x: Tensor, m: int, border: int, by: Tensor) -> Tensor:
    """Return the transformed tiles of images, [n*n, N*t*t, C]; tiles overlap by two places where there is a border."""
    side = x.shape[2]
    beyond = -side % m
    inputs = functional.pad(x.permute(0, 2, 3, 1), (0, 0, border, border + beyond, border, border + beyond))
    width = m + 2 * border
    tiles = inputs.unfold(1, width, m).unfold(2, width, m)  # [N, t, t, C, n, n]
    gathered = tiles.permute(4, 5, 0, 1, 2, 3).reshape(width * width, -1)
    return (by @ gathered).view(by.shape[0], -1, x.shape[1])


def _convolve(x: Tensor, kernel: Tensor, m: int) -> Tensor:
    """Convolve with a transformed kernel, [n*n, C, O]."""
    by, side, outputs = transforms(m, x.dtype), x.shape[2], kernel.shape[2]
    count = -(-side // m)
    answer = x.new_empty(len(x), side, side, outputs)
    size = _chunk(x, max(kernel.shape[1:]), m)
    for images, out in zip(torch.split(x, size), torch.split(answer, size)):
        products = torch.bmm(_tiles(images, m, 1, by.of_input), kernel)
        tiles = (by.of_answer @ products.view(len(products), -1)).view(m, m, len(images), count, count, outputs)
        placed = tiles.permute(2, 3, 0, 4, 1, 5)
        if count * m == side:
            out.view(placed.shape).copy_(placed)
        else:
            out.copy_(placed.reshape(len(images), count * m, count * m, outputs)[:, :side, :side])
    return answer.permute(0, 3, 1, 2)


def _to_weight(gradient: Tensor, x: Tensor, m: int) -> Tensor:
    by = transforms(m, x.dtype)
    outputs, inputs = gradient.shape[1], x.shape[1]
    total = x.new_zeros(len(by.of_input), outputs, inputs)
    size = _chunk(x, max(outputs, inputs), m)
    for given, images in zip(torch.split(gradient, size), torch.split(x, size)):
        total.baddbmm_(_tiles(given, m, 0, by.of_answer.T).transpose(1, 2), _tiles(images, m, 1, by.of_input))
    turned_back = (by.of_kernel.T @ total.view(len(total), -1)).view(TAPS, TAPS, outputs, inputs)
    return turned_back.permute(2, 3, 0, 1).contiguous(memory_format=torch.channels_last)

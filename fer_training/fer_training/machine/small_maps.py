# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Convolutions whose map has a few places only, as matrix products: a library's kernels are made for large maps.

At each place, what lies under the kernel is multiplied by the part of the kernel that lies on it. Zeros around the map
cost nothing: of a 3x3 kernel on a map of 2x2, five places of nine lie on them.
"""

import torch
from torch import Tensor

PLACES = 4
"""Places of a map, at most, for which this is the quicker way: 2x2."""

ALL = slice(None)
Window = tuple[slice, slice, slice]
"""All images or filters, some rows, some columns."""
Place = tuple[int, int, Window, Window]
"""Row and column, the window of the input that is seen, and that of the kernel which lies on it."""


def places_of(
    size: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...], padding: tuple[int, ...]
) -> list[Place]:
    """Return the places of a convolution's map, for an input of `size`; all arguments are heights and widths."""
    rows, columns = (
        [_meet(place * step - pad, taps, side) for place in range((side + 2 * pad - taps) // step + 1)]
        for side, taps, step, pad in zip(size, kernel, stride, padding)
    )
    return [
        (row, column, (ALL, of_row[0], of_column[0]), (ALL, of_row[1], of_column[1]))
        for row, of_row in enumerate(rows)
        for column, of_column in enumerate(columns)
    ]


def _meet(begin: int, taps: int, side: int) -> tuple[slice, slice]:
    first, last = max(0, begin), min(side, begin + taps)
    return slice(first, last), slice(first - begin, last - begin)


def convolve(x: Tensor, weight: Tensor, *, places: list[Place]) -> Tensor:
    """Return the map, float [N, O, h, w] with channels last, of `x` [N, C, H, W] by `weight` [O, C, a, b]."""
    inputs, kernel = x.permute(0, 2, 3, 1), weight.permute(0, 2, 3, 1)
    row, column, _, _ = places[-1]
    out = x.new_empty(len(x), row + 1, column + 1, len(weight))
    for row, column, on_input, on_kernel in places:
        out[:, row, column] = inputs[on_input].flatten(1) @ kernel[on_kernel].flatten(1).T
    return out.permute(0, 3, 1, 2)


def convolve_backward(
    gradient: Tensor, x: Tensor, weight: Tensor, of_input: bool, *, places: list[Place]
) -> tuple[Tensor | None, Tensor]:
    """Return the gradients of `convolve`'s input, where asked for, and of its weight."""
    inputs, kernel, given = (one.permute(0, 2, 3, 1) for one in (x, weight, gradient))
    to_input = torch.zeros_like(inputs) if of_input else None
    to_kernel = torch.zeros_like(kernel)
    for row, column, on_input, on_kernel in places:
        here, seen = given[:, row, column], inputs[on_input]
        to_kernel[on_kernel] += (here.T @ seen.flatten(1)).view(len(weight), *seen.shape[1:])
        if to_input is not None:
            to_input[on_input] += (here @ kernel[on_kernel].flatten(1)).view(seen.shape)
    return None if to_input is None else to_input.permute(0, 3, 1, 2), to_kernel.permute(0, 3, 1, 2)

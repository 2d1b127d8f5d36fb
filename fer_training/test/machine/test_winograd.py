# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Winograd's 3x3 convolutions are convolutions, there and back."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from fer_training.machine import winograd


def relative(found: Tensor, expected: Tensor) -> float:
    return float((found.double() - expected).norm() / expected.norm())


def by_the_library(x: Tensor, weight: Tensor, given_back: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    answer = torch.nn.functional.conv2d(x, weight, padding=1)
    answer.backward(given_back)
    assert x.grad is not None
    assert weight.grad is not None
    return answer.detach(), x.grad, weight.grad


@pytest.mark.parametrize("side", [5, 6, 12])
def test_float32_is_exact_to_the_fifth_digit(side: int) -> None:
    generator = torch.Generator().manual_seed(side)
    x, weight, given_back = (
        torch.randn(*size, generator=generator) for size in ((16, 32, side, side), (48, 32, 3, 3), (16, 48, side, side))
    )
    expected = by_the_library(x.double(), weight.double(), given_back.double())
    found = (winograd.convolve(x, weight), *winograd.convolve_backward(given_back, x, weight, True))
    for one, other in zip(found, expected):
        assert one is not None
        assert relative(one, other) < 1e-5


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000), images=st.integers(1, 5), inputs=st.integers(1, 6), outputs=st.integers(1, 6),
    side=st.integers(1, 26),
)  # fmt: skip
def test_answer_and_gradients_are_those_of_the_plain_sum(
    seed: int, images: int, inputs: int, outputs: int, side: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    # Eight bytes a number, so that nothing but the arithmetic's order differs.
    x, weight, given_back = (
        torch.randn(*size, generator=generator, dtype=torch.float64)
        for size in ((images, inputs, side, side), (outputs, inputs, 3, 3), (images, outputs, side, side))
    )
    expected, expected_x, expected_weight = by_the_library(x, weight, given_back)
    torch.testing.assert_close(winograd.convolve(x, weight), expected)
    to_input, to_weight = winograd.convolve_backward(given_back, x, weight, True)
    torch.testing.assert_close(to_input, expected_x)
    torch.testing.assert_close(to_weight, expected_weight)
    assert winograd.convolve_backward(given_back, x, weight, False)[0] is None


def test_images_are_taken_in_several_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    x, weight = torch.randn(7, 4, 6, 6), torch.randn(3, 4, 3, 3)
    at_once = winograd.convolve(x, weight)
    back = winograd.convolve_backward(at_once, x, weight, True)
    monkeypatch.setattr(winograd, "NUMBERS", 1000)  # two or three images
    torch.testing.assert_close(winograd.convolve(x, weight), at_once)
    for one, other in zip(winograd.convolve_backward(at_once, x, weight, True), back):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(("side", "tile"), [(5, 5), (6, 3), (12, 4), (24, 4), (8, 4), (3, 3)])
def test_the_tile_that_takes_the_fewest_products(side: int, tile: int) -> None:
    assert winograd.tile_side(side) == tile

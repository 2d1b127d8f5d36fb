# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Convolutions taken place by place are convolutions, there and back."""

import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fer_training.machine import small_maps

PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000), size=st.tuples(st.integers(1, 7), st.integers(1, 7)), kernel=PAIR, stride=PAIR,
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)), last=st.booleans(),
)  # fmt: skip
def test_answer_and_gradients_are_those_of_the_library(
    seed: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    last: bool,
) -> None:
    # What PyTorch refuses, and a kernel's part that lies wholly beyond the map, which no network here has.
    assume(all(side + 2 * pad >= taps > pad for side, pad, taps in zip(size, padding, kernel)))
    generator = torch.Generator().manual_seed(seed)
    x, weight = (torch.randn(*s, generator=generator) for s in ((3, 4, *size), (5, 4, *kernel)))
    if last:
        x, weight = (one.contiguous(memory_format=torch.channels_last) for one in (x, weight))
    x.requires_grad_()
    weight.requires_grad_()
    expected = torch.nn.functional.conv2d(x, weight, stride=stride, padding=padding)
    given_back = torch.randn(expected.shape, generator=generator)
    expected.backward(given_back)
    places = small_maps.places_of(size, kernel, stride, padding)
    with torch.no_grad():
        found = small_maps.convolve(x, weight, places=places)
        to_input, to_weight = small_maps.convolve_backward(given_back, x, weight, True, places=places)
        only = small_maps.convolve_backward(given_back, x, weight, False, places=places)[0]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    assert to_input is not None
    torch.testing.assert_close(to_input, x.grad, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(to_weight, weight.grad, rtol=1e-4, atol=1e-4)
    assert only is None

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is black and white in images of more than 8 bits: seen, held, or told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_perception.images.levels import Levels

SCENE = np.arange(256, dtype=np.uint8).reshape(16, 16)
DARK = SCENE // 16


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_a_sensors_bits_are_seen(bits):
    values = np.rint(SCENE * (((1 << bits) - 1) / 255)).astype(np.uint16)
    assert (Levels().to_8_bits(values) == SCENE).all()


@pytest.mark.parametrize("bits", range(8, 17))
def test_bits_that_are_told_count(bits):
    values = np.rint(DARK * (((1 << bits) - 1) / 255)).astype(np.uint16)
    assert (Levels(bits).to_8_bits(values) == DARK).all()


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=20))
def test_white_never_falls_while_pictures_have_shadows(peaks):
    levels, before = Levels(), 0.0
    for peak in peaks:
        values = np.linspace(0, peak, 256).astype(np.uint16).reshape(16, 16)
        answer = levels.to_8_bits(values)
        low, white = levels._ends(values)
        assert low == 0
        assert white >= max(before, peak)
        assert answer.max() == round(peak * 255 / white)
        before = white


def test_a_room_that_becomes_dark_stays_dark():
    levels = Levels()
    levels.to_8_bits(SCENE.astype(np.uint16) * 16)  # 12 bits
    for _ in range(300):
        answer = levels.to_8_bits(DARK.astype(np.uint16) * 16)
    assert np.abs(answer.astype(int) - DARK).max() <= 1


@pytest.mark.parametrize(("offset", "unit"), [(7000, 6.0), (29000, 10.0), (8192, 16.0), (27315, 15.7)])
def test_counts_within_a_band_fill_the_range(offset, unit):
    levels, rng = Levels(), np.random.default_rng(1)
    for _ in range(30):
        noise = rng.normal(0, 2, SCENE.shape)
        answer = levels.to_8_bits((offset + SCENE * unit + noise).astype(np.uint16))
    assert np.abs(answer.astype(int) - SCENE).max() <= 5
    assert answer.min() == 0
    assert answer.max() == 255


def test_the_ends_of_a_band_are_held():
    """Something hot that comes widens it at once; what leaves narrows it by a fiftieth an image."""
    levels = Levels()
    counts = (7000 + SCENE * 6.0).astype(np.uint16)
    calm = levels.to_8_bits(counts)
    hot = counts.copy()
    hot[:4, :4] = 9500
    assert levels.to_8_bits(hot)[8:].max() < 200
    after = levels.to_8_bits(counts)
    assert after.max() < 200
    for _ in range(300):
        after = levels.to_8_bits(counts)
    assert np.abs(after.astype(int) - calm).max() <= 3


def test_a_lost_image_changes_nothing():
    levels = Levels()
    counts = (7000 + SCENE * 6.0).astype(np.uint16)
    before = levels.to_8_bits(counts)
    assert not levels.to_8_bits(np.zeros((16, 16), np.uint16)).any()
    assert np.abs(levels.to_8_bits(counts).astype(int) - before).max() <= 3


def test_a_wall_before_the_lens_is_no_thermal_camera():
    levels = Levels()
    picture, wall = SCENE.astype(np.uint16) * 16, (SCENE // 8 + 200).astype(np.uint16) * 16
    levels.to_8_bits(picture)
    for _ in range(90):
        answer = levels.to_8_bits(wall)
    assert np.abs(answer.astype(int) - (SCENE // 8 + 200)).max() <= 1


@pytest.mark.parametrize("unit", [1 / 255, 1.0, 16.0], ids=["0 to 1", "0 to 255", "0 to 4080"])
def test_numbers_with_a_fraction_are_scaled_alike(unit):
    answer = Levels().to_8_bits((SCENE * unit).astype(np.float32))
    assert np.abs(answer.astype(int) - SCENE).max() <= 1


def test_degrees_fill_the_range_and_what_is_no_number_is_black():
    values = (15 + SCENE * 0.1).astype(np.float32)
    values[0, 0], values[0, 1], values[0, 2] = np.nan, np.inf, -np.inf
    answer = Levels().to_8_bits(values)
    assert answer[0, 0] == answer[0, 2] == 0
    assert answer[0, 1] == 255
    assert np.abs(answer[1:].astype(int) - SCENE[1:]).max() <= 6


@given(st.floats(-1e30, 1e30), st.floats(0, 1e30))
def test_any_numbers_are_an_image(start, span):
    values = np.linspace(start, start + span, 64, dtype=np.float64).reshape(8, 8)
    answer = Levels().to_8_bits(values)
    assert answer.dtype == np.uint8
    assert answer.shape == (8, 8)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""CIEDE2000 against its authors' data and another library, which judges it in tests alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.blend import blend
from fer_color.color_difference import color_errors, difference, lab_difference, to_lab
from fer_color.palette import PAPER


def theirs(values):
    """Another library's colour of sRGB values, which is imported only where it judges."""
    return pytest.importorskip("coloraide", reason="coloraide is not installed").Color("srgb", list(values))


def test_ciede2000_is_that_of_its_authors_test_data():
    """Rows 1, 7, 13, 17, 20 and 34 of Sharma et al.'s table: hues on both sides, greys, and a large difference."""
    rows = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, -0.0010, 2.4900), (50, 0.0009, -2.4900), 4.8045),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, expected in rows:
        assert lab_difference(np.array(one, float), np.array(other, float)) == pytest.approx(expected, abs=1e-4)


@given(st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_ciede2000_is_coloraides(values):
    """Of the same L*a*b*; where two hues are opposite the formula jumps, and the last digit decides to which side."""
    one, other = theirs(values[:3]), theirs(values[3:])
    labs = [np.array(color.convert("lab-d65").coords()) for color in (one, other)]
    expected = one.delta_e(other, method="2000")
    nudged = [
        float(lab_difference(labs[0], labs[1] + nudge)) for nudge in ((0, 0, 0), (0, 1e-9, 1e-9), (0, -1e-9, -1e-9))
    ]
    assert min(abs(found - expected) for found in nudged) < 1e-6


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_lab_is_coloraides(values):
    expected = theirs(values).convert("lab-d65").coords()
    assert to_lab(np.array(values)) == pytest.approx(expected, abs=0.05)  # they give sRGB's matrix more digits


def test_lab_of_white_and_of_red():
    assert to_lab(np.ones(3)) == pytest.approx([100, 0, 0], abs=0.02)
    assert to_lab(np.array([1.0, 0, 0])) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


def test_colour_error_is_coloraides_ciede2000() -> None:
    one, other = np.random.default_rng(3).dirichlet(np.full(7, 0.5), (2, 60))
    pairs = zip(blend(one, PAPER).tolist(), blend(other, PAPER).tolist())
    expected = [theirs(a).delta_e(theirs(b), method="2000") for a, b in pairs]
    # The two disagree in the last digits that they give sRGB's matrix.
    np.testing.assert_allclose(color_errors(one, other), expected, atol=0.02, rtol=0)


@given(st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_it_is_the_same_both_ways_and_0_for_the_same(values):
    one, other = np.array(values[:3]), np.array(values[3:])
    assert difference(one, other) == pytest.approx(difference(other, one), abs=1e-9)
    assert difference(one, one) == 0

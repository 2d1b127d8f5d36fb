# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Equation (10), the other spaces and the discrete mode, on arbitrary distributions."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fer_color.blend import BLENDINGS, MODES, blend, pick
from fer_color.errors import ColorError
from fer_color.palette import PALETTES, PAPER
from fer_color.transfer import light_to_srgb, srgb_to_light
from fer_common.emotions import LABELS

weights = arrays(np.float64, 7, elements=st.floats(0, 1)).filter(lambda values: values.sum() > 1e-6)
distributions = weights.map(lambda values: values / values.sum())


@given(distributions)
def test_equals_equation_10_by_hand(probabilities):
    expected = [sum(p * color[channel] for p, color in zip(probabilities, PAPER.colors)) / 255 for channel in range(3)]
    assert np.allclose(blend(probabilities, PAPER), expected, atol=1e-12)


@given(distributions)
def test_stays_between_the_prototypes(probabilities):
    color, prototypes = blend(probabilities, PAPER), PAPER.srgb()
    assert np.all(color >= prototypes.min(axis=0) - 1e-12)
    assert np.all(color <= prototypes.max(axis=0) + 1e-12)
    # In the hull in every direction, not only along the axes.
    for direction in np.random.default_rng(0).normal(size=(20, 3)):
        assert color @ direction <= (prototypes @ direction).max() + 1e-9


@given(distributions, distributions, st.floats(0, 1))
def test_mixing_faces_mixes_colours(one, other, share):
    mixed = blend(share * one + (1 - share) * other, PAPER)
    assert np.allclose(mixed, share * blend(one, PAPER) + (1 - share) * blend(other, PAPER), atol=1e-12)


@pytest.mark.parametrize("blending", BLENDINGS)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("mode", MODES)
def test_certainty_gives_the_prototype(mode, palette, blending):
    assert np.allclose(MODES[mode](np.eye(7), palette, blending) * 255, palette.colors, atol=1e-3)


@given(distributions)
def test_linear_adds_up_the_lamps(probabilities):
    light = [[srgb_to_light(value / 255) for value in color] for color in PAPER.colors]
    expected = [
        light_to_srgb(sum(p * color[channel] for p, color in zip(probabilities, light))) for channel in range(3)
    ]
    assert np.allclose(blend(probabilities, PAPER, "linear"), expected, atol=1e-5)


def oklab_of(rgb):
    """B. Ottosson's own formulas (bottosson.github.io/posts/oklab), apart from coloraide."""
    light = np.array([srgb_to_light(value) for value in rgb])
    to_lms = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566]]
    to_lms += [[0.0883024619, 0.2817188376, 0.6299787005]]
    to_lab = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099]]
    to_lab += [[0.0259040371, 0.7827717662, -0.8086757660]]
    return np.array(to_lab) @ np.cbrt(np.array(to_lms) @ light)


@given(distributions)
def test_oklab_is_the_mean_of_what_is_seen(probabilities):
    expected = probabilities @ np.array([oklab_of(color) for color in PAPER.srgb()])
    color = blend(probabilities, PAPER, "oklab")
    assert np.all((color >= 0) & (color <= 1))
    # What lies outside of sRGB is cut off, and that is little.
    assert np.allclose(oklab_of(color), expected, atol=0.01)


@pytest.mark.parametrize("blending", BLENDINGS)
def test_shape_is_kept(blending):
    rows = np.full((2, 3, 7), 1 / 7)
    colors = blend(rows, PAPER, blending)
    assert colors.shape == (2, 3, 3)
    assert np.allclose(colors, blend(rows[0, 0], PAPER, blending))


def test_without_coloraide_the_default_works_and_the_others_say_what_to_install(monkeypatch):
    palette = type(PAPER)("fresh", PAPER.colors)  # not converted before
    monkeypatch.setitem(sys.modules, "coloraide", None)
    assert np.allclose(blend(np.eye(7)[0], palette) * 255, PAPER.colors[0])
    with pytest.raises(ColorError, match="blending 'oklab' needs coloraide: pip install coloraide, or use 'srgb'"):
        blend(np.eye(7)[0], palette, "oklab")


@given(distributions)
def test_discrete_is_a_prototype_of_a_most_probable_emotion(probabilities):
    index = int(np.argmax(probabilities))
    assert tuple(np.rint(pick(probabilities, PAPER) * 255).astype(int)) == PAPER.colors[index]


def test_many_rows_at_once():
    rows = np.eye(7)[[3, 5]]
    assert blend(rows, PAPER).shape == (2, 3)
    assert LABELS[3] == "happy"
    assert np.allclose(pick(rows, PAPER)[0] * 255, (74, 184, 71))

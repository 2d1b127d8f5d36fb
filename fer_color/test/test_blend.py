"""Equation (10) and the discrete mode, on arbitrary distributions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fer_color.blend import MODES, blend, pick
from fer_color.palette import LABELS, PAPER

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


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("index", range(7))
def test_certainty_gives_the_prototype(mode, index):
    assert np.allclose(MODES[mode](np.eye(7)[index], PAPER) * 255, PAPER.colors[index])


@given(distributions)
def test_discrete_is_a_prototype_of_a_most_probable_emotion(probabilities):
    index = int(np.argmax(probabilities))
    assert tuple(np.rint(pick(probabilities, PAPER) * 255).astype(int)) == PAPER.colors[index]


def test_many_rows_at_once():
    rows = np.eye(7)[[3, 5]]
    assert blend(rows, PAPER).shape == (2, 3)
    assert LABELS[3] == "happy"
    assert np.allclose(pick(rows, PAPER)[0] * 255, (74, 184, 71))

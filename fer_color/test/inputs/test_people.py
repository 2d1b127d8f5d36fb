"""Expressions of REP-155 as distributions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.inputs.people import FORGET, WORDS, Faces, from_expression
from fer_common.emotions import LABELS, VALENCE_AROUSAL

unit = st.floats(-1, 1)


def likeliest(distribution):
    return LABELS[int(np.argmax(distribution))]


@pytest.mark.parametrize(("word", "label"), WORDS.items())
def test_a_word_is_as_likely_as_it_is_confident(word, label):
    said = from_expression(word, -1.0, 1.0, 0.8)
    assert likeliest(said) == label
    assert said[LABELS.index(label)] == pytest.approx(1.0 if label == "neutral" else 0.8)
    assert said[LABELS.index("neutral")] == pytest.approx(1.0 if label == "neutral" else 0.2)


def test_a_confidence_that_was_not_filled_in_is_full():
    assert from_expression("sad", 0.0, 0.0, 0.0)[LABELS.index("sad")] == 1


@pytest.mark.parametrize(("label", "place"), list(zip(LABELS, VALENCE_AROUSAL)))
@pytest.mark.parametrize("word", ["", "pleading", "no word of REP-155"])
def test_without_a_word_the_place_speaks(label, place, word):
    said = from_expression(word, *place, 1.0)
    assert likeliest(said) == label
    assert said.sum() == pytest.approx(1)


@given(st.sampled_from(["", *WORDS]), st.floats(-3, 3), st.floats(-3, 3), st.floats(-1, 2))
def test_always_a_distribution(word, valence, arousal, confidence):
    said = from_expression(word, valence, arousal, confidence)
    assert said.shape == (7,)
    assert said.min() >= 0
    assert said.sum() == pytest.approx(1)


@given(unit, unit, st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_a_small_step_of_the_place_is_a_small_step_of_the_light(valence, arousal, right, up):
    one, other = from_expression("", valence, arousal, 1.0), from_expression("", valence + right, arousal + up, 1.0)
    assert np.abs(one - other).max() < 0.15


@pytest.mark.parametrize(
    ("word", "values"), [("", (math.nan, 0, 1)), ("", (0, math.nan, 1)), ("sad", (0, 0, math.nan))]
)
def test_what_is_no_number_stays_none(word, values):
    assert not np.all(np.isfinite(from_expression(word, *values)))


def test_faces_come_and_go():
    faces = Faces()
    assert faces.room(0.0) is None
    sad, happy = np.eye(7)[5], np.eye(7)[3]
    faces.see("a", sad, 0.0)
    assert np.array_equal(faces.room(0.1), sad)
    faces.see("b", happy, 0.5)
    assert np.allclose(faces.room(0.6), (sad + happy) / 2)
    assert np.array_equal(faces.room(FORGET + 0.1), happy), "a was not heard of for too long"
    faces.see("a", sad, 3.0)
    faces.keep({"a", "c"})
    assert np.array_equal(faces.room(3.1), sad)
    faces.keep(set())
    assert faces.room(3.1) is None

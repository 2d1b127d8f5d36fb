# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Expressions of REP-155 as distributions, and back; one reading for the light and for the evaluation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_common.emotions import LABELS, VALENCE_AROUSAL
from fer_common.rep155 import WORDS, from_expression, of_emotion, to_expression, valence_arousal

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


def test_a_word_is_known_however_it_is_written():
    assert np.array_equal(from_expression(" Amazed ", 0, 0, 0.4), from_expression("amazed", 0, 0, 0.4))


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


@pytest.mark.parametrize("index", range(7))
def test_what_is_said_is_understood(index):
    said = to_expression(np.eye(7, dtype=np.float32)[index])
    assert WORDS[said.expression] == LABELS[index]
    heard = from_expression(said.expression, said.valence, said.arousal, said.confidence)
    assert np.allclose(heard, np.eye(7)[index])
    assert int(np.argmax(from_expression("", said.valence, said.arousal, said.confidence))) == index


@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_valence_and_arousal_of_any_number_of_distributions(shape):
    found = valence_arousal(np.broadcast_to(np.eye(7)[3], (*shape, 7)))
    assert found.shape == (*shape, 2)
    assert np.all(found == VALENCE_AROUSAL[3])


def test_the_rest_of_an_emotion_is_neutral():
    assert of_emotion("fear", 0.75).tolist() == [0, 0, 0.75, 0, 0.25, 0, 0]
    assert of_emotion("neutral", 0.75).tolist() == [0, 0, 0, 0, 1, 0, 0]

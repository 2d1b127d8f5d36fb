# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A model's prior is what its recipe drew, not what the set holds."""

from dataclasses import replace

import numpy as np
import pytest

from fer_common.emotions import LABELS
from fer_training.data import Faces
from fer_training.data.ferplus_columns import FERPLUS_INDEX
from fer_training.training.priors import learned_priors
from fer_training.training.recipe import Recipe, load_recipe

COUNTS = np.array([3, 1, 2, 10, 12, 5, 4])


@pytest.fixture
def faces() -> Faces:
    """Of every emotion another number, three votes in four for it, the rest for neutral; words for the first twenty."""
    labels = np.repeat(np.arange(7), COUNTS)
    votes = np.zeros((len(labels), 10), np.int64)
    votes[np.arange(len(labels)), np.array(FERPLUS_INDEX)[labels]] += 6
    votes[:, FERPLUS_INDEX[LABELS.index("neutral")]] += 2
    words = np.where(np.arange(len(labels)) < 20, LABELS.index("happy"), -1)
    return Faces(tuple(map(str, range(len(labels)))), np.zeros((0, 48, 48), np.uint8), votes, words)


def test_uniform_sampling_teaches_the_votes_own_frequencies(faces: Faces) -> None:
    prior = learned_priors(faces, Recipe())["prior"]
    np.testing.assert_allclose(prior, faces.shares().mean(axis=0), atol=1e-6)


def test_the_papers_recipe_teaches_that_all_are_equally_common(faces: Faces) -> None:
    prior = learned_priors(faces, load_recipe("paper"))["prior"]
    np.testing.assert_allclose(prior, np.full(7, 1 / 7), atol=1e-6)


def test_drawn_by_roots_it_is_the_roots_shares(faces: Faces) -> None:
    prior = learned_priors(faces, replace(load_recipe("paper"), sampling="sqrt"))["prior"]
    np.testing.assert_allclose(prior, np.sqrt(COUNTS) / np.sqrt(COUNTS).sum(), atol=1e-6)


def test_the_words_have_a_prior_of_their_own(faces: Faces) -> None:
    priors = learned_priors(faces, Recipe(words=0.5))
    assert priors["prior_meant"] == [0, 0, 0, 1, 0, 0, 0]
    assert "prior_meant" not in learned_priors(faces, Recipe())

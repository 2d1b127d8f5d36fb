# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How common each emotion was in what a network learned from, as it was drawn."""

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_training.data import Faces
from fer_training.data.sampling import sampling_weights
from fer_training.training.recipe import Recipe

DIGITS = 6


def learned_priors(faces: Faces, recipe: Recipe) -> dict[str, list[float]]:
    """Return the seven's shares in the targets that a recipe draws: `prior`, and of the words, `prior_meant`.

    A recipe that draws every class equally often teaches a network that all are equally common, whatever the set's own
    frequencies are: `prior` divides by what was taught.
    """
    drawn = sampling_weights(faces, recipe.sampling)
    weights = np.ones(len(faces)) if drawn is None else drawn.numpy()
    targets = np.eye(len(LABELS))[faces.labels()] if recipe.targets == "majority" else faces.shares()
    smoothed = (1 - recipe.label_smoothing) * targets + recipe.label_smoothing / len(LABELS)
    priors = {"prior": _shares(smoothed, weights)}
    words = faces.words()
    known = words >= 0
    if recipe.words > 0 and known.any():
        priors["prior_meant"] = _shares(np.eye(len(LABELS))[words[known]], weights[known])
    return priors


def _shares(targets: NDArray[np.float64], weights: NDArray[np.float64]) -> list[float]:
    return [round(float(share), DIGITS) for share in weights @ targets / weights.sum()]

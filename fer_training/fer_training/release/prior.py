# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What another prior does to a model's figures (fer_perception's parameter `prior`)."""

import json

import numpy as np
from numpy.typing import NDArray

from fer_training.data import Faces
from fer_training.measures.metrics import Metrics, measure

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)


LOWEST = 1e-4


def at_least_a_little(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a prior, [7], where an emotion that nobody voted for counts one in ten thousand: others are divided by
    it."""
    floored = np.maximum(shares, LOWEST)
    return np.asarray(floored / floored.sum())


def prior_text(prior: NDArray[np.float64]) -> str:
    """Write a prior as a model file's metadata have it."""
    return json.dumps([round(float(share), 6) for share in prior])


def toward_even(
    probabilities: NDArray[np.floating], prior: NDArray[np.float64], strength: float
) -> NDArray[np.float64]:
    """Distributions, [N, 7], under the prior prior**(1 - strength): 0 is as trained, 1 is even.

    Source: Saerens, Latinne and Decaestecker, 2002, equation (2.4).
    """
    weighted = probabilities * prior**-strength
    return np.asarray(weighted / weighted.sum(axis=1, keepdims=True))


def strengths(probabilities: NDArray[np.floating], faces: Faces, prior: NDArray[np.float64]) -> dict[float, Metrics]:
    """Return the figures on these faces by strength toward an even prior.

    Args:
        probabilities: the model's, as trained, [N, 7].
        faces: N of them, of protocol A.
        prior: the seven's shares in the training votes, [7].
    """
    labels, shares = faces.labels(), faces.shares()
    return {strength: measure(toward_even(probabilities, prior, strength), labels, shares) for strength in STRENGTHS}

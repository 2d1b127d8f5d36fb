# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What counts as a distribution over the seven emotions, and what lies between two of them."""

import math

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS

TOLERANCE = 1e-3
"""How far from 1 it may sum."""
_LEAST = 1e-30
"""What counts as this much at least where two are pooled, so that something is left where each rules the other out."""


def fault(values: NDArray[np.floating]) -> str:
    """Why these numbers are no distribution, to go on from 'it'; empty when they are."""
    if values.shape != (len(LABELS),):
        return f"has {values.size} probabilities instead of {len(LABELS)}"
    numbers = values.tolist()
    if not all(map(math.isfinite, numbers)):
        return "has a probability that is no number"
    if min(numbers) < 0:
        return f"has a probability of {min(numbers):.3g}"
    if abs(sum(numbers) - 1) > TOLERANCE:
        return f"sums to {sum(numbers):.4g} instead of 1"
    return ""


def pooled(one: NDArray[np.floating], other: NDArray[np.floating], share: float) -> NDArray[np.float64]:
    """Return what lies between two distributions, [..., 7] each: one**(1 - share) * other**share, scaled to sum to 1.

    `share` is 0, which gives `one`, to 1, which gives `other`.

    Source: the logarithmic opinion pool (Genest and Zidek, Combining Probability Distributions: A Critique and an
    Annotated Bibliography, Statistical Science, 1986). Unlike a weighted mean it takes a change of the prior before or
    after alike, and between two that are calibrated stays so (fer_training's README has figures of both).
    """
    powers = (1 - share) * np.log(np.maximum(one, _LEAST, dtype=np.float64))
    powers = powers + share * np.log(np.maximum(other, _LEAST, dtype=np.float64))
    weights = np.exp(powers)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))

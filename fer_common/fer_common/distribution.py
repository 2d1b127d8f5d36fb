# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What counts as a distribution over the seven emotions."""

import math

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS

TOLERANCE = 1e-3
"""How far from 1 it may sum."""


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

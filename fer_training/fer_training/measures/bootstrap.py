# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How far a figure could be off by the luck of which faces it was measured on."""

import numpy as np

from fer_training.measures.metrics import Scores

RESAMPLES = 1000


def intervals(scores: Scores, *, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, tuple[float, float]]:
    """Return the 95 % percentile interval of every scalar of `Metrics`, by name, from resampled faces.

    The same seed gives the same intervals. Source: Efron, 1979. The calibration error's interval lies high, since
    what it measures cannot fall below 0 and every resample adds noise of its own.
    """
    generator = np.random.default_rng(seed)
    count = len(scores.label)
    drawn = [scores.take(generator.integers(count, size=count)).metrics().scalars() for _ in range(resamples)]
    result = {}
    for name in drawn[0]:
        low, high = np.percentile([row[name] for row in drawn], [2.5, 97.5])
        result[name] = (float(low), float(high))
    return result

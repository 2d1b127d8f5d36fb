# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How common each emotion is where the light hangs, in place of how common it was in training.

Source: Saerens, Latinne and Decaestecker, Adjusting the outputs of a classifier to new a priori probabilities
(Neural Computation, 2002), equation (2.4): p'(c|x) is proportional to p(c|x) times new(c) / trained(c).
"""

import numpy as np
from numpy.typing import NDArray

from fer_perception.errors import PerceptionError

AS_TRAINED = "as_trained"
COUNT = 7
_FORMS = f"'{AS_TRAINED}', a strength from 0 (as trained) to 1 (even), or seven numbers separated by commas"


def parse_prior(text: str) -> float | NDArray[np.float64]:
    """Read the parameter `prior`: a strength, 0 to 1, or seven shares that sum to 1 (they are scaled so).

    Raises:
        PerceptionError: it is neither.
    """
    if text.strip() == AS_TRAINED:
        return 0.0
    try:
        numbers = np.array([float(part) for part in text.strip("[]() ").split(",")])
    except ValueError:
        numbers = np.array([])
    if len(numbers) == 1 and 0 <= numbers[0] <= 1:
        return float(numbers[0])
    total = sum(numbers.tolist())  # NumPy would warn of one that is infinite
    if len(numbers) == COUNT and np.all(numbers >= 0) and 0 < total < np.inf:
        return np.asarray(numbers / total)
    raise PerceptionError(f"prior is '{text}'; give {_FORMS}, none below 0, not all 0, and of a finite sum")


def prior_factors(text: str, trained: NDArray[np.float64] | None, model: str) -> NDArray[np.float32] | None:
    """Return what the model's probabilities are multiplied by before they are scaled to sum to 1, float32 [7].

    Args:
        text: the parameter `prior`; a strength s takes trained**(1 - s) for the new prior.
        trained: the seven's share in the model's training votes, summing to 1; None where the model does not say.
        model: its file's name, for the error.

    Returns:
        None where nothing changes.

    Raises:
        PerceptionError: the parameter is malformed, or the model does not say what it was trained on.
    """
    wanted = parse_prior(text)
    if isinstance(wanted, float) and wanted == 0:
        return None
    if trained is None:
        raise PerceptionError(
            f"{model} does not say what its training votes were like (metadata 'prior'), so prior must be "
            f"'{AS_TRAINED}'; export the model again"
        )
    factors = trained**-wanted if isinstance(wanted, float) else wanted / trained
    return np.asarray(factors / np.max(factors), dtype=np.float32)


def apply_prior(probabilities: NDArray[np.float32], factors: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """Distributions, [N, 7], under the new prior; rows that it rules out altogether stay as they were."""
    if factors is None:
        return probabilities
    weighted = probabilities * factors
    sums = weighted.sum(axis=1, keepdims=True)
    return np.where(sums > 0, weighted / np.where(sums > 0, sums, 1), probabilities).astype(np.float32)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Two readings of a face: what people see in it, and what was meant by it.

A model file with the output `meant` answers both. The parameter `reading` pools them, before the prior: 0 is what ten
people's votes say, 1 the emotion's word under which such a picture is found. The model's card says what each step
costs and gains.
"""

import numpy as np
from numpy.typing import NDArray

from fer_common.distribution import pooled
from fer_perception.errors import PerceptionError


def check_reading(reading: float, *, has_meant: bool, model: str) -> None:
    """Hold a reading against a model file's outputs.

    Raises:
        PerceptionError: it is above 0, and the file answers only what people see.
    """
    if reading > 0 and not has_meant:
        raise PerceptionError(
            f"{model} has no output 'meant', so reading must be 0, not {reading:g}: it only tells what people see; "
            "name a model that tells both, such as fast"
        )


def pooled_prior(
    seen: NDArray[np.float64] | None, meant: NDArray[np.float64] | None, reading: float
) -> NDArray[np.float64] | None:
    """Return how common the seven were in what both together learned from, [7]; None where the file does not say."""
    if reading == 0 or seen is None:
        return seen
    return None if meant is None else pooled(seen, meant, reading)

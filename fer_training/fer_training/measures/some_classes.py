# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A network that answers seven emotions, measured on some of them, as papers without neutral do."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS

LEAST = 1e-12


def among(distributions: NDArray[np.floating], classes: Sequence[str]) -> NDArray[np.float64]:
    """Return distributions over `classes` alone, [N, 7]: the others 0, the rest as they were to each other, sum 1.

    A distribution that has nothing for any of the classes becomes the even one over them.

    Args:
        distributions: [N, 7], rows summing to 1.
        classes: some of `LABELS`.
    """
    kept = np.isin(LABELS, classes)
    rest = np.where(kept, np.asarray(distributions, np.float64), 0.0)
    total = rest.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > LEAST, rest / np.maximum(total, LEAST), kept / kept.sum()))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0
"""How much two small pictures differ, one of which may lack colours: a JPEG whose face is only read is decoded grey."""

import cv2
import numpy as np
from numpy.typing import NDArray


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the absolute difference, uint8 [H, W] or [H, W, 3]: in grey where only one of them has colours.

    Args:
        one: uint8 [H, W] or [H, W, 3].
        other: of the same height and width.
    """
    if one.ndim != other.ndim:
        one, other = grey(one), grey(other)
    return np.asarray(cv2.absdiff(one, other), np.uint8)


def grey(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a BGR picture without its colours, a grey one as it is."""
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)

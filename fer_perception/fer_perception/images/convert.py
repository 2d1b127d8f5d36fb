# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""From what an encoding holds to BGR or grey in 8 bits. Needs no ROS."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.images.encodings import Encoding, Pixels
from fer_perception.images.levels import Levels


def to_bgr_or_grey(encoding: Encoding, array: NDArray[Any], levels: Levels) -> Pixels:
    """Convert what `view` returned; BGR and grey of 8 bits pass through without a copy.

    Args:
        encoding: its encoding.
        array: its values.
        levels: what is black and white in this camera's images, where they have more than 8 bits.
    """
    if encoding.values == "u1":
        if encoding.code is None:
            return np.asarray(array, dtype=np.uint8)
        if encoding.planes == "uv444":
            return _colour_for_every_pixel(array)
        # OpenCV copies where rows are padded; it needs each pixel's bytes together, which they are.
        return np.asarray(cv2.cvtColor(array, encoding.code), dtype=np.uint8)
    # Colours first, as cv_bridge does: what a pattern interpolates is rounded only once.
    with np.errstate(over="ignore", invalid="ignore"):  # what no float32 holds is infinite, and no level
        native = np.asarray(array, dtype=np.uint16 if encoding.values == "u2" else np.float32)
    if encoding.code is not None:
        native = np.asarray(cv2.cvtColor(np.ascontiguousarray(native), encoding.code))
    return levels.to_8_bits(native)


def _colour_for_every_pixel(planes: NDArray[np.uint8]) -> Pixels:
    """NV24, for which OpenCV has no conversion: as UYVY whose every pixel stands twice, the second left out again."""
    height, width = planes.shape[0] // 3, planes.shape[1]
    luma, colour = planes[:height], planes[height:].reshape(height, width, 2)
    twice = np.empty((height, width, 2, 2), np.uint8)
    twice[..., 1] = luma[..., None]
    twice[..., 0] = colour
    wide = cv2.cvtColor(twice.reshape(height, 2 * width, 2), cv2.COLOR_YUV2BGR_UYVY)
    return np.ascontiguousarray(wide[:, ::2], dtype=np.uint8)

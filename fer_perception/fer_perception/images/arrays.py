# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a program hands over as an image and its time: taken as it is, mended where it is plain how, else refused."""

from operator import index
from typing import Any

import cv2
import numpy as np

from fer_perception.errors import PerceptionError
from fer_perception.images.encodings import Pixels

WANTED = "give uint8 of the shape height x width x 3 (BGR, as cv2.imread returns it) or height x width (grey)"


def taken_image(image: Any) -> Pixels:
    """Return an image as perception works with it: BGR uint8 [H, W, 3] or grey uint8 [H, W].

    A grey image of the shape [H, W, 1] and one with alpha, [H, W, 4], are taken, too. Floats are not: nothing tells
    whether their white is 1 or 255, and a face in the wrong one is never found.

    Raises:
        PerceptionError: it is no such array, or empty.
    """
    if not isinstance(image, np.ndarray):
        raise PerceptionError(f"the image is {'None' if image is None else f'a {type(image).__name__}'}; {WANTED}")
    if image.dtype != np.uint8:
        raise PerceptionError(f"the image is {image.dtype}; {WANTED}")
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 3, 4)):
        raise PerceptionError(f"the image has the shape {'x'.join(map(str, image.shape)) or 'of a number'}; {WANTED}")
    if not image.size:
        raise PerceptionError(f"the image is empty ({'x'.join(map(str, image.shape))}); {WANTED}")
    if image.ndim == 2 or image.shape[2] == 3:
        return image
    return image[:, :, 0] if image.shape[2] == 1 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGRA2BGR), np.uint8)


def taken_stamp(stamp_ns: Any) -> int:
    """Return a stamp in whole nanoseconds.

    Seconds and milliseconds come as floats; taken for nanoseconds they would all but stand still, and every answer with
    them.

    Raises:
        PerceptionError: it is no whole number.
    """
    try:
        return index(stamp_ns)
    except TypeError:
        raise PerceptionError(
            f"stamp_ns is {stamp_ns!r}; give whole nanoseconds: time.time_ns(), or round(1e9 * seconds)"
        ) from None

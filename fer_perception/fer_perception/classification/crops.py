# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The grey 48x48 crop that the network sees of a face."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.backends.crop_spec import SIDE, CropSpec
from fer_perception.detectors.base import BoxGeometry, Detection
from fer_perception.detectors.reduce import sampled, step_for
from fer_perception.images.encodings import Pixels

AVERAGED = 4
"""Pixels in each direction that make one of a large face's crop."""


@dataclass(frozen=True)
class Square:
    """A square in an image, possibly turned, possibly reaching past the edges."""

    x: float
    """Centre, in pixels."""
    y: float
    """Centre, in pixels."""
    side: float
    """In pixels."""
    degrees: float = 0.0
    """By which the face is turned clockwise in the image."""


def face_square(face: Detection, geometry: BoxGeometry, spec: CropSpec) -> Square:
    """Return the square that shows the face as FER+ does, enlarged by the model's margin."""
    x, y = face.centre
    side = geometry.side * math.sqrt(max(face.area, 1.0))
    degrees = 0.0
    if spec.align == "eyes" and face.landmarks is not None:
        dx, dy = (float(value) for value in face.landmarks[1] - face.landmarks[0])
        degrees = math.degrees(math.atan2(dy, dx))
    turn = math.radians(degrees)
    down = geometry.down * side
    return Square(x - down * math.sin(turn), y + down * math.cos(turn), max(1.0, side * spec.margin), degrees)


def cut(image: Pixels, square: Square) -> NDArray[np.uint8]:
    """Cut the square as grey uint8 [48, 48]; past the image's edge its last pixels go on.

    Args:
        image: BGR uint8 [H, W, 3] or grey uint8 [H, W].
        square: what to cut.
    """
    if square.degrees:
        patch = _turned(image, square)
    else:
        left, top = round(square.x - square.side / 2), round(square.y - square.side / 2)
        side = max(1, round(square.side))
        patch = _patch(image, left, top, side + side % 2 if side >= 4 * SIDE else side)
        # A large face is sampled first: as many pixels of it as of one that is near in a small picture.
        step = step_for(side / SIDE, AVERAGED)
        patch = sampled(patch, step)[0] if step > 1 else patch
    grey = patch if patch.ndim == 2 else cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY)
    # Means of four are quick and, taken first, change the mean over a larger area by no more than rounding.
    while grey.shape[0] >= 4 * SIDE and grey.shape[0] % 2 == 0 and grey.shape[0] == grey.shape[1]:
        grey = cv2.resize(grey, (grey.shape[1] // 2, grey.shape[0] // 2), interpolation=cv2.INTER_AREA)
    how = cv2.INTER_AREA if grey.shape[0] > SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (SIDE, SIDE), interpolation=how), dtype=np.uint8)


def cut_all(image: Pixels, squares: Sequence[Square]) -> NDArray[np.uint8]:
    """Cut all squares as uint8 [N, 1, 48, 48], the model's input."""
    crops = np.empty((len(squares), 1, SIDE, SIDE), dtype=np.uint8)
    for index, square in enumerate(squares):
        crops[index, 0] = cut(image, square)
    return crops


def _patch(image: Pixels, left: int, top: int, side: int) -> Pixels:
    height, width = image.shape[:2]
    # At least one row and column of the image, were the square beside it altogether.
    x0, x1 = min(max(left, 0), width - 1), max(min(left + side, width), 1)
    y0, y1 = min(max(top, 0), height - 1), max(min(top + side, height), 1)
    inside = image[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    missing = max(0, y0 - top), max(0, top + side - y1), max(0, x0 - left), max(0, left + side - x1)
    if not any(missing):
        return inside
    return np.asarray(cv2.copyMakeBorder(inside, *missing, cv2.BORDER_REPLICATE), dtype=np.uint8)


def _turned(image: Pixels, square: Square) -> Pixels:
    side = max(1, round(square.side))
    matrix = cv2.getRotationMatrix2D((square.x, square.y), square.degrees, 1.0)
    matrix[0, 2] += side / 2 - square.x
    matrix[1, 2] += side / 2 - square.y
    turned = cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, dtype=np.uint8)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The reduced frame that a detector searches, and the way back to the full image."""

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.detectors.base import Detection
from fer_perception.images.encodings import Pixels


def search_scale(height: int, width: int, detection_width: int, min_face_px: float, needed_px: float) -> float:
    """Return the factor, at most 1, by which an image is reduced before a detector searches it.

    Two reasons to reduce, and the stronger one counts: the longer side is never searched at more than
    `detection_width` pixels, and the smallest face asked for never needs more than `needed_px`. With the default
    of both a 640x480 image is searched as it is, and one of 1920x1080 at a third, where its faces of 96 px and
    more are found.
    """
    return min(1.0, detection_width / max(height, width), needed_px / max(min_face_px, 1.0))


def reduce(image: Pixels, scale: float) -> Pixels:
    """Reduce `image` to `scale`, at least one pixel; return the very same array where the scale is 1."""
    if scale >= 1.0:
        return image
    height, width = image.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if step_for(min(width / size[0], height / size[1])) > 1:
        return shrink(image, size)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def step_for(ratio: float, averaged: int = 2) -> int:
    """Return every how manieth pixel is enough of an image that is to become `ratio` times smaller.

    So many are left that at least `averaged` of them in each direction make one pixel; averaging those costs the same
    for any size of picture. The steps are odd, since most patterns as fine as the pixels (a mosaic, a checked cloth)
    repeat in even ones and would stand still.
    """
    return max(1, (int(ratio / averaged) - 1) // 2 * 2 + 1)


def sampled(image: Pixels, step: int) -> tuple[Pixels, int, int]:
    """Take the middle of each square of `step` x `step` pixels, an odd number; and where the first one lies, x and y.

    Rows and columns are even in number; what is too much is left out on both sides.
    """
    height, width = image.shape[:2]
    columns, rows = max(1, width // (2 * step) * 2), max(1, height // (2 * step) * 2)
    left, top = max(0, width - columns * step) // 2, max(0, height - rows * step) // 2
    whole = image[top : top + rows * step, left : left + columns * step]
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8), left, top


def shrink(image: Pixels, size: tuple[int, int]) -> Pixels:
    """Shrink `image` to `size` (width, height), each at most its own; return the very same array where it has that
    size.

    One that is much larger is sampled first, so that a large picture costs no more than a small one; the rest is
    halved while it can be, which costs a tenth of a mean over any other area, then interpolated.
    """
    height, width = image.shape[:2]
    step = step_for(min(width / size[0], height / size[1]))
    if step > 1:
        return _shrink_sampled(image, size, step)
    while min(width / size[0], height / size[1]) >= 2.0:
        # Quick only of even sides; an odd one loses its last pixel, which moves nothing by more than one.
        width, height = width // 2, height // 2
        even = image[: 2 * height, : 2 * width]
        image = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    if (width, height) == size:
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _shrink_sampled(image: Pixels, size: tuple[int, int], step: int) -> Pixels:
    few, left, top = sampled(image, step)
    half = cv2.resize(few, (few.shape[1] // 2, few.shape[0] // 2), interpolation=cv2.INTER_AREA)
    # Interpolated where each pixel belongs, to a fraction: what was left out at the edges moves nothing.
    fx, fy = image.shape[1] / size[0] / (2 * step), image.shape[0] / size[1] / (2 * step)
    places = np.array([[fx, 0, fx / 2 - left / (2 * step) - 0.5], [0, fy, fy / 2 - top / (2 * step) - 0.5]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(half, places, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def enlarge(
    box: NDArray[np.float64], score: float, landmarks: NDArray[np.float64] | None, full: Pixels, reduced: Pixels
) -> Detection:
    """Scale a face found in `reduced` to the coordinates of `full`.

    Args:
        box: x, y, width, height in `reduced`.
        score: clipped to 0 to 1.
        landmarks: [5, 2] in `reduced`, or None.
        full: the full image.
        reduced: what was searched.
    """
    fx, fy = full.shape[1] / reduced.shape[1], full.shape[0] / reduced.shape[0]
    x, y, w, h = (float(value) for value in box)
    points = None if landmarks is None else (landmarks * (fx, fy)).astype(np.float32)
    return Detection((x * fx, y * fy, w * fx, h * fy), float(min(1.0, max(0.0, score))), points)

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
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def shrink(image: Pixels, size: tuple[int, int]) -> Pixels:
    """Shrink `image` to `size` (width, height), each at most its own; return the very same array where it has that
    size.

    It is halved while it can be, which costs a tenth of a mean over any other area, then interpolated.
    """
    height, width = image.shape[:2]
    while min(width / size[0], height / size[1]) >= 2.0:
        # Quick only of even sides; an odd one loses its last pixel, which moves nothing by more than one.
        width, height = width // 2, height // 2
        even = image[: 2 * height, : 2 * width]
        image = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    if (width, height) == size:
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)


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

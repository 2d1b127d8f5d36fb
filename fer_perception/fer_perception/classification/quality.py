# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a face's picture is worth to the network: sharp, large and looking this way, or not."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

NOSE = 0.5
"""How far the tip of the nose stands before the plane of eyes and mouth, in distances of the eyes; a usual face."""
UPRIGHT = 0.55
"""Where the tip of the nose lies between eyes (0) and mouth (1) in a usual face that looks straight ahead."""
FACE_HEIGHT = 1.05
"""From between the eyes to between the corners of the mouth, in distances of the eyes; a usual face."""


@dataclass(frozen=True)
class Ramp:
    """A weight that rises from 0 to 1 between two values; falls where the first is the larger one."""

    worthless: float
    full: float

    def __call__(self, value: float) -> float:
        """Return the weight of a value, 0 to 1."""
        return min(1.0, max(0.0, (value - self.worthless) / (self.full - self.worthless)))


SHARPNESS = Ramp(0.004, 0.05)
"""By `docs/make/face_quality.py` on FER2013Valid, `fast.onnx` 0.5.0: sharp faces have 0.34 to 1.6 and are read right in
84 of 100, with a blur of 1 px of the 48 (0.03 to 0.14) in 82, of 1.5 px (0.011 to 0.049) in 77, of 2 px (0.005 to
0.024) in 66, of 3 px (0.002 to 0.011) in 45."""
SIZE = Ramp(10.0, 24.0)
"""Pixels of the box's side, by the same: seen with 32 px they are read right in 83 of 100, with 24 px in 81, with 16 px
in 71, with 12 px in 60."""
TURN = Ramp(75.0, 40.0)
"""Degrees; beyond 65 no detector finds a face reliably. Not measured: FER+ has no landmarks."""


@dataclass(frozen=True)
class Pose:
    """How a head is turned, in degrees; 0, 0, 0 looks into the camera, upright."""

    yaw: float
    """Positive: towards the image's right."""
    pitch: float
    """Positive: downwards."""
    roll: float
    """Positive: clockwise in the image."""


def pose(landmarks: NDArray[np.float32]) -> Pose:
    """Estimate a head's pose, roughly, from its five landmarks (float32 [5, 2]; see `Detection`), seen from afar.

    The tip of the nose stands before the other four, so it moves against them when the head turns.
    """
    points = np.asarray(landmarks, dtype=np.float64)
    eyes, mouth = (points[0] + points[1]) / 2, (points[3] + points[4]) / 2
    across, down = points[1] - points[0], mouth - eyes
    roll = math.degrees(math.atan2(across[1], across[0]))
    down_length = max(1e-6, float(np.hypot(*down)))
    along = down / down_length
    right = np.asarray([along[1], -along[0]])
    nose = points[2] - eyes
    # A turned head's eyes stand closer; its height does not change, and the other way round for a nod.
    scale = max(float(np.hypot(*across)), down_length / FACE_HEIGHT, 1e-6)
    yaw = math.asin(min(1.0, max(-1.0, float(nose @ right) / (NOSE * scale))))
    lowered = float(nose @ along) - UPRIGHT * down_length
    pitch = math.asin(min(1.0, max(-1.0, lowered / (NOSE * scale))))
    return Pose(math.degrees(yaw), math.degrees(pitch), roll)


def sharpness(crop: NDArray[np.uint8]) -> float:
    """Measure how sharp the network's grey crop is, uint8 [48, 48]: the Laplacian's variance over the brightness's.

    It does not change with contrast. An even crop has 0.
    """
    variance = float(crop.var())
    return float(cv2.Laplacian(crop, cv2.CV_32F).var()) / variance if variance > 1.0 else 0.0


def quality(crop: NDArray[np.uint8], side: float, landmarks: NDArray[np.float32] | None) -> float:
    """Return the weight of an answer, 0 (noise) to 1.

    Args:
        crop: as the network sees the face, grey uint8 [48, 48].
        side: of the face's box in the image, pixels.
        landmarks: float32 [5, 2] in pixels, or None: the pose is not held against it.
    """
    weight = SHARPNESS(sharpness(crop)) * SIZE(side)
    if landmarks is not None:
        head = pose(landmarks)
        weight *= TURN(math.hypot(head.yaw, head.pitch))
    return weight


def apparent_size(box: tuple[float, float, float, float], landmarks: NDArray[np.float32] | None) -> float:
    """Return how large a head appears, in pixels, however it is turned: what tells the nearest one.

    Turning shortens the distance of the eyes, nodding that from eyes to mouth, so the larger one counts; without
    landmarks the box's height.
    """
    if landmarks is None:
        return float(box[3])
    points = np.asarray(landmarks, dtype=np.float64)
    eyes, mouth = (points[0] + points[1]) / 2, (points[3] + points[4]) / 2
    across, down = np.hypot(*(points[1] - points[0])), np.hypot(*(mouth - eyes))
    return float(max(across, down / FACE_HEIGHT))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a face detector is, and what it finds."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_perception.images.encodings import Pixels


@dataclass(frozen=True)
class Detection:
    """One face in one image."""

    box: tuple[float, float, float, float]
    """x, y of the upper left corner, width, height, in pixels of the full image; may reach past its edges."""
    score: float
    """The detector's confidence, 0 to 1."""
    landmarks: NDArray[np.float32] | None = None
    """float32 [5, 2], x and y in pixels: the eye on the image's left, the eye on its right, the nose's tip, the
    corner of the mouth on the image's left, that on its right; None where the detector has none."""
    reading: int = 0
    """Faces with the same number look the same: what was read of one holds for the other. 0: it is to be read."""

    @property
    def centre(self) -> tuple[float, float]:
        """The box's centre, in pixels."""
        return self.box[0] + self.box[2] / 2, self.box[1] + self.box[3] / 2

    @property
    def area(self) -> float:
        """The box's area, in square pixels."""
        return self.box[2] * self.box[3]

    @property
    def side(self) -> float:
        """The side of a square of the box's area, in pixels, at least 1."""
        return math.sqrt(max(self.area, 1.0))


@dataclass(frozen=True)
class BoxGeometry:
    """How a detector's box relates to the square that a FER+ image shows of a face.

    Detectors box a face differently; with this the classifier's crop is the same for each. How it was
    measured stands where each detector defines its own.
    """

    side: float
    """The square's side, as a multiple of the box's sqrt(width * height)."""
    down: float = 0.0
    """How far the square's centre lies below the box's, as a share of the square's side; negative: above."""


class FaceDetector(ABC):
    """Finds faces. Not thread-safe: one worker uses it."""

    name: str
    """What the user calls it: 'yunet', 'haar'."""
    geometry: BoxGeometry
    threshold: float = 0.7
    """The least score of a face, 0 to 1; may be changed between two images."""
    min_face_px: float = 32.0
    """The least sqrt(width * height) of a box, in pixels of the full image; may be changed between two images."""

    @abstractmethod
    def detect(self, image: Pixels) -> list[Detection]:
        """Find the faces in `image`, BGR uint8 [H, W, 3] or grey uint8 [H, W], of any size; the best first."""

    @property
    def description(self) -> str:
        """In a few words, for diagnostics."""
        return self.name


class WindowDetector(FaceDetector):
    """A detector that can be shown parts of an image, so that a `Search` need not look everywhere every time."""

    @abstractmethod
    def scale(self, image: Pixels) -> float:
        """Return the factor, at most 1, by which `detect` reduces this image before it searches it."""

    @abstractmethod
    def find(self, image: Pixels, threshold: float) -> list[Detection]:
        """Find the faces of at least this score in an image as it is, of whatever size they are; the best first."""

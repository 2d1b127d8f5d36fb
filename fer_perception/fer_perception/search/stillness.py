# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces that look as they did in the image before: these are looked for and read in turns, not both in every image.

What is held is never older than one image: a box that was found in the image before, or an answer that was read in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.detectors.base import Detection
from fer_perception.detectors.boxes import overlap
from fer_perception.images.encodings import Pixels
from fer_perception.search.difference import difference
from fer_perception.search.expected_face import ExpectedFace

HELD_NS = 70_000_000
"""Between two images, at most, where anything is held: a camera of 15 a second or more. A slower one has time."""
BLOCKS, SAMPLES = 8, 64
"""A face's box is compared by so many blocks a side, of so many samples a side in all, however large it is."""
SAME_PLACE = 0.75
"""Two boxes of a still face overlap at least so much (intersection over union); a detector's are off by 0.1."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """A face of the image before."""

    face: Detection
    means: NDArray[np.uint8]
    """Of its blocks, as the image before showed them."""
    found: bool
    """Whether the detector found it in that image; else its box was held."""
    read: bool
    """Whether it was to be read in that image; else its answer was held."""


class Stillness:
    """Says which faces' boxes and answers hold. Its clock is the images' stamps.

    Args:
        level: a face is still where each block's mean differs by at most this, of 255, from the image before; 0: none
            ever is.
    """

    def __init__(self, level: float) -> None:
        """Know nobody."""
        self.level = level
        self._before: list[_Seen] = []
        self._shape: tuple[int, ...] = ()
        self._stamp_ns: int | None = None
        self._soon = False
        self._given = 0

    def look(self, image: Pixels, stamp_ns: int) -> None:
        """Take in an image, before anybody is looked for in it: who has moved since the one before is forgotten."""
        self._soon = self._stamp_ns is not None and 0 <= stamp_ns - self._stamp_ns <= HELD_NS
        if self.level <= 0 or not self._soon or image.shape[:2] != self._shape:
            self._before = []
        self._shape, self._stamp_ns = image.shape[:2], stamp_ns
        self._before = [
            seen for seen in self._before if np.max(difference(_means(image, seen.face), seen.means)) <= self.level
        ]

    def only_read_next(self, followed: int) -> bool:
        """Tell whether nobody need be looked for in the next image if nobody moves; of so many who are followed."""
        return (
            self.level > 0
            and self._soon
            and 0 < followed == len(self._before)
            and all(seen.found for seen in self._before)
        )

    def held(self, expected: ExpectedFace) -> Detection | None:
        """Return an expected face as it was found in the image before, where it need not be looked for now."""
        seen = self._at(expected.box, 0.0)
        return seen.face if expected.seen and seen is not None and seen.found else None

    def numbered(self, image: Pixels, found: Sequence[Detection]) -> list[Detection]:
        """Give each face the number of its answer, see `Detection.reading`: a new one, or its own where that holds."""
        after = []
        for face in found:
            seen = self._at(face.box, SAME_PLACE)
            if seen is not None:
                self._before.remove(seen)
            looked_for = seen is None or face is not seen.face
            to_read = seen is None or not looked_for or not seen.read
            self._given += to_read
            number = self._given if seen is None or to_read else seen.face.reading
            after.append(_Seen(replace(face, reading=number), _means(image, face), found=looked_for, read=to_read))
        self._before = after
        return [seen.face for seen in after]

    def _at(self, box: tuple[float, float, float, float], least: float) -> _Seen | None:
        """Return who is still and whose box overlaps this one most, and more than `least`."""
        best = max(self._before, key=lambda seen: overlap(seen.face.box, box), default=None)
        return best if best is not None and overlap(best.face.box, box) > least else None


def _means(image: Pixels, face: Detection) -> NDArray[np.uint8]:
    """Average samples of each block of the face's box, as far as the image reaches: uint8 [8, 8] or [8, 8, 3]."""
    height, width = image.shape[:2]
    x, y, w, h = face.box
    left, top = min(max(0, round(x)), width - 1), min(max(0, round(y)), height - 1)
    part = image[top : max(top + 1, round(y + h)), left : max(left + 1, round(x + w))]
    if min(part.shape[:2]) >= SAMPLES:
        part = cv2.resize(part, (SAMPLES, SAMPLES), interpolation=cv2.INTER_NEAREST)  # type: ignore[assignment]
    return np.asarray(cv2.resize(part, (BLOCKS, BLOCKS), interpolation=cv2.INTER_AREA), np.uint8)

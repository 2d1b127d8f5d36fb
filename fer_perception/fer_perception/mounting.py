# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How a camera hangs: images are turned before anybody is looked for in them, and what was seen is turned back.

A detector takes a face that stands on its head for one, with landmarks as if it were upright, and the network reads
another emotion in it; so nothing of what they answer tells. What does is the score of a face in all four orientations:
of a newcomer's it was highest in the upright one in 59 of 59 images of the sample clip.
"""

from collections import Counter, deque
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.detectors.base import FaceDetector
from fer_perception.detectors.reduce import reduce, shrink
from fer_perception.fusion.room import FaceEmotion, RoomEmotion
from fer_perception.images.encodings import Pixels

TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
"""OpenCV's names of turning clockwise by so many degrees."""
AUTO = "auto"
LONGEST_PX = 640
"""Longer side of what is looked at in four orientations, at most."""
EVERY_NS = 200_000_000
"""Nanoseconds between two such looks, while it is not decided how the camera hangs."""
VOTES, SPAN_NS, SHARE = 6, 1_000_000_000, 0.8
"""It is decided by so many looks that showed a face, over so long, of which so many agree."""
REMEMBERED = 20
"""Looks that count, the last ones."""


def turned(image: Pixels, degrees: int) -> Pixels:
    """Turn an image clockwise by 0, 90, 180 or 270 degrees; 0 returns the very same array."""
    return np.asarray(cv2.rotate(image, TURNS[degrees]), np.uint8) if degrees else image


def box_back(box: tuple[int, int, int, int], degrees: int, width: int, height: int) -> tuple[int, int, int, int]:
    """Find a box of a turned image in the image as it was, `width` x `height` pixels large."""
    x, y, w, h = box
    return {
        0: (x, y, w, h),
        90: (y, height - x - w, h, w),
        180: (width - x - w, height - y - h, w, h),
        270: (width - y - h, x, h, w),
    }[degrees]


def points_back(points: NDArray[np.float32], degrees: int, width: int, height: int) -> NDArray[np.float32]:
    """Find points of a turned image, float32 [N, 2], in the image as it was."""
    x, y = points[:, 0], points[:, 1]
    back = {0: (x, y), 90: (y, height - x), 180: (width - x, height - y), 270: (width - y, x)}[degrees]
    return np.stack(back, axis=1).astype(np.float32)


class Mounting:
    """Turns one camera's images upright. Its clock is their stamps.

    Args:
        detector: scores faces in four orientations, where it is to be seen how the camera hangs.
    """

    def __init__(self, detector: FaceDetector) -> None:
        """Take the camera for upright."""
        self._detector = detector
        self._way = "0"
        self._votes: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        self._asked_ns: int | None = None
        self._decided = True
        self._size = (0, 0)
        self.degrees = 0
        """By which the last image was turned clockwise."""
        self.notice = ""
        """What is to be said of it, once; else empty."""

    @property
    def way(self) -> str:
        """'0', '90', '180', '270', or 'auto': as the faces show."""
        return self._way

    @way.setter
    def way(self, way: str) -> None:
        if way == self._way:
            return
        self._way, self._decided = way, way != AUTO
        self._votes.clear()
        self._asked_ns = None
        if way != AUTO:
            self.degrees = int(way)

    def upright(self, image: Pixels, stamp_ns: int, size: tuple[int, int] | None = None) -> Pixels:
        """Turn an image, BGR uint8 [H, W, 3] or grey uint8 [H, W], as the camera asks for.

        `size`: width and height of the image as it came, in which faces are given back; None: as it is.
        """
        self.notice = ""
        self._size = size or (image.shape[1], image.shape[0])
        if not self._decided and (self._asked_ns is None or not 0 <= stamp_ns - self._asked_ns < EVERY_NS):
            self._asked_ns = stamp_ns
            self._ask(image, stamp_ns)
        return turned(image, self.degrees)

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the last image as it came, but upright, in pixels."""
        return (self._size[1], self._size[0]) if self.degrees in (90, 270) else self._size

    def face_back(self, face: FaceEmotion) -> FaceEmotion:
        """Move a face of the turned image to where it is in the last image as it came."""
        if not self.degrees:
            return face
        points = None if face.landmarks is None else points_back(face.landmarks, self.degrees, *self._size)
        return replace(face, box=box_back(face.box, self.degrees, *self._size), landmarks=points)

    def room_back(self, room: RoomEmotion | None) -> RoomEmotion | None:
        """Move the room's box, where it is a face's, likewise."""
        if room is None or not self.degrees or not any(room.box):
            return room
        return replace(room, box=box_back(room.box, self.degrees, *self._size))

    def _ask(self, image: Pixels, stamp_ns: int) -> None:
        scale = min(1.0, LONGEST_PX / max(image.shape[:2]))
        size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
        small = shrink(image, size) if scale < 1 else reduce(image, 1.0)
        scores = {
            degrees: max((face.score for face in self._detector.detect(turned(small, degrees))), default=0.0)
            for degrees in (0, *TURNS)
        }
        best = max(scores, key=lambda degrees: scores[degrees])
        if scores[best] <= 0:
            return
        self._votes.append((stamp_ns, best))
        self.degrees, count = Counter(vote for _, vote in self._votes).most_common(1)[0]
        span = stamp_ns - self._votes[0][0]
        if len(self._votes) >= VOTES and span >= SPAN_NS and count >= SHARE * len(self._votes):
            self._decided = True
            if self.degrees:
                self.notice = (
                    f"the camera hangs {'upside down' if self.degrees == 180 else 'on its side'}: images are turned by "
                    f"{self.degrees} degrees from now on; set rotate to {self.degrees} to begin so"
                )

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Squares of an image on one sheet, so that a detector is shown several in one call, and the way back."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_perception.detectors.base import Detection
from fer_perception.detectors.reduce import shrink
from fer_perception.images.encodings import Pixels

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels of the full image."""

WINDOW = 2.0
"""The side of the window in which a followed face is looked for, in sides of its box: room for a face that moves by
half its size between two images."""


@dataclass(frozen=True)
class Place:
    """Where a window lies on the sheet."""

    x: int
    y: int
    side: int

    def holds(self, centre: tuple[float, float]) -> bool:
        """Tell whether a face on the sheet belongs to this window: its centre lies in the inner half."""
        return all(abs(at - start - self.side / 2) <= self.side / 4 for at, start in zip(centre, (self.x, self.y)))

    def shows(self, centre: tuple[float, float]) -> bool:
        """Tell whether a face on the sheet has its centre anywhere in this window."""
        return all(start <= at < start + self.side for at, start in zip(centre, (self.x, self.y)))


@dataclass(frozen=True)
class Window:
    """A square of the image, of whole pixels, possibly reaching past its edges."""

    x: int
    y: int
    side: int
    shown: int
    """Its side on the sheet, in pixels."""

    @classmethod
    def around(cls, box: Box, reach: float, face_px: float, *, enlarge: bool = False) -> "Window":
        """Around a box.

        Args:
            box: of a face, found or expected.
            reach: the window's side, in sides of the box.
            face_px: the box's side on the sheet, in pixels, at most.
            enlarge: a smaller one is enlarged to it.
        """
        face = math.sqrt(max(1.0, box[2] * box[3]))
        side = max(16, round(reach * face))
        most = round(reach * face_px)
        centre_x, centre_y = box[0] + box[2] / 2, box[1] + box[3] / 2
        return cls(round(centre_x - side / 2), round(centre_y - side / 2), side, most if enlarge else min(side, most))

    def cut(self, image: Pixels) -> Pixels:
        """Cut what it shows, [shown, shown] or [shown, shown, 3]; past the image's edges is black."""
        height, width = image.shape[:2]
        left, top = max(0, self.x), max(0, self.y)
        right, bottom = min(width, self.x + self.side), min(height, self.y + self.side)
        out = np.zeros((self.shown, self.shown, *image.shape[2:]), np.uint8)
        factor = self.shown / self.side
        x0, y0 = round((left - self.x) * factor), round((top - self.y) * factor)
        x1, y1 = round((right - self.x) * factor), round((bottom - self.y) * factor)
        if x1 > x0 and y1 > y0 and right > left and bottom > top:
            part = image[top:bottom, left:right]
            size = x1 - x0, y1 - y0
            out[y0:y1, x0:x1] = shrink(part, size)
        return out

    def back(self, face: Detection, place: Place) -> Detection:
        """Move a face on the sheet back to where it is in the image."""
        factor = self.side / self.shown
        return moved(face, factor, factor, self.x - place.x * factor, self.y - place.y * factor)


def sheet_of(image: Pixels, windows: Sequence[Window]) -> tuple[Pixels, list[Place]]:
    """Put all windows on one image, in rows, the largest first."""
    order = sorted(range(len(windows)), key=lambda index: -windows[index].shown)
    width = max(windows[order[0]].shown, math.ceil(math.sqrt(sum(window.shown**2 for window in windows))))
    places: dict[int, Place] = {}
    x = y = row = 0
    for index in order:
        side = windows[index].shown
        if x + side > width:
            x, y, row = 0, y + row, 0
        places[index] = Place(x, y, side)
        x, row = x + side, max(row, side)
    sheet = np.zeros((y + row, max(place.x + place.side for place in places.values()), *image.shape[2:]), np.uint8)
    for index, window in enumerate(windows):
        place = places[index]
        sheet[place.y : place.y + place.side, place.x : place.x + place.side] = window.cut(image)
    return sheet, [places[index] for index in range(len(windows))]


def moved(face: Detection, fx: float, fy: float, x: float, y: float) -> Detection:
    """Move a face of a scaled and shifted part to where it is in the whole."""
    box = face.box[0] * fx + x, face.box[1] * fy + y, face.box[2] * fx, face.box[3] * fy
    points = None if face.landmarks is None else (face.landmarks * (fx, fy) + (x, y)).astype(np.float32)
    return Detection(box, face.score, points, face.reading)

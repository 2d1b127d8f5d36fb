# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What has changed in an image since a part of it was last looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.images.encodings import Pixels
from fer_perception.search.difference import difference
from fer_perception.search.windows import WINDOW, Box

BLOCKS = 40
"""Blocks along the image's longer side; of 640x480 each is a square of 16 pixels."""
HALVINGS = 3
"""Of an image's samples, until one is left of a block: 8 x 8 of them, however many pixels it has."""
LEVEL = 5
"""A block has changed where its mean differs by more than this, of 255, in one of the colours.

A camera's noise of 4 levels a pixel leaves 0.5 of a block's mean; a face that comes changes several by tens."""
_NOTHING, _LEVELS = (0, 0, 0, 0), (LEVEL, LEVEL, LEVEL, LEVEL)
Edges = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the image, the last two just outside."""


@dataclass(frozen=True)
class Glance:
    """A small copy of an image, and where in it nobody is followed."""

    means: NDArray[np.uint8]
    """Of the blocks, uint8 [rows, columns] or [rows, columns, 3]."""
    free: NDArray[np.bool_]
    """Bool [rows, columns]: not covered by a face that is followed."""
    size: tuple[int, int]
    """Of the image, width and height in pixels."""

    @classmethod
    def at(cls, image: Pixels, followed: Sequence[Box]) -> "Glance":
        """Glance at an image, BGR uint8 [H, W, 3] or grey uint8 [H, W], and the boxes of those who are followed.

        What their windows cover is searched in every image anyway, and they move in it.
        """
        height, width = image.shape[:2]
        block = max(width, height) / BLOCKS
        columns, rows = max(1, round(width / block)), max(1, round(height / block))
        means = _means(image, columns, rows)
        glance = cls(means, np.ones((rows, columns), np.bool_), (width, height))
        for x, y, w, h in followed:
            more_x, more_y = (WINDOW - 1) / 2 * w, (WINDOW - 1) / 2 * h
            glance.free[glance._blocks(x - more_x, y - more_y, x + w + more_x, y + h + more_y)] = False
        return glance

    def changes(self, before: "Glance | None") -> NDArray[np.bool_]:
        """Tell which blocks have changed since `before`, but for the followed faces: bool [rows, columns]."""
        if before is None or before.size != self.size or before.means.shape[:2] != self.means.shape[:2]:
            return np.ones_like(self.free)
        same = cv2.inRange(difference(self.means, before.means), _NOTHING, _LEVELS)
        return np.asarray((same == 0) & self.free, np.bool_)

    def within(self, edges: Edges) -> tuple[slice, slice]:
        """Return the blocks that `edges` touch, as rows and columns."""
        return self._blocks(*edges)

    def differs(self, before: "Glance | None", edges: Edges) -> bool:
        """Tell whether anything but the followed faces has changed within `edges` since `before`."""
        return bool(self.changes(before)[self.within(edges)].any())

    def _blocks(self, left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
        """Return the blocks that these edges touch, as rows and columns."""
        rows, columns = self.means.shape[:2]
        width, height = self.size
        return (
            slice(max(0, int(top * rows / height)), max(0, -int(-bottom * rows // height))),
            slice(max(0, int(left * columns / width)), max(0, -int(-right * columns // width))),
        )


def _means(image: Pixels, columns: int, rows: int) -> NDArray[np.uint8]:
    """Average samples of each block; of an image that has no more pixels than samples, its pixels."""
    grid = columns << HALVINGS, rows << HALVINGS
    if image.shape[1] < grid[0] or image.shape[0] < grid[1]:
        return np.asarray(cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    shown = cv2.resize(image, grid, interpolation=cv2.INTER_NEAREST)
    for _ in range(HALVINGS):
        shown = cv2.resize(shown, (shown.shape[1] // 2, shown.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(shown, np.uint8)

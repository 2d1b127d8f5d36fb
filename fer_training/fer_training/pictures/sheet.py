# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Many small images on one page, drawn in inches: an axes for each would take twenty times as long."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_training.pictures.panels import HEAD

ABOVE = 0.04
"""Inches between an image and what is written above it."""


class Sheet:
    """A page of rows and columns of square images.

    Args:
        rows, columns: of images.
        side: an image's, in inches as all that follow.
        gap: between two images: side by side, and below each other, where a title of the lower one stands.
        left, top: the borders on these two sides.
        title: of the page.
    """

    def __init__(
        self, rows: int, columns: int, *, side: float, gap: tuple[float, float], left: float, top: float, title: str
    ) -> None:
        """Begin an empty page."""
        self.side, self.gap, self.left, self.top = side, gap, left, top
        self.width = left + columns * (side + gap[0])
        self.height = top + rows * (side + gap[1])
        self.figure = Figure(figsize=(self.width, self.height))
        self.figure.suptitle(title, y=1 - HEAD / self.height, va="top", fontsize=10)
        self._page = self.figure.add_axes((0, 0, 1, 1))
        self._page.axis("off")

    def image(self, row: int, column: int, image: NDArray[Any], **options: Any) -> None:
        """Draw an image, [H, W], in its place; a later one above an earlier one. `options` go to `Axes.imshow`."""
        left, top = self._place(row, column)
        extent = (left, left + self.side, top + self.side, top)
        self._page.imshow(image, extent=extent, aspect="auto", **options)

    def face(self, row: int, column: int, image: NDArray[np.uint8]) -> None:
        """Draw a grey face, [48, 48]."""
        self.image(row, column, image, cmap="gray", vmin=0, vmax=255)

    def title(self, row: int, column: int, text: str, **options: Any) -> None:
        """Write above an image; `options` go to `Axes.text`."""
        left, top = self._place(row, column)
        self._page.text(left + self.side / 2, top - ABOVE, text, ha="center", va="bottom", **options)

    def beside(self, row: int, text: str, **options: Any) -> None:
        """Write on the left of a row, upwards."""
        _, top = self._place(row, 0)
        middle = top + self.side / 2
        self._page.text(self.left / 2, middle, text, rotation=90, ha="center", va="center", **options)

    def axes(self, row: int, column: int, *, left: float, bottom: float) -> Axes:
        """Return axes in an image's place, for what is no image, with so much room for what stands at their ticks."""
        x, top = self._place(row, column)
        y, width, height = self.height - top - self.side + bottom, self.side - left, self.side - bottom
        return self.figure.add_axes(
            ((x + left) / self.width, y / self.height, width / self.width, height / self.height)
        )

    def save(self, path: Path, dpi: int) -> None:
        """Write the page as a PNG."""
        self._page.set(xlim=(0, self.width), ylim=(self.height, 0))  # each image has moved them
        self.figure.savefig(path, dpi=dpi)

    def _place(self, row: int, column: int) -> tuple[float, float]:
        """Return an image's left and upper border, in inches from the page's."""
        return self.left + column * (self.side + self.gap[0]), self.top + row * (self.side + self.gap[1])

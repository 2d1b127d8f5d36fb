# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""By how much a JPEG is decoded smaller than it is: a decoder that leaves out detail costs a fraction. Needs no ROS."""

from collections.abc import Iterable

DIVISORS = (8, 4, 2)
"""By which libjpeg decodes at once, the largest first."""
FACE_PX = 64.0
"""Side of a face in what is decoded, at least: a third more than the network's crop shows."""
MORE = 1.25
"""So much larger the least face must be before less is decoded than until now."""


class Reduction:
    """Chooses a divisor for one camera's next image, by the faces of its last one.

    Args:
        longest: pixels of the longer side that are left at least; what is searched is no larger.
    """

    def __init__(self, longest: int = 640) -> None:
        """Begin with images as they are."""
        self.longest = longest
        self.size: tuple[int, int] | None = None
        """Width and height of the last image as it came, in pixels."""
        self.grey = False
        """Whether the next image may be decoded without its colours."""
        self._divisor = 1
        self._least: float | None = None

    def divisor(self, width: int, height: int) -> int:
        """Return 1, 2, 4 or 8 for an image of that size, in pixels."""
        self.size = width, height
        self._divisor = next((one for one in DIVISORS if self._fits(one, max(width, height))), 1)
        return self._divisor

    def saw(self, sides: Iterable[float]) -> None:
        """Remember the faces of the last image, by their sides in pixels of the image as it came."""
        self._least = min(sides, default=None)

    def _fits(self, divisor: int, longer: int) -> bool:
        if longer / divisor < self.longest:
            return False
        needed = FACE_PX * (MORE if divisor > self._divisor else 1.0)
        return self._least is None or self._least / divisor >= needed

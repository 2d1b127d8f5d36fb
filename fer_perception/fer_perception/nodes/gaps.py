# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How many of a camera's images are lost on their way, by the gaps between those that arrive. Needs no ROS."""

import itertools
from collections import deque

import numpy as np

WINDOW_S = 6.0
"""Over so long it is judged."""
FASTEST = 240
"""Images a second of the fastest camera that is judged over the whole window; where stamps run too slowly to ever
leave it, no more are kept than such a camera fills it with."""
FEWEST = 8
"""Images in the window below which nothing is said."""
SHARE = 0.25
"""Lost, from which on it is worth a line."""
_NEAR = 0.2
"""How far a gap may be from a whole number of the camera's own times, of one of them."""
_NEARER = 0.1
"""The same where no two images in a row arrived, and the pace is sought in parts of the shortest gap."""
_PARTS = 30
_REGULAR = 0.9
"""Share of the gaps that must be so near: else the camera has no pace of its own, and nothing is known."""


class Gaps:
    """Holds the camera's stamps against its pace: the time between two images that follow each other."""

    def __init__(self) -> None:
        """Start with no image."""
        self._stamps: deque[float] = deque(maxlen=round(WINDOW_S * FASTEST) + 1)

    def __len__(self) -> int:
        """Count the images that it is judged by."""
        return len(self._stamps)

    def add(self, stamp_s: float) -> None:
        """Note an image by its stamp, seconds; one that runs back begins anew."""
        if self._stamps and stamp_s <= self._stamps[-1]:
            self._stamps.clear()
        self._stamps.append(stamp_s)
        while stamp_s - self._stamps[0] > WINDOW_S:
            self._stamps.popleft()

    def lost(self) -> float:
        """Give the share of the images that did not arrive, 0 to 1; 0 where that isn't known.

        Where no two images in a row arrive, the slowest pace that all gaps fit is taken: it is at least so much.
        """
        if len(self._stamps) < FEWEST or self._stamps[-1] - self._stamps[0] < WINDOW_S / 2:
            return 0.0
        stamps = list(self._stamps)
        gaps = [after - before for before, after in itertools.pairwise(stamps)]
        shortest = min(gaps)
        pace = float(np.median([gap for gap in gaps if gap < 1.5 * shortest]))
        for parts in range(1, _PARTS + 1):
            times = _counts(gaps, pace / parts, _NEAR if parts == 1 else _NEARER)
            if times:
                return 1.0 - len(gaps) / times
        return 0.0


def _counts(gaps: list[float], pace: float, near: float) -> int:
    """Count how many of the camera's times the gaps are together, at a pace near this one; 0 where they are not."""
    pace = sum(gaps) / max(1, sum(round(gap / pace) for gap in gaps))
    times = [gap / pace for gap in gaps]
    regular = sum(abs(value - round(value)) <= near for value in times) / len(times)
    return sum(round(value) for value in times) if regular >= _REGULAR else 0

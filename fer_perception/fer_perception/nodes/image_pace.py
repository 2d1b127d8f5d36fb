# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whether an image can be perceived where it arrives, in the executor's own thread. Needs no ROS.

Handing it to another thread costs a millisecond: both wait for Python's lock and for what the other core has in its
cache. It is worth it where an image takes long: the executor stays free, and only the newest image is taken.
"""

SHARE = 0.5
"""Of the time between two images that perceiving one may take in the executor's thread."""
MOST_S = 0.015
"""Seconds that it may take there: for so long timers, services and the light in the same executor wait."""
WEIGHT = 0.2
"""Of the newest value in the running means."""


class ImagePace:
    """Running means of the time between images, and of what one takes."""

    def __init__(self) -> None:
        """Start with nothing known: another thread is the safe answer."""
        self._arrived: float | None = None
        self._between: float | None = None
        self._took: float | None = None

    def arrived(self, now: float) -> None:
        """Note that an image arrived at `now`, seconds of a steady clock."""
        if self._arrived is not None:
            self._between = _toward(self._between, max(0.0, now - self._arrived))
        self._arrived = now

    def took(self, seconds: float) -> None:
        """Perceiving an image took so long."""
        self._took = _toward(self._took, seconds)

    @property
    def leisurely(self) -> bool:
        """Whether images can be perceived where they arrive."""
        return self._between is not None and self._took is not None and self._took <= min(MOST_S, SHARE * self._between)


def _toward(mean: float | None, value: float) -> float:
    return value if mean is None else mean + WEIGHT * (value - mean)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How often a device may be asked."""


class FrameRate:
    """At most so many frames a second in the long run; two may follow each other at half the distance."""

    def __init__(self, rate: float) -> None:
        """Allow `rate` frames a second, more than 0."""
        self._period = 1 / rate
        self._due = float("-inf")
        self.spent = False
        """Whether any frame was sent."""

    def allows(self, now: float) -> bool:
        """Tell whether a frame may be sent at `now` (seconds of a steady clock)."""
        return now >= self._due - self._period / 2

    def spend(self, now: float) -> None:
        """Note that a frame is sent at `now`."""
        self._due = max(self._due, now) + self._period
        self.spent = True

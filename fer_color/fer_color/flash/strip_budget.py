# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How much change each part of a light has made lately, and how much it may still make."""

import numpy as np
from numpy.typing import NDArray

from fer_color.flash.promise import WINDOWS

Changes = NDArray[np.float64]
"""[curves, parts, 2]: changes of relative luminance and of saturated red, under every curve, for every part."""

_MERGE = 0.02
_MOST = 400
"""Entries that are kept: one for 20 ms of the longest window, and some more."""


class StripBudget:
    """`fer_color.flash.budget.Budget` for many parts at once; their changes take place at the same times."""

    def __init__(self, curves: int, parts: int) -> None:
        """Start with nothing spent; each of the curves that the lamp may have has an account of its own."""
        self._first = np.empty(_MOST)
        self._last = np.empty(_MOST)
        self._change = np.empty((_MOST, curves, parts, 2))
        self._count = 0
        self._newest: Changes | None = None

    def rested(self, now: float) -> NDArray[np.bool_]:
        """Tell whether nothing has changed within the longest window: [parts]."""
        recent = now - self._last[: self._count] <= WINDOWS[-1][0]
        return np.asarray(~np.any(self._change[: self._count][recent] > 0, axis=(0, 1, 3)))

    def left(self, now: float) -> Changes:
        """Return what may still change at `now` (seconds, never going back), each 0 or more."""
        return np.maximum(0.0, self.balance(now))

    def balance(self, now: float) -> Changes:
        """Return what `left` does, but negative where a change after a loss has gone beyond the limits."""
        self._forget(now)
        age = now - self._last[: self._count]
        # Closed windows: what lies exactly a window ago still counts.
        left = [
            np.array(limits) - self._change[: self._count][age <= window].sum(axis=0) for window, *limits in WINDOWS
        ]
        return np.asarray(np.min(left, axis=0))

    def spend(self, now: float, change: Changes) -> None:
        """Enter changes at `now`, each 0 or more."""
        self._newest = change
        if not change.any():
            return
        newest = self._count - 1
        if newest >= 0 and now - self._first[newest] <= _MERGE:
            # The later time for both: the earlier one is then counted a little longer than it must be.
            self._last[newest] = max(self._last[newest], now)
            self._change[newest] += change
            return
        self.enter(now, now, change)

    def take_back(self) -> None:
        """Forget the change that was entered last: it has not taken place."""
        if self._count and self._newest is not None:
            newest = self._change[self._count - 1]
            np.maximum(newest - self._newest, 0.0, out=newest)
        self._newest = None

    def enter(self, first: float, last: float, change: Changes) -> None:
        """Enter changes that took place from `first` to `last`, no earlier than all that is entered."""
        if self._count == _MOST:
            # Only where everything is postponed over and over: the two oldest count as one, at the later time.
            self._change[1] += self._change[0]
            self._last[1] = max(self._last[:2])
            self._drop(1)
        self._first[self._count], self._last[self._count] = first, last
        self._change[self._count] = change
        self._count += 1

    def postpone_newest(self, at: float) -> None:
        """Count the newest entry as if it took place as late as `at`."""
        if self._count:
            self._last[self._count - 1] = max(self._last[self._count - 1], at)

    def postpone_all(self, at: float) -> None:
        """Count all that is still entered as if it took place as late as `at`."""
        np.maximum(self._last[: self._count], at, out=self._last[: self._count])

    def _forget(self, now: float) -> None:
        old = 0
        while old < self._count and now - self._last[old] > WINDOWS[-1][0]:
            old += 1
        if old:
            self._drop(old)

    def _drop(self, old: int) -> None:
        kept = self._count - old
        for array in (self._first, self._last, self._change):
            array[:kept] = array[old : self._count]
        self._count = kept

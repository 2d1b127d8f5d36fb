# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How much change a light has made lately, and how much it may still make."""

from bisect import bisect_left

from fer_color.flash.promise import WINDOWS

_MERGE = 0.02


Change = tuple[float, ...]
"""Of relative luminance and of saturated red, one pair after the other for each curve that the lamp may have."""


class Budget:
    """The changes of the last seconds, at most one entry for 20 ms, so that a call costs little at any rate.

    Each curve has an account of its own: a lamp has one of them, and what another one would have spent is no matter.
    """

    def __init__(self, curves: int = 1) -> None:
        """Start with nothing spent, for a lamp that has one of so many curves."""
        self._firsts: list[float] = []
        self._lasts: list[float] = []  # never going back
        self._columns: list[list[float]] = [[] for _ in range(2 * curves)]
        self._newest: Change = ()
        self._limits = [(window, limits * curves) for window, *limits in WINDOWS]

    def spent(self) -> list[tuple[float, float, Change]]:
        """Return what is entered: first and last second of each entry, and its change."""
        return [(first, last, change) for first, last, change in zip(self._firsts, self._lasts, zip(*self._columns))]

    def rested(self, now: float) -> bool:
        """Tell whether nothing has changed within the longest window."""
        return not self._lasts or now - self._lasts[-1] > WINDOWS[-1][0]

    def left(self, now: float) -> Change:
        """Return what may still change at `now` (seconds, never going back), each 0 or more."""
        return tuple(max(0.0, amount) for amount in self.balance(now))

    def balance(self, now: float) -> Change:
        """Return what `left` does, but negative where a change after a loss has gone beyond the limits."""
        old = self._first_within(now, WINDOWS[-1][0])
        if old:
            for column in (self._firsts, self._lasts, *self._columns):
                del column[:old]
        amounts = [1.0] * len(self._columns)
        for window, limits in self._limits:
            # Closed windows: what lies exactly a window ago still counts.
            recent = self._first_within(now, window)
            for k, column in enumerate(self._columns):
                amounts[k] = min(amounts[k], limits[k] - sum(column[recent:]))
        return tuple(amounts)

    def _first_within(self, now: float, window: float) -> int:
        """Find the first entry within the last `window` seconds, by the difference as `StripBudget` has it.

        `now - window` may round to beyond an entry that lies exactly a window ago, and would drop it.
        """
        return bisect_left(self._lasts, -window, key=lambda last: last - now)

    def spend(self, now: float, change: Change) -> None:
        """Enter a change at `now`, each 0 or more."""
        self._newest = change
        if not any(change):
            return
        if self._firsts and now - self._firsts[-1] <= _MERGE:
            # The later time for both: the earlier one is then counted a little longer than it must be.
            self._lasts[-1] = max(self._lasts[-1], now)
            for column, amount in zip(self._columns, change):
                column[-1] += amount
        else:
            self._firsts.append(now)
            self._lasts.append(now)
            for column, amount in zip(self._columns, change):
                column.append(amount)

    def take_back(self) -> None:
        """Forget the change that was entered last: it has not taken place."""
        for column, amount in zip(self._columns, self._newest):
            if column:
                column[-1] = max(0.0, column[-1] - amount)
        self._newest = ()

    def postpone_newest(self, at: float) -> None:
        """Count the newest entry as if it took place as late as `at`."""
        if self._lasts:
            self._lasts[-1] = max(self._lasts[-1], at)

    def postpone_all(self, at: float) -> None:
        """Count all that is still entered as if it took place as late as `at`."""
        self._lasts = [max(last, at) for last in self._lasts]

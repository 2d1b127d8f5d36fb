"""How much change a light has made lately, and how much it may still make."""

from bisect import bisect_left
from dataclasses import dataclass

LUMINANCE = 0
RED = 1

WINDOWS: tuple[tuple[float, float, float], ...] = ((1.05, 0.5, 0.33), (6.1, 1.25, 0.75))
"""Seconds, then the most that all changes of relative luminance, and of saturated red, may add up to within them.

What is promised outside is 0.6 and 0.4 in any 1 s, 1.5 and 0.9 in any 6 s, judged at the receiver. Inside it is five
sixths of that, and the windows are longer, for the jitter of the way there."""

_MERGE = 0.02


@dataclass
class _Entry:
    first: float
    last: float
    change: tuple[float, float]
    total: tuple[float, float]
    """Of all changes up to this one; the sum over a window is a difference of two."""


_REBASE = 1000.0
"""From this total on it starts anew, so that it is exact to 1e-12 however long the light is on."""


def _last(entry: _Entry) -> float:
    return entry.last


class Budget:
    """The changes of the last seconds, at most one entry for 20 ms, so that a call costs little at any rate."""

    def __init__(self) -> None:
        """Nothing spent."""
        self._entries: list[_Entry] = []  # never going back in `last`
        self._gone = (0.0, 0.0)
        """The total of what was entered before them."""

    def spent(self) -> list[tuple[float, float, tuple[float, float]]]:
        """What is entered: first and last second of each entry, and its change."""
        return [(entry.first, entry.last, entry.change) for entry in self._entries]

    def rested(self, now: float) -> bool:
        """Whether nothing has changed within the longest window."""
        return not self._entries or now - self._entries[-1].last > WINDOWS[-1][0]

    def left(self, now: float) -> tuple[float, float]:
        """What may still change at `now` (seconds, never going back): luminance and saturated red, each 0 or more."""
        luminance, red = self.balance(now)
        return max(0.0, luminance), max(0.0, red)

    def balance(self, now: float) -> tuple[float, float]:
        """As `left`, but negative where a change after a loss has gone beyond the limits."""
        self._forget(now - WINDOWS[-1][0])
        luminance, red = 1.0, 1.0
        for window, most, most_red in WINDOWS:
            # Closed windows: what lies exactly a window ago still counts.
            first = bisect_left(self._entries, now - window, key=_last)
            if first < len(self._entries):
                newest, before = self._entries[-1].total, self._entries[first - 1].total if first else self._gone
                most, most_red = most - (newest[LUMINANCE] - before[LUMINANCE]), most_red - (newest[RED] - before[RED])
            luminance, red = min(luminance, most), min(red, most_red)
        return luminance, red

    def spend(self, now: float, change: tuple[float, float]) -> None:
        """Enter a change at `now`: luminance and saturated red, each 0 or more."""
        if change == (0.0, 0.0):
            return
        newest = self._entries[-1] if self._entries else None
        if newest is not None and newest.total[LUMINANCE] + newest.total[RED] > _REBASE:
            self._rebase()
        before = newest.total if newest else self._gone
        total = before[LUMINANCE] + change[LUMINANCE], before[RED] + change[RED]
        if newest and now - newest.first <= _MERGE:
            # The later time for both: the earlier one is then counted a little longer than it must be.
            newest.last = max(newest.last, now)
            newest.change = newest.change[LUMINANCE] + change[LUMINANCE], newest.change[RED] + change[RED]
            newest.total = total
        else:
            self._entries.append(_Entry(now, now, change, total))

    def postpone_newest(self, at: float) -> None:
        """The newest entry took place as late as `at`."""
        if self._entries:
            self._entries[-1].last = max(self._entries[-1].last, at)

    def postpone_all(self, at: float) -> None:
        """All that is still entered may have taken place as late as `at`."""
        for entry in self._entries:
            entry.last = max(entry.last, at)

    def _forget(self, before: float) -> None:
        old = bisect_left(self._entries, before, key=_last)
        if old:
            self._gone = self._entries[old - 1].total
            del self._entries[:old]

    def _rebase(self) -> None:
        self._gone = luminance, red = (0.0, 0.0)
        for entry in self._entries:
            luminance, red = luminance + entry.change[LUMINANCE], red + entry.change[RED]
            entry.total = luminance, red

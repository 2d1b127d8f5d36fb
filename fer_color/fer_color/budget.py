"""How much change a light has made lately, and how much it may still make."""

from collections import deque
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


class Budget:
    """The changes of the last seconds, at most one entry for 20 ms, so that a call costs little at any rate."""

    def __init__(self) -> None:
        """Nothing spent."""
        self._entries: deque[_Entry] = deque()

    def spent(self) -> list[tuple[float, float, tuple[float, float]]]:
        """What is entered: first and last second of each entry, and its change."""
        return [(entry.first, entry.last, entry.change) for entry in self._entries]

    def rested(self, now: float) -> bool:
        """Whether nothing has changed within the longest window."""
        return all(now - entry.last > WINDOWS[-1][0] for entry in self._entries)

    def left(self, now: float) -> tuple[float, float]:
        """What may still change at `now` (seconds, never going back): luminance and saturated red, each 0 or more."""
        luminance, red = self.balance(now)
        return max(0.0, luminance), max(0.0, red)

    def balance(self, now: float) -> tuple[float, float]:
        """As `left`, but negative where a change after a loss has gone beyond the limits."""
        longest = WINDOWS[-1][0]
        while self._entries and now - self._entries[0].last > longest:
            self._entries.popleft()
        left = [1.0, 1.0]
        for window, *limits in WINDOWS:
            # Closed windows: what lies exactly a window ago still counts.
            recent = [entry.change for entry in self._entries if now - entry.last <= window]
            for kind in (LUMINANCE, RED):
                left[kind] = min(left[kind], limits[kind] - sum(change[kind] for change in recent))
        return left[LUMINANCE], left[RED]

    def spend(self, now: float, change: tuple[float, float]) -> None:
        """Enter a change at `now`: luminance and saturated red, each 0 or more."""
        if change == (0.0, 0.0):
            return
        newest = self._entries[-1] if self._entries else None
        if newest and now - newest.first <= _MERGE:
            # The later time for both: the earlier one is then counted a little longer than it must be.
            newest.last = max(newest.last, now)
            newest.change = newest.change[LUMINANCE] + change[LUMINANCE], newest.change[RED] + change[RED]
        else:
            self._entries.append(_Entry(now, now, change))

    def postpone_newest(self, at: float) -> None:
        """The newest entry took place as late as `at`."""
        if self._entries:
            self._entries[-1].last = max(self._entries[-1].last, at)

    def postpone_all(self, at: float) -> None:
        """All that is still entered may have taken place as late as `at`."""
        for entry in self._entries:
            entry.last = max(entry.last, at)

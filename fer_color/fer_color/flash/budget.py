"""How much change a light has made lately, and how much it may still make."""

from bisect import bisect_left

LUMINANCE = 0
RED = 1

WINDOWS: tuple[tuple[float, float, float], ...] = ((1.05, 0.5, 0.33), (6.1, 1.25, 0.75))
"""Seconds, then the most that all changes of relative luminance, and of saturated red, may add up to within them.

What is promised outside is 0.6 and 0.4 in any 1 s, 1.5 and 0.9 in any 6 s, judged at the receiver. Inside it is five
sixths of that, and the windows are longer, for the jitter of the way there."""

_MERGE = 0.02


class Budget:
    """The changes of the last seconds, at most one entry for 20 ms, so that a call costs little at any rate."""

    def __init__(self) -> None:
        """Start with nothing spent."""
        self._firsts: list[float] = []
        self._lasts: list[float] = []  # never going back
        self._luminances: list[float] = []
        self._reds: list[float] = []

    def spent(self) -> list[tuple[float, float, tuple[float, float]]]:
        """Return what is entered: first and last second of each entry, and its change."""
        changes = zip(self._luminances, self._reds)
        return [(first, last, change) for first, last, change in zip(self._firsts, self._lasts, changes)]

    def rested(self, now: float) -> bool:
        """Tell whether nothing has changed within the longest window."""
        return not self._lasts or now - self._lasts[-1] > WINDOWS[-1][0]

    def left(self, now: float) -> tuple[float, float]:
        """Return what may still change at `now` (seconds, never going back): luminance and saturated red, each 0 or
        more."""
        luminance, red = self.balance(now)
        return max(0.0, luminance), max(0.0, red)

    def balance(self, now: float) -> tuple[float, float]:
        """Return what `left` does, but negative where a change after a loss has gone beyond the limits."""
        old = self._first_within(now, WINDOWS[-1][0])
        if old:
            for column in (self._firsts, self._lasts, self._luminances, self._reds):
                del column[:old]
        luminance, red = 1.0, 1.0
        for window, most, most_red in WINDOWS:
            # Closed windows: what lies exactly a window ago still counts.
            recent = self._first_within(now, window)
            luminance = min(luminance, most - sum(self._luminances[recent:]))
            red = min(red, most_red - sum(self._reds[recent:]))
        return luminance, red

    def _first_within(self, now: float, window: float) -> int:
        """Find the first entry within the last `window` seconds, by the difference as `StripBudget` has it.

        `now - window` may round to beyond an entry that lies exactly a window ago, and would drop it.
        """
        return bisect_left(self._lasts, -window, key=lambda last: last - now)

    def spend(self, now: float, change: tuple[float, float]) -> None:
        """Enter a change at `now`: luminance and saturated red, each 0 or more."""
        if change == (0.0, 0.0):
            return
        if self._firsts and now - self._firsts[-1] <= _MERGE:
            # The later time for both: the earlier one is then counted a little longer than it must be.
            self._lasts[-1] = max(self._lasts[-1], now)
            self._luminances[-1] += change[LUMINANCE]
            self._reds[-1] += change[RED]
        else:
            self._firsts.append(now)
            self._lasts.append(now)
            self._luminances.append(change[LUMINANCE])
            self._reds.append(change[RED])

    def postpone_newest(self, at: float) -> None:
        """Count the newest entry as if it took place as late as `at`."""
        if self._lasts:
            self._lasts[-1] = max(self._lasts[-1], at)

    def postpone_all(self, at: float) -> None:
        """Count all that is still entered as if it took place as late as `at`."""
        self._lasts = [max(last, at) for last in self._lasts]

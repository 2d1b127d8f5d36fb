"""The flash promise: the last stage before a light."""

from dataclasses import dataclass
from itertools import combinations

from fer_color.budget import LUMINANCE, RED, WINDOWS, Budget
from fer_color.transfer import DARK, RED_FLASH, TRANSFERS, Rgb, Rgb8, deep_red, luminance, saturated_red

STICK = 0.75
"""A byte stays while what is wanted is closer to it than this. Plain rounding (0.5) would let noise of a hundredth
of a byte flip it at every frame, and every flip costs budget."""
STICK_TIME = 0.5
"""Seconds without a change after which rounding is plain, so that what stays wanted is met exactly."""
HALVINGS = 10
RESERVE = 1.1
"""After a reconnection the first frame may go this much beyond the inner budgets, still well within the promise."""
MOST_STATES = 16

_HALF = (0.5,)
_STEPS = tuple(k / 16 for k in range(1, 16))
_FEW = 4


def meeting_shares(curves: int, states: int) -> tuple[float, ...]:
    """How far between two states the frame is looked for that is closest to both.

    Half way, in linear light. Where several curves are possible half way of one is not that of another; with many
    states half way has to do, for the time that it takes.
    """
    return _STEPS if curves > 1 and states <= _FEW else _HALF


_Seen = tuple[tuple[float, float, float, float], ...]
"""Luminance, saturated red and both values of `deep_red` of one frame, under each of the lamp's possible curves."""


@dataclass(frozen=True)
class LimiterState:
    """What a limiter goes by: its clock, what the lamp may show, what the last frame changed, and what is spent."""

    now: float
    behind: bool
    states: tuple[Rgb8, ...]
    before: tuple[Rgb8, ...]
    changed: bool
    changed_at: float
    spent: list[tuple[float, float, tuple[float, float]]]


class FlashLimiter:
    """Bounds what one light can do: all changes of relative luminance, and of saturated red, within 1 s and 6 s.

    It works on bytes, after brightness, gamma and rounding, and on the light that the lamp makes of them. From what
    the lamp shows it goes in a straight line (in linear light) toward what is wanted, as far as all four budgets
    allow; when nothing is spent that is at once. What is wanted and stays is reached within 15 s in the worst case,
    and within 2 s for all but the deepest changes.

    It reads no clock. A time that goes back counts as no time, and when it is back where it was, all changes count as
    just made, so that a clock's jump back and return gives no budget. (That a clock runs ahead cannot be noticed.)

    Where a frame may have been lost on its way, it doesn't know what the lamp shows: `lost` makes it reckon with
    every possibility at once.
    """

    def __init__(self, transfer: str = "linear", shows: Rgb8 = DARK) -> None:
        """The lamp `shows` that; `transfer` is one of `TRANSFERS`."""
        self._curves = TRANSFERS[transfer]
        self._budget = Budget()
        self._now = float("-inf")
        self._behind = False
        self._states: list[Rgb8] = [shows]
        self._before: list[Rgb8] = []
        self._changed = False
        self._changed_at = float("-inf")

    def state(self) -> "LimiterState":
        """All that it goes by, for another one that takes over."""
        states, before = tuple(self._states), tuple(self._before)
        spent = self._budget.spent()
        return LimiterState(self._now, self._behind, states, before, self._changed, self._changed_at, spent)

    @property
    def shows(self) -> Rgb8 | None:
        """What the lamp shows, or None while that is uncertain."""
        return self._states[0] if len(self._states) == 1 else None

    def step(self, wanted: Rgb, now: float) -> Rgb8 | None:
        """The frame to send now.

        Args:
            wanted: the values to send, 0 to 1 (byte / 255, not rounded), after brightness and gamma.
            now: seconds of a steady clock.

        Returns:
            The bytes, which must then be sent; or None: what the lamp shows is uncertain, and no frame is safe yet.
        """
        self._advance(now)
        left = self._budget.left(self._now)
        seen = [self._see(state) for state in self._states]
        start = self._states[0] if len(self._states) == 1 else self._meeting_point(seen, left)
        if start is None:
            return None
        frame = self._farthest(start, wanted, seen, left)
        change = _change(self._see(frame), seen)
        self._budget.spend(self._now, change)
        self._changed = change != (0.0, 0.0)
        if self._changed:
            self._changed_at = self._now
        self._before, self._states = self._states, [frame]
        return frame

    def delivered(self, at: float) -> None:
        """The last frame is with the lamp since `at` (seconds) at the latest: its change counts from then."""
        self._advance(at)
        if self._changed:
            self._budget.postpone_newest(self._now)
        self._before = []

    def delayed(self, at: float) -> None:
        """As `delivered`, after the way there was blocked: earlier frames may have come as late as `at`, too."""
        self._advance(at)
        self._budget.postpone_all(self._now)
        self._before = []

    def lost(self) -> None:
        """The way to the lamp is lost: it may show the last frame, the one before if that got lost, or nothing."""
        possible = dict.fromkeys([*self._before, *self._states, DARK])
        if len(possible) > MOST_STATES:
            # Only a port that opens and fails over and over comes here: keep what it showed first, and the newest.
            states = [state for state in possible if state != DARK]
            possible = dict.fromkeys([states[0], *states[2 - MOST_STATES :], DARK])
        self._states = list(possible)
        self._before = []

    def _advance(self, now: float) -> None:
        if now < self._now:
            self._behind = True
            return
        self._now = now
        if self._behind:
            self._behind = False
            self._budget.postpone_all(now)

    def _see(self, rgb: Rgb8) -> _Seen:
        lights = [curve.decode(rgb) for curve in self._curves]
        return tuple((luminance(light), saturated_red(light), *deep_red(light)) for light in lights)

    def _farthest(self, start: Rgb8, wanted: Rgb, seen: list[_Seen], left: tuple[float, float]) -> Rgb8:
        """The frame farthest from `start` toward `wanted` that is within the budget from all that was `seen`."""
        curve = self._curves[0]
        begin = curve.decode(start)
        stick = STICK if self._now - self._changed_at < STICK_TIME else 0.5
        end = tuple(curve.to_light(min(1.0, max(0.0, value))) for value in wanted)

        def frame(share: float) -> Rgb8:
            red, green, blue = (
                _round(255 * curve.to_value(a + share * (b - a)), old, stick) for a, b, old in zip(begin, end, start)
            )
            return red, green, blue

        target = frame(1.0)
        if target == start or _fits(_change(self._see(target), seen), left):
            return target
        low, high, best = 0.0, 1.0, start
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            candidate = frame(middle)
            if _fits(_change(self._see(candidate), seen), left):
                low, best = middle, candidate
            else:
                high = middle
        return best

    def _meeting_point(self, seen: list[_Seen], left: tuple[float, float]) -> Rgb8 | None:
        """The frame that is the smallest change from all that the lamp may show, if it may be sent now."""
        shares = meeting_shares(len(self._curves), len(self._states))
        halfway = [self._between(a, b, share) for a, b in combinations(self._states, 2) for share in shares]
        limits = WINDOWS[0][1:]

        def worst(rgb: Rgb8) -> float:
            change = _change(self._see(rgb), seen)
            return max(change[LUMINANCE] / limits[LUMINANCE], change[RED] / limits[RED])

        best = min([*self._states, *halfway], key=worst)
        reserve = (RESERVE - 1) * limits[LUMINANCE], (RESERVE - 1) * limits[RED]
        allowed = left[LUMINANCE] + reserve[LUMINANCE], left[RED] + reserve[RED]
        # Full-blown red that may have gone dark meanwhile fits no budget ever: it waits until nothing else is spent.
        return best if self._budget.rested(self._now) or _fits(_change(self._see(best), seen), allowed) else None

    def _between(self, a: Rgb8, b: Rgb8, share: float) -> Rgb8:
        curve = self._curves[0]
        lights = zip(curve.decode(a), curve.decode(b))
        red, green, blue = (round(255 * curve.to_value(x + share * (y - x))) for x, y in lights)
        return red, green, blue


def _round(value: float, old: int, stick: float) -> int:
    """`value` (0 to 255) as a byte, which stays `old` while that is closer than `stick`."""
    return old if abs(value - old) < stick else min(255, max(0, round(value)))


def _change(new: _Seen, seen: list[_Seen]) -> tuple[float, float]:
    """The largest change of luminance and of saturated red, over all that the lamp may show and all its curves.

    A red that becomes deep, or no longer is, counts at least half a flash: an analyser sees it come or go.
    """
    pairs = [(old, now) for state in seen for old, now in zip(state, new)]
    of_luminance, red, *deep = (max(abs(now[kind] - old[kind]) for old, now in pairs) for kind in range(4))
    return of_luminance, max(red, min(max(deep), RED_FLASH))


def _fits(change: tuple[float, float], left: tuple[float, float]) -> bool:
    return change[LUMINANCE] <= left[LUMINANCE] and change[RED] <= left[RED]

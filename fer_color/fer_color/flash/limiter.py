"""The flash promise: the last stage before a light."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fer_color.flash.budget import LUMINANCE, RED, WINDOWS, Budget
from fer_color.flash.common_frame import PROMISE, meeting_frame
from fer_color.flash.lamp_state import Reckoning
from fer_color.transfer import DARK, RED_FLASH, TRANSFERS, Rgb, Rgb8, deep_red, luminance, saturated_red

STICK = 0.75
"""A byte stays while what is wanted is closer to it than this. Plain rounding (0.5) would let noise of a hundredth
of a byte flip it at every frame, and every flip costs budget."""
STICK_TIME = 0.5
"""Seconds without a change after which rounding is plain, so that what stays wanted is met exactly."""
HALVINGS = 10
RESERVE = tuple(0.995 * most - limit for most, limit in zip(PROMISE, WINDOWS[0][1:]))
"""How far, of luminance and of saturated red, the first frame after a loss may go beyond the inner budgets: it stays
within the promise, whose windows are shorter than the inner ones by the jitter of the way."""

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


class FlashLimiter(Reckoning[Rgb8, Budget]):
    """Bounds what one light can do: all changes of relative luminance, and of saturated red, within 1 s and 6 s.

    It works on bytes, after brightness, gamma and rounding, and on the light that the lamp makes of them. From what
    the lamp shows it goes in a straight line (in linear light) toward what is wanted, as far as all four budgets
    allow; when nothing is spent that is at once. What is wanted and stays is reached within 15 s in the worst case,
    and within 2 s for all but the deepest changes. Of clocks and losses see `Reckoning`.
    """

    def __init__(self, transfer: str = "linear", shows: Rgb8 = DARK) -> None:
        """Start with a lamp that `shows` that; `transfer` is one of `TRANSFERS`."""
        super().__init__(Budget(), shows, DARK)
        self._curves = TRANSFERS[transfer]
        self._changed_at = float("-inf")

    def state(self) -> "LimiterState":
        """Hand over all that it goes by to another one that takes over."""
        states, before = tuple(self._states), tuple(self._before)
        spent = self._budget.spent()
        return LimiterState(self._now, self._behind, states, before, self._changed, self._changed_at, spent)

    def step(self, wanted: Rgb, now: float) -> Rgb8 | None:
        """Return the frame to send now.

        Args:
            wanted: the values to send, 0 to 1 (byte / 255, not rounded), after brightness and gamma.
            now: seconds of a steady clock.

        Returns:
            The bytes, which must then be sent; or None: what the lamp shows is uncertain, and no frame is safe yet.
        """
        self._advance(now)
        certain = len(self._states) == 1
        seen = [self._see(state) for state in self._states]
        start = self._states[0] if certain else self._meeting_point(seen)
        if start is None:
            return None
        way = self._way(start, wanted)
        frame = way(1.0)
        if certain and frame == start:
            self._sent(frame, changed=False)
            return frame
        frame = self._farthest(start, way, seen)
        change = _change(self._see(frame), seen)
        self._budget.spend(self._now, change)
        changed = change != (0.0, 0.0)
        if changed:
            self._changed_at = self._now
        self._sent(frame, changed=changed)
        return frame

    def _name(self, state: Rgb8) -> Rgb8:
        return state

    def _see(self, rgb: Rgb8) -> _Seen:
        lights = [curve.decode(rgb) for curve in self._curves]
        return tuple((luminance(light), saturated_red(light), *deep_red(light)) for light in lights)

    def _way(self, start: Rgb8, wanted: Rgb) -> Callable[[float], Rgb8]:
        """Return the frame at a share, 0 to 1, of the way from `start` to `wanted`."""
        curve = self._curves[0]
        begin = curve.decode(start)
        stick = STICK if self._now - self._changed_at < STICK_TIME else 0.5
        end = tuple(curve.to_light(min(1.0, max(0.0, value))) for value in wanted)

        def frame(share: float) -> Rgb8:
            red, green, blue = (
                _round(255 * curve.to_value(a + share * (b - a)), old, stick) for a, b, old in zip(begin, end, start)
            )
            return red, green, blue

        return frame

    def _farthest(self, start: Rgb8, way: Callable[[float], Rgb8], seen: list[_Seen]) -> Rgb8:
        """Find the frame farthest on its `way` from `start` that is within the budget from all that was `seen`."""
        left = self._budget.left(self._now)
        target = way(1.0)
        if target == start or _fits(_change(self._see(target), seen), left):
            return target
        low, high, best = 0.0, 1.0, start
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            candidate = way(middle)
            if _fits(_change(self._see(candidate), seen), left):
                low, best = middle, candidate
            else:
                high = middle
        return best

    def _meeting_point(self, seen: list[_Seen]) -> Rgb8 | None:
        """Find the frame that is the smallest change from all that the lamp may show, if it may be sent now."""
        if self._meeting is None:
            found = meeting_frame([np.array([state], dtype=np.uint8) for state in self._states], self._curves)[0]
            self._meeting = int(found[0]), int(found[1]), int(found[2])
        best, balance = self._meeting, self._budget.balance(self._now)
        allowed = balance[LUMINANCE] + RESERVE[LUMINANCE], balance[RED] + RESERVE[RED]
        # What fits no budget ever (a lamp found in deep red that may have gone dark) waits until nothing is spent.
        return best if _fits(_change(self._see(best), seen), allowed) or self._budget.rested(self._now) else None


def _round(value: float, old: int, stick: float) -> int:
    """Round `value` (0 to 255) to a byte, which stays `old` while that is closer than `stick`."""
    return old if abs(value - old) < stick else min(255, max(0, round(value)))


def _change(new: _Seen, seen: list[_Seen]) -> tuple[float, float]:
    """Return the largest change of luminance and of saturated red, over all that the lamp may show and all its curves.

    A red that becomes deep, or no longer is, counts at least half a flash: an analyser sees it come or go.
    """
    pairs = [(old, now) for state in seen for old, now in zip(state, new)]
    of_luminance, red, *deep = (max(abs(now[kind] - old[kind]) for old, now in pairs) for kind in range(4))
    return of_luminance, max(red, min(max(deep), RED_FLASH))


def _fits(change: tuple[float, float], left: tuple[float, float]) -> bool:
    return change[LUMINANCE] <= left[LUMINANCE] and change[RED] <= left[RED]

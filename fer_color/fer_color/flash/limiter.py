# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise: the last stage before a light."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import le

import numpy as np

from fer_color.flash.budget import Budget, Change
from fer_color.flash.common_frame import meeting_frame
from fer_color.flash.lamp_state import Reckoning
from fer_color.flash.promise import PROMISE, WINDOWS
from fer_color.transfer import (
    ALL_LEVELS,
    DARK,
    FULL,
    RED_FLASH,
    Rgb,
    Rgb8,
    curves_of,
    deep_red,
    luminance,
    saturated_red,
)

STICK = 0.75
"""A byte stays while what is wanted is closer to it than this. Plain rounding (0.5) would let noise of a hundredth
of a byte flip it at every frame, and every flip costs budget."""
STICK_TIME = 0.5
"""Seconds without a change after which rounding is plain, so that what stays wanted is met exactly."""
HALVINGS = 10
RESERVE = tuple(0.995 * most - limit for most, limit in zip(PROMISE[0][1:], WINDOWS[0][1:]))
"""How far, of luminance and of saturated red, the first frame after a loss may go beyond the inner budgets: it stays
within the promise, whose windows are shorter than the inner ones by the jitter of the way."""

Lit = tuple[int, int, int, int]
"""Red, green, blue, and a level that stands beside them, each 0 to 255: the light is the level's share of what the lamp
makes of the three. Only lamps with a brightness of their own have another level than `FULL`."""
_DARK: Lit = (*DARK, FULL)
_Look = tuple[float, float, float, float]
"""Luminance, saturated red and both values of `deep_red` of one light."""
_Seen = list[tuple[_Look, ...]]
"""For each of the lamp's possible curves the looks of all that it may show."""


@dataclass(frozen=True)
class LimiterState:
    """What a limiter goes by: its clock, what the lamp may show, what the last frame changed, and what is spent."""

    now: float
    behind: bool
    states: tuple[Lit, ...]
    before: tuple[Lit, ...]
    recent: tuple[tuple[float, Lit], ...]
    changed: bool
    changed_at: float
    spent: list[tuple[float, float, Change]]


class FlashLimiter(Reckoning[Lit, Budget]):
    """Bounds what one light can do: all changes of relative luminance, and of saturated red, within 1 s and 6 s.

    It works on bytes, after brightness, gamma and rounding, and on the light that the lamp makes of them. From what
    the lamp shows it goes in a straight line (in linear light) toward what is wanted, as far as all four budgets
    allow, for each curve that the lamp may have; when nothing is spent that is at once. What is wanted and stays is
    reached within 15 s in the worst case, and within 2 s for all but the deepest changes. Of clocks and losses see
    `Reckoning`.
    """

    def __init__(
        self, transfer: str = "linear", shows: Rgb8 = DARK, level: int = FULL, levels: Sequence[int] = ALL_LEVELS
    ) -> None:
        """Start with a lamp that `shows` that, at that `level`; `transfer` as `curves_of` knows it.

        `levels`: those that the lamp can have.
        """
        self._curves = curves_of(transfer)
        self._tables = [curve.table for curve in self._curves]
        super().__init__(Budget(self._accounts()), (*shows, level), _DARK)
        self._levels = levels
        self._changed_at = float("-inf")
        self._stuck: tuple[object, Change] = None, ()
        """What was asked for when there was not enough left for any step, and what was left."""
        self.level = level
        """Of the frame that `step` gave last."""

    @property
    def shows(self) -> Rgb8 | None:
        """What the lamp shows, but for the level; None while that is uncertain."""
        return None if self.surely is None else self.surely[:3]

    def found(self, state: tuple[int, ...], *, surely: bool) -> None:
        """Do as `Reckoning` does; `state` is `Lit`, or without a level, which is full then."""
        red, green, blue, level = (*state, FULL)[:4]
        super().found((red, green, blue, level), surely=surely)

    @classmethod
    def after(cls, limiter: "FlashLimiter", transfer: str, levels: Sequence[int], now: float) -> "FlashLimiter":
        """Go on with the same lamp, whose curve turns out to be another one at `now`.

        What it has changed lately was reckoned for the wrong curve, so all that may change counts as changed just now.
        """
        fresh, old = cls(transfer, levels=levels), limiter.state()
        fresh._advance(now)
        fresh._states, fresh._before, fresh._changed_at = list(old.states), list(old.before), old.changed_at
        fresh._recent.extend(old.recent)
        fresh._budget.spend(now, WINDOWS[-1][1:] * fresh._accounts())
        return fresh

    def state(self) -> "LimiterState":
        """Hand over all that it goes by to another one that takes over."""
        states, before = tuple(self._states), tuple(self._before)
        recent, spent = tuple(self._recent), self._budget.spent()
        return LimiterState(self._now, self._behind, states, before, recent, self._changed, self._changed_at, spent)

    def step(self, wanted: Rgb, now: float, level: int = FULL) -> Rgb8 | None:
        """Return the frame to send now.

        Args:
            wanted: the values to send, 0 to 1 (byte / 255, not rounded), after brightness and gamma.
            now: seconds of a steady clock.
            level: that is wanted beside them; what it is in this frame stands in `self.level` then.

        Returns:
            The bytes, which must then be sent; or None: what the lamp shows is uncertain, and no frame is safe yet.
        """
        self._advance(now)
        certain = len(self._states) == 1
        seen = list(zip(*map(self._see, self._states)))
        start = self._states[0] if certain else self._meeting_point(seen)
        if start is None:
            return None
        way = self._way(start, wanted, level)
        frame = way(1.0)
        if not certain or frame != start:
            left, asked = self._budget.left(self._now), (start, wanted, level, self._stick(), certain)
            # What was too far with as much left still is, which saves most of the time where it has to wait.
            stuck = asked == self._stuck[0] and all(map(le, left, self._stuck[1]))
            frame = start if stuck else self._farthest(start, way, seen, left)
            self._stuck = (asked if frame == start and certain else None), left
        change = _change(self._see(frame), seen)
        self._budget.spend(self._now, change)
        changed = any(change)
        if changed:
            self._changed_at = self._now
        self._sent(frame, changed=changed)
        self.level = frame[3]
        return frame[:3]

    def _name(self, state: Lit) -> Lit:
        return state

    def _stick(self) -> float:
        return STICK if self._now - self._changed_at < STICK_TIME else 0.5

    def _accounts(self) -> int:
        """Return how many lights a state may stand for, one of which the lamp makes."""
        return len(self._curves)

    def _lights(self, state: Lit) -> Iterable[Rgb]:
        """Return these lights."""
        red, green, blue, level = state
        if level == FULL:
            return [(table[red], table[green], table[blue]) for table in self._tables]
        return [_dimmed((table[red], table[green], table[blue]), level) for table in self._tables]

    def _see(self, state: Lit) -> list[_Look]:
        return [_look(light) for light in self._lights(state)]

    def _fits(self, state: Lit, seen: _Seen, left: Change) -> bool:
        """Tell whether a change to `state` is within what is `left`; it ends at the first curve for which it is not."""
        for curve, light in enumerate(self._lights(state)):
            of_luminance, of_red = _largest(_look(light), seen[curve])
            if of_luminance > left[2 * curve] or of_red > left[2 * curve + 1]:
                return False
        return True

    def _way(self, start: Lit, wanted: Rgb, level: int) -> Callable[[float], Lit]:
        """Return the frame at a share, 0 to 1, of the way from `start` to `wanted`, at a level between theirs.

        The light goes in a straight line, so that it is never more than the level's share of full light.
        """
        curve = self._curves[0]
        begin = _dimmed(curve.decode(start[:3]), start[3])
        stick = self._stick()
        red, green, blue = (curve.to_light(min(1.0, max(0.0, value))) for value in wanted)
        end = _dimmed((red, green, blue), level)

        def frame(share: float) -> Lit:
            between = _nearest(start[3] + share * (level - start[3]), self._levels)
            red, green, blue = (
                rounded(255 * curve.to_value(_brightened(a + share * (b - a), between)), old, stick)
                for a, b, old in zip(begin, end, start)
            )
            return red, green, blue, between

        return frame

    def _farthest(self, start: Lit, way: Callable[[float], Lit], seen: _Seen, left: Change) -> Lit:
        """Find the frame farthest on its `way` from `start` that is within what is `left` from all that was `seen`."""
        target = way(1.0)
        if target == start or self._fits(target, seen, left):
            return target
        low, high, best = 0.0, 1.0, start
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            candidate = way(middle)
            if candidate == best or self._fits(candidate, seen, left):
                low, best = middle, candidate
            else:
                high = middle
        return best

    def _meeting_point(self, seen: _Seen) -> Lit | None:
        """Find the frame that is the smallest change from all that the lamp may show, if it may be sent now."""
        if self._meeting is None:
            self._meeting = self._meet()
        best, balance = self._meeting, self._budget.balance(self._now)
        allowed = tuple(amount + reserve for amount, reserve in zip(balance, RESERVE * self._accounts()))
        # What fits no budget ever (a lamp found in deep red that may have gone dark) waits until nothing is spent.
        return best if self._fits(best, seen, allowed) or self._budget.rested(self._now) else None

    def _meet(self) -> Lit:
        colors = [np.array([state[:3]], dtype=np.uint8) for state in self._states]
        found = meeting_frame(colors, self._curves, [state[3] / FULL for state in self._states])[0]
        return int(found[0]), int(found[1]), int(found[2]), FULL


def _nearest(level: float, levels: Sequence[int]) -> int:
    return round(level) if levels is ALL_LEVELS else min(levels, key=lambda possible: abs(possible - level))


def _dimmed(light: Rgb, level: int) -> Rgb:
    if level == FULL:
        return light
    return light[0] * level / FULL, light[1] * level / FULL, light[2] * level / FULL


def _brightened(light: float, level: int) -> float:
    """Return what the three have to give for so much light, 0 to 1, at that level."""
    return light if level == FULL else min(1.0, light * FULL / level) if level else 0.0


def rounded(value: float, old: int, stick: float) -> int:
    """Round `value` (0 to 255) to a byte, which stays `old` while that is closer than `stick`."""
    return old if abs(value - old) < stick else min(255, max(0, round(value)))


def _look(light: Rgb) -> _Look:
    red = saturated_red(light)
    return luminance(light), red, *(deep_red(light) if red else (0.0, 0.0))


def _largest(now: _Look, before: Sequence[_Look]) -> tuple[float, float]:
    """Return the largest change from all `before`, of luminance and of red.

    A red that becomes deep, or no longer is, counts at least half a flash: an analyser sees it come or go.
    """
    of_luminance = of_red = deep = 0.0
    for old in before:
        of_luminance = max(of_luminance, abs(now[0] - old[0]))
        if now[1] or old[1]:
            of_red = max(of_red, abs(now[1] - old[1]))
            deep = max(deep, abs(now[2] - old[2]), abs(now[3] - old[3]))
    return of_luminance, max(of_red, min(deep, RED_FLASH))


def _change(new: Sequence[_Look], seen: _Seen) -> Change:
    """Return `_largest` for each of the lamp's curves, one after the other."""
    return tuple(amount for now, before in zip(new, seen) for amount in _largest(now, before))

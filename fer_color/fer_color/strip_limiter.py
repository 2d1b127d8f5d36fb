"""The flash promise for a light whose parts differ: for each of its segments, and for the whole."""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fer_color.budget import WINDOWS
from fer_color.limiter import HALVINGS, MOST_STATES, RESERVE, STICK, STICK_TIME, FlashLimiter, meeting_shares
from fer_color.strip_budget import Changes, StripBudget
from fer_color.transfer import DARK, RED_EDGE, RED_FLASH, TRANSFERS, Curve, Rgb8

Bytes = NDArray[np.uint8]
"""[segments, 3] as they are sent."""

_QUANTITIES = np.array([[0.2126, 1.0, 1.0], [0.7152, -1.0, -4.0], [0.0722, -1.0, -4.0]])
"""Relative luminance; R - G - B, whose positive part is saturated red; and what is positive where red is deep."""
_LIMITS = np.array(WINDOWS[0][1:])

_Array = NDArray[np.float64]
_TO_LIGHT: dict[str, Callable[[_Array], _Array]] = {
    "linear": lambda value: value,
    "srgb": lambda value: np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4),
    "power": lambda value: value**2.8,
}
_TO_VALUE: dict[str, Callable[[_Array], _Array]] = {
    "linear": lambda light: light,
    "srgb": lambda light: np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055),
    "power": lambda light: light ** (1 / 2.8),
}
"""`fer_color.transfer`'s curves for arrays."""


class StripLimiter:
    """`fer_color.limiter.FlashLimiter` for a light of several segments.

    Each segment keeps the promise as though it were the whole light, and so does the light of all of them together:
    red and cyan side by side are no red, so that cyan alone going dark would be a red flash of the whole. Each segment
    goes as far as its own budget allows; where the whole's does not allow that, all go a smaller share of their way.
    """

    def __init__(self, transfer: str, sizes: Sequence[int], shows: Rgb8 = DARK) -> None:
        """The lamp `shows` that everywhere; `transfer` is one of `TRANSFERS`, `sizes` the LEDs of each segment."""
        segments = len(sizes)
        self._curves = TRANSFERS[transfer]
        self._tables = np.array([curve.table for curve in self._curves])
        self._parts = np.concatenate([np.eye(segments), np.array([sizes]) / sum(sizes)])
        self._budget = StripBudget(segments + 1)
        self._now = float("-inf")
        self._behind = False
        self._states: list[Bytes] = [self._tile(shows)]
        self._before: list[Bytes] = []
        self._changed = False
        self._changed_at = np.full(segments, float("-inf"))

    @classmethod
    def taking_over(cls, limiter: FlashLimiter, transfer: str, sizes: Sequence[int]) -> "StripLimiter":
        """Go on where a limiter of one colour for all of the light has come to."""
        strip = cls(transfer, sizes)
        state = limiter.state()
        strip._now, strip._behind = state.now, state.behind
        strip._states = [strip._tile(rgb) for rgb in state.states]
        strip._before = [strip._tile(rgb) for rgb in state.before]
        strip._changed = state.changed
        strip._changed_at[:] = state.changed_at
        for first, last, change in state.spent:
            strip._budget.enter(first, last, np.tile(change, (len(sizes) + 1, 1)))
        return strip

    @property
    def shows(self) -> Bytes | None:
        """What the lamp shows, or None while that is uncertain."""
        return self._states[0] if len(self._states) == 1 else None

    def step(self, wanted: NDArray[np.float64], now: float) -> Bytes | None:
        """The frame to send now.

        Args:
            wanted: [segments, 3], the values to send, 0 to 1 (byte / 255, not rounded), after brightness and gamma.
            now: seconds of a steady clock.

        Returns:
            The bytes, which must then be sent; or None: what the lamp shows is uncertain, and no frame is safe yet.
        """
        self._advance(now)
        left = self._budget.left(self._now)
        seen = self._see(np.stack(self._states))
        start = self._states[0] if len(self._states) == 1 else self._meeting_point(seen, left)
        if start is None:
            return None
        frame = self._farthest(start, np.clip(wanted, 0.0, 1.0), seen, left)
        change = _change(self._see(frame), seen)
        self._budget.spend(self._now, change)
        moved = change[:-1].any(axis=1)
        self._changed = bool(moved.any())
        self._changed_at[moved] = self._now
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
        dark = np.zeros_like(self._states[0])
        possible = {state.tobytes(): state for state in [*self._before, *self._states, dark]}
        states = list(possible.values())
        if len(states) > MOST_STATES:
            # Only a way that opens and fails over and over comes here: keep what it showed first, and the newest.
            lit = [state for state in states if state.any()]
            states = [lit[0], *lit[2 - MOST_STATES :], dark]
        self._states = states
        self._before = []

    def _tile(self, rgb: Rgb8) -> Bytes:
        return np.tile(np.array(rgb, dtype=np.uint8), (self._parts.shape[1], 1))

    def _advance(self, now: float) -> None:
        if now < self._now:
            self._behind = True
            return
        self._now = now
        if self._behind:
            self._behind = False
            self._budget.postpone_all(now)

    def _see(self, frames: Bytes) -> _Array:
        """[curves, ..., parts, 6] of each of [..., segments, 3] and of the whole.

        Luminance, saturated red, both values of `deep_red`, and these again averaged over the parts' LEDs, as an
        analyser does that is shown a picture of the light.
        """
        # All are linear in the light up to red's maximum, so the whole's are the segments' mean until then.
        seen: _Array = self._parts @ (self._tables[:, frames] @ _QUANTITIES)
        red, beyond = np.maximum(0.0, seen[..., 1:2]), seen[..., 2:3]
        deep = np.concatenate([red * (beyond >= RED_EDGE), red * (beyond >= -RED_EDGE)], axis=-1)
        return np.concatenate([seen[..., :1], red, deep, self._parts @ deep[..., :-1, :]], axis=-1)

    def _farthest(self, start: Bytes, wanted: _Array, seen: _Array, left: Changes) -> Bytes:
        """The frame farthest from `start` toward `wanted` that is within the budget from all that was `seen`."""
        curve = self._curves[0]
        begin, end = self._tables[0][start], _TO_LIGHT[curve.name](wanted)
        stick = np.where(self._now - self._changed_at < STICK_TIME, STICK, 0.5)[:, None]

        def frame(share: _Array) -> Bytes:
            value = 255 * _TO_VALUE[curve.name](begin + share[:, None] * (end - begin))
            return np.where(np.abs(value - start) < stick, start, np.clip(np.rint(value), 0, 255)).astype(np.uint8)

        def fits(candidate: Bytes) -> NDArray[np.bool_]:
            return np.asarray((_change(self._see(candidate), seen) <= left).all(axis=1))

        reached = np.ones(len(start))
        within = fits(frame(reached))
        if within.all():
            return frame(reached)
        low, high = np.zeros(len(start)), np.ones(len(start))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            good = fits(frame(middle))[:-1]
            low, high = np.where(good, middle, low), np.where(good, high, middle)
        # What goes all the way goes exactly there; a segment that cannot move at all stays.
        reached = np.where(within[:-1], 1.0, low)
        if fits(frame(reached)).all():
            return frame(reached)
        best, least, most = start, 0.0, 1.0
        for _ in range(HALVINGS):
            share = (least + most) / 2
            candidate = frame(share * reached)
            if fits(candidate).all():
                least, best = share, candidate
            else:
                most = share
        return best

    def _meeting_point(self, seen: _Array, left: Changes) -> Bytes | None:
        """The frame that is the smallest change from all that the lamp may show, if it may be sent now."""
        shares = meeting_shares(len(self._curves), len(self._states))
        halfway = [self._between(a, b, share) for a, b in combinations(self._states, 2) for share in shares]
        candidates = np.stack([*self._states, *halfway])
        worst = np.stack([(_change(self._see(one), seen)[:-1] / _LIMITS).max(axis=1) for one in candidates])
        best: Bytes = candidates[worst.argmin(axis=0), np.arange(candidates.shape[1])]
        fits = (_change(self._see(best), seen) <= left + (RESERVE - 1) * _LIMITS).all(axis=1)
        # Full-blown red that may have gone dark meanwhile fits no budget ever: it waits until nothing else is spent.
        return best if (fits | self._budget.rested(self._now)).all() else None

    def _between(self, a: Bytes, b: Bytes, share: float) -> Bytes:
        curve: Curve = self._curves[0]
        begin, end = self._tables[0][a], self._tables[0][b]
        return np.rint(255 * _TO_VALUE[curve.name](begin + share * (end - begin))).astype(np.uint8)


def _change(new: _Array, seen: _Array) -> Changes:
    """[parts, 2]: the largest change over all that the lamp may show and all its curves.

    Args:
        new: [curves, parts, 6], of one frame.
        seen: [curves, states, parts, 6].
    """
    change = np.abs(seen - new[:, None]).max(axis=(0, 1))
    deep = np.minimum(change[:, 2:].max(axis=1), RED_FLASH)
    return np.stack([change[:, 0], np.maximum(change[:, 1], deep)], axis=1)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise for a light whose parts differ: for each of its segments, and for the whole."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fer_color.flash.common_frame import Bytes, meeting_frame
from fer_color.flash.lamp_state import Reckoning
from fer_color.flash.limiter import RESERVE, STICK, STICK_TIME, FlashLimiter
from fer_color.flash.strip_budget import Changes, StripBudget
from fer_color.transfer import DARK, RED_EDGE, RED_FLASH, Array, Rgb8, curves_of

_QUANTITIES = np.array([[0.2126, 1.0, 1.0], [0.7152, -1.0, -4.0], [0.0722, -1.0, -4.0]])
"""Relative luminance; R - G - B, whose positive part is saturated red; and what is positive where red is deep."""
_HALVINGS = (4, 3, 3)
"""`limiter.HALVINGS`, in the parts in which they are taken."""


class StripLimiter(Reckoning[Bytes, StripBudget]):
    """`fer_color.flash.limiter.FlashLimiter` for a light of several segments.

    Each segment keeps the promise as though it were the whole light, and so does the light of all of them together:
    red and cyan side by side are no red, so that cyan alone going dark would be a red flash of the whole. Each segment
    goes as far as its own budget allows; where the whole's does not allow that, all go a smaller share of their way.
    """

    def __init__(self, transfer: str, sizes: Sequence[int], shows: Rgb8 = DARK) -> None:
        """Start with a lamp that `shows` that everywhere; `transfer` as `curves_of` knows it, `sizes` the LEDs of each
        segment."""
        segments = len(sizes)
        self._curves = curves_of(transfer)
        budget = StripBudget(len(self._curves), segments + 1)
        super().__init__(budget, _tile(shows, segments), _tile(DARK, segments))
        self._tables = np.array([curve.table for curve in self._curves])
        self._weights = np.array(sizes) / sum(sizes)
        self._changed_at = np.full(segments, float("-inf"))

    @classmethod
    def taking_over(cls, limiter: FlashLimiter, transfer: str, sizes: Sequence[int]) -> "StripLimiter":
        """Go on where a limiter of one colour for all of the light has come to."""
        strip = cls(transfer, sizes)
        state, segments = limiter.state(), len(sizes)
        strip._now, strip._behind = state.now, state.behind
        strip._states = [_tile(lit[:3], segments) for lit in state.states]
        strip._before = [_tile(lit[:3], segments) for lit in state.before]
        strip._recent.extend((at, _tile(lit[:3], segments)) for at, lit in state.recent)
        strip._changed = state.changed
        strip._changed_at[:] = state.changed_at
        for first, last, change in state.spent:
            pairs = np.array(change).reshape(len(strip._curves), 1, 2)
            strip._budget.enter(first, last, np.tile(pairs, (1, segments + 1, 1)))
        return strip

    @property
    def shows(self) -> Bytes | None:
        """What the lamp shows; None while that is uncertain."""
        return self.surely

    def step(self, wanted: NDArray[np.float64], now: float) -> Bytes | None:
        """Return the frame to send now.

        Args:
            wanted: [segments, 3], the values to send, 0 to 1 (byte / 255, not rounded), after brightness and gamma.
            now: seconds of a steady clock.

        Returns:
            The bytes, which must then be sent; or None: what the lamp shows is uncertain, and no frame is safe yet.
        """
        self._advance(now)
        certain = len(self._states) == 1
        start = self._states[0] if certain else self._meeting_point()
        if start is None:
            return None
        way = self._way(start, np.clip(wanted, 0.0, 1.0))
        if certain and np.array_equal(way(np.ones(len(start))), start):
            self._sent(start, changed=False)
            return start
        seen = self._see(np.stack(self._states))
        frame = self._farthest(start, way, seen)
        change = _change(self._see(frame), seen)
        self._budget.spend(self._now, change)
        moved = change[:, :-1].any(axis=(0, 2))
        self._changed_at[moved] = self._now
        self._sent(frame, changed=bool(moved.any()))
        return frame

    def _name(self, state: Bytes) -> bytes:
        return state.tobytes()

    def _see(self, frames: Bytes) -> Array:
        """Return [curves, ..., parts, 6] for each of [..., segments, 3] and for the whole.

        Luminance, saturated red, both values of `deep_red`, and these again averaged over the parts' LEDs, as an
        analyser does that is shown a picture of the light.
        """
        # All are linear in the light up to red's maximum, so the whole's are the segments' mean until then.
        seen: Array = self._tables[:, frames] @ _QUANTITIES
        seen = np.concatenate([seen, self._whole(seen)], axis=-2)
        red, beyond = np.maximum(0.0, seen[..., 1:2]), seen[..., 2:3]
        deep = np.concatenate([red * (beyond >= RED_EDGE), red * (beyond >= -RED_EDGE)], axis=-1)
        averaged = np.concatenate([deep[..., :-1, :], self._whole(deep[..., :-1, :])], axis=-2)
        return np.concatenate([seen[..., :1], red, deep, averaged], axis=-1)

    def _whole(self, parts: Array) -> Array:
        """Return the mean over the LEDs of [..., segments, values]: [..., 1, values]."""
        return np.asarray(self._weights @ parts)[..., None, :]

    def _way(self, start: Bytes, wanted: Array) -> Callable[[Array], Bytes]:
        """Return the frames [..., segments, 3] at shares [..., segments], 0 to 1, of the ways from `start` to
        `wanted`."""
        curve = self._curves[0]
        begin, end = self._tables[0][start], curve.to_lights(wanted)
        stick = np.where(self._now - self._changed_at < STICK_TIME, STICK, 0.5)[:, None]

        def frame(shares: Array) -> Bytes:
            value = 255 * curve.to_values(begin + shares[..., None] * (end - begin))
            return np.where(np.abs(value - start) < stick, start, np.clip(np.rint(value), 0, 255)).astype(np.uint8)

        return frame

    def _farthest(self, start: Bytes, way: Callable[[Array], Bytes], seen: Array) -> Bytes:
        """Find the frame farthest on its `way` from `start` that is within the budget from all that was `seen`."""
        left = self._budget.left(self._now)

        def fits(frames: Bytes) -> NDArray[np.bool_]:
            """Tell which fit, [..., parts]."""
            change = _change(self._see(frames), seen)
            return np.asarray((change <= (left[:, None] if change.ndim > left.ndim else left)).all(axis=(0, -1)))

        all_the_way = np.ones(len(start))
        within = fits(way(all_the_way))
        if within.all():
            return way(all_the_way)
        # What goes all the way goes exactly there; a segment that cannot move at all stays.
        reached = np.where(within[:-1], 1.0, _bisected(lambda shares: fits(way(shares))[..., :-1], len(start)))
        if fits(way(reached)).all():
            return way(reached)
        share = _bisected(lambda shares: np.asarray(fits(way(shares * reached)).all(axis=-1, keepdims=True)), 1)
        return way(share * reached)

    def _meeting_point(self) -> Bytes | None:
        """Find the frame that is the smallest change from all that the lamp may show, if it may be sent now."""
        if self._meeting is None:
            self._meeting = meeting_frame(self._states, self._curves)
        change = _change(self._see(self._meeting), self._see(np.stack(self._states)))
        fits = (change <= self._budget.balance(self._now) + RESERVE).all(axis=(0, 2))
        # What fits no budget ever (a lamp found in deep red that may have gone dark) waits until nothing is spent.
        return self._meeting if (fits | self._budget.rested(self._now)).all() else None


def _tile(rgb: Rgb8, segments: int) -> Bytes:
    return np.tile(np.array(rgb, dtype=np.uint8), (segments, 1))


def _bisected(fits: Callable[[Array], NDArray[np.bool_]], count: int) -> Array:
    """Bisect ways: the shares that `limiter.HALVINGS` halvings end at, [count], 0 where none fits.

    `fits`: which of shares [tries, count] fit, [tries, count]. All that the next few halvings may come to is tried at
    once, because a call costs more than what it reckons.
    """
    share, width, every = np.zeros(count), 1.0, np.arange(count)
    for halvings in _HALVINGS:
        parts = 2**halvings
        good = fits(share + width * np.arange(1, parts)[:, None] / parts)
        place, stride = np.zeros(count, dtype=int), parts // 2
        while stride:
            place = np.where(good[place + stride - 1, every], place + stride, place)
            stride //= 2
        share, width = share + width * place / parts, width / parts
    return share


def _change(new: Array, seen: Array) -> Changes:
    """Return for each curve, [curves, ..., parts, 2], the largest change over all that the lamp may show.

    Args:
        new: [curves, parts, 6], of a frame, or [curves, tries, parts, 6].
        seen: [curves, states, parts, 6].
    """
    old = seen[:, :, None] if new.ndim > 3 else seen
    change = np.abs(old - new[:, None]).max(axis=1)
    deep = np.minimum(change[..., 2:].max(axis=-1), RED_FLASH)
    return np.stack([change[..., 0], np.maximum(change[..., 1], deep)], axis=-1)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Finds the frame with the smallest worst-case change when the lamp's colour is uncertain."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from fer_color.flash.promise import PROMISE
from fer_color.transfer import Curve

Bytes = NDArray[np.uint8]
"""[segments, 3] as they are sent."""

_AT_ONCE = PROMISE[0][1:]
"""The most that relative luminance, and saturated red, may change in any 1 s, as a lamp sees it."""
QUANTITIES = np.array([[0.2126, 1.0], [0.7152, -1.0], [0.0722, -1.0]])
"""[3, 2]: what makes relative luminance of linear light, and R - G - B, whose positive part is saturated red."""
_HALF = np.array([0.5])
_STEPS = np.arange(1, 64) / 64
_FEW = 4
_CALM = 0.99
"""A share of the promise: a frame on the way between two states that changes no more is not improved upon."""
_POWER = 16
_MOVES = np.array(list(product((0, -1, 1), repeat=3)))
_ANYWHERE = np.array(list(product(range(0, 256, 51), repeat=3)))
"""Where the search begins again, when from between the states it found nothing."""
_STRIDES = (48, 24, 12, 6, 3, 2, 1) * 3
_SURE_LIGHT = (0.827, 0.453, 0.0)
"""In the middle of what one curve's lamp can show: half of the light, and 0.37 of saturated red."""
_SURE = {("srgb", "linear"): (213, 145, 0), ("srgb", "linear", "gamma2.2", "gamma2.8"): (211, 146, 0)}
"""The same for several curves at once, by trying all frames."""


Seen = NDArray[np.float64]
"""[accounts, ..., 2]: relative luminance and saturated red, for each light that a frame may stand for."""


class Eye:
    """What may be seen of frames: by a lamp that has one of several curves, with one account for each."""

    def __init__(self, curves: Sequence[Curve]) -> None:
        """Look at what those make of it; ways are straight in the first one's light."""
        self.curves = tuple(curves)
        self._tables = np.array([curve.table for curve in curves])

    def see(self, frames: NDArray[np.integer]) -> Seen:
        """Look at frames [..., 3]."""
        seen: Seen = self._tables[:, frames] @ QUANTITIES
        return np.maximum(0.0, seen)

    def sure_frame(self) -> tuple[int, int, int]:
        """Return `sure_frame` for such a lamp."""
        return sure_frame(self.curves)


def meeting_frame(states: Sequence[Bytes], curves: Sequence[Curve], levels: Sequence[float] | None = None) -> Bytes:
    """Find the frame whose largest change from any of `states`, under any of the lamp's `curves`, is least.

    `levels`: the share, 0 to 1, that each state's light has of what its bytes say; None: all of it, as the frame has.
    """
    eye, dimmed = Eye(curves), np.ones(len(states)) if levels is None else np.array(levels)
    return nearest_frame(states, eye, eye.see(np.stack(states)) * dimmed[:, None, None], dimmed)


def nearest_frame(states: Sequence[Bytes], eye: Eye, seen: Seen, dimmed: NDArray[np.float64]) -> Bytes:
    """Do as `meeting_frame` for whatever `eye` the frame is looked at with.

    It is looked for on the straight ways between the states, `dimmed` to these shares (in the first curve's light),
    where a lamp of one curve has it half way. What half way is for one curve is not so for another: where the change
    would be more than the promise allows, the frame is searched off those ways, too; a colour that is paler than all
    the states may be within it. Where nothing that is found is calm, `sure_frame` is the last resort, and enough for
    all that we asked for.

    Args:
        states: each [segments, 3].
        eye: see there.
        seen: [accounts, looks, segments, 2], of all that the lamp may show now.
        dimmed: [states], each 0 to 1.
    """
    possible, curve = np.stack(states), eye.curves[0]
    least, most = seen.min(axis=1), seen.max(axis=1)

    def best_of(candidates: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Choose, of [candidates, segments, 3], the best, [segments, 3], and give its change in shares of _AT_ONCE,
        [segments]."""
        lights = eye.see(candidates)
        shares = np.maximum(lights - least[:, None], most[:, None] - lights) / _AT_ONCE
        # A high power in place of the largest: where two of them are equally bad, one that gives way is seen.
        chosen = (shares**_POWER).sum(axis=(0, 3)).argmin(axis=0), np.arange(shares.shape[2])
        return candidates[chosen], shares.max(axis=(0, 3))[chosen]

    shares = _STEPS if len(seen) > 1 and len(states) <= _FEW else _HALF
    lights = np.array(curve.table)[possible] * dimmed[:, None, None]
    begin, end = (lights[list(ends)] for ends in zip(*combinations(range(len(lights)), 2)))
    between = (begin[:, None] + shares[:, None, None] * (end - begin)[:, None]).reshape(-1, *lights.shape[1:])
    values = np.rint(255 * curve.to_values(between)).astype(np.int64)
    frame, change = best_of(np.concatenate([possible.astype(np.int64), values]))
    for start in (frame[None], _ANYWHERE[:, None].repeat(frame.shape[0], axis=1)):
        for stride in (None, *_STRIDES):
            if np.max(change) <= _CALM:
                break
            around = start if stride is None else np.clip(frame + stride * _MOVES[:, None], 0, 255)
            found, reached = best_of(around)
            restless = change > _CALM
            frame, change = np.where(restless[:, None], found, frame), np.where(restless, reached, change)
    sure, reached = best_of(np.array(eye.sure_frame())[None, None].repeat(frame.shape[0], axis=1))
    return np.where((change > np.maximum(reached, _CALM))[:, None], sure, frame).astype(np.uint8)


def sure_frame(curves: Sequence[Curve]) -> tuple[int, int, int]:
    """Return a frame that is within `PROMISE` of a second from every colour below `red_ceiling`'s, and from dark."""
    found = _SURE.get(tuple(curve.name for curve in curves))
    if found is not None:
        return found
    red, green, blue = (round(255 * curves[0].to_value(light)) for light in _SURE_LIGHT)
    return red, green, blue

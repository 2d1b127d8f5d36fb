# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Caps red for lamps that can drop out, so that a safe return always exists."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fer_color.flash.common_frame import QUANTITIES
from fer_color.flash.promise import PROMISE
from fer_color.flash.split_eye import SplitEye
from fer_color.transfer import Array, curves_of

_RED = 0.74
"""Linear saturated red, for each of a lamp's curves. Of a lamp that showed more than 0.77 and was lost no frame is
within 0.4 of both what it showed and dark, one of which it shows now. And a change to no red at all stays within what
six seconds allow (`promise.WINDOWS`), rounding included: a hair above it would wait for them."""
_REDS = {"either": (_RED, 0.64), "any": (_RED, 0.64, _RED, _RED)}
_LUMINANCE = {"either": (0.93, 1.0), "any": (1.0, 1.0, 1.0, 0.85)}
"""Saturated red and relative luminance, for each of a lamp's curves, where these differ so much that without a lower
ceiling no frame is near all colours at once. Below it `common_frame.sure_frame` is, for each pair of curves here."""
_MARGIN = 0.96
"""A share of the promise between a light and the ceiling above it, which leaves room for rounding."""
_HALVINGS = 12
_HAIR = 1e-9


@dataclass(frozen=True)
class _Ceiling:
    lights: Callable[[Array], Array]
    """The lights, [accounts, n, 3], that values [n, 3] may stand for."""
    most: Array
    """[accounts, 1, 2]: relative luminance and R - G - B."""
    surely_red: float
    """Values of red up to this one are never too much."""
    surely: float
    """Values of whatever colour up to this one are never too bright."""

    def holds(self, values: Array) -> NDArray[np.bool_]:
        """Tell whether values [n, 3] are below it: [n]."""
        return np.asarray((self.lights(values) @ QUANTITIES <= self.most).all(axis=(0, 2)))


@lru_cache(maxsize=64)
def _ceiling(transfer: str) -> _Ceiling:
    curves = curves_of(transfer)
    luminance = _LUMINANCE.get(transfer, (1.0,) * len(curves))
    red = _REDS.get(transfer, (_RED,) * len(curves))
    surely_red, surely = (
        min(curve.to_value(most) for curve, most in zip(curves, limits)) for limits in (red, luminance)
    )
    most = np.array([luminance, red]).T[:, None] + (_HAIR, 0.0)
    return _Ceiling(lambda values: np.stack([curve.to_lights(values) for curve in curves]), most, surely_red, surely)


@lru_cache(maxsize=64)
def _split_ceiling(transfer: str) -> _Ceiling:
    """Return the same for what goes out as brightness x colour: as far above its sure frame as a second allows."""
    eye = SplitEye(curves_of(transfer))
    above = eye.see(np.array(eye.sure_frame())) + _MARGIN * np.array(PROMISE[0][1:])
    most = np.minimum(above, (1.0, _RED))
    # Beside full brightness a colour stands for the light that the product would.
    for beside, curve in enumerate(eye.bent, start=len(eye.curves)):
        product = eye.curves.index(curve)
        most[product] = np.minimum(most[product], most[beside])
    # A colour with its brightness beside it gives no more light than that.
    values = [[curve.to_value(one) for one in pair] for curve, pair in zip(eye.curves, most.tolist())]
    surely, surely_red = np.min([*values, *most[len(values) :].tolist()], axis=0)
    return _Ceiling(eye.lights, most[:, None] + (_HAIR, 0.0), surely_red, surely)


def below_ceiling(values: Array, transfer: str, *, split: bool = False) -> Array:
    """Dim those of `values` that a lost lamp could not return from within the flash promise.

    Args:
        values: [n, 3], 0 to 1, to be sent (byte / 255, not rounded).
        transfer: as `curves_of` knows it.
        split: whether they go out as brightness x colour, see `split_limiter`.

    Returns:
        [n, 3], of the same hue; as they are where they need not be dimmed, as most need not.
    """
    return _below(np.ascontiguousarray(values).tobytes(), transfer, split)


# What is wanted stays for many frames.
@lru_cache(maxsize=64)
def _below(written: bytes, transfer: str, split: bool) -> Array:
    values = np.frombuffer(written).reshape(-1, 3)
    ceiling = _split_ceiling(transfer) if split else _ceiling(transfer)
    if np.max(values[:, 0]) <= ceiling.surely_red and np.max(values) <= ceiling.surely:
        return values
    share, width = ceiling.holds(values).astype(float)[:, None], 1.0
    if share.all():
        return values
    dimmed = np.zeros_like(share)
    for _ in range(_HALVINGS):
        width /= 2
        dimmed += width * ceiling.holds(values * (dimmed + width))[:, None]
    return np.asarray(values * np.where(share > 0, 1.0, dimmed))

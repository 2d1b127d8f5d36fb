# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Caps red for lamps that can drop out, so that a safe return always exists."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fer_color.transfer import Array, Curve, curves_of

_RED = 0.74
"""Linear saturated red, for each of a lamp's curves. Of a lamp that showed more than 0.77 and was lost no frame is
within 0.4 of both what it showed and dark, one of which it shows now. And a change to no red at all stays within what
six seconds allow (`promise.WINDOWS`), rounding included: a hair above it would wait for them."""
_REDS = {"either": (_RED, 0.64), "any": (_RED, 0.64, _RED, _RED)}
_LUMINANCE = {"either": (0.93, 1.0), "any": (1.0, 1.0, 1.0, 0.85)}
"""Saturated red and relative luminance, for each of a lamp's curves, where these differ so much that without a lower
ceiling no frame is near all colours at once. Below it `common_frame.sure_frame` is, for each pair of curves here."""
_HALVINGS = 12


@dataclass(frozen=True)
class _Ceiling:
    curves: tuple[Curve, ...]
    luminance: tuple[float, ...]
    red: tuple[float, ...]
    surely_red: float
    """Values of red up to this one are never too much."""
    surely: float
    """Values of whatever colour up to this one are never too bright."""

    def holds(self, values: Array) -> Array:
        """Tell whether values [n, 3] are below it: [n]."""
        held = np.ones(len(values), dtype=bool)
        for curve, most, red in zip(self.curves, self.luminance, self.red):
            light = curve.to_lights(values)
            held &= light @ [1.0, -1.0, -1.0] <= red
            held &= light @ [0.2126, 0.7152, 0.0722] <= most + 1e-9
        return held


@lru_cache(maxsize=64)
def _ceiling(transfer: str) -> _Ceiling:
    curves = curves_of(transfer)
    luminance = _LUMINANCE.get(transfer, (1.0,) * len(curves))
    red = _REDS.get(transfer, (_RED,) * len(curves))
    surely_red, surely = (
        min(curve.to_value(most) for curve, most in zip(curves, limits)) for limits in (red, luminance)
    )
    return _Ceiling(curves, luminance, red, surely_red, surely)


def below_ceiling(values: Array, transfer: str) -> Array:
    """Dim those of `values` that a lost lamp could not return from within the flash promise.

    Args:
        values: [n, 3], 0 to 1, to be sent (byte / 255, not rounded).
        transfer: as `curves_of` knows it.

    Returns:
        [n, 3], of the same hue; as they are where they need not be dimmed, as most need not.
    """
    ceiling = _ceiling(transfer)
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

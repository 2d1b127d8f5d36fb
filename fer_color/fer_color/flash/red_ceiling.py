# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Caps red for lamps that can drop out, so that a safe return always exists."""

from dataclasses import dataclass

import numpy as np

from fer_color.transfer import TRANSFERS, Array, Curve

_RED = 0.74
"""Linear saturated red, for each of a lamp's curves. Of a lamp that showed more than 0.77 and was lost no frame is
within 0.4 of both what it showed and dark, one of which it shows now. And a change to no red at all stays within what
six seconds allow (`promise.WINDOWS`), rounding included: a hair above it would wait for them."""
_LUMINANCE = {"any": (1.0, 1.0, 1.0, 0.94)}
"""Relative luminance, for each of a lamp's curves, where they differ so much that full white has no such frame."""
_HALVINGS = 12


@dataclass(frozen=True)
class _Ceiling:
    curves: tuple[Curve, ...]
    luminance: tuple[float, ...]
    red: float
    surely_red: float
    """Values of red up to this one are never too much."""
    surely: float
    """Values of whatever colour up to this one are never too bright."""

    def holds(self, values: Array) -> Array:
        """Tell whether values [n, 3] are below it: [n]."""
        held = np.ones(len(values), dtype=bool)
        for curve, most in zip(self.curves, self.luminance):
            light = curve.to_lights(values)
            held &= light @ [1.0, -1.0, -1.0] <= self.red
            held &= light @ [0.2126, 0.7152, 0.0722] <= most + 1e-9
        return held


def _ceiling(transfer: str) -> _Ceiling:
    curves = TRANSFERS[transfer]
    luminance = _LUMINANCE.get(transfer, (1.0,) * len(curves))
    surely = min(curve.to_value(most) for curve, most in zip(curves, luminance))
    return _Ceiling(curves, luminance, _RED, min(curve.to_value(_RED) for curve in curves), surely)


_CEILINGS = {transfer: _ceiling(transfer) for transfer in TRANSFERS}


def below_ceiling(values: Array, transfer: str) -> Array:
    """Dim those of `values` that a lost lamp could not return from within the flash promise.

    Args:
        values: [n, 3], 0 to 1, to be sent (byte / 255, not rounded).
        transfer: one of `TRANSFERS`.

    Returns:
        [n, 3], of the same hue; as they are where they need not be dimmed, as most need not.
    """
    ceiling = _CEILINGS[transfer]
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

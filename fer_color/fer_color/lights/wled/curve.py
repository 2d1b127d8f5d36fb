# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a WLED makes of colours and of brightness, by its own configuration (`/json/cfg`).

By its source, wled00 of v0.14.4 to v0.15.5 and v16.0.0, v16.0.1: cfg.cpp (what is stored, and what is taken for no
correction), colors.cpp (the table), led.cpp and FX_fcn.cpp (`scaledBri`, `setBrightness`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fer_color.transfer import ALL_LEVELS, FULL, fault_of_transfer

_BEFORE_16 = re.compile(r"0\.1[45](\D|$)")
_SINCE_16 = re.compile(r"16(\D|$)")
_PERCENT = (1, 255)
_FAR = 1e6


@dataclass(frozen=True)
class WledCurve:
    """What its configuration makes of what it is told."""

    transfer: str = ""
    """Of colours, as `fer_color.transfer.curves_of` knows it; empty: not known."""
    levels: Sequence[int] = ALL_LEVELS
    """256: for each brightness the light that it gives, 0 to 255, where its full brightness gives 255."""

    @property
    def dims_straight(self) -> bool:
        """Whether the light is linear in the brightness."""
        return self.levels == ALL_LEVELS

    @property
    def reached(self) -> Sequence[int]:
        """The lights that some brightness gives, ascending, but for none."""
        return ALL_LEVELS if self.dims_straight else sorted({*self.levels} - {0})

    def brightness(self, level: int) -> int:
        """Return the brightness that gives the light that is next to `level`; never 0, which would switch it off."""
        if self.dims_straight:
            return level
        return min(range(1, FULL + 1), key=lambda brightness: abs(self.levels[brightness] - level))


UNKNOWN = WledCurve()


def read_curve(content: dict[str, Any], version: str) -> WledCurve:
    """Read it from the configuration that a controller of that `version` tells; what can't be told is as if unset."""
    before_16 = bool(_BEFORE_16.match(version))
    light = _part(content, "light")
    exponent, color, brightness = (_number(_part(light, "gc"), name) for name in ("val", "col", "bri"))
    if exponent is None or color is None or brightness is None or not (before_16 or _SINCE_16.match(version)):
        return UNKNOWN
    # Up to 0.15 an exponent of 1 or less is none; 16 takes those from 0.1 on.
    corrects = 1 < exponent <= 3 if before_16 else 0.1 <= exponent <= 3
    colored, dimmed = (corrects and (one > 1 if before_16 else one != 1) for one in (color, brightness))
    transfer = f"gamma{exponent:.4g}" if colored else "linear"
    percent = _number(light, "scale-bri")
    levels = _levels(exponent if dimmed else 1.0, 100 if percent is None else percent, scaled_first=before_16)
    return WledCurve("" if fault_of_transfer(transfer) else transfer, levels)


def _levels(exponent: float, percent: float, *, scaled_first: bool) -> Sequence[int]:
    if not _PERCENT[0] <= percent <= _PERCENT[1] or (exponent == 1 and percent == 100):
        return ALL_LEVELS

    def corrected(value: int) -> int:
        return int((value / FULL) ** exponent * FULL + 0.5)

    def scaled(value: int) -> int:
        return min(FULL, value * int(percent) // 100)

    given = [corrected(scaled(one)) if scaled_first else scaled(corrected(one)) for one in ALL_LEVELS]
    return [round(FULL * one / given[FULL]) for one in given] if given[FULL] else ALL_LEVELS


def _part(content: dict[str, Any], name: str) -> dict[str, Any]:
    part = content.get(name)
    return part if isinstance(part, dict) else {}


def _number(content: dict[str, Any], name: str) -> float | None:
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # An integer of many digits is none either.
    return float(value) if abs(value) < _FAR else None

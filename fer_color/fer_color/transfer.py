# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a lamp makes of a byte: transfer curves, and the two quantities that the flash promise is about."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[float, float, float]
"""Red, green, blue, each 0 to 1; whether sRGB, a value to be sent or linear light is said where it is used."""
Rgb8 = tuple[int, int, int]
"""Red, green, blue as they are sent, each 0 to 255."""
DARK: Rgb8 = (0, 0, 0)
FULL = 255
"""Full brightness, of a lamp that has a brightness beside its colour."""
ALL_LEVELS: Sequence[int] = range(FULL + 1)
"""The brightnesses of a lamp that can have any."""


def luminance(light: Rgb) -> float:
    """Relative luminance, 0 to 1, of linear light (WCAG 2.2, 'relative luminance'; ITU-R BT.709's weights)."""
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def saturated_red(light: Rgb) -> float:
    """Saturated red, 0 to 1, of linear light: max(0, R - G - B), as the red flash threshold of WCAG 2.2 takes it."""
    return max(0.0, light[0] - light[1] - light[2])


RED_FLASH = 20 / 320
"""The least change of saturated red that is one half of a red flash (WCAG 2.2)."""
RED_EDGE = 1e-6
"""How far a colour may be on either side of the edge of `deep_red` by an analyser's rounding."""


def deep_red(light: Rgb) -> tuple[float, float]:
    """Return `saturated_red` where red is four fifths of linear light or more, else 0, as flash analysers (IRIS) take
    it.

    Near that share the least shift of hue changes it by as much as there is red. Which side a colour at the very edge
    is on depends on the analyser's rounding: it is 0 in the first value and red in the second.
    """
    red, beyond = saturated_red(light), light[0] - 4 * (light[1] + light[2])
    return red if beyond >= RED_EDGE else 0.0, red if beyond >= -RED_EDGE else 0.0


def srgb_to_light(value: float) -> float:
    """Linear light of an sRGB value, both 0 to 1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def light_to_srgb(light: float) -> float:
    """Return the inverse of `srgb_to_light`."""
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def split(rgb: Rgb8, least: int = 1) -> tuple[int, Rgb8]:
    """Return brightness and colour, whose product is `rgb`: the brightness `least` (1 to 255), or more if it must be.

    Brightness x colour / 255 gives `rgb` to within half a byte. With a `least` of 1 the colour is as bright as it can
    be, as lamps want it that take no more than a hue.
    """
    brightness = max(1, least, *rgb)
    red, green, blue = (round(value * FULL / brightness) for value in rgb)
    return brightness, (red, green, blue)


Array = NDArray[np.float64]


def _same(value: float) -> float:
    return value


def _srgb_to_lights(values: Array) -> Array:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _lights_to_srgb(lights: Array) -> Array:
    return np.where(lights <= 0.0031308, lights * 12.92, 1.055 * lights ** (1 / 2.4) - 0.055)


def _unchanged(values: Array) -> Array:
    return values


@dataclass(frozen=True)
class Curve:
    """A lamp's transfer curve."""

    name: str
    to_light: Callable[[float], float]
    """Linear light of a value (byte / 255), both 0 to 1."""
    to_value: Callable[[float], float]
    """Its inverse."""
    to_lights: Callable[[Array], Array]
    """`to_light` for arrays of any shape."""
    to_values: Callable[[Array], Array]
    """`to_value` for arrays of any shape."""
    table: tuple[float, ...] = field(init=False, repr=False)
    """Linear light of each of the 256 bytes."""

    def __post_init__(self) -> None:
        """Tabulate the bytes."""
        object.__setattr__(self, "table", tuple(self.to_light(byte / 255) for byte in range(256)))

    def decode(self, rgb: Rgb8) -> Rgb:
        """Linear light of the bytes."""
        return self.table[rgb[0]], self.table[rgb[1]], self.table[rgb[2]]


LINEAR = Curve("linear", _same, _same, _unchanged, _unchanged)
"""A strip: the byte is the duty cycle, so the light is linear in it."""
SRGB = Curve("srgb", srgb_to_light, light_to_srgb, _srgb_to_lights, _lights_to_srgb)
"""A screen, or a lamp that takes sRGB."""


def _power(exponent: float) -> Curve:
    return Curve(
        f"gamma{exponent:g}",
        lambda value: value**exponent,
        lambda light: light ** (1 / exponent),
        lambda values: values**exponent,
        lambda lights: lights ** (1 / exponent),
    )


GAMMA_22 = _power(2.2)
"""What WLED 16 does with colours unless it is told otherwise, and Husarion's driver."""
GAMMA_28 = _power(2.8)
"""The same of WLED 0.14 and 0.15, and of ESPHome's lights."""

TRANSFERS: dict[str, tuple[Curve, ...]] = {
    "linear": (LINEAR,),
    "srgb": (SRGB,),
    "gamma2.2": (GAMMA_22,),
    "gamma2.8": (GAMMA_28,),
    "either": (SRGB, LINEAR),
    "any": (SRGB, LINEAR, GAMMA_22, GAMMA_28),
}
"""The values of the option `transfer`. 'either' keeps the promise for a strip and for a screen, 'any' for every curve
here, where it is not known which one the lamp has. The light moves along a straight line in the first curve's light.

Beside these names there is `gammaX` for an exponent X from 0.5 to 3, see `curves_of`."""
_LEAST_GAMMA, _MOST_GAMMA = 0.5, 3.0


@lru_cache(maxsize=64)
def curves_of(transfer: str) -> tuple[Curve, ...]:
    """Return the curves that a lamp may have: those of one of `TRANSFERS`, or of `gammaX`; KeyError for another name.

    Below 0.5 a single byte would be more than a step that the flash promise allows; WLED offers no more than 3.
    """
    found = TRANSFERS.get(transfer)
    if found is not None:
        return found
    written = re.fullmatch(r"gamma([0-9]{1,2}(?:\.[0-9]{1,6})?)", transfer)
    if written is None or not _LEAST_GAMMA <= float(written[1]) <= _MOST_GAMMA:
        raise KeyError(transfer)
    return (_power(float(written[1])),)


def fault_of_transfer(transfer: str) -> str:
    """Return one line, which says what is wrong with the name of a transfer; empty: nothing is."""
    try:
        curves_of(transfer)
    except KeyError:
        known = ", ".join(TRANSFERS)
        return (
            f"transfer is '{transfer}': use one of {known}, or gammaX with X from {_LEAST_GAMMA:g} to {_MOST_GAMMA:g}"
        )
    return ""

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""CIEDE2000 in NumPy: how far two colours are apart, and the lights of two distributions, the project's colour error.

Source: Sharma, Wu and Dalal, 2005, 'The CIEDE2000 color-difference formula: implementation notes, supplementary test
data, and mathematical observations'; sRGB by IEC 61966-2-1, white point D65.
"""

import numpy as np
from numpy.typing import NDArray

from fer_color.blend import blend
from fer_color.palette import PAPER

_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
_25_7 = 25.0**7


def to_lab(srgb: NDArray[np.floating]) -> NDArray[np.float64]:
    """CIE L*a*b* of sRGB in 0 to 1, [..., 3]."""
    values = np.asarray(srgb, dtype=np.float64)
    linear = np.where(values <= 0.04045, values / 12.92, ((np.maximum(values, 0) + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def color_errors(model: NDArray[np.floating], people: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return how far the light for a model's answer is from the light for the people's, CIEDE2000.

    Both are blended from the paper's palette by its equation (10), in sRGB and not rounded.

    Args:
        model: distributions, [N, 7].
        people: the same of the people.

    Returns:
        [N]; 0 is the same colour.
    """
    one, other = (blend(np.asarray(given, dtype=np.float64), PAPER) for given in (model, people))
    return difference(one, other)


def difference(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    """CIEDE2000 between sRGB colours in 0 to 1, [..., 3] each: [...], 0 is the same colour."""
    return lab_difference(to_lab(one), to_lab(other))


def lab_difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIEDE2000 between colours in CIE L*a*b*, [..., 3] each: [...]; the names are those of the paper's steps."""
    l1, a1, b1 = one[..., 0], one[..., 1], one[..., 2]
    l2, a2, b2 = other[..., 0], other[..., 1], other[..., 2]
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(mean_c7 / (mean_c7 + _25_7)))
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1 = np.degrees(np.arctan2(b1, (1 + g) * a1)) % 360
    h2 = np.degrees(np.arctan2(b2, (1 + g) * a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, (h2 - h1 + 180) % 360 - 180)
    delta_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    far = np.abs(h1 - h2) > 180
    mean_h = np.where(grey, h1 + h2, np.where(far, (h1 + h2 + np.where(h1 + h2 < 360, 360, -360)) / 2, (h1 + h2) / 2))
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    theta = 30 * np.exp(-(((mean_h - 275) / 25) ** 2))
    mean_c7 = mean_c**7
    r_t = -np.sin(np.radians(2 * theta)) * 2 * np.sqrt(mean_c7 / (mean_c7 + _25_7))
    light, chroma, hue = (l2 - l1) / s_l, (c2 - c1) / s_c, delta_h / s_h
    return np.asarray(np.sqrt(np.maximum(0, light**2 + chroma**2 + hue**2 + r_t * chroma * hue)))

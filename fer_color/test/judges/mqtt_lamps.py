# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The lamps that are told brightness and colour, and what light they make of them.

By their sources and documents: ESPHome 33fdbbe, light_color_values.h (the exponent is on brightness x colour); WLED
0.14 to 16.0 behind Home Assistant 2025.4 (the exponent is on the colour, the brightness is a factor on what comes out
of it: see wled_lamp.py); lamps that take a hue and a brightness (zigbee2mqtt's and Hue's, by sRGB's curve), which Home
Assistant's automation of docs/lights.md also makes of our state for everybody who follows it.
"""

import itertools

import numpy as np

GAMMAS = {"gamma 1": 1.0, "sRGB": None, "gamma 2.2": 2.2, "gamma 2.8": 2.8}


def bent(value, gamma):
    """Linear light of values 0 to 1; without a gamma sRGB's (IEC 61966-2-1)."""
    if gamma is None:
        return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return value**gamma


def told(message):
    """(red, green, blue, brightness) of a state or an order."""
    if message["state"] == "OFF":
        return 0, 0, 0, 0
    return *(message["color"][name] for name in "rgb"), message["brightness"]


def of_the_product(shown, gamma):
    """[..., 3] of (red, green, blue, brightness) [..., 4], each 0 to 255, as all here."""
    return bent(shown[..., :3] * shown[..., 3:] / 255**2, gamma)


def beside(shown, gamma):
    return shown[..., 3:] / 255 * bent(shown[..., :3] / 255, gamma)


def of_the_hue(shown, gamma):
    """With the automation's rounding."""
    most = shown[..., :3].max(axis=-1, keepdims=True)
    return (
        np.rint(shown[..., 3:] * most / 255)
        / 255
        * bent(np.rint(shown[..., :3] * 255 / np.maximum(most, 1)) / 255, gamma)
    )


LAMPS = {
    f"{name}, {label}": lambda shown, reads=reads, gamma=gamma: reads(np.asarray(shown, dtype=float), gamma)
    for name, reads in (("on the product", of_the_product), ("beside", beside), ("of the hue", of_the_hue))
    for label, gamma in GAMMAS.items()
}
"""Every lamp: linear light, [..., 3], 0 to 1, of what it is told, [..., 4]."""


def faded(orders, step=0.01):
    """What a lamp shows that obeys `transition`: (seconds, (red, green, blue, brightness)) of (seconds, order).

    ESPHome 33fdbbe, light/transformers.h, and WLED's fades lead the colour's values and the brightness straight from
    where they are, before any exponent; a lamp that was off has the new colour at once.
    """
    shown, now = [], np.zeros(4)
    for (at, order), (until, _) in itertools.pairwise([*orders, (orders[-1][0] + 2.0, None)]):
        goal, takes = np.array(told(order), dtype=float), order["transition"]
        if goal[3] == 0:
            goal[:3] = now[:3]
        start = now if now[3] else np.array([*goal[:3], 0.0])
        for passed in np.arange(0.0, min(takes, until - at) + step, step):
            now = start + (goal - start) * (min(1.0, passed / takes) if takes else 1.0)
            shown.append((at + passed, now))
    return shown

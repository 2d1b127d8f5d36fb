# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise for a lamp that is told brightness and colour, and may have its curve for either."""

from collections.abc import Callable, Iterable

import numpy as np

from fer_color.flash.common_frame import QUANTITIES, nearest_frame
from fer_color.flash.limiter import FlashLimiter, Lit, rounded
from fer_color.flash.split_eye import SplitEye
from fer_color.transfer import DARK, FULL, Rgb, Rgb8, curves_of, split


class SplitLimiter(FlashLimiter):
    """`FlashLimiter` for a lamp that is told brightness and colour.

    A frame is the product, as everywhere, and beside it the least brightness that it is told with (`split`): a slider,
    which stays where it is while the colours change. Nobody knows what makes light of it: a curve for the product, for
    the colour with the brightness beside it, or the same for the colour at its brightest, as an automation passes it on
    to a lamp that takes no more than a hue. There is an account for each, so it holds for all of them.
    """

    def __init__(self, transfer: str, shows: Rgb8 = DARK, level: int = FULL) -> None:
        """Start with a lamp that `shows` that product, told with a brightness of at least `level`."""
        self._eye = SplitEye(curves_of(transfer))
        super().__init__(transfer, shows, level)

    def _accounts(self) -> int:
        return len(self._curves) + 2 * len(self._eye.bent)

    def _lights(self, state: Lit) -> Iterable[Rgb]:
        brightness, color = split(state[:3], state[3])
        told = tuple(value * brightness / FULL**2 for value in color)
        for curve in self._curves:
            yield curve.to_light(told[0]), curve.to_light(told[1]), curve.to_light(told[2])
        for beside, hue in (_passed_on(brightness, color), (brightness, color)):
            for curve in self._eye.bent:
                red, green, blue = curve.decode(hue)
                yield red * beside / FULL, green * beside / FULL, blue * beside / FULL

    def _way(self, start: Lit, wanted: Rgb, level: int) -> Callable[[float], Lit]:
        """Return the frame at a share, 0 to 1, of the way: straight in the product's light, and in the brightness."""
        curve = self._curves[0]
        begin = curve.decode(start[:3])
        end = tuple(curve.to_light(min(1.0, max(0.0, value))) for value in wanted)
        stick = self._stick()

        def frame(share: float) -> Lit:
            red, green, blue = (
                rounded(255 * curve.to_value(a + share * (b - a)), old, stick) for a, b, old in zip(begin, end, start)
            )
            return red, green, blue, round(start[3] + share * (level - start[3]))

        return frame

    def _meet(self) -> Lit:
        """Find it among frames at their least brightness, which are between all that their colours may stand for."""
        states = [np.array([state[:3]], dtype=np.uint8) for state in self._states]
        seen = np.maximum(0.0, np.array([list(self._lights(state)) for state in self._states]) @ QUANTITIES)
        at_least = len(self._eye.curves) + len(self._eye.bent)
        # [states, accounts, 2] to [accounts, looks, 1, 2]: what is told as it was, and with the least brightness.
        beside = np.concatenate([seen[:, : len(self._curves)], seen[:, at_least:]], axis=1)
        looks = np.concatenate([seen[:, :at_least], beside]).transpose(1, 0, 2)[:, :, None]
        found = nearest_frame(states, self._eye, looks, np.ones(len(states)))[0]
        return int(found[0]), int(found[1]), int(found[2]), 1


def _passed_on(brightness: int, color: Rgb8) -> tuple[int, Rgb8]:
    """Return brightness and hue as an automation makes them of what is told, with its rounding (docs/lights.md)."""
    most = max(1, *color)
    red, green, blue = (round(value * FULL / most) for value in color)
    return round(brightness * most / FULL), (red, green, blue)

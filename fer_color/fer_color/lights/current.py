# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How much current a strip draws, estimated as FastLED and WLED do, and how it is kept within a supply's limit."""

import numpy as np
from numpy.typing import NDArray

from fer_color.errors import ColorError

_DARK_MA = 1.0
"""What a chip draws while its LEDs are dark (FastLED's and WLED's figure)."""
_ROUNDING = 4 / 255
"""How far above its wish the limiter may leave a byte: each step rounds, and small steps in a row drift."""


class CurrentLimit:
    """Scales colours so that a strip stays within its supply.

    It stands before the flash limiter, which only ever goes in a straight line from what is shown to what is wanted: as
    both ends are within the limit, so is the way.
    """

    def __init__(self, leds: int, led_ma: float, max_ma: float, *, white: bool = False) -> None:
        """Limit `leds` LEDs that draw `led_ma` each at full white to `max_ma` in all; `white`: with a white LED each.

        Raises:
            ColorError: the chips alone draw more, or leave too little for any light.
        """
        self._channel_ma = (led_ma - _DARK_MA) / 3
        self._white = white
        self._leds = leds
        dark, rounding = leds * _DARK_MA, 3 * _ROUNDING * leds * self._channel_ma
        self._allowed = max_ma - dark - rounding
        if self._allowed <= 0:
            raise ColorError(
                f"max_ma is {max_ma:g}, but {leds} LEDs draw {dark:g} mA when they are dark, and up to {rounding:.0f} "
                "more by rounding: give more, or 0 for no limit"
            )

    def estimate(self, values: NDArray[np.float64]) -> float:
        """Milliamperes above the dark strip's for `values` [segments, 3], 0 to 1, of equally many LEDs each."""
        drawn = values.sum(axis=1)
        if self._white:
            # The white LED, which draws as much as one of the others, stands for all three.
            drawn = drawn - 2 * values.min(axis=1)
        return float(drawn.mean()) * self._leds * self._channel_ma

    def scale(self, values: NDArray[np.float64]) -> float:
        """Return the factor, 0 to 1, that keeps `values` [segments, 3], 0 to 1, within the limit, rounding included."""
        drawn = self.estimate(values)
        return 1.0 if drawn <= self._allowed else self._allowed / drawn

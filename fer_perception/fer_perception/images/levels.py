# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is black and what is white in images of more than 8 bits, whose header does not say. Needs no ROS.

A 'mono16' of a 12-bit sensor fills a sixteenth of its range, and a thermal camera's counts lie within a narrow band far
from 0. So it is seen from the images themselves, and held: brightness must not jump with what stands before the lens.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

DEPTHS = (8, 10, 12, 14, 16)
"""Bits that sensors have."""
SAMPLES = 20_000
"""Values of an image that are looked at."""
EDGES = (0.02, 99.98)
"""Percentiles between which an image's values are said to lie: dead pixels and glints do not count."""
NARROW = 0.5
"""Values are counts within a band where the lowest is beyond this share of the highest: pictures have shadows."""
PATIENCE = 100
"""Images that must be so in a row before a picture is taken for counts, once it was none: a wall may pass."""
LEAK = 0.02
"""By which the ends of a band come back with each image, of their distance from it; outwards they follow at once."""
FRACTION = 1.05
"""Numbers with a fraction that stay below this lie between 0 and 1."""
LEAST_WHOLE = 128.0
"""Those that go beyond this, and are no counts, are whole numbers of some bits; what lies between is a band."""


class Levels:
    """Turns values into 8 bits, by what one camera's images have shown so far.

    Args:
        bits: that a value has, 8 to 16, or 0: as the images show.
    """

    def __init__(self, bits: int = 0) -> None:
        """Nothing is known of the camera."""
        self.bits = bits
        self._white = 0.0
        self._low = self._high = 0.0
        self._narrow, self._band = 0, False

    def to_8_bits(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Scale values of any type, [H, W] or [H, W, C], to uint8: black 0, white 255. What is no number is black."""
        if values.dtype == np.uint8:
            return np.asarray(values, dtype=np.uint8)
        native = np.ascontiguousarray(values, dtype=np.uint16 if values.dtype.kind == "u" else np.float32)
        low, high = self._ends(native)
        return _scaled(native, low, high)

    def _ends(self, values: NDArray[Any]) -> tuple[float, float]:
        """Say what is black and what is white from this image on."""
        if self.bits:
            return 0.0, float((1 << self.bits) - 1)
        self._observe(values)
        return (self._low, self._high) if self._band else (0.0, self._white)

    def _observe(self, values: NDArray[Any]) -> None:
        # An odd distance, so that every colour of a Bayer pattern is met.
        apart = int((values.shape[0] * values.shape[1] / SAMPLES) ** 0.5) | 1
        sample = values[::apart, ::apart]
        if sample.dtype.kind == "f":
            sample = sample[np.isfinite(sample)]
        if not sample.size:
            return
        low, high = (float(end) for end in np.percentile(sample, EDGES))
        peak = high if sample.dtype.kind == "f" else float(sample.max())
        first = self._white == 0.0
        self._white = max(self._white, _white(peak, fractions=sample.dtype.kind == "f"))
        if high <= low and not first:  # a shutter, a lost image: it says nothing of the scene
            return
        self._low = low if first or low < self._low else self._low + LEAK * (low - self._low)
        self._high = high if first or high > self._high else self._high + LEAK * (high - self._high)
        small = self._white == LEAST_WHOLE and sample.dtype.kind == "f"
        narrow = self._high > self._low and (
            self._low < 0 or small or (self._low > NARROW * self._high and self._high >= self._white / 4)
        )
        self._narrow = self._narrow + 1 if narrow else 0
        self._band = narrow and (self._band or first or self._narrow >= PATIENCE)


def _white(peak: float, *, fractions: bool) -> float:
    if fractions and peak <= FRACTION:
        return 1.0
    if fractions and peak < LEAST_WHOLE:
        return LEAST_WHOLE
    return float(next(((1 << bits) - 1 for bits in DEPTHS if peak < 1 << bits), max(65535.0, peak)))


def _scaled(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    factor = 255.0 / max(high - low, 1e-9)
    if values.dtype.kind == "f":
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.clip(np.nan_to_num((values - low) * factor, posinf=255.0), 0.0, 255.0)
        return np.asarray(cv2.convertScaleAbs(values), dtype=np.uint8)
    if low > 0:
        values = values - np.minimum(values, np.uint16(low))
    return np.asarray(cv2.convertScaleAbs(values, alpha=factor), dtype=np.uint8)

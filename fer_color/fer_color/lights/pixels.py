# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""From a frame to the bytes that a strip's chips take: the order of channels and of LEDs, and white extraction."""

import numpy as np

from fer_color.lights.base import Frame


def channels(frame: Frame, leds: int, order: str, *, reverse: bool = False) -> bytes:
    """Return the bytes of `leds` LEDs, `len(order)` each.

    White is what red, green and blue have in common; it is taken out of them (FastLED's 'exact colors', WLED's
    'accurate'), so that the light stays the same where the white one is as bright as the three together.

    Args:
        frame: its `pixels`, one a LED, or its one colour for all.
        leds: 1 or more.
        order: one of `fer_color.lights.orders`.
        reverse: the strip's first LED is its last.
    """
    values = np.array(frame.pixels if len(frame.pixels) == leds else [frame.rgb], dtype=np.uint8)
    planes = dict(zip("RGB", values.T))
    if "W" in order:
        white = values.min(axis=1)
        planes = {name: plane - white for name, plane in planes.items()} | {"W": white}
    block = np.stack([planes[name] for name in order], axis=1)
    if len(block) != leds:
        block = np.repeat(block, leds, axis=0)
    return bytes((block[::-1] if reverse else block).tobytes())

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A strip's channels over DMX universes."""

SLOTS = 512


def leds_in_universe(channels_a_led: int) -> int:
    """Return how many whole LEDs fit: 170 of three channels, 128 of four. An LED is never split over two universes."""
    return SLOTS // channels_a_led


def count(leds: int, channels_a_led: int) -> int:
    """Count the universes that so many LEDs take."""
    return -(-leds // leds_in_universe(channels_a_led))


def split(data: bytes, channels_a_led: int) -> list[bytes]:
    """Split the channels of all LEDs into the slots of one universe after the other."""
    size = leds_in_universe(channels_a_led) * channels_a_led
    return [data[start : start + size] for start in range(0, len(data), size)]

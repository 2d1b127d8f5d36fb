"""A strip's channels over DMX universes."""

SLOTS = 512


def leds_in_universe(channels_a_led: int) -> int:
    """How many whole LEDs fit: 170 of three channels, 128 of four. An LED is never split over two universes."""
    return SLOTS // channels_a_led


def count(leds: int, channels_a_led: int) -> int:
    """How many universes so many LEDs take."""
    return -(-leds // leds_in_universe(channels_a_led))


def split(data: bytes, channels_a_led: int) -> list[bytes]:
    """The channels of all LEDs as the slots of one universe after the other."""
    size = leds_in_universe(channels_a_led) * channels_a_led
    return [data[start : start + size] for start in range(0, len(data), size)]

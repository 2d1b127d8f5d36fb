# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `adalight:PORT:LEDS`: a strip behind a microcontroller that speaks the Adalight protocol."""

from dataclasses import dataclass
from functools import partial

from fer_color.errors import ColorError
from fer_color.lights.base import Clock
from fer_color.lights.options import LightOptions
from fer_color.lights.serial.strip import SerialStrip, split_port


@dataclass(frozen=True)
class AdalightConfig:
    """The strip; ColorError when a value is out of range."""

    port: str
    """The serial device."""
    leds: int
    """1 to 65536: the header has two bytes for the number less one."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not self.port:
            raise ColorError("adalight needs a port: write adalight:PORT:LEDS, for example adalight:/dev/ttyUSB0:60")
        if not 1 <= self.leds <= 65536:
            raise ColorError(f"adalight: {self.leds} LEDs: give 1 to 65536")


def encode(data: bytes, leds: int) -> bytes:
    """Encode one Adalight frame of Adafruit's protocol.

    `Ada`, the number of LEDs less one (high byte, low byte), their checksum (high ^ low ^ 0x55), then the channels of
    every LED.
    """
    high, low = divmod(leds - 1, 256)
    return b"Ada" + bytes((high, low, high ^ low ^ 0x55)) + data


def make_adalight(spec: str, rest: str, options: LightOptions, clock: Clock) -> SerialStrip:
    """Make the light from `adalight:PORT:LEDS`; a port's name may have colons itself."""
    port, leds = split_port(spec, rest)
    config = AdalightConfig(port, leds)
    return SerialStrip(spec, config.port, config.leds, partial(encode, leds=config.leds), options, clock)

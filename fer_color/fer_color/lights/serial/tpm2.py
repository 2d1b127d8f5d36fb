# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `tpm2:PORT:LEDS`: a strip behind a microcontroller that speaks the TPM2 protocol."""

from dataclasses import dataclass

from fer_color.errors import ColorError
from fer_color.lights.base import Clock
from fer_color.lights.options import LightOptions
from fer_color.lights.serial.strip import SerialStrip, split_port

_START, _DATA, _END = 0xC9, 0xDA, 0x36
_MOST = 65535
"""Bytes of payload: the header has two for their number."""


@dataclass(frozen=True)
class Tpm2Config:
    """The strip; ColorError when a value is out of range."""

    port: str
    """The serial device."""
    leds: int
    """1 to 21845, or to 16383 with a white channel: a packet holds 65535 bytes."""
    color_order: str = "RGB"
    """The order in which the strip's chips take the channels."""

    def __post_init__(self) -> None:
        """Check the values."""
        most = _MOST // len(self.color_order)
        if not 1 <= self.leds <= most:
            raise ColorError(f"tpm2: {self.leds} LEDs: give 1 to {most}")


def encode(data: bytes) -> bytes:
    """Encode one TPM2 data packet: C9, DA, the payload's length (high byte, low byte), the payload, 36."""
    return bytes((_START, _DATA)) + len(data).to_bytes(2, "big") + data + bytes((_END,))


def make_tpm2(spec: str, rest: str, options: LightOptions, clock: Clock) -> SerialStrip:
    """Make the light from `tpm2:PORT:LEDS`; a port's name may have colons itself."""
    port, leds = split_port(spec, rest)
    config = Tpm2Config(port, leds, options.color_order)
    light = SerialStrip(spec, config.port, config.leds, encode, options, clock)
    if "W" not in options.color_order and miscounted_by_wled(3 * leds):
        light.note(
            f"light '{spec}': a WLED on USB misreads TPM2 of this length and may change its port's speed: "
            f"for WLED use adalight:{port}:{leds}"
        )
    return light


def miscounted_by_wled(size: int) -> bool:
    """Tell whether WLED (wled_serial.cpp, 0.14.4 to 16.0.1) counts too few LEDs in a payload of `size` bytes.

    It divides the length's two bytes by three one by one. What is left of the payload it takes for commands.
    """
    return size // 256 * 256 // 3 + size % 256 // 3 < size // 3

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `artnet:HOST:UNIVERSE:LEDS`: DMX fixtures and pixel controllers behind an Art-Net node."""

from dataclasses import dataclass

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Frame
from fer_color.lights.options import LightOptions
from fer_color.lights.pixels import channels
from fer_color.lights.transport.address import Address, split_address
from fer_color.lights.udp import universes
from fer_color.lights.udp.datagram import DatagramLight

PORT = 6454
_OP_DMX = 0x5000
_VERSION = 14
_RATE = 44.0
"""Frames a second: a DMX line with 512 slots carries no more (ANSI E1.11)."""
_LAST = 0x7FFF
_WRITE = "write artnet:HOST:UNIVERSE:LEDS, for example artnet:192.168.1.30:0:60"


@dataclass(frozen=True)
class ArtnetConfig:
    """The node and its fixture; ColorError when a value is out of range."""

    address: Address
    """Where it listens; the protocol's port is 6454."""
    universe: int
    """The first port address, 0 to 32767 (net x 256 + subnet x 16 + universe); more LEDs go on in the next."""
    leds: int
    """1 to 65536."""
    channels_a_led: int = 3
    """3, or 4 with a white one."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.leds <= 65536:
            raise ColorError(f"artnet: {self.leds} LEDs: give 1 to 65536")
        if self.universe + universes.count(self.leds, self.channels_a_led) - 1 > _LAST:
            raise ColorError(f"artnet: {self.leds} LEDs from universe {self.universe} on: give universes 0 to {_LAST}")


def encode(data: bytes, universe: int, sequence: int) -> bytes:
    """Encode one ArtDmx packet of Art-Net 4.

    'Art-Net' and a zero, OpDmx (low byte first), the version (high byte first), sequence (1 to 255; 0: none), physical
    port, port address (low byte first), length (even, high byte first), slots.
    """
    slots = data if len(data) % 2 == 0 else data + b"\0"
    head = b"Art-Net\0" + _OP_DMX.to_bytes(2, "little") + _VERSION.to_bytes(2, "big") + bytes((sequence, 0))
    return head + universe.to_bytes(2, "little") + len(slots).to_bytes(2, "big") + slots


class ArtnetLight(DatagramLight):
    """Sends its universes to one node; most of them hold the last frame when nothing comes."""

    def __init__(self, spec: str, config: ArtnetConfig, options: LightOptions, clock: Clock) -> None:
        """Remember the address; `open` finds the way."""
        # A fixture dims by the byte or by eye, and a controller may have a gamma of its own.
        super().__init__(spec, options, "any", clock, addresses=[config.address], rate=_RATE)
        self.leds = config.leds
        self._config = config
        self._sequence = 0

    def datagrams(self, frame: Frame) -> list[tuple[int, bytes]]:
        """Return one packet a universe, with the same sequence number."""
        self._sequence = self._sequence % 255 + 1
        config = self._config
        data = channels(frame, config.leds, self.options.color_order, reverse=self.options.reverse)
        parts = universes.split(data, config.channels_a_led)
        return [(0, encode(part, config.universe + k, self._sequence)) for k, part in enumerate(parts)]


def make_artnet(spec: str, rest: str, options: LightOptions, clock: Clock) -> ArtnetLight:
    """Make the light from `artnet:HOST[:PORT]:UNIVERSE:LEDS`."""
    where, *numbers = rest.rsplit(":", 2)
    found = split_address(where, PORT)
    if len(numbers) != 2 or not all(text.isascii() and text.isdecimal() for text in numbers) or not found or found[1]:
        raise ColorError(f"light '{spec}': {_WRITE}")
    universe, leds = (int(text) for text in numbers)
    return ArtnetLight(spec, ArtnetConfig(found[0], universe, leds, len(options.color_order)), options, clock)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `ddp:HOST[:PORT]:LEDS`: a pixel controller that takes the Distributed Display Protocol, such as WLED."""

from dataclasses import dataclass

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Frame
from fer_color.lights.options import LightOptions
from fer_color.lights.pixels import channels
from fer_color.lights.transport.address import Address, split_address
from fer_color.lights.udp.datagram import DatagramLight

PORT = 4048
_VERSION_1, _PUSH = 0x40, 0x01
_RGB8, _RGBW8 = 0x0B, 0x1B
"""Data types: bits 5 to 3 are 1 for RGB and 3 for RGBW, bits 2 to 0 are 3 for eight bits a channel."""
_DISPLAY = 1
"""The destination: the default output device."""
_MOST = 1440
"""Bytes a datagram at most, so that it fits into an Ethernet frame: 480 RGB or 360 RGBW LEDs."""
_RATE = 60.0
_MOST_NUMBERED = 10
"""Packets in a frame at most that are numbered: WLED's 'skip out of sequence' takes the 11th to 14th after a push for
late ones (e131.cpp, 0.14 to 16)."""
_WRITE = "write ddp:HOST[:PORT]:LEDS, for example ddp:192.168.1.20:60"


@dataclass(frozen=True)
class DdpConfig:
    """The controller; ColorError when a value is out of range."""

    address: Address
    """Where it listens; the protocol's port is 4048."""
    leds: int
    """1 to 65536."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.leds <= 65536:
            raise ColorError(f"ddp: {self.leds} LEDs: give 1 to 65536")


def encode(data: bytes, sequence: int, *, white: bool = False) -> list[bytes]:
    """Encode one frame as DDP packets (3waylabs.com/ddp, 2022-09-05), the last with the push flag, which shows it.

    Ten bytes of header, then the data: flags, sequence (1 to 15, 0 is 'none'), data type, destination, offset (4, big
    endian), length (2, big endian). The sequence number grows with each packet; `sequence`: the first one's.
    """
    packets: list[bytes] = []
    numbered = -(-len(data) // _MOST) <= _MOST_NUMBERED
    for offset in range(0, len(data), _MOST):
        number = (sequence - 1 + len(packets)) % 15 + 1 if numbered else 0
        part = data[offset : offset + _MOST]
        push = _PUSH if offset + _MOST >= len(data) else 0
        head = bytes((_VERSION_1 | push, number, _RGBW8 if white else _RGB8, _DISPLAY))
        packets.append(head + offset.to_bytes(4, "big") + len(part).to_bytes(2, "big") + part)
    return packets


class DdpLight(DatagramLight):
    """Streams frames; a controller that gets none for some seconds goes back to what it did before by itself."""

    def __init__(self, spec: str, config: DdpConfig, options: LightOptions, clock: Clock) -> None:
        """Remember the address; `open` finds the way."""
        # A strip is linear, but a controller may correct its bytes (xLights' controllers by a table, WLED if told to).
        super().__init__(spec, options, "any", clock, addresses=[config.address], rate=_RATE)
        self.leds = config.leds
        self._count = config.leds
        self._sequence = 1

    def datagrams(self, frame: Frame) -> list[tuple[int, bytes]]:
        """Return one packet for up to 480 LEDs."""
        order = self.options.color_order
        data = channels(frame, self._count, order, reverse=self.options.reverse)
        packets = encode(data, self._sequence, white="W" in order)
        self._sequence = (self._sequence - 1 + len(packets)) % 15 + 1
        return [(0, packet) for packet in packets]


def make_ddp(spec: str, rest: str, options: LightOptions, clock: Clock) -> DdpLight:
    """Make the light from `ddp:HOST[:PORT]:LEDS`."""
    where, _, leds = rest.rpartition(":")
    found = split_address(where, PORT)
    if not found or found[1] or not leds.isascii() or not leds.isdecimal():
        raise ColorError(f"light '{spec}': {_WRITE}")
    return DdpLight(spec, DdpConfig(found[0], int(leds)), options, clock)

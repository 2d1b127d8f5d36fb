# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `sacn:UNIVERSE:LEDS`: DMX fixtures and pixel controllers that take E1.31, streaming ACN."""

import ipaddress
import uuid
from dataclasses import dataclass

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Frame
from fer_color.lights.options import LightOptions
from fer_color.lights.pixels import channels
from fer_color.lights.transport.address import Address, split_address
from fer_color.lights.udp import universes
from fer_color.lights.udp.datagram import DatagramLight

PORT = 5568
_RATE = 44.0
"""Frames a second: a DMX line with 512 slots carries no more (ANSI E1.11)."""
_GOODBYES = 3
"""A source that ends says so three times (ANSI E1.31, 6.2.6)."""
_LAST = 63999
_DISCOVERY = 64214
_DISCOVER = 10.0
"""The universe, and the seconds, of E1.31's universe discovery."""
_FAR = 128
_LAYERS, _COUNT, _DATA = (16, 38, 115), 123, 126
"""Where a data packet has its layers' flags and lengths, the count of its values (one more than slots), and slot 1."""
_SOURCE = "fer_ambient"
_WRITE = "write sacn:UNIVERSE:LEDS, for example sacn:1:60"


@dataclass(frozen=True)
class SacnConfig:
    """The fixture; ColorError when a value is out of range."""

    universe: int
    """The first one, 1 to 63999; more LEDs than it holds go on in the next."""
    leds: int
    """1 to 65536."""
    channels_a_led: int = 3
    """3, or 4 with a white one."""
    host: Address | None = None
    """One receiver; None: every one, by multicast."""
    interface: str = ""
    """The IPv4 address of the network interface to multicast from; empty: the system's choice."""
    priority: int = 100
    """0 to 200: of several sources a receiver takes the one with the highest."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.leds <= 65536:
            raise ColorError(f"sacn: {self.leds} LEDs: give 1 to 65536")
        last = self.universe + universes.count(self.leds, self.channels_a_led) - 1
        if not 1 <= self.universe <= last <= _LAST:
            raise ColorError(f"sacn: {self.leds} LEDs from universe {self.universe} on: give universes 1 to {_LAST}")
        if not 0 <= self.priority <= 200:
            raise ColorError(f"sacn: priority is {self.priority}: give 0 to 200")
        if self.interface:
            try:
                ipaddress.IPv4Address(self.interface)
            except ValueError:
                raise ColorError(
                    f"sacn: interface is '{self.interface}': give this machine's IPv4 address there"
                ) from None


class SacnLight(DatagramLight):
    """Multicasts its universes, and says when it ends, so that other sources are taken again at once."""

    def __init__(self, spec: str, config: SacnConfig, options: LightOptions, clock: Clock) -> None:
        """Remember the universes; `open` finds the way. ColorError when the sacn package is missing."""
        try:
            from sacn.messages.data_packet import DataPacket, calculate_multicast_addr
            from sacn.messages.universe_discovery import UniverseDiscoveryPacket
        except ImportError as error:
            raise ColorError(f"light '{spec}' needs the package sacn: python3 -m pip install sacn") from error
        count = universes.count(config.leds, config.channels_a_led)
        numbers = range(config.universe, config.universe + count)
        addresses = [config.host or Address(calculate_multicast_addr(number), PORT) for number in numbers]
        if config.host is None:
            addresses.append(Address(calculate_multicast_addr(_DISCOVERY), PORT))
        # A fixture dims by the byte or by eye, and a controller may have a gamma of its own.
        super().__init__(spec, options, "any", clock, addresses=addresses, rate=_RATE)
        self.leds = config.leds
        self._config = config
        # Of this light on this machine, so that a new start takes over from the one before.
        cid = tuple(uuid.uuid5(uuid.NAMESPACE_URL, f"fer_color:{uuid.getnode()}:{spec}").bytes)
        self._packets = [DataPacket(cid, _SOURCE, number, priority=config.priority) for number in numbers]
        self._discovery = UniverseDiscoveryPacket(cid, _SOURCE, tuple(numbers))
        self._discovered_at = float("-inf")
        self._first = True
        self._parts: list[bytes] = []

    def interface(self) -> str:
        """Multicast from the interface that was asked for."""
        return "" if self._config.host else self._config.interface

    def datagrams(self, frame: Frame) -> list[tuple[int, bytes]]:
        """Return one packet a universe, and every ten seconds what we send (E1.31, 4.3 and 8).

        The first frame goes out twice, half of the sequence numbers apart: of a source that was here a moment ago and
        is known by the same CID, a receiver drops up to twenty numbers behind the last one (6.7.2), so one of both.
        """
        data = channels(frame, self._config.leds, self.options.color_order, reverse=self.options.reverse)
        self._parts = universes.split(data, self._config.channels_a_led)
        for packet, part in zip(self._packets, self._parts):
            packet.dmxData = tuple(part)
        found, now = self._next(), self._clock()
        if self._first:
            self._first = False
            for packet in self._packets:
                packet.sequence = _FAR
            found += self._next()
        if self._config.host is None and now - self._discovered_at >= _DISCOVER:
            self._discovered_at = now
            found.append((len(self._packets), bytes(self._discovery.getBytes())))
        return found

    def farewell(self) -> list[tuple[int, bytes]]:
        """Return the last frame thrice, as the end of the stream."""
        for packet in self._packets:
            packet.option_StreamTerminated = True
        return [datagram for _ in range(_GOODBYES) for datagram in self._next()]

    def _next(self) -> list[tuple[int, bytes]]:
        datagrams = []
        for index, packet in enumerate(self._packets):
            slots = len(self._parts[index])
            datagrams.append((index, _shortened(bytes(packet.getBytes()), slots)))
            packet.sequence_increase()
        return datagrams


def _shortened(packet: bytes, slots: int) -> bytes:
    """Cut a data packet with 512 slots to so many: those of others in the universe are left alone.

    The lengths of its three layers and the count of its values are set accordingly (ANSI E1.31, 5 to 7).
    """
    cut = bytearray(packet[: _DATA + slots])
    for layer in _LAYERS:
        cut[layer : layer + 2] = (0x7000 | len(cut) - layer).to_bytes(2, "big")
    cut[_COUNT : _COUNT + 2] = (1 + slots).to_bytes(2, "big")
    return bytes(cut)


def make_sacn(spec: str, rest: str, options: LightOptions, clock: Clock) -> SacnLight:
    """Make the light from `sacn:UNIVERSE:LEDS`, with the options host, interface and priority of its own."""
    universe, _, leds = rest.partition(":")
    priority = options.own.get("priority", "100")
    if not (universe.isascii() and universe.isdecimal() and leds.isascii() and leds.isdecimal()):
        raise ColorError(f"light '{spec}': {_WRITE}")
    if options.own.get("interface") == "":
        raise ColorError(f"light '{spec}': option 'interface' has no value: write interface=VALUE, or leave it out")
    if not (priority.isascii() and priority.isdecimal()):
        raise ColorError(f"light '{spec}': priority is '{priority}': give a number from 0 to 200")
    host = None
    if "host" in options.own:
        found = split_address(options.own["host"], PORT)
        if not found or found[1]:
            raise ColorError(f"light '{spec}': host is '{options.own['host']}': give HOST or HOST:PORT")
        host = found[0]
    config = SacnConfig(
        int(universe),
        int(leds),
        len(options.color_order),
        host,
        options.own.get("interface", ""),
        int(priority),
    )
    return SacnLight(spec, config, options, clock)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A DDP display written from the protocol's description (3waylabs.com/ddp), apart from our driver."""

CHANNELS = {0o13: 3, 0o33: 4}
"""Channels a pixel by data type: type 1 (RGB) and 3 (RGBW), each with size 3 (eight bits)."""


class DdpError(Exception):
    """A datagram that is no DDP data packet for display 1."""


class Display:
    """Gathers packets into frames: data at an offset in bytes, shown at the push."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.last_sequence: int | None = None

    def take(self, datagram: bytes) -> bytes | None:
        """The frame that the datagram completes, or None."""
        if len(datagram) < 10:
            raise DdpError("shorter than a header")
        flags, sequence, kind, destination = datagram[:4]
        if flags >> 6 != 1:
            raise DdpError("no version 1")
        if flags & 0b0011_1110:
            raise DdpError("reserved, time code, storage, reply or query")
        if kind not in CHANNELS or destination != 1:
            raise DdpError("not for the display")
        if sequence > 15:
            raise DdpError("no sequence number")
        offset = int.from_bytes(datagram[4:8], "big")
        length = int.from_bytes(datagram[8:10], "big")
        data = datagram[10:]
        if len(data) != length or length > 1440:
            raise DdpError("the length is not the data's")
        if sequence and self.last_sequence and sequence != self.last_sequence % 15 + 1:
            raise DdpError("packets out of order")
        self.last_sequence = sequence or self.last_sequence
        if len(self.buffer) < offset + length:
            self.buffer.extend(bytes(offset + length - len(self.buffer)))
        self.buffer[offset : offset + length] = data
        return bytes(self.buffer) if flags & 1 else None

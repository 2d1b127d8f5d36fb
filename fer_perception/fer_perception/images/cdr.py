# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The bytes of a serialized message, field by field, none of them read before it is known to be there. Needs no ROS.

Layout: OMG DDS-XTypes 1.3, 7.4 (plain CDR of XCDR1 and XCDR2, final types); its fields are at most four bytes wide
here, so that both are the same.
"""

import struct

LITTLE_ENDIAN = {0x0000: False, 0x0001: True, 0x0006: False, 0x0007: True}
"""By encapsulation, whether the low byte comes first: plain CDR of XCDR1 and of XCDR2. Fast DDS, Cyclone DDS and Zenoh
write 0x0001."""
ENCAPSULATION = 4
"""Bytes before the message itself; alignment counts from behind them."""
LONGEST_TEXT = 4096
"""Bytes of a text that is taken for one: a frame's or an encoding's name has some tens."""
PADDING = 3
"""Bytes that may follow the last field: messages are filled up to a multiple of four."""


class Reader:
    """Reads one message from its start to its end.

    Args:
        content: the whole of it, encapsulation and all.

    Raises:
        ValueError: the encapsulation is none of those known. The methods raise it where what they are to read is not
            whole.
    """

    def __init__(self, content: bytes) -> None:
        """Look at the encapsulation."""
        if len(content) < ENCAPSULATION:
            raise ValueError("too short for a message")
        kind = int.from_bytes(content[:2], "big")
        if kind not in LITTLE_ENDIAN:
            raise ValueError(f"encapsulation {kind:#06x} is not plain CDR")
        self._content, self._at, self._order = content, ENCAPSULATION, "<" if LITTLE_ENDIAN[kind] else ">"

    def integer(self, kind: str = "I") -> int:
        """Four bytes, aligned: unsigned, or signed with `kind` 'i'."""
        at = ENCAPSULATION + (self._at - ENCAPSULATION + 3) // 4 * 4
        self._need(at, 4)
        return int(struct.unpack_from(self._order + kind, self._content, at)[0])

    def octet(self) -> int:
        """Read one byte."""
        self._need(self._at, 1)
        return self._content[self._at - 1]

    def text(self) -> str:
        """Read a string, up to its first NUL byte; what is no UTF-8 in it becomes U+FFFD, as rclpy does."""
        size = self.integer()
        if size > LONGEST_TEXT:
            raise ValueError(f"a text of {size} bytes")
        start = self._at
        self._need(start, size)
        if size and self._content[self._at - 1]:
            raise ValueError("a text without its end")
        return self._content[start : self._at].split(b"\0", 1)[0].decode(errors="replace")

    def octets(self) -> memoryview:
        """Read a sequence of bytes, without a copy."""
        size = self.integer()
        start = self._at
        self._need(start, size)
        return memoryview(self._content)[start : self._at]

    def end(self) -> None:
        """Check that nothing follows but padding."""
        if len(self._content) - self._at > PADDING:
            raise ValueError(f"{len(self._content) - self._at} bytes behind its end")

    def _need(self, at: int, size: int) -> None:
        if size > len(self._content) - at:
            raise ValueError(f"{max(0, len(self._content) - at)} bytes where {size} are to follow")
        self._at = at + size

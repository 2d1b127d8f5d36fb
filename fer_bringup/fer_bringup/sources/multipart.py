# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The pictures in a `multipart/x-mixed-replace` stream, MJPEG as cameras send it over HTTP. Knows no network."""

import re
from collections.abc import Callable

from fer_bringup.errors import BringupError

MOST_HEADER = 8 * 1024
"""Bytes between a boundary and the picture's first."""
MOST_PICTURE = 32 << 20
"""Bytes of one picture."""
KIND = "multipart/x-mixed-replace"
"""The type of such a stream, as HTTP names it."""


def is_stream(content_type: str) -> bool:
    """Tell whether a Content-Type is such a stream's, with a boundary or without."""
    return content_type.partition(";")[0].strip().lower() == KIND


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary that a Content-Type names; None where it is no such stream, or names none."""
    _, _, rest = content_type.partition(";")
    found = re.search(r'boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))', rest, re.IGNORECASE)
    if not is_stream(content_type) or not found:
        return None
    # Some cameras name the boundary with the dashes that stand before it in the stream.
    return (found[1] or found[2]).strip("-").encode("latin-1", "replace") or None


class Parts:
    """One part after the other, with a Content-Length or without."""

    def __init__(self, boundary: bytes, read: Callable[[], bytes]) -> None:
        """Read a stream.

        Args:
            boundary: as `boundary_of` gives it.
            read: gives the next bytes, b"" at the stream's end.
        """
        self._mark = b"--" + boundary
        self._more = read
        self._buffer = bytearray()

    def next(self) -> bytes | None:
        """Return the next part's content; None at the end.

        Raises:
            BringupError: it is larger than a picture can be, or no such stream.
        """
        if self._upto(self._mark, MOST_HEADER) is None:
            return None
        header = self._upto(b"\n\r\n", MOST_HEADER, b"\n\n")
        if header is None or header.startswith(b"--"):
            return None
        found = re.search(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", header, re.IGNORECASE | re.MULTILINE)
        if found is None:
            content = self._upto(self._mark, MOST_PICTURE, keep=True)
            return None if content is None else content.rstrip(b"-\r\n")
        length = int(found[1])
        if length > MOST_PICTURE:
            raise BringupError(f"the stream announces a picture of {length} bytes; at most {MOST_PICTURE} are taken")
        while len(self._buffer) < length:
            if not self._fill():
                return None
        content, self._buffer = bytes(self._buffer[:length]), self._buffer[length:]
        return content

    def _upto(self, mark: bytes, most: int, other: bytes = b"", *, keep: bool = False) -> bytes | None:
        """Return what stands before a mark (or the other one), and drop both, or `keep` the mark; None: it ended."""
        start = 0
        while True:
            places = [(at, one) for one in (mark, other) if one and (at := self._buffer.find(one, start)) >= 0]
            if places:
                at, one = min(places)
                before = bytes(self._buffer[:at])
                del self._buffer[: at + (0 if keep else len(one))]
                return before
            if len(self._buffer) > most + len(mark):
                raise BringupError(f"the stream is no MJPEG: {most} bytes without '{mark.decode('latin-1')[:40]}'")
            start = max(0, len(self._buffer) - len(mark))
            if not self._fill():
                return None

    def _fill(self) -> bool:
        more = self._more()
        self._buffer += more
        return bool(more)

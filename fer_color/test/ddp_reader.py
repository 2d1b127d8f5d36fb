"""A DDP display written from the protocol's description (3waylabs.com/ddp), apart from our driver."""

import contextlib
import socket
import threading
import time

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
        if data and offset == 0 and self.last_sequence is not None and sequence != self.last_sequence % 15 + 1:
            raise DdpError("frames out of order")
        if data:
            self.last_sequence = sequence
        if len(self.buffer) < offset + length:
            self.buffer.extend(bytes(offset + length - len(self.buffer)))
        self.buffer[offset : offset + length] = data
        return bytes(self.buffer) if flags & 1 else None


class DdpListener:
    """A display on a port of this machine."""

    def __init__(self, port: int = 0) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.socket.settimeout(0.05)
        self.port = self.socket.getsockname()[1]
        self.frames: list[tuple[float, bytes]] = []
        self.errors: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        display = Display()
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                try:
                    frame = display.take(self.socket.recv(2048))
                except DdpError as error:
                    self.errors.append(str(error))
                    continue
                if frame is not None:
                    self.frames.append((time.monotonic(), frame))

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        self._stop.set()
        self._thread.join()
        self.socket.close()

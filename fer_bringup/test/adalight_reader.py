# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""An Adalight receiver written from the protocol's description, apart from our driver, on a pseudo terminal."""

import contextlib
import os
import select
import threading
import time
import tty
from dataclasses import dataclass, field


@dataclass
class Strip:
    """Reads what arrives and decodes it: 'Ada', count-1 big-endian, checksum, then three bytes an LED."""

    times: list[float] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    garbage: int = 0
    _silences: int = 0

    def __post_init__(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.port = os.ttyname(slave)
        self._slave = slave
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        buffer = b""
        while not self._stop.is_set():
            if not select.select([self._master], [], [], 0.05)[0]:
                self._silences += 1
                continue
            with contextlib.suppress(OSError):
                buffer += os.read(self._master, 4096)
            buffer = self._decode(buffer)

    def _decode(self, buffer: bytes) -> bytes:
        while len(buffer) >= 6:
            high, low, check = buffer[3:6]
            if buffer[:3] != b"Ada" or check != high ^ low ^ 0x55:
                buffer, self.garbage = buffer[1:], self.garbage + 1
                continue
            end = 6 + 3 * (256 * high + low + 1)
            if len(buffer) < end:
                break
            self.times.append(time.monotonic())
            self.frames.append(buffer[6:end])
            buffer = buffer[end:]
        return buffer

    def caught_up(self) -> list[bytes]:
        """Return all frames of a writer that has ended: read until the line was silent twice."""
        silent = self._silences + 2
        while self._silences < silent:
            time.sleep(0.005)
        return self.frames

    def close(self) -> None:
        """Lets go of the terminal; may be called twice."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._thread.join()
        os.close(self._master)
        with contextlib.suppress(OSError):
            os.close(self._slave)

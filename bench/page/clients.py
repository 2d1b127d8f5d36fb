# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.page.clients: twenty pages, one of them stalled, in turns with none.

Perception's rate must stay within 3 %, and the dashboard's memory flat.
"""

import argparse
import base64
import os
import socket
import statistics
import sys
import threading
import time

from bench.page.running import Heard, Pipeline, resident_mb, sample_clip

CLIENTS = 20
GOAL = 0.03
FLAT_MB = 2.0
"""How much the memory's second half may lie above its first, in MB; messages that pile up are more each second."""


class Page:
    """A WebSocket client by hand; a stalled one never reads."""

    def __init__(self, port: int, *, stalled: bool = False) -> None:
        """Open it."""
        self._socket = socket.socket()
        if stalled:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /ws HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Origin: http://127.0.0.1:{port}", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self._socket.sendall("\r\n".join(lines).encode())
        assert self._socket.recv(12) == b"HTTP/1.1 101"
        self.bytes = 0
        if not stalled:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while data := self._socket.recv(1 << 16):
                self.bytes += len(data)
                if b"\x89\x04" in data:  # a ping with tornado's four bytes: the mask may be zero
                    at = data.index(b"\x89\x04")
                    self._socket.sendall(b"\x8a\x84\0\0\0\0" + data[at + 2 : at + 6])
        except OSError:
            pass

    def close(self) -> None:
        """Go."""
        self._socket.close()


def main() -> int:
    """Run the command: 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=3, help="of 20 s without and 20 s with pages; default 3")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long memory is watched; default 10")
    given = parser.parse_args()
    heard = Heard()
    alone, watched, memory = [], [], []
    try:
        with Pipeline(sample_clip()) as pipeline:
            heard.rate(10)  # warm
            for _ in range(given.turns):
                alone.append(heard.rate(20))
                pages = [Page(pipeline.port, stalled=number == 0) for number in range(CLIENTS)]
                watched.append(heard.rate(20))
                assert all(page.bytes for page in pages[1:]), "a page got nothing"
                for page in pages:
                    page.close()
            pages = [Page(pipeline.port, stalled=number == 0) for number in range(CLIENTS)]
            time.sleep(20)
            until = time.monotonic() + 60 * given.minutes
            while time.monotonic() < until:
                memory.append(resident_mb(pipeline.page))
                time.sleep(5)
    finally:
        heard.close()
    return _told(alone, watched, memory, given.minutes)


def _told(alone: list[float], watched: list[float], memory: list[float], minutes: float) -> int:
    change = statistics.median(watched) / statistics.median(alone) - 1
    print(f"images a second: alone {' '.join(f'{one:.2f}' for one in alone)}; with {CLIENTS} pages ", end="")
    print(f"{' '.join(f'{one:.2f}' for one in watched)}: {100 * change:+.1f} % (goal: within {100 * GOAL:.0f})")
    half = len(memory) // 2
    grown = statistics.median(memory[half:]) - statistics.median(memory[:half])
    print(f"the node's memory over {minutes:.0f} min: {min(memory):.1f} to {max(memory):.1f} MB, ", end="")
    print(f"second half {grown:+.2f} MB (goal: within {FLAT_MB:.0f})")
    return 0 if abs(change) <= GOAL and grown <= FLAT_MB else 1


if __name__ == "__main__":
    sys.exit(main())

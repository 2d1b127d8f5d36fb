# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Lamps on this machine, written from the protocols' descriptions, apart from our drivers."""

import contextlib
import os
import select
import shutil
import socket
import struct
import subprocess
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

from faults.decoders import adalight, tpm2
from faults.promise import GAMMAS, Received, Rgb

LEDS = 8
WAIT_S = 0.02
SO_TIMESTAMPNS = 35
"""Linux's, which Python does not name: the kernel notes when a datagram arrived."""
HOME = f"127.77.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"
"""An address of loopback that no other process has: E1.31 and Art-Net know one port each, and others may send to it at
127.0.0.1."""
MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def clock_offset() -> float:
    """Return by how many seconds the steady clock differs from the kernel's.

    Who is kept from the processor in between sees a smaller one.
    """
    return max(time.monotonic() - time.time() for _ in range(20))


class Lamp:
    """What a light is sent to; `received` has it."""

    def __init__(self, name: str, light: str, gammas: tuple[float, ...] = GAMMAS) -> None:
        """Name it.

        Args:
            name: for people.
            light: the notation that our driver has for it.
            gammas: what it may make of a colour; 1 alone for one that tells its light.
        """
        self.name, self.light = name, light
        self.received = Received(gammas)

    def start(self) -> None:
        """Begin to receive."""

    def close(self) -> None:
        """Receive no more."""

    def keep(self) -> None:
        """Note that who drove it was killed: what follows is judged as of a lamp that was dark."""
        self.received.begin_anew()


class Reader(Lamp):
    """Reads in a thread of its own, from a descriptor."""

    def __init__(
        self,
        name: str,
        light: str,
        decode: Callable[[bytes], tuple[list[Rgb], bytes]],
        gammas: tuple[float, ...] = GAMMAS,
    ) -> None:
        """Name it; `decode` gives the colours of the whole frames in what has come, and the rest."""
        super().__init__(name, light, gammas)
        self._decode, self._rest = decode, b""
        self._reads, self._ends = threading.Event(), threading.Event()
        self._reads.set()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def descriptor(self) -> int:
        """Return what is read from; -1: nothing now."""
        raise NotImplementedError

    def read(self, since: float) -> tuple[bytes, float, float]:
        """Return what has come, and the earliest and the latest time at which it may have; none before `since`."""
        return os.read(self.descriptor(), 65536), since, time.monotonic()

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stall(self) -> None:
        """Read no more, and stay open."""
        self._reads.clear()

    def go_on(self) -> None:
        """Read again."""
        self._reads.set()

    def close(self) -> None:
        """End the thread, when it has read all that has come."""
        self._ends.set()
        self._reads.set()
        self._thread.join()

    def _run(self) -> None:
        empty = time.monotonic()
        while True:
            last = self._ends.is_set()
            descriptor = self.descriptor()
            data = b""
            if not self._reads.wait(0.1) or descriptor < 0:
                time.sleep(WAIT_S)
            else:
                with contextlib.suppress(OSError, ValueError):  # pulled out, or switched off
                    now = time.monotonic()
                    if not select.select([descriptor], [], [], 0)[0]:
                        empty = now  # all that came before was read
                    if select.select([descriptor], [], [], WAIT_S)[0]:
                        data, since, at = self.read(empty)
            if data:
                with contextlib.suppress(ValueError):  # not what this lamp speaks
                    colors, self._rest = self._decode(self._rest + data)
                    for color in colors:
                        self.received.take(since, at, color)
            elif last:  # what came before the end was read
                return


class Serial(Reader):
    """A strip on a pseudo-terminal, with a path that stays when it is pulled and put back."""

    def __init__(self, folder: Path, kind: str) -> None:
        """Plug it in; `kind` is adalight or tpm2."""
        self.path = folder / kind
        super().__init__(kind, f"{kind}:{self.path}:{LEDS}?settle=0", {"adalight": adalight, "tpm2": tpm2}[kind])
        self._pair: tuple[int, int] | None = None
        self.plug()

    def plug(self) -> None:
        """Put it (back) in."""
        master, slave = os.openpty()
        tty.setraw(slave)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(slave))
        self._rest, self._pair = b"", (master, slave)

    def pull(self) -> None:
        """Pull it out."""
        assert self._pair is not None
        pair, self._pair = self._pair, None
        self.path.unlink()
        for descriptor in pair:
            os.close(descriptor)

    def descriptor(self) -> int:
        """Return the master's end."""
        pair = self._pair
        return pair[0] if pair else -1

    def close(self) -> None:
        """Pull it out for good."""
        super().close()
        if self._pair:
            self.pull()


class Datagrams(Reader):
    """A controller that listens on a UDP port."""

    def __init__(self, name: str, light: str, decode: Callable[[bytes], Rgb], port: int = 0) -> None:
        """Listen at `HOME`; `light` has {host} and {port} where these stand, port 0 takes a free one."""
        self._socket: socket.socket | None = None
        self._offset = clock_offset()
        self.port = port
        self.switch_on()
        super().__init__(name, light.format(host=HOME, port=self.port, leds=LEDS), lambda data: ([decode(data)], b""))

    def switch_on(self) -> None:
        """Listen on the same port as before."""
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        made.bind((HOME, self.port))
        self.port, self._socket = made.getsockname()[1], made

    def switch_off(self) -> None:
        """Close the port, as of a controller without power."""
        closed, self._socket = self._socket, None
        if closed:
            closed.close()

    def descriptor(self) -> int:
        """Return the socket's."""
        listening = self._socket
        return listening.fileno() if listening else -1

    def read(self, since: float) -> tuple[bytes, float, float]:
        """Return one datagram, and when the kernel took it."""
        listening = self._socket
        if listening is None:
            return b"", since, since
        data, notes, _, _ = listening.recvmsg(2048, socket.CMSG_SPACE(16))
        for level, kind, content in notes:
            if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                seconds, nanoseconds = struct.unpack("qq", content)
                at = seconds + nanoseconds / 1e9 + self._offset
                return data, at, at
        return data, since, time.monotonic()

    def close(self) -> None:
        """Close it for good."""
        super().close()
        self.switch_off()


class Broker:
    """A mosquitto of this machine."""

    def __init__(self, folder: Path) -> None:
        """Start it on a free port."""
        assert MOSQUITTO is not None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        file = folder / "mosquitto.conf"
        file.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n")
        file.chmod(0o644)
        self.process = subprocess.Popen([MOSQUITTO, "-c", str(file)], stderr=subprocess.DEVNULL)
        self.light = f"mqtt:127.0.0.1:{self.port}:home/ambient"
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1.0):
                return
            time.sleep(0.05)

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()

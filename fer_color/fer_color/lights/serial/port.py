# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A serial port that never blocks, and says plainly what is wrong with it."""

import contextlib
import errno
import fcntl
import grp
import os
import select
import stat
import termios
from pathlib import Path

import serial

from fer_color.errors import ColorError

_PSEUDO_TERMINALS = range(136, 144)
"""Major device numbers of Unix 98 pseudo-terminals (Linux, devices.txt)."""
_MOST_READ = 4096
_BITS_A_BYTE = 10
"""Start bit, eight data bits, stop bit."""
SOCKETS = Path("/dev/serial/by-path")
"""Where udev names ports by the socket that they are plugged into; a number may change at each plugging in."""
_SHOWN = ("serial/by-id/*", "ttyUSB*", "ttyACM*", "ttyAMA*")
"""Ports at which a strip may be, below /dev."""


def claim(descriptor: int) -> None:
    """Keep other programs from opening the port too, as their bytes would tear ours; OSError where that can't be done.

    pyserial's own lock is heeded by those alone who ask for it: QSerialPort (Hyperion, Prismatik) and a terminal don't.
    """
    fcntl.ioctl(descriptor, termios.TIOCEXCL)


class SerialPort:
    """The bytes' way to a strip, over pyserial. Every method but `explain` raises OSError when the port fails."""

    def __init__(self, path: str, baud: int, sockets: Path = SOCKETS) -> None:
        """Remember the port, which is not yet open; `sockets` is the folder of names that stay."""
        self.path = os.path.expanduser(path)
        self._baud = baud
        self._sockets = sockets
        self._lasting: str | None = None
        self._serial: serial.Serial | None = None

    def open(self) -> None:
        """Open the port, for this program alone; one that was open before under whatever number it has by now."""
        self.close()
        path = self._now_at()
        try:
            self._serial = serial.Serial(path, self._baud, timeout=0, write_timeout=0, exclusive=True)
            if not self.is_pseudo():  # these keep the claim until their other end closes, even after a kill
                claim(self._serial.fileno())
        except termios.error as error:  # which is no OSError
            raise OSError(*error.args) from error
        except ValueError as error:
            raise OSError(errno.EINVAL, f"{self._baud} baud: {error}") from error
        if not Path(path).is_symlink():
            names, real = map(str, sorted(self._sockets.glob("*"))), os.path.realpath(path)
            self._lasting = next((name for name in names if os.path.realpath(name) == real), None)

    def _now_at(self) -> str:
        """Tell where the port is: at its socket if something is plugged in there, else where it was named."""
        return self._lasting if self._lasting and os.path.exists(self._lasting) else self.path

    def close(self) -> None:
        """Close it; what is still queued in the kernel is sent or dropped by the kernel."""
        port, self._serial = self._serial, None
        if port is not None:
            # It may be gone already, which is as good as closed.
            with contextlib.suppress(OSError, termios.error):
                port.close()

    def write(self, data: memoryview, timeout: float) -> int:
        """Hand over as much of `data` as fits; the number of bytes, 0 when none did within `timeout` seconds."""
        port = self._opened()
        # pyserial spins when a non-blocking port takes nothing: wait here until it does.
        if not select.select([], [port.fileno()], [], timeout)[1]:
            return 0
        return int(port.write(data) or 0)

    def read(self) -> bytes:
        """Return what the board has said meanwhile; nothing is waited for."""
        port = self._opened()
        waiting = int(port.in_waiting)
        return bytes(port.read(min(waiting, _MOST_READ))) if waiting else b""

    def queued(self) -> int:
        """Count the bytes that the kernel still holds; a pseudo-terminal always says 0."""
        return int(self._opened().out_waiting)

    def seconds_for(self, count: int) -> float:
        """Return how long `count` bytes take on the wire."""
        return count * _BITS_A_BYTE / self._baud

    def is_pseudo(self) -> bool:
        """Tell whether it is a pseudo-terminal, behind which a program sits instead of a board."""
        return os.major(os.fstat(self._opened().fileno()).st_rdev) in _PSEUDO_TERMINALS

    def replaced(self) -> bool:
        """Tell whether the path now leads elsewhere, or nowhere."""
        try:
            return os.stat(self._now_at()).st_rdev != os.fstat(self._opened().fileno()).st_rdev
        except FileNotFoundError:
            return True

    def _opened(self) -> serial.Serial:
        if self._serial is None:
            raise OSError(errno.ENODEV, "the port is closed")
        return self._serial

    def check(self) -> None:
        """ColorError when the path is nothing that could be opened as a port, with what to do."""
        try:
            status = os.stat(self.path)
        except OSError as error:
            raise self.explain(error) from error
        if not stat.S_ISCHR(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a file"
            raise ColorError(f"'{self.path}' is {kind}, no serial port: name a device such as /dev/ttyUSB0")

    def explain(self, error: OSError) -> ColorError:
        """Explain what `open` or `check` failed with, in one line that says what to do."""
        # pyserial puts its own text where the reason would be, and finds 'no terminal' without a number.
        if error.errno in (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTDIR):
            there = ", ".join(str(path) for name in _SHOWN for path in sorted(Path("/dev").glob(name))) or "none"
            return ColorError(
                f"no serial port '{self.path}' (ports here: {there}): plug it in, or name one that is there"
            )
        if error.errno in (errno.EACCES, errno.EPERM):
            return ColorError(
                f"no permission to open '{self.path}': add yourself to its group "
                f"(sudo usermod -aG {self._group()} $USER) and log in again"
            )
        if error.errno in (errno.EAGAIN, errno.EBUSY) or "exclusively lock" in str(error):
            return ColorError(
                f"'{self.path}' is in use by another program, or by another light of yours: end that one, or name "
                "another port"
            )
        if "(25," in str(error) or error.errno == errno.ENOTTY:
            return ColorError(f"'{self.path}' is no serial port: name a device such as /dev/ttyUSB0")
        return ColorError(f"'{self.path}' cannot be opened ({error}): check the port and its cable")

    def _group(self) -> str:
        try:
            name = grp.getgrgid(os.stat(self.path).st_gid).gr_name
        except (OSError, KeyError):
            return "dialout"
        return "dialout" if name in ("root", "tty") else name

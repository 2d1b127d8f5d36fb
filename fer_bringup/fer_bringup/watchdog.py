# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Tell systemd that the light runs, and go on telling it: sd_notify's datagrams (man 3 sd_notify). Needs no ROS."""

import contextlib
import socket
from collections.abc import Mapping


class Watchdog:
    """Says nothing where no systemd listens."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Read NOTIFY_SOCKET and WATCHDOG_USEC; WATCHDOG_PID is of whoever started us (NotifyAccess=all)."""
        path = environment.get("NOTIFY_SOCKET", "")
        self._path = "\0" + path[1:] if path.startswith("@") else path
        usec = environment.get("WATCHDOG_USEC", "")
        self.period = int(usec) / 2e6 if usec.isascii() and usec.isdigit() else 0.0
        """Seconds between two beats, half of what systemd waits; 0: it wants none."""
        self._at = float("-inf")

    def say(self, state: str) -> None:
        """Send a state, such as READY=1; what cannot be sent is left out, as the light matters more."""
        if not self._path:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.setblocking(False)
            to.sendto(state.encode(), self._path)

    def beat(self, now: float) -> None:
        """Say that we live, when it is due.

        Args:
            now: seconds of a steady clock.
        """
        if self.period and now - self._at >= self.period:
            self._at = now
            self.say("WATCHDOG=1")

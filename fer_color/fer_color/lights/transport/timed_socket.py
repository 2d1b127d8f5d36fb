# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A TCP connection that is over at a moment set beforehand, however slowly the other side goes on talking."""

import socket
import time
from typing import Any

from fer_color.lights.transport.address import Address


class TimedSocket(socket.socket):
    """All that is received and sent has to have happened by `until`, seconds of `time.monotonic`.

    A plain socket's time-out begins anew with each byte, so that who sends one a second is waited for without end.
    """

    until = float("inf")

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Receive as a socket does; TimeoutError after `until`."""
        self.settimeout(_left(self.until))
        return super().recv_into(*args, **kwargs)

    def sendall(self, *args: Any) -> None:
        """Send as a socket does; TimeoutError after `until`."""
        self.settimeout(_left(self.until))
        super().sendall(*args)


def connect(address: Address, until: float) -> TimedSocket:
    """Connect to whichever of the host's addresses answers first; OSError when none does by `until`."""
    plain = socket.create_connection((address.host, address.port), timeout=_left(until))
    timed = TimedSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
    timed.until = until
    return timed


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it takes too long to answer")
    return left

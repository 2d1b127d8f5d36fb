# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A host's name looked up again while its lamp is away, without anybody waiting for the answer."""

import ipaddress
import socket
import threading

from fer_color.errors import ColorError
from fer_color.lights.transport.address import Address

Where = tuple[socket.AddressFamily, tuple[object, ...]]


class NameWatch:
    """Looks a name up in a thread of its own, at most every `pause` seconds; an address has nothing to be looked up."""

    def __init__(self, address: Address, kind: socket.SocketKind, pause: float) -> None:
        """Remember what to look up; `pause`: seconds."""
        self._address, self._kind, self._pause = address, kind, pause
        self._asked_at = float("-inf")
        self._found: Where | None = None
        self._busy = False
        try:
            ipaddress.ip_address(address.host.partition("%")[0])
            self._fixed = True
        except ValueError:
            self._fixed = False

    def look(self, now: float) -> Where | None:
        """Return what the last look-up found, once; start another one if it is time (`now`, seconds)."""
        found, self._found = self._found, None
        if not self._fixed and not self._busy and now - self._asked_at >= self._pause:
            self._asked_at, self._busy = now, True
            threading.Thread(target=self._resolve, name="fer_color name", daemon=True).start()
        return found

    def _resolve(self) -> None:
        try:
            self._found = self._address.resolve(self._kind)
        except ColorError:
            pass  # not known at present, as may be while the network is away
        finally:
            self._busy = False

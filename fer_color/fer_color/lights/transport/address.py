# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where a light on the network is: `HOST` or `HOST:PORT`, an IPv6 address in brackets."""

import errno
import ipaddress
import re
import socket
from dataclasses import dataclass

from fer_color.errors import ColorError

_ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[^:/\s\[\]]+)(?::(?P<port>\d+))?(?::(?P<rest>.*))?")

_CONNECT = 3.0


@dataclass(frozen=True)
class Address:
    """A host and a port; ColorError when the port is none."""

    host: str
    """A name or an address."""
    port: int
    """1 to 65535."""

    def __post_init__(self) -> None:
        """Check the port."""
        if not 1 <= self.port <= 65535:
            raise ColorError(f"port {self.port} of '{self.host}' does not exist: give 1 to 65535")

    def __str__(self) -> str:
        """Write it as the notation does."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def resolve(self, kind: socket.SocketKind) -> tuple[socket.AddressFamily, tuple[object, ...]]:
        """Resolve the family and the socket address; ColorError when the host is not known. May take seconds.

        Where a name has several, a connection is for whoever makes it to try; a datagram goes to the first IPv4 address
        to which there is a way: most of those that take pixels (WLED, ESPHome, FPP, OLA, every Art-Net node) know no
        other, though the machine that they run on may.
        """
        if self._needs_zone():
            raise ColorError(
                f"{self.host} is an address on whichever network a machine has: name the network, as in "
                f"[{self.host}%eth0] (`ip address` shows the names)"
            )
        try:
            found = socket.getaddrinfo(self.host, self.port, type=kind)
        except (OSError, ValueError) as error:  # no name at all, such as one with an empty part, is a ValueError
            reason = getattr(error, "strerror", None) or error
            raise ColorError(
                f"host '{self.host}' is not known ({reason}): check its name, or give its address"
            ) from error
        places = [(family, address) for family, _, _, _, address in found]
        if kind != socket.SOCK_DGRAM or len(places) == 1:
            return places[0]
        places.sort(key=lambda place: place[0] != socket.AF_INET)
        return next((place for place in places if _has_way(*place)), places[0])

    def _needs_zone(self) -> bool:
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return isinstance(address, ipaddress.IPv6Address) and address.is_link_local and not address.scope_id

    def is_here(self) -> bool:
        """Tell whether it is this machine, by its loopback."""
        try:
            _, where = self.resolve(socket.SOCK_STREAM)
            return ipaddress.ip_address(str(where[0]).partition("%")[0]).is_loopback
        except (ColorError, ValueError):
            return False

    def reach(self) -> None:
        """Connect over TCP and let go again; OSError, but never TimeoutError, when nobody is there."""
        try:
            socket.create_connection((self.host, self.port), timeout=_CONNECT).close()
        except TimeoutError as error:
            raise ConnectionError(f"nobody answered within {_CONNECT:g} s") from error
        except OSError as error:
            if is_broadcast(*self.resolve(socket.SOCK_DGRAM)):
                raise ConnectionError(f"{self.host} is a broadcast address") from error
            raise


def _has_way(family: socket.AddressFamily, where: tuple[object, ...]) -> bool:
    """Tell whether this machine knows a way there; nothing is sent."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as made:
            return made.connect_ex(where) in (0, errno.EACCES)  # a broadcast address is told as that, later
    except OSError:  # no such family on this machine
        return False


def is_broadcast(family: socket.AddressFamily, where: tuple[object, ...]) -> bool:
    """Tell whether whoever hears it is meant: what can be connected to once broadcasts are allowed, and not before."""
    with socket.socket(family, socket.SOCK_DGRAM) as made:
        # A route that is forbidden here has the same error, EACCES.
        if made.connect_ex(where) != errno.EACCES:
            return False
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        return made.connect_ex(where) == 0


def split_address(text: str, default_port: int) -> tuple[Address, str] | None:
    """Split `HOST[:PORT][:REST]` into address and rest, which may be empty; None when it is not so."""
    match = _ADDRESS.fullmatch(text)
    if not match:
        return None
    host = match["host"].strip("[]")
    if match["host"].startswith("["):
        try:
            ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return None
    return Address(host, int(match["port"]) if match["port"] else default_port), match["rest"] or ""

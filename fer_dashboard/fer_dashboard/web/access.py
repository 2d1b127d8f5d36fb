# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Who may open the page: this machine's own people, or whoever has the token."""

import hashlib
import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

COOKIE = "fer_dashboard"
"""What the names of the cookies begin with."""
_FAR = {4: (socket.AF_INET, "192.0.2.1"), 6: (socket.AF_INET6, "2001:db8::1")}
"""Addresses that nobody has (RFC 5737, RFC 3849)."""


def is_loopback(host: str) -> bool:
    """Tell whether an address or name is this machine's own loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def name_of(host: str) -> str:
    """Return a Host header's name without its port; '' where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def reached_at(host: str) -> str:
    """Return where others find a server that listens on `host`: on all of the machine's addresses, at the one that it
    has on the way out. Nothing is sent for that; without such a way it is the machine's name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    family, far = _FAR[address.version]
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as made:
            made.connect((far, 9))
            return str(made.getsockname()[0])
    except OSError:
        return socket.gethostname()


def link(host: str, port: int, token: str) -> str:
    """Return the page's address, as others on the network can open it, with the token where one is wanted."""
    name = reached_at(host)
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/" + (f"?token={quote(token, safe='')}" if token else "")


@dataclass
class Access:
    """The rules for one server.

    On loopback only loopback's own names are answered to, so that no other site can be made to point here (DNS
    rebinding).
    Opened to the network, or with a camera's picture in the page, a token is wanted besides.
    """

    host: str
    """What the server listens on."""
    token: str = ""
    """Empty on loopback, unless the page shows the camera's picture."""
    names: frozenset[str] = field(default_factory=frozenset)
    """Further names by which the machine is known on its network; empty: any, the token decides."""

    @classmethod
    def to(cls, host: str, token: str = "", *, camera: bool = False) -> "Access":
        """Make the rules for what a server listens on, with a token of its own where one is wanted.

        Args:
            host: address that it listens on.
            token: the user's own; empty: a fresh one.
            camera: whether the page shows the camera's picture, which other users of this machine must not see.
        """
        wanted = camera or not is_loopback(host)
        return cls(host, token or secrets.token_urlsafe(24)) if wanted else cls(host)

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the token: a browser tells no ports of a machine apart, nor two servers
        behind one proxy."""
        return f"{COOKIE}_{hashlib.sha256(self.token.encode(errors='surrogatepass')).hexdigest()[:8]}"

    def knows(self, host: str) -> bool:
        """Tell whether a Host header names this server."""
        name = name_of(host)
        if is_loopback(self.host):
            return is_loopback(name)
        return bool(name) and (not self.names or name in self.names or is_loopback(name))

    def same_site(self, origin: str | None, host: str) -> bool:
        """Tell whether a WebSocket comes from our own page: the Origin's place is the Host's."""
        if not origin:
            return False
        try:
            return urlsplit(origin).netloc.lower() == host.lower()
        except ValueError:
            return False

    def lets_in(self, given: str | None) -> bool:
        """Tell whether a token, from the link or the cookie, opens the page; none is wanted on loopback."""
        if not self.token:
            return True
        return given is not None and secrets.compare_digest(given.encode(), self.token.encode())

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Who may open the page: this machine's own people, or whoever has the token."""

import ipaddress
import secrets
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

COOKIE = "fer_dashboard"


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


def link(host: str, port: int, token: str) -> str:
    """Return the page's address, with the token where one is wanted."""
    name = f"[{host}]" if ":" in host else host
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

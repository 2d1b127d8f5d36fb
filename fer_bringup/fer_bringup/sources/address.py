# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A network camera's address, and how it is shown: never with its password."""

from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from fer_bringup.errors import BringupError

SCHEMES = ("http", "https", "rtsp", "rtsps")


def is_address(spec: str) -> bool:
    """Tell whether a source's name is an address of such a camera, right or wrong."""
    return "://" in spec


@dataclass(frozen=True)
class Address:
    """Where a camera is."""

    scheme: str
    url: str
    """With name and password, as the user wrote it."""
    plain: str
    """Without them."""
    user: str
    password: str

    @classmethod
    def of(cls, text: str) -> "Address":
        """Read an address.

        Raises:
            BringupError: it is none, or of a kind that is not read.
        """
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise BringupError(f"the source is no address ({error}): write http://HOST:PORT/PATH") from error
        if parts.scheme not in SCHEMES:
            raise BringupError(f"source '{parts.scheme}://…': addresses begin with {', '.join(SCHEMES)}")
        if not host:
            raise BringupError(f"source '{parts.scheme}://…' names no host: write {parts.scheme}://HOST:PORT/PATH")
        name = f"[{host}]" if ":" in host else host
        plain = SplitResult(parts.scheme, f"{name}:{port}" if port else name, parts.path, parts.query, "")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, text, urlunsplit(plain), user, password)

    @property
    def shown(self) -> str:
        """The address without name, password and query, which may hold a password, too."""
        return self.plain.partition("?")[0]

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A network camera's address, and how it is shown: never with its password."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from fer_bringup.errors import BringupError

SCHEMES = ("http", "https", "rtsp", "rtsps")
VARIABLE = "FER_CAMERA_PASSWORD"
"""The environment's variable that is read where an address has a name and no password."""


def is_address(spec: str) -> bool:
    """Tell whether a source's name is an address of such a camera, right or wrong."""
    return "://" in spec


@dataclass(frozen=True)
class Address:
    """Where a camera is."""

    scheme: str
    url: str
    """With name and password."""
    plain: str
    """Without them."""
    user: str
    password: str
    tells: bool = False
    """Whether it was written with its password, which stands in the list of processes then."""

    @classmethod
    def of(cls, text: str, environment: Mapping[str, str] = os.environ) -> "Address":
        """Read an address.

        Args:
            text: as the user wrote it.
            environment: where `VARIABLE` is looked for.

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
        if not user or password:
            return cls(parts.scheme, text, urlunsplit(plain), user, password, bool(password))
        password = environment.get(VARIABLE, "")
        if any("\ud800" <= letter <= "\udfff" for letter in password):
            raise BringupError(f"{VARIABLE} is no text: write the password in UTF-8")
        known = f"{quote(user, safe='')}:{quote(password, safe='')}@{plain.netloc}" if password else parts.netloc
        return cls(parts.scheme, urlunsplit(parts._replace(netloc=known)), urlunsplit(plain), user, password)

    @property
    def shown(self) -> str:
        """The address without name, password and query, which may hold a password, too."""
        return self.plain.partition("?")[0]

    @property
    def notice(self) -> str:
        """What of its password others can see, and what to do; empty: nothing."""
        where = []
        if self.tells:
            where.append(
                f"stands in the list of processes, where every user of this machine can read it: write "
                f"{self.scheme}://NAME@HOST/... and set the environment's {VARIABLE}"
            )
        if self.password and self.scheme in ("http", "rtsp") and not self._is_here():
            where.append(f"may go unencrypted: use {self.scheme}s:// where the camera has it")
        return f"the password for {self.shown} {'; it '.join(where)}" if where else ""

    def _is_here(self) -> bool:
        host = urlsplit(self.plain).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def without_secrets(source: str) -> str:
    """Return what a user wrote as a source as others may see it: an address without name, password and query."""
    if not is_address(source):
        return source
    try:
        return Address.of(source).shown
    except BringupError:
        return source.partition("://")[0] + "://"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One destination of datagrams: a socket, what the kernel has learned about the way, and a knock at the host's door."""

import contextlib
import errno
import os
import socket
import struct

from fer_color.errors import ColorError
from fer_color.lights.transport.address import Address, is_broadcast
from fer_color.lights.transport.name_watch import NameWatch, Where

_IP_RECVERR, _IPV6_RECVERR = 11, 25
"""Linux's numbers (in.h, in6.h), which Python's socket does not name: without them a host that is off is not told."""
_DISCARD = 9
"""The port that is knocked at: hardly anything listens there, and a host that is there says so ('port unreachable')."""
_LOOK_UP = 5.0
ASTRAY = (errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EINVAL, errno.ENODEV)
"""This machine has no way at present, or no longer the address that a socket was connected from."""
NOT_NOW = (errno.EAGAIN, errno.ENOBUFS)
"""The kernel's queue is full: nothing is said about the way."""


class Way:
    """A connected socket that never waits. Every method but `open` raises OSError only where it says so."""

    def __init__(self, address: Address) -> None:
        """Remember the address."""
        self.address = address
        self._socket: socket.socket | None = None
        self._door: socket.socket | None = None
        self._where: Where | None = None
        self._names = NameWatch(address, socket.SOCK_DGRAM, _LOOK_UP)

    def open(self, interface: str = "") -> None:
        """Find the host and a way there, without a datagram; ColorError when there is none.

        `interface`: the IPv4 address of the one to multicast from; empty: the system's choice.
        """
        self._interface = interface
        self._connect(self.address.resolve(socket.SOCK_DGRAM))

    def send(self, data: bytes) -> None:
        """Send a datagram; OSError for what has become known since the last one, too."""
        assert self._socket is not None
        self.check()
        self._socket.send(data)

    def check(self) -> None:
        """OSError when the kernel has learned that nothing arrives."""
        assert self._socket is not None
        fault = _errors(self._socket)
        if fault:
            raise OSError(fault, errno_text(fault))

    def knock(self) -> None:
        """Ask whether the host is there, by a datagram that nothing takes for a frame; see `heard`."""
        if self._door is None and self._where is not None:
            family, where = self._where
            with contextlib.suppress(OSError):
                self._door = _datagram_socket(family)
                self._door.connect((where[0], _DISCARD, *where[2:]))
        if self._door is not None:
            with contextlib.suppress(OSError):
                self._door.send(b"\0")

    def heard(self) -> bool | None:
        """Tell what came of knocking: True, the host is there; False, it is not; None, nothing yet."""
        if self._door is None:
            return None
        fault = _errors(self._door)
        return None if not fault else fault == errno.ECONNREFUSED

    def follow_name(self, now: float) -> None:
        """Connect anew where the host's name leads elsewhere by now, and there is a way there."""
        found = self._names.look(now)
        if found is not None and found != self._where:
            with contextlib.suppress(ColorError):
                self._connect(found)

    def renew(self) -> bool:
        """Connect anew to the same address; tell whether that could be done.

        A connected socket keeps the address of this machine that it began with, and is of no use once that is another.
        """
        assert self._where is not None
        try:
            self._connect(self._where)
        except ColorError:
            return False
        return True

    def close(self) -> None:
        """Close the sockets."""
        for one in (self._socket, self._door):
            if one is not None:
                one.close()
        self._socket = self._door = None

    def _connect(self, found: Where) -> None:
        """Connect to what was `found`; ColorError, and all stays as it was, where that can't be done."""
        family, where = found
        made = _datagram_socket(family)
        try:
            if self._interface:
                _multicast_from(made, self._interface)
            made.connect(where)
        except OSError as error:
            made.close()
            raise ColorError(_explain(error, self.address, found)) from error
        except ColorError:
            made.close()
            raise
        self.close()
        self._socket, self._where = made, found


def _datagram_socket(family: socket.AddressFamily) -> socket.socket:
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.setblocking(False)
    with contextlib.suppress(OSError):  # not on Linux
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
        else:
            made.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
    return made


def _multicast_from(made: socket.socket, interface: str) -> None:
    try:
        made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
    except OSError as error:
        raise ColorError(f"no network here has the address {interface}: name one that `ip address` shows") from error


def _errors(of: socket.socket) -> int:
    """Take all errors that are queued for a socket; the newest one's number, 0 for none."""
    fault = 0
    with contextlib.suppress(OSError):  # nothing more is queued
        while True:
            _, ancillary, *_ = of.recvmsg(1, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
            for *_, data in ancillary:
                # struct sock_extended_err (linux/errqueue.h) begins with the error's number.
                fault = struct.unpack_from("=I", data)[0] if len(data) >= 16 else fault
    return fault or int(of.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


def errno_text(number: int) -> str:
    """Return an error's text."""
    return os.strerror(number)


def _explain(error: OSError, address: Address, found: Where) -> str:
    if is_broadcast(*found):
        return f"{address.host} is a broadcast address, which would light whatever hears it: give one device's address"
    return f"there is no way to {address} ({error.strerror or error}): check the network, or give another address"

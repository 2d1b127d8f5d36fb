# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A namespace for each `make ambient` of a machine, so that two of them do not mix their rooms. Needs no ROS."""

import contextlib
import re
import socket
from collections.abc import Mapping

from fer_bringup.errors import BringupError

MOST = 100
"""Rooms on one machine and one domain that are told apart."""
NAMESPACE = r"(?!.*__)/?[A-Za-z_]\w*(/[A-Za-z_]\w*)*/?"


class Room:
    """A namespace that this process has to itself as long as it lives, however it ends."""

    def __init__(self, namespace: str, claim: socket.socket | None, note: str) -> None:
        """Keep a claim, see `take_room`."""
        self.namespace = namespace
        """Without slashes at its ends; empty: the root's."""
        self.note = note
        """A line for the user, or empty."""
        self._claim = claim

    def leave(self) -> None:
        """Let somebody else have it."""
        if self._claim is not None:
            self._claim.close()


def take_room(wanted: str | None, environment: Mapping[str, str], *, movable: bool) -> Room:
    """Take the namespace that the user named, else the root's, else one that nobody has.

    Args:
        wanted: the user's, or None.
        environment: whose ROS_DOMAIN_ID tells graphs apart.
        movable: whether the topics may be under another name than the root's, where the user named none.

    Raises:
        BringupError: the name is none that ROS takes.
    """
    domain = environment.get("ROS_DOMAIN_ID") or "0"
    if wanted is not None and wanted.strip("/") and not re.fullmatch(NAMESPACE, wanted, re.ASCII):
        raise BringupError(
            f"--namespace '{wanted}': between slashes stand letters, digits and '_', a digit not first, no two '_' "
            "together; as in kitchen"
        )
    name = (wanted or "").strip("/")
    claim = _claim(domain, name)
    if claim is not None:
        return Room(name, claim, "")
    if wanted is not None or not movable:
        return Room(name, None, f"another one runs under '/{name}': each shows both's faces; --namespace parts them")
    for number in range(2, MOST):
        claim = _claim(domain, f"ambient_{number}")
        if claim is not None:
            name = f"ambient_{number}"
            return Room(
                name, claim, f"another one runs here; this one's topics are under /{name} (or --namespace NAME)"
            )
    raise BringupError(f"{MOST} of them run here; end some, or name a --namespace")


def _claim(domain: str, namespace: str) -> socket.socket | None:
    # A name without a file (Linux's abstract names), which goes when the process goes.
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with contextlib.suppress(OSError):
        made.bind(f"\0fer-ambient-{domain}-{namespace}")
        return made
    made.close()
    return None

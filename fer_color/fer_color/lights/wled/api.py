# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""WLED's JSON API over HTTP."""

import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Sequence
from typing import Any

from fer_color.lights.transport.address import Address
from fer_color.lights.transport.json_object import excerpt, read_object
from fer_color.lights.transport.timed_socket import connect
from fer_color.lights.wled.curve import UNKNOWN, WledCurve, read_curve
from fer_color.lights.wled.state import Step, WledState, read_state

Body = dict[str, Any]
"""A JSON object."""

_PATIENCE = 2.0
"""Seconds until a controller counts as gone: for a whole request, from the first packet to the last byte."""
_MOST = 128 * 1024
"""Bytes of an answer: four times the buffer in which WLED makes its JSON (const.h, JSON_BUFFER_SIZE)."""
_BUSY = 503
"""WLED's answer while somebody else's request has that buffer; nothing was changed by ours then."""
_BUSY_PAUSE = 0.1


class WledApi:
    """Reads and sets a controller's state. Every method but `resolve` raises OSError when the controller is gone."""

    def __init__(self, address: Address) -> None:
        """Remember the controller; nothing is asked yet."""
        self._address = address
        self.state = WledState()
        """As it was when the way was last opened."""
        self.curve: WledCurve = UNKNOWN
        """As its configuration said when the way was last opened."""
        self.driven_by = ""
        """What drives it live, past the JSON API, such as `E1.31`; empty: nothing."""

    def resolve(self) -> None:
        """ColorError when the host is not known."""
        self._address.resolve(socket.SOCK_STREAM)

    def open(self) -> None:
        """Ask what it is and what it shows."""
        info = self._ask("GET", "/json/info")
        if not isinstance(info.get("leds"), dict):
            raise OSError("what answers there is no WLED")
        self.curve = self._ask_curve(str(info.get("ver"))[:20])
        self.read()
        self.driven_by = (
            excerpt(str(info.get("lm") or "a live stream").encode(), 40) if info.get("live") is True else ""
        )

    def close(self) -> None:
        """Do nothing: every request has a connection of its own, as the controller wants it."""

    def read(self) -> None:
        """Ask what it shows."""
        try:
            self.state = read_state(self._ask("GET", "/json/state"), self.curve)
        except ValueError as error:
            raise OSError(f"what answers there is no WLED: {error}") from error

    def deliver(self, message: Sequence[Step], stopping: threading.Event) -> None:
        """Set (parts of) its state, one step after the other; without a step ask what it shows."""
        if not message:
            self.read()
        for step in message:
            if isinstance(step, dict):
                self._ask("POST", "/json/state", step)
            elif stopping.wait(step):
                return

    def _ask_curve(self, version: str) -> WledCurve:
        """Ask how it is set up. A controller that says nothing of that is none that is lost, only one less known."""
        try:
            return read_curve(self._ask("GET", "/json/cfg"), version)
        except OSError:
            return UNKNOWN

    def _ask(self, method: str, path: str, body: Body | None = None) -> Body:
        until = time.monotonic() + _PATIENCE
        while True:
            status, reason, text = self._exchange(method, path, body, until)
            if status != _BUSY or time.monotonic() + _BUSY_PAUSE >= until:
                break
            time.sleep(_BUSY_PAUSE)
        if status != http.client.OK:
            raise OSError(f"it answers {status} {reason[:80]}")
        try:
            return read_object(text, _MOST)
        except ValueError as error:
            raise OSError(f"what answers there is no WLED: {error}") from error

    def _exchange(self, method: str, path: str, body: Body | None, until: float) -> tuple[int, str, bytes]:
        """Send one request; return status, reason and at most a byte more than `_MOST` of the answer."""
        connection = http.client.HTTPConnection(self._address.host, self._address.port)
        connection.sock = line = connect(self._address, until)
        try:
            data = None if body is None else json.dumps(body, separators=(",", ":"))
            connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
            answer = connection.getresponse()
            return answer.status, answer.reason, answer.read(_MOST + 1)
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(f"what answers there is no WLED: {error!r}"[:200]) from error
        except OSError:
            # What is still queued must not arrive later, when the state has been read anew: drop it at the close.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise
        finally:
            connection.close()
            line.close()

"""WLED's JSON API over HTTP."""

import http.client
import json
import socket
import struct
import threading
from typing import Any

from fer_color.lights.transport.address import Address

Body = dict[str, Any]
"""A JSON object."""

_PATIENCE = 2.0
"""Seconds until a controller counts as gone."""


class WledApi:
    """Reads and sets a controller's state. Every method but `resolve` raises OSError when the controller is gone."""

    def __init__(self, address: Address) -> None:
        """Nothing is asked yet."""
        self._address = address
        self.state: Body = {}
        """As it was when the way was last opened."""
        self.driven_by = ""
        """What drives it live, past the JSON API, such as `E1.31`; empty: nothing."""

    def resolve(self) -> None:
        """ColorError when the host is not known."""
        self._address.resolve(socket.SOCK_STREAM)

    def open(self) -> None:
        """Ask what it is and what it shows."""
        info = self._ask("GET", "/json/info")
        state = self._ask("GET", "/json/state")
        if "leds" not in info or "seg" not in state:
            raise OSError("what answers there is no WLED")
        self.driven_by = str(info.get("lm") or "a live stream") if info.get("live") else ""
        self.state = state

    def close(self) -> None:
        """Every request has a connection of its own, as the controller wants it."""

    def deliver(self, message: Body, stopping: threading.Event) -> None:
        """Set (parts of) its state."""
        self._ask("POST", "/json/state", message)

    def _ask(self, method: str, path: str, body: Body | None = None) -> Body:
        connection = http.client.HTTPConnection(self._address.host, self._address.port, timeout=_PATIENCE)
        try:
            data = None if body is None else json.dumps(body, separators=(",", ":"))
            connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise OSError(f"it answers {answer.status} {answer.reason}")
            content = json.loads(text)
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(f"what answers there is no WLED: {error!r}") from error
        except OSError:
            if connection.sock is not None:
                # What is still queued must not arrive later, when the state has been read anew: drop it at the close.
                connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise
        finally:
            connection.close()
        if not isinstance(content, dict):
            raise OSError("what answers there is no WLED")
        return content

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The live page's server, spoken to in bytes: whatever it is sent, it answers the next one, and no handler falls."""

import asyncio
import contextlib
import logging
from functools import cache
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from fer_dashboard.seen.view import View
from fer_dashboard.web.access import Access
from fer_dashboard.web.server import Hub, make_server
from fuzz.target import Target

PATIENCE_S = 20.0
HEAD = b"Host: 127.0.0.1\r\n"
GET = b"GET / HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n"
POST = b"POST /app.js HTTP/1.1\r\n" + HEAD + b"Content-Length: 5\r\nConnection: close\r\n\r\nhello"
CHUNKED = b"GET /camera?token=a HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
SOCKET = (
    b"GET /ws HTTP/1.1\r\n" + HEAD + b"Origin: http://127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: fer_dashboard=a\r\n\r\n"
)
ASKED = b'{"id": 1, "set": "color.brightness", "value": 0.5}'
FRAME = bytes([0x81, 0x80 | len(ASKED), 0, 0, 0, 0]) + ASKED  # masked, by a mask that changes nothing
CLOSE = bytes([0x88, 0x80, 0, 0, 0, 0])


class HandlerFellError(Exception):
    """A handler of ours raised what is no answer."""


class _Falls(logging.Handler):
    """Keeps what tornado logs of exceptions that nobody caught."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


class _Server:
    """The page's server on a free port of loopback, turned while somebody speaks to it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.falls = _Falls()
        for name in ("tornado.application", "asyncio"):
            logging.getLogger(name).addHandler(self.falls)
            logging.getLogger(name).propagate = False
        logging.getLogger("tornado.general").setLevel(logging.CRITICAL)  # what was wrong with a request
        self.server, self.port = self.loop.run_until_complete(self._open())

    async def _open(self) -> tuple[HTTPServer, int]:
        async def ask(_: Any) -> str:
            return ""

        socket, port = bind_unused_port()
        server = make_server(Hub(View(), Access("127.0.0.1"), ask, list))
        server.add_socket(socket)
        return server, port

    def speak(self, content: bytes) -> bytes:
        """Send bytes, and then ask for the page on another connection; what that got."""
        return self.loop.run_until_complete(asyncio.wait_for(self._speak(content), PATIENCE_S))

    async def _speak(self, content: bytes) -> bytes:
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with contextlib.suppress(ConnectionError):
            writer.write(content)
            await writer.drain()
        reader, asking = await asyncio.open_connection("127.0.0.1", self.port)
        asking.write(GET)
        answer = await reader.read(-1)
        for one in (asking, writer):
            one.close()
            with contextlib.suppress(ConnectionError):
                await one.wait_closed()
        return answer


@cache
def _server() -> _Server:
    return _Server()


def _speak(content: bytes) -> None:
    server = _server()
    server.falls.said.clear()
    if not server.speak(content).startswith(b"HTTP/1.1 200"):
        raise HandlerFellError("the next request is not answered")
    if server.falls.said:
        raise HandlerFellError(server.falls.said[0])


HTTP = Target(_speak, (GET, POST, CHUNKED, SOCKET + FRAME + CLOSE), ())

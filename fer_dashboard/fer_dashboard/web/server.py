# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The server: three files and one WebSocket, for the few who may look."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any
from urllib.parse import quote, unquote

import tornado.httpserver
import tornado.web
import tornado.websocket

from fer_dashboard.errors import DashboardError
from fer_dashboard.seen.controls import parse
from fer_dashboard.seen.view import View
from fer_dashboard.web.access import Access

PERIOD = 0.05
"""Seconds between two states that a page gets at most."""
BEAT = 1.0
"""Seconds after which one is sent though nothing is new, so that what is stale goes."""
MOST_CLIENTS = 50
LARGEST = 64 * 1024
"""Bytes of a message that a page may send."""
WRONG_TOKEN_S = 1.0
"""Seconds that a wrong token waits for its answer."""
MOST_WAITING = 20
"""Wrong tokens that wait at once; more are turned away at once, as the attempts of somebody who tries them all."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGES = {
    "": ("index.html", "text/html"),
    "app.js": ("app.js", "text/javascript"),
    "drawing.js": ("drawing.js", "text/javascript"),
    "style.css": ("style.css", "text/css"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
}

Ask = Callable[[Any], Awaitable[str]]
"""Passes a request on to a node, and gives '' or why it was refused."""


class Hub:
    """What the server's parts share.

    Args:
        view: what is shown.
        access: who may look.
        ask: passes a person's wish on.
        controls: gives the controls as the nodes have them now.
        watched: told when the first page opens and the last one goes.
        clock: seconds that never go back; the view's.
    """

    def __init__(
        self,
        view: View,
        access: Access,
        ask: Ask,
        controls: Callable[[], list[dict[str, Any]]],
        watched: Callable[[bool], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nobody looks yet."""
        self.view, self.access, self.ask, self.controls, self.clock = view, access, ask, controls, clock
        self.clients: set[Socket] = set()
        self.waiting = 0
        self._watched = watched

    def enter(self, client: "Socket") -> None:
        """Count a page in."""
        self.clients.add(client)
        if len(self.clients) == 1:
            self._watched(True)

    def leave(self, client: "Socket") -> None:
        """Count a page out."""
        if client in self.clients:
            self.clients.discard(client)
            if not self.clients:
                self._watched(False)


class _Guarded(tornado.web.RequestHandler):
    """Answers only those who may look, and tells nobody anything else."""

    def initialize(self, hub: Hub) -> None:
        """Take what the parts share."""
        self.hub = hub

    def set_default_headers(self) -> None:
        """Keep the page to itself."""
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    async def prepare(self) -> None:
        """Refuse strangers, and slow down whoever tries tokens."""
        if not self.hub.access.knows(self.request.host):
            raise tornado.web.HTTPError(421)
        link, cookie = (
            self.get_query_argument("token", None, strip=False),
            unquote(self.get_cookie(self.hub.access.cookie) or ""),
        )
        if self.hub.access.lets_in(link if link is not None else cookie):
            if link is not None and self.hub.access.token:
                # Quoted: a user's own token may hold what a cookie can't.
                self.set_cookie(
                    self.hub.access.cookie, quote(link, safe=""), httponly=True, samesite="Strict", path="/"
                )
            return
        if self.hub.waiting < MOST_WAITING:
            self.hub.waiting += 1
            try:
                await asyncio.sleep(WRONG_TOKEN_S)
            finally:
                self.hub.waiting -= 1
        raise tornado.web.HTTPError(403)

    def refuse(self, why: str) -> None:
        """End with 403, and say why."""
        self._why = why
        raise tornado.web.HTTPError(403)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong in one line, without a trace."""
        text = {
            403: getattr(self, "_why", "this page wants the link that the node printed (with its token)"),
            405: "this page is only read: GET or HEAD",
            421: "this page answers to this machine's own names only",
        }.get(status_code, "there is nothing here")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(text + "\n")


class _File(_Guarded):
    """Something to be read."""

    def head(self, *arguments: str) -> None:
        """Send what `get` would but for its body, to whoever watches whether a page is there."""
        self.get(*arguments)


class Page(_File):
    """One of the page's files."""

    def get(self, name: str) -> None:
        """Send it."""
        if name not in PAGES:
            raise tornado.web.HTTPError(404)
        file, kind = PAGES[name]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish(files("fer_dashboard").joinpath("page").joinpath(file).read_bytes())


class Picture(_File):
    """The camera's picture, where it may be shown; the token was asked for before."""

    def get(self) -> None:
        """Send the newest."""
        picture = self.hub.view.newest_picture(self.hub.clock())
        if picture is None:
            raise tornado.web.HTTPError(404)
        self.set_header("Content-Type", "image/jpeg")
        self.finish(picture)


class Socket(tornado.websocket.WebSocketHandler, _Guarded):
    """One open page: it gets the newest state, and asks.

    A state is written only when the one before has left for the network: a slow page gets newer states, never later
    ones.
    """

    def check_origin(self, origin: str) -> bool:
        """Refuse what another site's page opens."""
        return self.hub.access.same_site(origin, self.request.host)

    async def get(self, *arguments: Any, **named: Any) -> None:
        """Open, unless there are too many."""
        origin = self.request.headers.get("Origin")
        # Asked before tornado does: of an Origin that is no URL it makes an error of its own, with a traceback.
        if origin is None or not self.check_origin(origin):
            self.refuse(
                "the socket is for the page itself, whose Origin is the Host that is asked: a proxy has to keep it"
            )
        if len(self.hub.clients) >= MOST_CLIENTS:
            self.refuse(f"{MOST_CLIENTS} pages are open already: close one")
        await super().get(*arguments, **named)

    def open(self, *arguments: str, **named: str) -> None:
        """Begin to send."""
        self.set_nodelay(True)
        self.hub.enter(self)
        self._sender = asyncio.create_task(self._send())

    async def on_message(self, message: str | bytes) -> None:
        """Pass a wish on, and answer with what became of it."""
        number: int | None = None
        try:
            request = parse(message if isinstance(message, str) else "")
            number = request.number
            refused = await self.hub.ask(request)
        except DashboardError as error:
            refused = str(error)
        with contextlib.suppress(tornado.websocket.WebSocketClosedError):
            await self.write_message(json.dumps({"answer": number, "refused": refused}))

    def on_close(self) -> None:
        """Count the page out."""
        self.hub.leave(self)
        if hasattr(self, "_sender"):
            self._sender.cancel()

    async def _send(self) -> None:
        sent, at, known = -1, 0.0, None
        with contextlib.suppress(tornado.websocket.WebSocketClosedError, asyncio.CancelledError):
            while True:
                now = self.hub.clock()
                if self.hub.view.version != sent or now - at >= BEAT:
                    sent, at = self.hub.view.version, now
                    message: dict[str, Any] = {"state": self.hub.view.state(now)}
                    controls = self.hub.controls()
                    if controls != known:
                        message["controls"] = known = controls
                    await self.write_message(json.dumps(message))
                await asyncio.sleep(PERIOD)


def make_server(hub: Hub) -> tornado.httpserver.HTTPServer:
    """Make the server; `listen` on it."""
    options: dict[str, Any] = {"hub": hub}
    application = tornado.web.Application(
        [(r"/ws", Socket, options), (r"/camera", Picture, options), (r"/(.*)", Page, options)],
        websocket_max_message_size=LARGEST,
        websocket_ping_interval=10,
        websocket_ping_timeout=8,
        log_function=lambda handler: None,
    )
    return tornado.httpserver.HTTPServer(
        application, max_header_size=16 * 1024, max_body_size=LARGEST, idle_connection_timeout=20, body_timeout=10
    )

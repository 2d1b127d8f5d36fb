# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The server for Foxglove: sends the view while somebody has subscribed to it. Needs foxglove-sdk."""

import threading
from collections.abc import Callable
from typing import Any

import foxglove
from foxglove import Channel, Context
from foxglove.channels import CompressedImageChannel, ImageAnnotationsChannel, LogChannel, SceneUpdateChannel
from foxglove.websocket import ServerListener

from fer_dashboard.errors import DashboardError
from fer_dashboard.foxglove_live import pictures

HOST = "127.0.0.1"
"""Loopback and nothing else: Foxglove's protocol knows no token."""
BACKLOG = 32
"""Messages that wait for a slow client; then the oldest goes: it gets newer data, not later data."""


class Bridge(ServerListener):
    """What Foxglove may subscribe to: `/fer/faces`, `/fer/night`, `/fer/room`, `/fer/numbers`, `/fer/log`."""

    def __init__(self, port: int, watched: Callable[[bool], None]) -> None:
        """Serve.

        Args:
            port: TCP port on 127.0.0.1; 0 takes a free one.
            watched: told when the first subscription comes and the last one goes, from a thread of the server's.

        Raises:
            DashboardError: the port can't be had.
        """
        self._watched, self._lock = watched, threading.Lock()
        self._subscriptions = 0
        self._logged: list[str] = []
        self._context = context = Context()  # the server does not keep it
        self._faces = ImageAnnotationsChannel("/fer/faces", context=context)
        self._night = CompressedImageChannel("/fer/night", context=context)
        self._room = SceneUpdateChannel("/fer/room", context=context)
        self._log = LogChannel("/fer/log", context=context)
        self._numbers = Channel("/fer/numbers", schema=pictures.NUMBERS, context=context)
        try:
            self._server = foxglove.start_server(
                name="fer_dashboard",
                host=HOST,
                port=port,
                server_listener=self,
                context=context,
                message_backlog_size=BACKLOG,
            )
        except Exception as error:  # the library's own, which it does not name
            raise DashboardError(f"can't serve Foxglove on {HOST}:{port} ({error}): set foxglove_port") from error
        self.port = self._server.port

    def on_subscribe(self, client: Any, channel: Any) -> None:
        """Count a subscription in."""
        self._count(1)

    def on_unsubscribe(self, client: Any, channel: Any) -> None:
        """Count a subscription out; a client that goes unsubscribes from all."""
        self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            before, self._subscriptions = self._subscriptions, self._subscriptions + change
            if (before > 0) != (self._subscriptions > 0):
                self._watched(self._subscriptions > 0)

    @property
    def wanted(self) -> bool:
        """Whether anybody has subscribed to anything."""
        return self._subscriptions > 0

    def publish(self, state: dict[str, Any], now_ns: int) -> None:
        """Send a view's state to whoever has subscribed.

        Args:
            state: as `View.state` gives it.
            now_ns: nanoseconds since 1970.
        """
        if self._faces.has_sinks():
            self._faces.log(pictures.boxes(state, now_ns), log_time=now_ns)
        width, height = state["size"]
        if self._night.has_sinks() and width and height:
            self._night.log(pictures.night(width, height, now_ns), log_time=now_ns)
        if self._room.has_sinks():
            self._room.log(pictures.room(state, now_ns), log_time=now_ns)
        if self._numbers.has_sinks():
            self._numbers.log(pictures.numbers(state), log_time=now_ns)
        if self._log.has_sinks():
            for text in state["notices"]:
                if text not in self._logged:
                    self._log.log(pictures.line(text, now_ns), log_time=now_ns)
            self._logged = list(state["notices"])

    def close(self) -> None:
        """End the server."""
        self._server.stop()

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Lamps that are neither strips nor controllers on UDP: WLED's JSON API, a robot, a terminal, a recording."""

import contextlib
import fcntl
import json
import os
import struct
import termios
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rclpy.node import Node
from rclpy.subscription import MessageInfo
from std_msgs.msg import ColorRGBA

from faults.decoders import printed, recorded
from faults.lamps import HOME, Lamp, Reader, clock_offset
from faults.promise import DARK, Rgb

GAMMA = 2.8
"""WLED 0.15's, on its colours and not on its brightness."""
FULL = 255


class Terminal(Reader):
    """A screen of 80 columns, for the standard output of the node."""

    def __init__(self) -> None:
        """Open it."""
        super().__init__("console", "console", printed, (1.0,))
        self._master, self.slave = os.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def descriptor(self) -> int:
        """Return the screen's end."""
        return self._master

    def close(self) -> None:
        """Close it."""
        super().close()
        for descriptor in (self._master, self.slave):
            os.close(descriptor)


class Recording(Reader):
    """Reads along while the light `record` writes, into a named pipe, so that an hour fills no disk."""

    def __init__(self, folder: Path) -> None:
        """Make the pipe."""
        self.path = folder / "record.jsonl"
        os.mkfifo(self.path)
        super().__init__("record", f"record:{self.path}", recorded)
        # A writer's place in it, too: it doesn't end with the node that writes.
        self._pipe = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def descriptor(self) -> int:
        """Return the pipe's."""
        return self._pipe

    def close(self) -> None:
        """Close it."""
        super().close()
        os.close(self._pipe)


class Robot(Lamp):
    """A robot that takes std_msgs/ColorRGBA; heard by whoever spins the node."""

    def __init__(self, node: Node) -> None:
        """Listen on `cmd_color`."""
        super().__init__("robot", "robot:rgba")
        self._offset = clock_offset()
        self._heard = node.create_subscription(ColorRGBA, "cmd_color", self._take, 100)

    def _take(self, message: ColorRGBA, info: MessageInfo) -> None:
        at = info["source_timestamp"] / 1e9 + self._offset
        red, green, blue = (round(FULL * share) for share in (message.r, message.g, message.b))
        self.received.take(at, at, (red, green, blue))


class Wled(Lamp):
    """A controller of one segment, found off; its light is told, with its gamma and the brightness beside it.

    By WLED's own description of its JSON API and its source of 0.15: led.cpp, colors.cpp.
    """

    def __init__(self) -> None:
        """Set it up; `switch_on` has it answer."""
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self._plug()
        super().__init__("wled", f"wled:{HOME}:{self._port}", (1.0,))

    def _plug(self) -> None:
        segment = {"id": 0, "on": True, "bri": FULL, "fx": 0, "frz": False, "col": [[FULL, 160, 0], [0] * 3, [0] * 3]}
        self._state: dict[str, Any] = {"on": False, "bri": 128, "transition": 7, "pl": -1, "seg": [segment]}
        self._answered = time.monotonic()
        self._server = _serve(self, self._port)
        self._port = self._server.server_address[1]

    def ask(self, path: str) -> dict[str, Any] | None:
        """Answer a request; None: there is no such page."""
        gc = {"bri": 1.0, "col": GAMMA, "val": GAMMA}
        return {
            "/json/info": {"ver": "0.15.0", "leds": {"count": 30}, "live": False, "lm": "", "brand": "WLED"},
            "/json/state": self._state,
            "/json/cfg": {"light": {"scale-bri": 100, "gc": gc}},
        }.get(path)

    def tell(self, change: dict[str, Any]) -> None:
        """Take a part of the state; who drives it waits for an answer before the next."""
        takes_s = 0.1 * change.get("tt", self._state["transition"])
        self._state |= {name: change[name] for name in ("on", "bri") if name in change}
        for part in change.get("seg", []):
            segment = self._state["seg"][part["id"]]
            segment |= part | ({"col": part["col"] + segment["col"][len(part["col"]) :]} if "col" in part else {})
        self.received.take(self._answered, time.monotonic() + takes_s, self.emits())

    def answered(self) -> None:
        """Note that nothing that comes later was sent before now."""
        self._answered = time.monotonic()

    def emits(self) -> Rgb:
        """Return what it shows, 0 to 255."""
        (segment,) = self._state["seg"]
        if not (self._state["on"] and segment["on"]):
            return DARK
        share = self._state["bri"] * segment["bri"] / FULL**2
        red, green, blue = (FULL * share * (byte / FULL) ** GAMMA for byte in segment["col"][0][:3])
        return red, green, blue

    def keep(self) -> None:
        """Note the same: it goes on showing what it was told, and what follows is judged from there."""
        self.received.begin_anew(self.emits())

    def switch_off(self) -> None:
        """Answer no more, as without power."""
        server, self._server = self._server, None
        if server:
            server.shutdown()
            server.server_close()

    def switch_on(self) -> None:
        """Start anew, on the same port."""
        self._plug()

    def close(self) -> None:
        """Switch it off for good."""
        self.switch_off()


def _serve(lamp: Wled, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def answer(self, content: dict[str, Any] | None) -> None:
            if content is None:
                self.send_error(404)
                return
            body = json.dumps(content).encode()
            lamp.answered()
            with contextlib.suppress(OSError):  # who asked has gone
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def do_GET(self) -> None:
            self.answer(lamp.ask(self.path))

        def do_POST(self) -> None:
            lamp.tell(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer({"success": True})

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """Who asked has gone, which is none of the lamp's business."""

    server = Server((HOME, port), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="wled", daemon=True).start()
    return server

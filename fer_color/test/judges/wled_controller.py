# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A WLED controller of this machine: its JSON API over HTTP, and what it shows, read by python-wled's models."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

INFO = {
    "ver": "0.15.0",
    "vid": 2412100,
    "name": "WLED",
    "leds": {"count": 30, "pwr": 0, "fps": 42, "maxpwr": 850, "maxseg": 32, "rgbw": False, "wv": 0, "cct": 0, "lc": 1},
    "live": False,
    "lm": "",
    "udpport": 21324,
    "arch": "esp32",
    "brand": "WLED",
    "product": "FOSS",
    "mac": "aabbccddeeff",
    "ip": "127.0.0.1",
    "freeheap": 150000,
    "uptime": 5,
    "fs": {"u": 12, "t": 983, "pmt": 0},
    "wifi": {"bssid": "", "rssi": -60, "signal": 80, "channel": 1},
    "ws": 0,
    "fxcount": 187,
    "palcount": 71,
}
SEGMENT = {
    "id": 0,
    "start": 0,
    "stop": 30,
    "len": 30,
    "grp": 1,
    "spc": 0,
    "of": 0,
    "on": True,
    "frz": False,
    "bri": 255,
    "cct": 127,
    "col": [[255, 160, 0], [0, 0, 0], [0, 0, 0]],
    "fx": 0,
    "sx": 128,
    "ix": 128,
    "pal": 0,
    "sel": True,
    "rev": False,
    "mi": False,
}


def state(**changes):
    """A state as the controller tells it, with one segment."""
    segment = SEGMENT | changes.pop("segment", {})
    base = {"on": True, "bri": 128, "transition": 7, "ps": -1, "pl": -1, "lor": 0, "mainseg": 0}
    base["nl"] = {"on": False, "dur": 60, "mode": 1, "tbri": 0, "rem": -1}
    base["udpn"] = {"send": False, "recv": True, "sgrp": 1, "rgrp": 1}
    return base | {"seg": [segment]} | changes


class Controller:
    """Answers requests; `log` has a time and the whole state after each that changed it."""

    def __init__(self, found=None, info=None, config=None, *, thinks=(0.0, 0.0)):
        self.thinks = thinks  # seconds before what it was told shows, and then before it answers
        self.state, self.config = found or state(), config
        self.info = INFO | (info or {})
        self.log = []
        self.requests = []
        self.answering = threading.Event()
        self.answering.set()
        self.port = 0
        self.start()

    def start(self):
        controller = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, content):
                controller.answering.wait()
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                known = {"/json/info": controller.info, "/json/state": controller.state, "/json/cfg": controller.config}
                found = known.get(self.path)
                self.send_error(404) if found is None else self.answer(found)

            def do_POST(self):
                change = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert self.path in ("/json", "/json/state")
                before, after = controller.thinks
                time.sleep(before)
                controller.apply(change)
                time.sleep(after)
                self.answer({"success": True})

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_):
                """A client that went away meanwhile is none of the controller's business."""

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def stop(self):
        """Gone, as when its plug is pulled; `start` brings it back on the same port. May be called twice."""
        self.answering.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def apply(self, change):
        """As the documentation of the JSON API says: parts of the state, segments by their id."""
        self.requests.append(change)
        merged = self.state | {name: value for name, value in change.items() if name not in ("seg", "tt", "v")}
        segments = {segment["id"]: segment for segment in self.state["seg"]}
        for part in change.get("seg", []):
            colors = part.get("col", [])
            old = segments[part["id"]]
            part = part | {"col": colors + old["col"][len(colors) :]}
            segments[part["id"]] = old | part
        self.state = merged | {"seg": list(segments.values())}
        self.log.append((time.monotonic(), self.state))

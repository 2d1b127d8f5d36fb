# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light that a WLED controller emits for what it is told, on a clock of the test's own.

By its source, wled00 of v0.14.4, v0.15.1 and v16.0.1: led.cpp (brightness goes in a straight line over a transition,
and is applied at once without one), json.cpp (`bri`, `on`, `tt`, segments by their id; what is not said stays),
colors.cpp, FX_fcn.cpp and bus_manager.cpp (an exponent over colours, by a table of bytes: 2.8 in 0.14 and 0.15, 2.2 in
16, none where it is switched off; the brightness is a factor on what comes out, scaled by a percentage and with the
same exponent where that is switched on. A segment's own brightness is a factor, too; 16 takes the table's inverse of
it, which stands before the table), cfg.cpp (how it tells its set-up).
"""

import json
import threading

import numpy as np
from wled_controller import INFO

from fer_color.lights.base import Event, EventKind

STEP = 0.02


class WledLamp:
    """Takes requests at times, and tells the light of each segment at any. `gamma` 1: it is switched off.

    `bends`: whether the brightness has that gamma, too; `percent`: the factor on the brightness; `tells`: whether its
    configuration can be read.
    """

    def __init__(self, state, gamma, *, sixteen=False, bends=False, percent=100, tells=True):
        self.state, self.sixteen = json.loads(json.dumps(state)), sixteen
        self.bends, self.percent, self.tells = bends and gamma != 1, percent, tells
        self.seen_at = self.still = None
        """Up to when it was watched, and its light then, if that stays until it is told something."""
        self.set_up(gamma)
        self.fades, self.requests, self.shown = [], [], []
        self.old = (self.target(), 0.0, 0.0)

    def target(self):
        """Brightness, and the value of each segment (which an effect has, too: the judge looks at solid ones)."""
        bri = self.state["bri"] if self.state["on"] else 0
        colors = {
            part["id"]: np.array(part["col"][0][:3], dtype=float) * bool(part["on"]) for part in self.state["seg"]
        }
        return bri, colors

    def now_shown(self, at):
        (bri, colors), since, seconds = self.old
        new_bri, new_colors = self.target()
        share = 1.0 if seconds == 0 else min(1.0, max(0.0, (at - since) / seconds))
        return bri + share * (new_bri - bri), {k: colors[k] + share * (new_colors[k] - colors[k]) for k in colors}

    def light(self, at):
        """[segments, 3], 0 to 1."""
        bri, colors = self.now_shown(at)
        opacity = {part["id"]: part["bri"] for part in self.state["seg"]}
        if not self.sixteen:
            return np.array([self.dims[int(bri)] * opacity[k] / 255 * self.table(color) for k, color in colors.items()])
        shares = {k: one / 255 for k, one in opacity.items()}
        if self.gamma != 1:
            shares = {
                k: int(255 * max(0, one - 0.5 / 255) ** (1 / self.gamma) + 0.5) / 255 for k, one in shares.items()
            }
        return np.array([self.dims[int(bri)] * self.table(shares[k] * color) for k, color in colors.items()])

    def table(self, value):
        return np.floor((value / 255) ** self.gamma * 255 + 0.5) / 255

    def set_up(self, gamma):
        """Have another gamma; and what each brightness leaves of the light, 0 to 1."""
        self.gamma, self.still = gamma, None

        def bent(value):
            return int(255 * self.table(value) + 0.5) if self.bends else value

        def scaled(value):
            return min(255, value * self.percent // 100)

        self.dims = [(scaled(bent(bri)) if self.sixteen else bent(scaled(bri))) / 255 for bri in range(256)]

    def config(self):
        """The part of /json/cfg that says it, as 0.14 to 16 write it."""
        value = self.gamma if self.gamma != 1 else 2.8
        gc = {"bri": value if self.bends else 1.0, "col": value if self.gamma != 1 else 1.0, "val": value}
        return {"rev": [1, 0], "light": {"scale-bri": self.percent, "pal-mode": 0, "aseg": False, "gc": gc}}

    def watch(self, until):
        """Note what it emits up to there."""
        if self.seen_at is None:
            self.seen_at = until
        while self.seen_at < until - 1e-9:
            _, since, seconds = self.old
            still = self.seen_at >= since + seconds and self.still is not None
            self.seen_at = until if still else min(until, self.seen_at + STEP)
            light = self.still if still else self.light(self.seen_at)
            self.still = light if self.seen_at >= since + seconds else None
            self.shown.append((self.seen_at, light))

    def take(self, change, at):
        self.watch(at)
        self.requests.append(change)
        self.still = None
        self.old = (self.now_shown(at), at, 0.1 * change.get("tt", self.state["transition"]))
        for name in ("on", "bri"):
            if name in change:
                self.state[name] = change[name]
        parts = {part["id"]: part for part in self.state["seg"]}
        for part in change.get("seg", []):
            mine = parts[part["id"]]
            mine |= part | ({"col": part["col"] + mine["col"][len(part["col"]) :]} if "col" in part else {})
        self.shown.append((at, self.light(at)))


class DirectApi:
    """`WledApi`'s exchange of requests, over no network; `gone`: it can't be reached."""

    def __init__(self, lamp, clock):
        self.lamp, self.clock, self.gone = lamp, clock, False

    def ask(self, method, path, body=None):
        if self.gone:
            raise OSError("no route")
        if method == "POST":
            self.lamp.take(json.loads(json.dumps(body)), self.clock())
            return {"success": True}
        if path == "/json/cfg" and not self.lamp.tells:
            raise OSError("it answers 501 Not Implemented")
        info = INFO | {"ver": "16.0.1" if self.lamp.sixteen else "0.15.1"}
        answers = {"/json/info": info, "/json/state": self.lamp.state, "/json/cfg": self.lamp.config()}
        return json.loads(json.dumps(answers[path]))


class DirectCourier:
    """A courier without a thread: it brings a message when the clock is there, and waits as long as a step says."""

    def __init__(self, _name, link, clock, tell, ready, *, reached):
        self.link, self.clock, self.tell, self.lost = link, clock, tell, not reached
        self.queue, self.sent, self.due = [], None, 0.0

    def start(self):
        pass

    def finish(self):
        pass

    def close(self):
        pass

    def put(self, message, sent):
        self.queue, self.sent, self.due = list(message) or [None], sent, self.clock()
        self.go_on()

    def go_on(self):
        """Bring what is due."""
        try:
            while self.queue and self.clock() >= self.due:
                step = self.queue.pop(0)
                if isinstance(step, float):
                    self.due = self.clock() + step
                else:
                    self.link.deliver([] if step is None else [step], threading.Event())
        except OSError:
            self.queue, self.sent, self.lost = [], None, True
            self.tell(Event(EventKind.LOST, self.clock()))
            return
        if not self.queue and self.sent is not None:
            sent, self.sent = self.sent, None
            sent()
            self.tell(Event(EventKind.DONE, self.clock()))

    def idle(self):
        if self.lost:
            try:
                self.link.open()
            except OSError:
                return False
            self.lost = False
            self.tell(Event(EventKind.BACK, self.clock()))
        self.go_on()
        return not self.queue

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The lamps behind every registered light and robot's profile, which read the wire themselves.

They make light of the bytes as their controllers do: straight (a plain sketch, DMX), with an exponent of 2.2 (WLED 16,
Husarion's driver) or 2.8 (WLED 0.14 and 0.15, ESPHome).
"""

import fcntl
import json
import os
import pty
import re
import socket
import struct
import termios

import mqtt_lamps
import numpy as np
from ddp_reader import Display
from mqtt_lamps import told

from fer_color.lights import LightOptions, make_light
from fer_color.lights.base import Event, EventKind
from fer_color.lights.local.console import ConsoleConfig, ConsoleLight
from fer_color.lights.registry import BUILT_IN
from fer_color.lights.robots import known_profiles

GAMMAS = {"gamma 1": 1.0, "gamma 2.2": 2.2, "gamma 2.8": 2.8}


def power(gamma):
    return lambda rgb: (np.asarray(rgb) / 255) ** gamma


def screen(rgb):
    """IEC 61966-2-1, of a terminal's screen."""
    value = np.asarray(rgb) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def husarion(rgb):
    """apa102.cpp of husarion_ugv_ros 2.3.2: an exponent of 2.2, a factor for each channel, and cut to a byte."""
    return np.floor((np.asarray(rgb) / 255) ** 2.2 * [245, 255, 240]) / 255


class Lamp:
    """Notes what frames do to it; while it is away it may go dark, of which it is not to be blamed."""

    def __init__(self, dark=(0.0, 0.0, 0.0)):
        self.rgb, self.dark, self.noted = dark, dark, []

    def show(self, rgb, now):
        self.noted.append((now, self.rgb, rgb))
        self.rgb = rgb

    def go_dark(self):
        self.rgb = self.dark

    def changes(self, curve):
        """What each frame did to its light: seconds [n], light before and light after, [n, 3] each."""
        times, old, new = zip(*self.noted)
        return np.array(times), curve(np.array(old, dtype=float)), curve(np.array(new, dtype=float))


class Udp:
    """A lamp behind a port of this machine."""

    def __init__(self, spec, read, lamp, clock):
        self.reader, self.lamp, self.clock, self.port, self.box = read, lamp, clock, 0, None
        self.arrive()
        self.light = make_light(spec.format(port=self.port), LightOptions(), clock=clock)
        self.light.open()

    def arrive(self):
        if self.box is None:
            self.box = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.box.bind(("127.0.0.1", self.port))
            self.box.setblocking(False)
            self.port = self.box.getsockname()[1]
            self.read = self.reader()

    def leave(self):
        self.listen()
        if self.box is not None:
            self.box.close()
        self.box = None

    def listen(self):
        while self.box is not None:
            try:
                rgb = self.read(self.box.recv(2048))
            except BlockingIOError:
                return
            if rgb is not None:
                self.lamp.show(rgb, self.clock())

    def close(self):
        self.leave()


class Direct:
    """A lamp at the end of a sender's thread, without the thread: `read` makes its colour of a payload."""

    def __init__(self, spec, read, lamp, clock, place):
        self.read, self.lamp, self.clock, self.away = read, lamp, clock, False
        self.light = make_light(spec, LightOptions(), clock=clock)
        setattr(self.light, place, self)
        self.told = self.light._events.append

    def idle(self):
        return not self.away

    def put(self, payload, sent):
        rgb = self.read(payload)
        if rgb is not None:
            self.lamp.show(rgb, self.clock())
        sent()
        self.told(Event(EventKind.DONE, self.clock()))

    def arrive(self):
        if self.away:
            self.away = False
            self.told(Event(EventKind.BACK, self.clock()))

    def leave(self):
        if not self.away:
            self.away = True
            self.told(Event(EventKind.LOST, self.clock()))

    def listen(self):
        pass

    def finish(self):
        pass

    def close(self):
        pass


class Robot(Direct):
    """A robot whose messages hold the colour: what each of its profile's targets says."""

    def __init__(self, spec, lamp, clock):
        super().__init__(spec, lambda shown: shown.rgb, lamp, clock, "_none")
        self.light._channels, self.light._readers = [self], [1]
        self.light._node = self

    def get_clock(self):
        return self

    def now(self):
        return self

    def seconds_nanoseconds(self):
        return 0, 0

    def readers(self):
        return 0 if self.away else 1

    def absence(self):
        return "nobody listens"

    def hindrance(self):
        return ""

    def busy(self):
        return False

    def send(self, shown):
        self.lamp.show(shown.rgb, self.clock())

    def hand_back(self):
        pass

    def arrive(self):
        self.away = False

    def leave(self):
        self.away = True


class Local:
    """What is written on this machine, read anew after each step."""

    def __init__(self, spec, read, lamp, clock):
        self.lamp, self.clock, self.count = lamp, clock, 0
        self.light = make_light(spec, LightOptions(), clock=clock)
        write = self.light.write

        def written(frame):
            if self.light._clock is clock and getattr(self.light, "_file", True) is not None:
                write(frame)
            lamp.show(read(frame), clock())

        self.light.write = written

    def arrive(self):
        pass

    leave = listen = close = arrive


class Screen:
    """A terminal of 80 columns and 24 lines: its colour stands in hex beside the swatch."""

    def __init__(self, lamp, clock):
        self.lamp, self.clock = lamp, clock
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.stream = os.fdopen(slave, "w", encoding="utf-8")
        environment = {"TERM": "xterm", "COLORTERM": "truecolor"}
        self.light = ConsoleLight(
            "console", ConsoleConfig(), LightOptions(), clock, stream=self.stream, environment=environment
        )

    def listen(self):
        os.write(self.stream.fileno(), b"\x05")  # the kernel hands it on in pieces; this mark tells the end
        found = b""
        while not found.endswith(b"\x05"):
            found += os.read(self.master, 100_000)
        for digits in re.findall(rb"#([0-9a-f]{6})", found):
            self.lamp.show(tuple(bytes.fromhex(digits.decode())), self.clock())

    def arrive(self):
        pass

    leave = arrive

    def close(self):
        self.stream.close()
        os.close(self.master)


def ddp():
    display = Display()

    def read(datagram):
        frame = display.take(datagram)
        return None if frame is None else tuple(frame[:3])

    return read


def mqtt_told(message):
    return told(json.loads(message.payload))


def lamp_of(name, lamp, clock, tmp_path):
    """The light of that name, and what receives it."""
    if name.startswith("robot:"):
        return Robot(name, lamp, clock)
    makers = {
        "ddp": lambda: Udp("ddp:127.0.0.1:{port}:4", ddp, lamp, clock),
        "artnet": lambda: Udp("artnet:127.0.0.1:{port}:0:4", lambda: lambda data: tuple(data[18:21]), lamp, clock),
        "sacn": lambda: Udp("sacn:1:4?host=127.0.0.1:{port}", lambda: lambda data: tuple(data[126:129]), lamp, clock),
        "adalight": lambda: Direct("adalight:/dev/x:4", lambda data: tuple(data[6:9]), lamp, clock, "_writer"),
        "tpm2": lambda: Direct("tpm2:/dev/x:4", lambda data: tuple(data[4:7]), lamp, clock, "_writer"),
        "mqtt": lambda: Direct("mqtt:127.0.0.1:home/x", mqtt_told, lamp, clock, "_sender"),
        "mqtt, a lamp": lambda: Direct("mqtt:127.0.0.1:z/x/set", mqtt_told, lamp, clock, "_sender"),
        "record": lambda: Local(f"record:{tmp_path}/light.jsonl", lambda frame: frame.rgb, lamp, clock),
        "console": lambda: Screen(lamp, clock),
        "none": lambda: Local("none", lambda frame: frame.rgb, lamp, clock),
    }
    return makers[name]()


def curves(name):
    """The curves to try a light with: those that its lamps are known to have, or all."""
    if name == "console":
        return {"screen": screen}
    if name.startswith("robot:husarion"):
        return {"its driver": husarion}
    if name.startswith("mqtt"):
        return mqtt_lamps.LAMPS
    return {label: power(gamma) for label, gamma in GAMMAS.items()}


def dark(name):
    """What its lamp shows that shows nothing: three values, or these and a brightness."""
    return (0.0,) * (4 if name.startswith("mqtt") else 3)


NAMES = (
    [name for name in BUILT_IN if name not in ("robot", "wled")]
    + ["mqtt, a lamp"]
    + [f"robot:{name}" for name in known_profiles()]
)
"""All lights; of what a WLED makes of its own API is wled/test_wled_promise.py."""

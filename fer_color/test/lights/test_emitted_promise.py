"""The flash promise on the light that lamps emit, for every registered light and every robot's profile.

Each lamp reads the wire itself, and makes light of the bytes as its controllers do: straight (a plain sketch, DMX),
with an exponent of 2.2 (WLED 16, Husarion's driver) or 2.8 (WLED 0.14 and 0.15, ESPHome). What a WLED makes of its own
API is in wled/test_wled_promise.py.
"""

import json
import socket

import numpy as np
import pytest
from ddp_reader import Display
from hypothesis import given, settings
from hypothesis import strategies as st
from light_judge import check_changes

from fer_color.core import ColorCore
from fer_color.lights import LightOptions, make_light
from fer_color.lights.base import Event, EventKind
from fer_color.lights.registry import BUILT_IN
from fer_color.lights.robots import known_profiles, load_profile
from fer_color.settings import Settings
from fer_color.transfer import TRANSFERS

START_S = 1.1
"""A controller that has lost its power takes longer than this to start and join its network. (One that went dark and
was back between two frames could not be told from one that stayed.)"""
GAMMAS = {"gamma 1": 1.0, "gamma 2.2": 2.2, "gamma 2.8": 2.8}


def power(gamma):
    return lambda rgb: (np.array([rgb]) / 255) ** gamma


def screen(rgb):
    """IEC 61966-2-1, of a terminal's screen."""
    value = np.array([rgb]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def husarion(rgb):
    """apa102.cpp of husarion_ugv_ros 2.3.2: an exponent of 2.2, a factor for each channel, and cut to a byte."""
    return np.floor((np.array([rgb]) / 255) ** 2.2 * [245, 255, 240]) / 255


class Lamp:
    """Notes what frames do to it; while it is away it may go dark, of which it is not to be blamed."""

    def __init__(self, curve):
        self.curve, self.light, self.changes = curve, np.zeros((1, 3)), []

    def show(self, rgb, now):
        light = self.curve(np.array(rgb, dtype=float))
        self.changes.append((now, self.light, light))
        self.light = light

    def go_dark(self):
        self.light = np.zeros((1, 3))


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


def ddp():
    display = Display()

    def read(datagram):
        frame = display.take(datagram)
        return None if frame is None else tuple(frame[:3])

    return read


def mqtt_state(message):
    state = json.loads(message.payload)
    if state["state"] == "OFF":
        return 0, 0, 0
    return tuple(state["color"][name] * state["brightness"] / 255 for name in "rgb")


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
        "mqtt": lambda: Direct("mqtt:127.0.0.1:home/x", mqtt_state, lamp, clock, "_sender"),
        "record": lambda: Local(f"record:{tmp_path}/light.jsonl", lambda frame: frame.rgb, lamp, clock),
        "console": lambda: Local("console", lambda frame: frame.rgb, lamp, clock),
        "none": lambda: Local("none", lambda frame: frame.rgb, lamp, clock),
    }
    return makers[name]()


def curves(name):
    """The curves to try a light with: those that its lamps are known to have, or all."""
    if name == "console":
        return {"screen": screen}
    if name.startswith("robot:husarion"):
        return {"its driver": husarion}
    return {label: power(gamma) for label, gamma in GAMMAS.items()}


NAMES = [name for name in BUILT_IN if name not in ("robot", "wled")] + [f"robot:{name}" for name in known_profiles()]
CASES = [(name, label) for name in NAMES for label in curves(name)]
moods = st.tuples(
    st.integers(0, 6),
    st.sampled_from([0.05, 0.3, 1.1, 3.0]),
    st.sampled_from(["", "", "", "away", "away, dark", "back"]),
)


@pytest.mark.parametrize(("name", "label"), CASES)
@settings(max_examples=max(3, settings.default.max_examples // 10))
@given(script=st.lists(moods, min_size=1, max_size=10), smoothing=st.sampled_from([0.0, 0.4]))
def test_promise_holds_for_what_it_emits(tmp_path_factory, name, label, script, smoothing):
    now = [100.0]
    lamp = Lamp(curves(name)[label])
    way = lamp_of(name, lamp, lambda: now[0], tmp_path_factory.getbasetemp())
    core = ColorCore(Settings(smoothing_time=smoothing), [way.light])

    def run(seconds, mood=None):
        for _ in range(max(1, round(seconds / 0.05))):
            now[0] += 0.05
            if mood is not None:
                core.on_emotion([float(k == mood) for k in range(7)], 0, now[0])
            core.tick(now[0])
            way.listen()

    for mood, seconds, fate in script:
        if fate.startswith("away"):
            way.leave()
            if fate == "away, dark" and way.light.may_go_dark:
                lamp.go_dark()
                seconds = max(seconds, START_S)
        elif fate == "back":
            way.arrive()
        run(seconds, mood)
    way.arrive()
    run(0.3, script[-1][0])
    core.begin_hand_back(now[0])
    while not core.handed_back(now[0]):
        run(0.05)
    way.listen()
    way.close()
    assert lamp.changes
    check_changes(lamp.changes)


def test_every_light_and_profile_is_tried_with_the_curves_that_its_lamps_may_have():
    assert {name for name, _ in CASES} | {"wled", "robot"} == {
        *BUILT_IN,
        *(f"robot:{name}" for name in known_profiles()),
    }
    for name in known_profiles():
        assert load_profile(name).transfer in ("any", "gamma2.2"), "or better, with its source and a lamp of it here"
    assert {curve.name for curve in TRANSFERS["any"]} == {"linear", "srgb", "gamma2.2", "gamma2.8"}


def test_the_judge_finds_a_curve_that_is_not_reckoned_with(tmp_path_factory):
    """The wrong curve: a strip that is taken for linear behind a controller with a gamma of 2.8."""
    now, lamp = [100.0], Lamp(power(2.8))
    way = Udp("ddp:127.0.0.1:{port}:4?transfer=linear", ddp, lamp, lambda: now[0])
    core = ColorCore(Settings(smoothing_time=0.0), [way.light])
    for k in range(400):
        now[0] += 0.05
        core.on_emotion([0, 0, 0, 0, 1, 0, 0] if k // 60 % 2 else [0, 0, 0, 0, 0, 1, 0], 0, now[0])
        way.listen()
    with pytest.raises(AssertionError):
        check_changes(lamp.changes)
    way.close()

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise on what lamps behind MQTT emit, wherever their curve is: found lit, followed, dimmed, lost."""

import json

import numpy as np
import pytest
from emitting_lamps import Direct, Lamp
from hypothesis import example, given
from hypothesis import strategies as st
from light_judge import check_changes, worst
from mqtt_lamps import LAMPS, faded, told

from fer_color.control.commands import Command
from fer_color.core import ColorCore
from fer_color.flash.limiter import FlashLimiter
from fer_color.flash.red_ceiling import below_ceiling
from fer_color.flash.split_eye import SplitEye
from fer_color.flash.split_limiter import SplitLimiter
from fer_color.settings import Settings
from fer_color.transfer import TRANSFERS, curves_of, split

OWN, THEIRS = "home/x", "z/lamp/set"
ANGRY, NEUTRAL, SAD = 0, 4, 5
START_S = 1.1


class Room:
    """A core with one `mqtt` light on a clock of its own, found showing `found`, and the lamp behind it."""

    def __init__(self, topic, found=None, options="", smoothing=0.0, palette="paper"):
        self.now, self.lamp = 100.0, Lamp((0, 0, 0, 0))
        self.said = []
        self.way = Direct(f"mqtt:127.0.0.1:{topic}{options}", self.read, self.lamp, lambda: self.now, "_sender")
        light = self.way.light
        if found is not None:
            light._hear(topic.removesuffix("/set"), json.dumps(found).encode(), True)
            light._find(light._told)
            self.lamp.rgb = told(found)
        self.core = ColorCore(Settings(smoothing_time=smoothing, palette=palette), [light])

    def read(self, message):
        self.said.append((self.now, json.loads(message.payload)))
        return told(self.said[-1][1])

    def run(self, seconds, mood=None):
        for _ in range(max(1, round(seconds / 0.05))):
            self.now += 0.05
            if mood is not None:
                self.core.on_emotion([float(k == mood) for k in range(7)], 0, self.now)
            self.core.tick(self.now)

    def hand_back(self):
        self.core.begin_hand_back(self.now)
        while not self.core.handed_back(self.now):
            self.run(0.05)

    def check(self):
        assert self.lamp.noted
        for lamp in LAMPS.values():
            check_changes(self.lamp.changes(lamp))


channel = st.sampled_from([0, 1, 60, 128, 254, 255])
states = st.builds(
    lambda color, brightness: {"state": "ON", "brightness": brightness, "color": dict(zip("rgb", color))},
    st.tuples(channel, channel, channel).filter(lambda color: color[0] - color[1] - color[2] < 100),
    st.sampled_from([1, 20, 128, 255]),
) | st.just({"state": "OFF"})
moods = st.tuples(
    st.integers(0, 6),
    st.sampled_from([0.05, 0.3, 1.1, 3.0]),
    st.sampled_from(["", "", "", "away", "away, dark", "back"]),
    st.sampled_from([None, None, None, 1.0, 0.5, 0.2, 0.01, "off", "on"]),
)


@given(
    topic=st.sampled_from([OWN, THEIRS]),
    found=st.none() | states,
    options=st.sampled_from(["", "", "?rate=30", "?transfer=gamma2.8", "?transfer=srgb"]),
    smoothing=st.sampled_from([0.0, 0.4]),
    palette=st.sampled_from(["paper", "plutchik"]),
    script=st.lists(moods, min_size=1, max_size=8),
)
@example(  # 0.673 of luminance in a second, behind a brightness that stands beside an exponent of 2.8
    topic=OWN,
    found=None,
    options="",
    smoothing=0.0,
    palette="paper",
    script=[(NEUTRAL, 3.0, "", None), (NEUTRAL, 3.0, "", 0.5), (ANGRY, 3.0, "", None), (SAD, 3.0, "", 1.0)],
)
@example(  # 0.402 of red: what an automation rounds adds up at thirty frames a second
    topic=OWN,
    found={"state": "ON", "brightness": 128, "color": {"r": 128, "g": 254, "b": 254}},
    options="?rate=30",
    smoothing=0.0,
    palette="paper",
    script=[(ANGRY, 1.1, "", None)],
)
def test_promise_holds_for_what_is_made_of_brightness_and_colour(topic, found, options, smoothing, palette, script):
    room = Room(topic, found, options, smoothing, palette)
    for mood, seconds, fate, asked in script:
        if found is not None and brighter_than_we_ask_for(found):
            fate = ""  # no frame is near it and near dark, as docs/flash.md says
        if fate.startswith("away"):
            room.way.leave()
            if fate == "away, dark":
                room.lamp.go_dark()
                seconds = max(seconds, START_S)
        elif fate == "back":
            room.way.arrive()
        if asked is not None:
            command = Command(on=asked == "on") if isinstance(asked, str) else Command(brightness=asked)
            room.core.obey(command, room.now)
        room.run(seconds, mood)
    room.way.arrive()
    room.run(0.3, script[-1][0])
    room.hand_back()
    kinds = {"?transfer=gamma2.8": "gamma 2.8", "?transfer=srgb": "sRGB"}.get(options, "")
    for name, lamp in LAMPS.items():
        if name.endswith(kinds):
            check_changes(room.lamp.changes(lamp))


def brighter_than_we_ask_for(found):
    red, green, blue, brightness = told(found)
    values = np.array([[red, green, blue]]) * brightness / 255**2
    return bool(np.any(below_ceiling(values, "any", split=True) < values))


@pytest.mark.parametrize(
    ("topic", "script"),
    [
        (OWN, [(6, 0.3, 0.05), (ANGRY, 3, 0.5), (6, 3, 0.2), (3, 1.1, 0.5), (ANGRY, 0.3, 0.5)]),
        (THEIRS, [(1, 3, 1.0), (ANGRY, 1.1, 0.2), (3, 0.3, 0.5), (SAD, 3, 0.2), (3, 1.1, 1.0)]),
    ],
)
def test_the_judge_finds_a_brightness_that_is_not_reckoned_with(monkeypatch, topic, script):
    """A limiter that takes every curve for one of the product."""
    monkeypatch.setattr(SplitLimiter, "_accounts", FlashLimiter._accounts)
    monkeypatch.setattr(SplitLimiter, "_lights", lambda self, state: FlashLimiter._lights(self, (*state[:3], 255)))
    room = Room(topic, palette="plutchik")
    for mood, seconds, asked in script:
        room.core.obey(Command(brightness=asked), room.now)
        room.run(seconds, mood)
    with pytest.raises(AssertionError):
        room.check()


@pytest.mark.parametrize("takes", [None, 0.25])
def test_a_lamp_that_fades_would_break_it_so_it_is_told_not_to(takes):
    """Twice the red of the promise comes and goes where each order is faded to in a quarter of a second."""
    room = Room(THEIRS, palette="plutchik")
    for mood, seconds in [(ANGRY, 0.3), (1, 1), (SAD, 0.3), (3, 0.3), (SAD, 0.3), (ANGRY, 1)]:
        room.run(seconds, mood)
    orders = [(at, order | ({} if takes is None else {"transition": takes})) for at, order in room.said]
    fades = faded(orders)
    found = [
        worst([(at, [lamp(shown)]) for at, shown in fades]) for name, lamp in LAMPS.items() if "of the hue" not in name
    ]
    most = max(one[1.0, "red"] / 0.4 for one in found)
    assert most <= 1 if takes is None else most > 1.9


@pytest.mark.parametrize("asked", [51, 40, 128, 255])
def test_the_slider_stays_where_it_was_put_while_the_moods_change(asked):
    room = Room(OWN)
    room.core.obey(Command(brightness=asked / 255), room.now)
    room.run(12, NEUTRAL)
    for mood in (SAD, ANGRY, NEUTRAL):
        begun = len(room.lamp.noted)
        room.run(12, mood)
        assert {shown[3] for _, _, shown in room.lamp.noted[begun:]} <= {asked}
    room.hand_back()
    assert room.lamp.rgb[:3] == (0, 0, 0) or room.lamp.rgb[3] == 0
    room.check()


def test_a_lamp_gets_its_colours_as_bright_as_they_can_be_and_is_led_from_where_it_was_found():
    found = {"state": "ON", "brightness": 128, "color": {"r": 100, "g": 100, "b": 100}}
    room = Room(THEIRS, found, smoothing=0.4)
    room.run(12, SAD)
    assert room.lamp.rgb == (38, 141, 255, 175), "26, 97, 175"
    first = np.array(room.lamp.noted[0][2])
    assert abs(first[:3] * first[3] / 255 - 50).max() <= 25, "not plunged into darkness"
    room.hand_back()
    assert room.lamp.rgb == told(found)
    room.check()


@pytest.mark.parametrize("transfer", [*TRANSFERS, "gamma0.5", "gamma1.5", "gamma3"])
@given(color=st.tuples(*[st.integers(0, 255)] * 3), sticky=st.tuples(*[st.floats(-0.25, 0.25)] * 3))
@example(color=(255, 255, 255), sticky=(0.25, 0.25, 0.25))
@example(color=(255, 0, 0), sticky=(0.25, 0.0, 0.0))
@example(color=(231, 30, 36), sticky=(0.25, -0.25, -0.25))
@example(color=(255, 255, 0), sticky=(0.25, 0.25, 0.0))
def test_one_frame_is_near_all_that_is_asked_for_whatever_the_brightness_beside_it(transfer, color, sticky):
    """And near dark, so that there is a way back after a loss: by any of the curves, at either place."""
    asked = below_ceiling(np.array([color]) / 255, transfer, split=True)
    # A byte is within 0.75 of what is wanted.
    shown = np.clip(np.rint(255 * asked[0] + sticky), 0, 255).astype(int)
    limiter = SplitLimiter(transfer)
    sure = looks(limiter, SplitEye(curves_of(transfer)).sure_frame(), 1)
    for level in (1, 100, 255):
        for state in (tuple(shown.tolist()), (0, 0, 0)):
            assert np.all(abs(sure - looks(limiter, state, level)) <= (0.597, 0.398))


def looks(limiter, rgb, level):
    light = np.array(list(limiter._lights((*rgb, level))))
    return np.stack([light @ [0.2126, 0.7152, 0.0722], np.maximum(0, light @ [1.0, -1.0, -1.0])], axis=-1)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(0, 255))
def test_what_is_told_stands_for_the_frame(rgb, least):
    brightness, color = split(rgb, least)
    assert max(1, least) <= brightness <= 255
    assert all(0 <= value <= 255 for value in color)
    assert np.array(color) * brightness / 255 == pytest.approx(rgb, abs=0.51)
    assert brightness == max(1, least, *rgb)


def test_palette_colours_are_hardly_dimmed():
    """As docs/flash.md has them."""
    dimmed = lambda *rgb: tuple(np.rint(255 * below_ceiling(np.array([rgb]) / 255, "any", split=True)[0]).astype(int))  # noqa: E731
    assert dimmed(255, 255, 255) == (237, 237, 237)
    assert dimmed(231, 30, 36) == (188, 24, 29)
    assert dimmed(255, 0, 0) == (143, 0, 0)
    assert dimmed(26, 97, 175) == (26, 97, 175)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The shows from end to end: the core drives strips, and every LED and the whole keep the flash promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strip_judge import LAMPS, check

from fer_color.control.commands import Command
from fer_color.core import ColorCore
from fer_color.layouts import SHOWS, SeenFace
from fer_color.lights.base import DirectLight
from fer_color.lights.options import LightOptions
from fer_color.mood.breath import AROUSAL, Breath, deepest, pace
from fer_color.palette import PAPER
from fer_color.settings import Settings
from fer_common.emotions import LABELS

CERTAIN = [np.array([float(k == index) for k in range(7)]) for index in range(7)]
ANGRY, NEUTRAL, HAPPY, SAD = (CERTAIN[LABELS.index(label)] for label in ("angry", "neutral", "happy", "sad"))


class Strip(DirectLight):
    """Keeps what each LED got, and when."""

    def __init__(self, leds, transfer="linear", **options):
        super().__init__("strip", LightOptions(**options), transfer, lambda: self.now)
        self.leds, self.now, self.lost = leds, 0.0, False
        self.frames = []

    def write(self, frame):
        if self.lost:
            raise OSError("unplugged")
        pixels = frame.pixels or (frame.rgb,) * (self.leds or 1)
        self.frames.append((self.now, np.array(pixels)))


class Stage:
    """A core with strips, on a clock of the test's own."""

    def __init__(self, *strips, **settings):
        self.strips, self.settings = strips, {"smoothing_time": 0.0} | settings
        self.core = ColorCore(Settings(**self.settings), strips)
        self.now = 10.0

    def configure(self, **settings):
        self.settings |= settings
        self.core.configure(Settings(**self.settings))

    def image(self, room, people=()):
        for strip in self.strips:
            strip.now = self.now
        self.core.on_faces(len(people) or 1, 0, self.now, people)
        self.core.on_emotion(room, 0, self.now)

    def run(self, seconds, room, people=()):
        for _ in range(round(seconds / 0.05)):
            self.now += 0.05
            self.image(room, people)


def colors(strip):
    return [tuple(int(value) for value in rgb) for rgb in strip.frames[-1][1]]


def test_gradient_on_a_strip_and_one_colour_on_a_lamp():
    strip, lamp = Strip(30), Strip(None)
    stage = Stage(strip, lamp, show="gradient")
    stage.run(8, (HAPPY + SAD) / 2)
    shown = colors(strip)
    assert np.abs(np.array(shown[0]) - PAPER.colors[3]).max() <= 3
    assert np.abs(np.array(shown[-1]) - PAPER.colors[5]).max() <= 3
    blues = [blue for _, _, blue in shown]
    assert blues == sorted(blues)
    assert np.abs(np.array(colors(lamp)[0]) - (50, 140, 123)).max() <= 1


def test_faces_stand_where_they_are_in_the_picture():
    strip, mirrored = Strip(30), Strip(10)
    stage = Stage(strip, mirrored, show="faces")
    stage.run(8, (HAPPY + SAD) / 2, [SeenFace(0.1, HAPPY), SeenFace(0.5, SAD)])
    assert colors(strip) == [PAPER.colors[3]] * 9 + [PAPER.colors[5]] * 21
    assert colors(mirrored) == [PAPER.colors[3]] * 3 + [PAPER.colors[5]] * 7
    stage.run(8, SAD, [SeenFace(0.5, SAD)])
    assert set(colors(strip)) == {PAPER.colors[5]}


def test_show_can_change_while_it_runs():
    strip = Strip(8)
    stage = Stage(strip)
    stage.run(6, (HAPPY + SAD) / 2)
    assert len(set(colors(strip))) == 1
    stage.configure(show="gradient")
    stage.run(6, (HAPPY + SAD) / 2)
    assert len(set(colors(strip))) == 8
    stage.configure(show="color")
    stage.run(6, SAD)
    assert set(colors(strip)) == {PAPER.colors[5]}


def test_current_limit_counts_every_led():
    strip = Strip(30, max_ma=500.0)
    stage = Stage(strip, show="faces")
    stage.run(20, NEUTRAL, [SeenFace(0.2, NEUTRAL), SeenFace(0.8, SAD)])
    drawn = [30 + frame.sum() / 255 * 18 for _, frame in strip.frames]
    assert 460 < drawn[-1] <= max(drawn) <= 500


def test_pace_follows_arousal():
    paces = [pace(row) for row in CERTAIN]
    assert [paces.index(value) for value in sorted(paces)] == sorted(range(7), key=lambda index: AROUSAL[index])
    assert all(0.1 <= value <= 0.33 for value in paces)


def breaths(label, seconds=60.0):
    """How often a light that shows one emotion swells in a minute."""
    strip = Strip(3)
    stage = Stage(strip, show="breath")
    stage.run(10, CERTAIN[LABELS.index(label)])
    strip.frames.clear()
    stage.run(seconds, CERTAIN[LABELS.index(label)])
    level = np.array([frame.sum() for _, frame in strip.frames], dtype=float)
    above = level > (level.max() + level.min()) / 2
    return int(np.sum(above[1:] & ~above[:-1])), level.max(), level.min()


def test_breath_is_seen_and_its_pace_is_the_emotions():
    for label in ("sad", "happy"):
        count, high, low = breaths(label)
        assert abs(count - 60 * pace(CERTAIN[LABELS.index(label)])) <= 1
        assert low < 0.9 * high


@pytest.mark.parametrize("label", LABELS)
def test_breath_leaves_budget_for_moods(label):
    """At most four tenths of the budget of six seconds, for either kind of lamp."""
    value = np.array(PAPER.colors[LABELS.index(label)]) / 255
    beat = pace(CERTAIN[LABELS.index(label)])
    depth = min(0.35, deepest(tuple(value), beat))
    times = np.arange(0, 30, 0.025)
    gain = 1 - depth / 2 * (1 - np.cos(2 * np.pi * beat * times))
    for exponent in (1.0, 2.4):
        light = (value[None] * gain[:, None]) ** exponent
        for series, limit in ((light @ [0.2126, 0.7152, 0.0722], 1.25), (np.maximum(0, light @ [1, -1, -1]), 0.75)):
            changes = np.abs(np.diff(series))
            assert max(changes[k : k + 240].sum() for k in range(0, 960, 5)) <= 0.45 * limit


def test_breath_dies_away_when_nobody_is_seen():
    breath = Breath()
    for k in range(200):
        breath.gain((0.1, 0.3, 0.6), SAD, 0.35, k * 0.05)
    gains = [breath.gain((0.1, 0.3, 0.6), None, 0.35, 10 + k * 0.05) for k in range(200)]
    assert gains[-1] == pytest.approx(1.0, abs=0.001)
    assert np.abs(np.diff(gains)).max() < 0.05


people = st.lists(st.builds(SeenFace, st.floats(0, 1), st.sampled_from(CERTAIN)), max_size=4)
changes = st.one_of(
    st.builds(lambda value: {"show": value}, st.sampled_from(sorted(SHOWS))),
    st.builds(lambda value: {"brightness": value}, st.floats(0, 1)),
    st.builds(lambda value: {"breath_depth": value}, st.floats(0, 1)),
    st.sampled_from([{"mode": "discrete"}, {"gamma": 2.2}, {"idle_color": (255, 0, 0)}]),
)
steps = st.tuples(
    st.sampled_from([*CERTAIN, (HAPPY + SAD) / 2, (ANGRY + NEUTRAL) / 2]),
    people,
    st.none() | changes,
    st.none() | st.builds(Command, on=st.booleans(), paused=st.booleans()),
    st.sampled_from(["", "", "", "lost", "back"]),
    st.one_of(st.sampled_from([0.0, 0.02, 0.05, 1.0, 6.0]), st.floats(0, 2)),
)


@given(st.lists(steps, max_size=50), st.sampled_from(sorted(SHOWS)))
def test_promise_holds_for_every_led_and_the_whole(script, show):
    strips = [Strip(5), Strip(64, "either"), Strip(1, "any")]
    stage = Stage(*strips, show=show)
    for room, seen, change, command, fate, pause in script:
        stage.now += pause
        if change is not None:
            stage.configure(**change)
        if command is not None:
            stage.core.obey(command, stage.now)
        if fate:
            strips[0].lost = fate == "lost"
        stage.image(room, seen)
        for _ in range(3):
            stage.now += 0.03
            for strip in strips:
                strip.now = stage.now
            stage.core.tick(stage.now)
    stage.core.begin_hand_back(stage.now)
    strips[0].lost = False
    begun = stage.now
    while not stage.core.handed_back(stage.now):
        stage.now += 0.05
        for strip in strips:
            strip.now = stage.now
        stage.core.tick(stage.now)
        assert stage.now - begun < 8.1
    for strip in strips:
        for lamp in LAMPS[strip.transfer]:
            if strip.frames:
                check(strip.frames, lamp)

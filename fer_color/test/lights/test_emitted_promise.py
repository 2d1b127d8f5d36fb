# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise on the light that lamps emit, for every registered light and every robot's profile.

What a WLED makes of its own API is in wled/test_wled_promise.py.
"""

import numpy as np
import pytest
from emitting_lamps import NAMES, Lamp, Udp, curves, dark, ddp, lamp_of, power
from hypothesis import example, given, settings
from hypothesis import strategies as st
from iris_judge import render, verdicts
from light_judge import check_changes

from fer_color.core import ColorCore
from fer_color.lights.registry import BUILT_IN
from fer_color.lights.robots import known_profiles, load_profile
from fer_color.settings import Settings
from fer_color.transfer import TRANSFERS

START_S = 1.1
"""A controller that has lost its power takes longer than this to start and join its network. (It is the half second for
which a lost way is tried that matters: who takes that frame, goes dark and is back within it, can't be told from one
that stayed. Boards take some seconds.)"""
ANGRY, NEUTRAL, SAD = 0, 4, 5
MOST = settings.default.max_examples
EACH = MOST if MOST >= 10_000 else max(3, MOST // 10)
"""Examples a light: there are many lights, so that only `make proof` looks at as many as for other properties."""


class Room:
    """A core with one light on a clock of its own, and the lamp behind it."""

    def __init__(self, name, folder, smoothing, period=0.05):
        self.period = period
        self.now, self.lamp = 100.0, Lamp(dark(name))
        self.way = lamp_of(name, self.lamp, lambda: self.now, folder)
        self.core = ColorCore(Settings(smoothing_time=smoothing), [self.way.light])

    def run(self, seconds, mood=None):
        for _ in range(max(1, round(seconds / self.period))):
            self.now += self.period
            if mood is not None:
                self.core.on_emotion([float(k == mood) for k in range(7)], 0, self.now)
            self.core.tick(self.now)
            self.way.listen()

    def hand_back(self):
        self.core.begin_hand_back(self.now)
        while not self.core.handed_back(self.now):
            self.run(self.period)
        self.way.listen()
        self.way.close()


moods = st.tuples(
    st.integers(0, 6),
    st.sampled_from([0.05, 0.3, 1.1, 3.0]),
    st.sampled_from(["", "", "", "away", "away, dark", "back"]),
)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EACH)
@given(
    script=st.lists(moods, min_size=1, max_size=10),
    smoothing=st.sampled_from([0.0, 0.4]),
    period=st.sampled_from([0.05, 0.0701, 0.1, 0.25]),
)
@example(script=[(ANGRY, 0.25, ""), (ANGRY, 6.0, ""), (1, 0.3, "away")], smoothing=0.0, period=0.05)
@example(script=[(ANGRY, 0.3, ""), (NEUTRAL, 0.3, ""), (SAD, 0.3, "")] * 5, smoothing=0.0, period=0.0701)
@example(
    period=0.05,
    script=[(NEUTRAL, 3.0, ""), (ANGRY, 0.05, "away, dark"), (ANGRY, 3.0, "back"), (ANGRY, 3.0, ""), (ANGRY, 3.0, "")],
    smoothing=0.0,
)
def test_promise_holds_for_what_it_emits(tmp_path_factory, name, script, smoothing, period):
    """Each script is judged with every curve that the light's lamps may have; `period`: seconds between images.

    (The examples: moods faster than a screen is redrawn, which once showed late what it had taken in time; a lamp that
    kept its deep red, while a frame beside it was refused after it had counted as delivered;
    one that went dark from a white: without the ceiling for white no frame is within the promise from both.)
    """
    room = Room(name, tmp_path_factory.getbasetemp(), smoothing, period)
    for mood, seconds, fate in script:
        if fate.startswith("away"):
            room.way.leave()
            if fate == "away, dark" and room.way.light.may_go_dark:
                room.lamp.go_dark()
                seconds = max(seconds, START_S)
        elif fate == "back":
            room.way.arrive()
        room.run(seconds, mood)
    room.way.arrive()
    room.run(0.3, script[-1][0])
    room.hand_back()
    assert room.lamp.noted
    for curve in curves(name).values():
        check_changes(room.lamp.changes(curve))


judged = {}
"""What IRIS has said: several lights get the same bytes at the same times, and it takes a second for each."""


@pytest.mark.parametrize("name", NAMES)
def test_iris_passes_what_it_emits(tmp_path, name):
    """EA's analyser as a second judge of the light: from dark, the worst moods in turn, a loss, handed back."""
    pytest.importorskip("iris_pse_detection", reason="IRIS is not installed (requirements/alone.txt)")
    room = Room(name, tmp_path, 0.0)
    for k in range(12):
        room.run(0.3, (ANGRY, NEUTRAL, SAD)[k % 3])
    room.way.leave()
    room.run(0.3, ANGRY)
    room.way.arrive()
    room.run(3.0, NEUTRAL)
    room.hand_back()
    for curve in curves(name).values():
        times, _, lights = room.lamp.changes(curve)
        pictures = [(at, np.rint(255 * light)) for at, light in zip(times, lights)]
        key = str([(round(at, 3), light.tolist()) for at, light in pictures])
        if key not in judged:
            judged[key] = verdicts(render(pictures), "linear")
        assert judged[key] == set()


def test_every_light_and_profile_is_tried_with_the_curves_that_its_lamps_may_have():
    assert {*NAMES, "wled", "robot"} - {"mqtt, a lamp"} == {*BUILT_IN, *(f"robot:{name}" for name in known_profiles())}
    for name in known_profiles():
        assert load_profile(name).transfer in ("any", "gamma2.2"), "or better, with its source and a lamp of it here"
    assert {curve.name for curve in TRANSFERS["any"]} == {"linear", "srgb", "gamma2.2", "gamma2.8"}


def test_the_judge_finds_a_curve_that_is_not_reckoned_with():
    """The wrong curve: a strip that is taken for linear behind a controller with a gamma of 2.8."""
    now, lamp = [100.0], Lamp()
    way = Udp("ddp:127.0.0.1:{port}:4?transfer=linear", ddp, lamp, lambda: now[0])
    core = ColorCore(Settings(smoothing_time=0.0), [way.light])
    for k in range(400):
        now[0] += 0.05
        core.on_emotion([0, 0, 0, 0, 1, 0, 0] if k // 60 % 2 else [0, 0, 0, 0, 0, 1, 0], 0, now[0])
        way.listen()
    with pytest.raises(AssertionError):
        check_changes(lamp.changes(power(2.8)))
    way.close()

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A light that raises what it may not raise: its own loss, not the others' and not the node's."""

import numpy as np
import pytest

from fer_color.core import ColorCore
from fer_color.errors import ColorError
from fer_color.lights.base import DirectLight, open_light
from fer_color.lights.options import LightOptions
from fer_color.lights.report import Condition
from fer_color.settings import Settings

SAD, NEUTRAL = ([float(k == which) for k in range(7)] for which in (5, 4))


class Faulty(DirectLight):
    """Raises at one of its methods while it is told to."""

    def __init__(self, clock):
        super().__init__("faulty", LightOptions(), "linear", clock)
        self.fails, self.frames, self.stuck = "", [], False

    def fail_in(self, name):
        if self.fails == name:
            raise RuntimeError("a fault\nof somebody else's " + "x" * 5000)

    def ready(self):
        self.fail_in("ready")
        return not self.stuck

    def write(self, frame):
        self.fail_in("write")
        self.frames.append((self._clock(), frame.rgb))

    def take_events(self):
        self.fail_in("take_events")
        return super().take_events()

    def release(self):
        self.fail_in("release")


class Stage:
    def __init__(self):
        self.now, self.told = 100.0, []
        self.faulty, self.good = Faulty(lambda: self.now), Faulty(lambda: self.now)
        self.core = ColorCore(Settings(smoothing_time=0.0), [self.faulty, self.good])

    def run(self, seconds, emotion):
        for _ in range(round(seconds / 0.05)):
            self.now += 0.05
            self.core.on_emotion(emotion, 0, self.now)
            self.core.tick(self.now)
            self.told += [notice.text for notice in self.core.take_notices()]


@pytest.mark.parametrize("method", ["ready", "write", "take_events"])
def test_a_fault_is_said_once_and_tried_again(method, judge):
    stage = Stage()
    stage.run(8, NEUTRAL)
    stage.faulty.fails, before = method, len(stage.good.frames)
    stage.run(8, SAD)
    assert stage.good.frames[-1][1] == (26, 97, 175)
    assert len(stage.good.frames) > before + 100
    assert len(stage.told) == 1
    assert "light 'faulty' is lost, it failed (RuntimeError" in stage.told[0]
    assert "\n" not in stage.told[0]
    assert len(stage.told[0]) < 250
    stage.faulty.fails = ""
    stage.run(12, SAD)
    assert stage.faulty.frames[-1][1] == (26, 97, 175)
    assert len(stage.told) == 2
    assert "is back" in stage.told[1]
    judge(stage.faulty.frames, "linear")


def test_each_light_says_how_it_is():
    stage = Stage()
    assert {one.text for one in stage.core.reports()} == {"untouched until the first result"}
    stage.run(8, SAD)
    assert [one.text for one in stage.core.reports()] == ["shows #1a61af"] * 2
    stage.faulty.fails = "write"
    stage.run(1, SAD)
    lost, good = stage.core.reports()
    assert lost.condition is Condition.LOST
    assert lost.text.startswith("light 'faulty' is lost, it failed (RuntimeError")
    assert good.text == "shows #1a61af"
    stage.faulty.fails = ""
    stage.run(12, SAD)
    assert stage.core.reports()[0].text == "shows #1a61af"
    stage.core.begin_hand_back(stage.now)
    for _ in range(200):
        stage.now += 0.05
        stage.core.tick(stage.now)
    assert [(one.text, one.rgb) for one in stage.core.reports()] == [("handed back", None)] * 2


def test_a_machine_that_stood_still_goes_on_fading(judge):
    """As one that swaps does: what it could not try in that time, it has not tried."""
    stage = Stage()
    stage.run(8, NEUTRAL)
    stage.core.begin_hand_back(stage.now)
    stage.run(0.2, NEUTRAL)
    stage.now += 70.0
    assert not stage.core.handed_back(stage.now)
    begun = stage.now
    while not stage.core.handed_back(stage.now):
        stage.run(0.05, NEUTRAL)
        assert stage.now - begun < 3
    assert stage.good.frames[-1][1] == (0, 0, 0)
    judge(stage.good.frames, "linear")


def test_a_light_that_takes_no_frame_any_more_is_named_at_the_end():
    stage = Stage()
    stage.run(8, SAD)
    stage.good.stuck = True
    stage.core.begin_hand_back(stage.now)
    while not stage.core.handed_back(stage.now):
        stage.run(0.05, SAD)
    stage.core.close()
    stage.core.close()
    assert [notice.text for notice in stage.core.take_notices()] == [
        "light 'faulty' was not handed back in time and stays lit: it shows #1a61af"
    ]


@pytest.mark.parametrize("method", ["ready", "write", "take_events", "release"])
def test_the_others_are_handed_back(method):
    stage = Stage()
    stage.run(3, SAD)
    stage.faulty.fails = method
    stage.core.begin_hand_back(stage.now)
    for _ in range(200):
        stage.now += 0.05
        stage.core.tick(stage.now)
    assert stage.core.handed_back(stage.now)
    assert np.all(np.array(stage.good.frames[-1][1]) == 0)
    stage.core.close()


def test_a_fault_at_the_opening_is_one_line():
    class Broken(Faulty):
        def open(self):
            raise RecursionError("too deep\n" + "x" * 5000)

    with pytest.raises(ColorError, match="light 'faulty' cannot be opened: RecursionError") as caught:
        open_light(Broken(lambda: 0.0))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300

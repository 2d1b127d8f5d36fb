# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise on what a WLED emits, whatever its gamma: start, take-over, dimming, hand-back, loss and return."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from iris_judge import render, verdicts
from light_judge import check_light
from wled_controller import state
from wled_lamp import DirectApi, DirectCourier, WledLamp

from fer_color.core import ColorCore
from fer_color.lights import LightOptions, make_light
from fer_color.lights.wled import light as light_module
from fer_color.lights.wled.api import WledApi
from fer_color.settings import Settings

GAMMAS = [1.0, 2.2, 2.8]
SAD, NEUTRAL, ANGRY = 5, 4, 0


class Room:
    """A core with a `wled` light on a clock of its own, and the lamp behind it."""

    def __init__(self, monkeypatch, found, gamma, options="", smoothing=0.4, **kwargs):
        self.now, self.lamp = 100.0, WledLamp(found, gamma, **kwargs)
        self.api = DirectApi(self.lamp, lambda: self.now)
        monkeypatch.setattr(light_module, "FrameSender", DirectCourier)
        monkeypatch.setattr(WledApi, "_ask", self.api.ask)
        monkeypatch.setattr(light_module.Address, "reach", lambda _self: None)
        self.light = make_light(f"wled:127.0.0.1{options}", LightOptions(), clock=lambda: self.now)
        self.light.open()
        self.core = ColorCore(Settings(smoothing_time=smoothing), [self.light])

    def run(self, seconds, mood=None, period=0.05):
        for _ in range(max(1, round(seconds / period))):
            self.now += period
            self.lamp.watch(self.now)
            if mood is not None:
                self.core.on_emotion([float(k == mood) for k in range(7)], 0, self.now)
            self.core.tick(self.now)

    def hand_back(self):
        self.core.begin_hand_back(self.now)
        begun = self.now
        while not self.core.handed_back(self.now):
            self.run(0.05)
        self.run(12.0)  # and what it does by itself then
        self.core.close()
        return self.now - begun

    def luminance(self):
        return np.array([(light @ [0.2126, 0.7152, 0.0722]).max() for _, light in self.lamp.shown])


@pytest.fixture
def room():
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield lambda *args, **kwargs: Room(monkeypatch, *args, **kwargs)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("sixteen", [False, True])
@pytest.mark.parametrize("bends", [False, True])
@pytest.mark.parametrize(("bri", "color"), [(26, (255, 255, 255)), (255, (255, 160, 0)), (90, (40, 60, 255))])
def test_a_lit_lamp_is_led_from_what_it_shows_and_back_to_it(room, gamma, bri, color, sixteen, bends):
    found = state(bri=bri, segment={"col": [list(color), [1, 2, 3], [0, 0, 0]], "bri": 200})
    stage = room(found, gamma, sixteen=sixteen, bends=bends)
    before = stage.lamp.light(stage.now)
    stage.run(8, SAD)
    begin = stage.luminance()[0]
    first = len([at for at, _ in stage.lamp.shown if at < 100.3])
    assert stage.luminance()[:first].min() >= 0.5 * min(begin, stage.luminance()[-1]), "not plunged into darkness"
    stage.hand_back()
    assert stage.lamp.state == found
    assert stage.lamp.light(stage.now) == pytest.approx(before, abs=1e-9)
    assert np.abs(np.diff([light.max() for _, light in stage.lamp.shown[-200:]])).max() <= 0.02, "nor a jump at the end"
    check_light(stage.lamp.shown)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_a_lamp_found_off_does_not_glow(room, gamma):
    stage = room(state(on=False, bri=200, segment={"col": [[255, 255, 255]], "fx": 7}), gamma)
    stage.run(6, NEUTRAL)
    stage.core.begin_hand_back(stage.now)
    while not stage.core.handed_back(stage.now):
        stage.run(0.05)
    ended = len(stage.lamp.shown)
    stage.run(15.0)
    assert stage.luminance()[ended:].max() == 0
    assert (stage.lamp.state["on"], stage.lamp.state["bri"]) == (False, 200)
    assert stage.lamp.state["seg"][0]["fx"] == 7
    check_light(stage.lamp.shown)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_a_lamp_found_dim_does_not_swell(room, gamma):
    stage = room(state(bri=20, segment={"col": [[255, 255, 255]]}), gamma)
    stage.run(6, SAD)
    before, ended = stage.luminance()[-1], len(stage.lamp.shown)
    stage.hand_back()
    assert stage.luminance()[ended:].max() <= max(before, 20 / 255) + 0.01
    check_light(stage.lamp.shown)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_what_cannot_be_told_is_dimmed_by_wled_and_brightens_from_dark(room, gamma):
    white = [[255, 255, 255], [0, 0, 0], [0, 0, 0]]
    stage = room(state(bri=255, segment={"fx": 9, "col": white}), gamma)
    stage.run(15, SAD)
    stage.hand_back()
    assert stage.lamp.state["seg"][0]["fx"] == 9
    steps = np.abs(np.diff(stage.luminance()))
    assert steps.max() <= 0.5, "no jump but what our budget covers"
    fade = [light for at, light in stage.lamp.shown if at < 103.0]
    assert np.abs(np.diff(np.array(fade)[:, 0, 1])).max() <= 0.02


def test_who_dims_or_switches_it_off_meanwhile_is_obeyed_at_the_end(room):
    for change, on, bri in (({"on": False, "tt": 7}, False, 255), ({"bri": 40, "tt": 7}, True, 40)):
        stage = room(state(bri=200), 2.2)
        stage.run(8, NEUTRAL)
        stage.lamp.take(change, stage.now)
        stage.run(10, NEUTRAL)
        before, ended = stage.luminance()[-1], len(stage.lamp.shown)
        stage.hand_back()
        assert stage.lamp.state["on"] == on
        assert not on or stage.lamp.state["bri"] == bri
        assert stage.luminance()[ended:].max() <= max(before, 40 / 255) + 0.01


@pytest.mark.parametrize(
    ("gamma", "transfer"), [(1.0, "linear"), (2.2, "gamma2.2"), (2.8, "gamma2.8"), (1.5, "gamma1.5")]
)
@pytest.mark.parametrize("sixteen", [False, True])
def test_its_own_gamma_is_known_and_an_option_counts_more(room, gamma, transfer, sixteen):
    assert room(state(), gamma, sixteen=sixteen).light.transfer == transfer
    assert room(state(), gamma, "?transfer=any", sixteen=sixteen).light.transfer == "any"
    assert room(state(), gamma, sixteen=sixteen, tells=False).light.transfer == "any"


def test_a_gamma_that_was_set_anew_while_it_was_gone_is_heeded(room):
    """The light goes on by the new curve, as if all that may change in six seconds had changed."""
    stage = room(state(on=False), 1.0)
    stage.run(6, NEUTRAL)
    stage.api.gone = True
    stage.run(1.0, NEUTRAL)
    stage.lamp.set_up(2.8)
    stage.api.gone = False
    stage.run(12, SAD)
    output = stage.core._outputs[0]
    assert (output._transfer, output._limiter._curves[0].name) == ("gamma2.8", "gamma2.8")
    assert tuple(stage.lamp.state["seg"][0]["col"][0]) == (26, 97, 175), "and what is wanted is reached"
    stage.hand_back()
    check_light(stage.lamp.shown)


channel = st.sampled_from([0, 1, 60, 128, 254, 255])
colors = st.tuples(channel, channel, channel).map(list)
founds = st.builds(
    lambda on, bri, color, opacity: state(
        on=on, bri=bri, segment={"col": [color, [9, 9, 9], [0, 0, 0]], "bri": opacity}
    ),
    st.booleans(),
    st.sampled_from([1, 2, 20, 128, 254, 255]),
    colors.filter(lambda color: color[0] - color[1] - color[2] < 100),
    st.sampled_from([3, 128, 255]),
)
moods = st.tuples(
    st.integers(0, 6), st.sampled_from([0.05, 0.3, 1.1, 3.0]), st.sampled_from(["", "", "", "gone", "back"])
)


setups = st.builds(
    lambda gamma, sixteen: {"gamma": gamma, "sixteen": sixteen, "tells": False},
    st.sampled_from(GAMMAS),
    st.booleans(),
) | st.builds(
    lambda gamma, sixteen, bends, percent: {"gamma": gamma, "sixteen": sixteen, "bends": bends, "percent": percent},
    st.sampled_from([*GAMMAS, 1.5, 3.0]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([100, 100, 40, 200]),
)


@given(
    found=founds,
    setup=setups,
    smoothing=st.sampled_from([0.0, 0.4]),
    script=st.lists(moods, min_size=1, max_size=8),
)
@example(
    state(bri=20, segment={"col": [[255, 255, 255]]}),
    {"gamma": 2.8, "sixteen": True, "tells": False},
    0.0,
    [(4, 3.0, ""), (0, 1.1, "gone"), (0, 1.1, "back")],
)
@example(  # 16 takes its gamma's inverse of a segment's brightness, so that the light is more than was reckoned with
    state(bri=255, segment={"col": [[255, 255, 255]], "bri": 100}),
    {"gamma": 2.2, "sixteen": True, "tells": False},
    0.0,
    [(NEUTRAL, 1.1, "")],
)
def test_promise_holds_for_what_it_emits(found, setup, smoothing, script):
    with pytest.MonkeyPatch.context() as monkeypatch:
        stage = Room(monkeypatch, found, smoothing=smoothing, **setup)
        for mood, seconds, fate in script:
            if fate:
                stage.api.gone = fate == "gone"
            stage.run(seconds, mood)
        stage.api.gone = False
        stage.run(0.3, script[-1][0])
        stage.hand_back()
        assert stage.lamp.state == found
        check_light(stage.lamp.shown)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("bri", [20, 255])
def test_iris_passes_what_it_emits(room, gamma, bri):
    """EA's analyser as a second judge, of the light itself: taken over lit, the worst moods in turn, handed back."""
    pytest.importorskip("iris_pse_detection", reason="IRIS is not installed (requirements/alone.txt)")
    stage = room(state(bri=bri, segment={"col": [[255, 255, 255]]}), gamma, smoothing=0.0)
    for k in range(12):
        stage.run(0.3, (ANGRY, NEUTRAL, SAD)[k % 3])
    stage.hand_back()
    begun = stage.lamp.shown[0][0]
    # It starts from dark and sees a lit lamp appear, which is one change and none of ours.
    pictures = [(at + 5.0, np.rint(255 * light)) for at, light in stage.lamp.shown]
    assert verdicts(render([(begun, pictures[0][1]), *pictures]), "linear") == set()

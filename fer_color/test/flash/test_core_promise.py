# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise from end to end: anything into the core, the bytes that its lights get judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.core import ColorCore
from fer_color.lights.base import DirectLight, Frame
from fer_color.lights.options import LightOptions
from fer_color.settings import Settings
from fer_common.emotions import LABELS

number = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0]))
distributions = st.one_of(
    st.sampled_from([[float(k == index) for k in range(7)] for index in range(7)]),
    st.lists(number, min_size=7, max_size=7)
    .filter(lambda values: sum(values) > 0.01)
    .map(lambda values: [value / sum(values) for value in values]),
    st.lists(st.floats(), max_size=9),
)
changes = st.one_of(
    st.builds(lambda value: {"brightness": value}, number),
    st.builds(lambda value: {"gamma": value}, st.floats(0.2, 5)),
    st.builds(lambda value: {"idle_color": tuple(value)}, st.lists(st.integers(0, 255), min_size=3, max_size=3)),
    st.sampled_from([{"mode": "discrete"}, {"smoothing_time": 0.0}, {"fade_time": 0.0}, {"palette": "harsh"}]),
)
events = st.one_of(
    st.tuples(st.just("emotion"), distributions),
    st.tuples(st.just("emotion"), distributions),
    st.tuples(st.just("faces"), st.integers(0, 2)),
    st.tuples(st.just("tick"), st.none()),
    st.tuples(st.just("change"), changes),
)
pauses = st.one_of(st.sampled_from([0.0, 0.01, 0.025, 0.04, 1.0]), st.floats(0, 2.5))


class Lamp(DirectLight):
    """Keeps what it got, and when."""

    def __init__(self, transfer: str, brightness: float, gamma: float | None) -> None:
        super().__init__("lamp", LightOptions(brightness=brightness, gamma=gamma), transfer, lambda: self.now)
        self.now = 0.0
        self.frames: list[tuple[float, tuple[int, int, int]]] = []

    def write(self, frame: Frame) -> None:
        self.frames.append((self.now, frame.rgb))


@pytest.fixture(scope="module")
def harsh(tmp_path_factory):
    path = tmp_path_factory.mktemp("palette") / "harsh.yaml"
    corners = [(255, 0, 0), (0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 255), (255, 255, 0), (0, 0, 255)]
    path.write_text("".join(f"{label}: {list(color)}\n" for label, color in zip(LABELS, corners)))
    return str(path)


@given(st.lists(st.tuples(events, pauses), max_size=80), st.integers(0, 80), st.booleans())
def test_promise_holds_from_start_to_hand_back(judge, lamps, harsh, script, leave_at, handled):
    outputs = [Lamp("linear", 1.0, None), Lamp("srgb", 1.0, 1.0), Lamp("either", 0.7, 2.2)]
    core, now, published = ColorCore(Settings(smoothing_time=0.05), outputs), 50.0, []
    settings: dict[str, object] = {"smoothing_time": 0.05}
    for step, ((kind, value), pause) in enumerate(script):
        now += pause
        for lamp in outputs:
            lamp.now = now
        if handled and step == leave_at:
            core.begin_hand_back(now)
        if kind == "emotion":
            core.on_emotion(value, 0, now)
        elif kind == "faces":
            core.on_faces(value, 0, now)
        elif kind == "tick":
            core.tick(now)
        else:
            settings |= {key: harsh if entry == "harsh" else entry for key, entry in value.items()}
            core.configure(Settings(**settings))
        published.append((now, [round(255 * part) for part in core.published(now)]))
    core.begin_hand_back(now)
    begun = now
    while not core.handed_back(now):
        now += 0.025
        for lamp in outputs:
            lamp.now = now
        core.tick(now)
        published.append((now, [round(255 * part) for part in core.published(now)]))
        assert now - begun < 8.1
    for lamp in outputs:
        for kind in lamps[lamp.transfer]:
            judge(lamp.frames, kind)
    for kind in ("linear", "srgb"):
        judge(published, kind)

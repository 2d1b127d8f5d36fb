# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Losses through all of the core, from start to hand-back, judged at the lamp."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strip_judge import LAMPS, quantities

from fer_color.control.commands import Command
from fer_color.core import ColorCore
from fer_color.flash.limiter import DARK
from fer_color.lights.base import Event, EventKind, Light
from fer_color.lights.options import LightOptions
from fer_color.settings import Settings
from fer_common.emotions import LABELS

channel = st.one_of(st.integers(0, 255), st.sampled_from([0, 255]))
colors = st.tuples(channel, channel, channel)
RED, WHITE = (255, 0, 0), (255, 255, 255)


@pytest.fixture(scope="module")
def harsh(tmp_path_factory):
    path = tmp_path_factory.mktemp("palette") / "harsh.yaml"
    corners = [RED, (0, 0, 0), WHITE, (255, 40, 0), (0, 255, 255), (255, 255, 0), (0, 0, 255)]
    path.write_text("".join(f"{label}: {list(color)}\n" for label, color in zip(LABELS, corners)))
    return str(path)


class Lamp(Light):
    """Gets each frame, or loses it; may be dark after a loss. Counts what is done to it, not that it goes dark."""

    def __init__(self, transfer):
        super().__init__("lamp", LightOptions(), transfer, lambda: self.now)
        self.now, self.fate, self.state, self.gone = 0.0, "arrives", (0, 0, 0), False
        self.changes = []

    def ready(self):
        if self.gone:
            self._events.append(Event(EventKind.BACK, self.now))
        self.gone = False
        return True

    def send(self, frame, sent):
        if self.fate in ("arrives", "lost after arriving"):
            self.changes.append((self.now, self.state, frame.rgb))
            self.state = frame.rgb
        if self.fate == "lost, lamp dark":
            self.state = (0, 0, 0)
        if self.fate == "arrives":
            sent()
        self.gone = self.fate != "arrives"
        self._events.append(Event(EventKind.DONE if self.fate == "arrives" else EventKind.LOST, self.now))


fates = st.sampled_from(["arrives"] * 5 + ["lost", "lost after arriving", "lost, lamp dark"])


moods = st.tuples(
    st.integers(0, 6),
    st.none() | st.sampled_from([1.0, 0.7, 0.3]),
    fates,
    st.sampled_from([0.01, 0.03, 0.3, 1.0, 1.1, 3.0, 6.2]),
)


@given(
    transfer=st.sampled_from(sorted(LAMPS)),
    script=st.one_of(st.lists(moods, min_size=1, max_size=60), st.lists(moods, min_size=20, max_size=60)),
)
def test_promise_holds_over_losses_for_the_deepest_colours(harsh, transfer, script):
    """Through all of the core, from start to hand-back, judged at the lamp."""
    lamp, now = Lamp(transfer), 100.0
    core = ColorCore(Settings(smoothing_time=0.0, palette=harsh), [lamp])
    for mood, brightness, fate, pause in script:
        now += pause
        lamp.now, lamp.fate = now, fate
        if brightness is not None:
            core.obey(Command(brightness=brightness), now)
        core.on_emotion([float(k == mood) for k in range(7)], 0, now)
    lamp.fate = "arrives"
    core.begin_hand_back(now)
    while not core.handed_back(now):
        now += 0.1
        lamp.now = now
        core.tick(now)
    assert max(lamp.state) <= 64, "eight seconds may leave a glimmer of a deep red that had just come"
    check_changes(lamp, transfer)


def check_changes(lamp, transfer):
    """The promise, of what was done to the lamp."""
    if not lamp.changes:
        return
    times = np.array([at for at, _, _ in lamp.changes])
    old, new = (np.array([change[k] for change in lamp.changes]) for k in (1, 2))
    ends = {seconds: np.searchsorted(times, times + seconds + 1e-9, side="right") for seconds in (1.0, 6.0)}
    for kind in LAMPS[transfer]:
        total = np.concatenate([[(0, 0)], np.cumsum(np.abs(quantities(new, kind) - quantities(old, kind)), axis=0)])
        for seconds, limits in ((1.0, (0.6, 0.4)), (6.0, (1.5, 0.9))):
            worst = np.max(total[ends[seconds]] - total[np.arange(len(times))], axis=0)
            assert np.all(worst <= limits), (kind, seconds, worst)


class TellingLamp(Lamp):
    """Reads, when it is back, what it shows, which may be a colour of its own."""

    def __init__(self, transfer):
        super().__init__(transfer)
        self.own = DARK

    def ready(self):
        if self.gone:
            self._events.append(Event(EventKind.BACK, self.now, shows=self.state, surely=True))
        self.gone = False
        return True

    def send(self, frame, sent):
        super().send(frame, sent)
        if self.fate == "lost, lamp in a colour of its own":
            self.state = self.own


own_fates = st.one_of(fates, st.just("lost, lamp in a colour of its own"))


own_moods = st.tuples(st.integers(0, 6), own_fates, colors, st.sampled_from([0.01, 0.03, 0.3, 1.0, 1.1, 3.0, 6.2]))


@given(transfer=st.sampled_from(sorted(LAMPS)), script=st.lists(own_moods, min_size=1, max_size=60))
@example(transfer="any", script=[(6, "lost, lamp in a colour of its own", WHITE, 0.3), (6, "arrives", DARK, 0.3)])
@example(
    transfer="any",
    script=[
        (0, "arrives", DARK, 0.01),
        (0, "lost, lamp in a colour of its own", RED, 0.01),
        (0, "lost, lamp dark", DARK, 0.01),
        (0, "arrives", DARK, 6.2),
    ],
)
def test_promise_holds_for_a_lamp_that_comes_back_in_any_colour_and_says_so(harsh, transfer, script):
    lamp, now = TellingLamp(transfer), 100.0
    core = ColorCore(Settings(smoothing_time=0.0, palette=harsh), [lamp])
    for mood, fate, own, pause in script:
        now += pause
        lamp.now, lamp.fate, lamp.own = now, fate, own
        core.on_emotion([float(k == mood) for k in range(7)], 0, now)
    check_changes(lamp, transfer)


@pytest.mark.parametrize("transfer", LAMPS)
@pytest.mark.parametrize("own", [WHITE, RED, (0, 255, 255)])
def test_a_strip_that_comes_back_in_a_colour_of_its_own_goes_on_from_there(transfer, own):
    class Strip(TellingLamp):
        def __init__(self):
            super().__init__(transfer)
            self.leds, self.pixels = 4, []

        def send(self, frame, sent):
            self.pixels.append(frame.pixels or (frame.rgb,))
            super().send(frame, sent)

    lamp, now = Strip(), 0.0
    core = ColorCore(Settings(smoothing_time=0.0, show="gradient"), [lamp])
    lamp.own = own
    for k in range(400):
        now += 0.025
        lamp.now, lamp.fate = now, "lost, lamp in a colour of its own" if k == 399 else "arrives"
        core.on_emotion([0.0, 0.0, 0.0, 0.5, 0.0, 0.5, 0.0], 0, now)
    assert len(set(lamp.pixels[-1])) > 1
    lamp.now, lamp.fate = now + 7, "arrives"
    core.on_emotion([0.0, 0.0, 0.0, 0.5, 0.0, 0.5, 0.0], 0, now + 7)
    for lamps_curve in LAMPS[transfer]:
        for rgb in lamp.pixels[-1]:
            change = np.abs(quantities(rgb, lamps_curve) - quantities(own, lamps_curve))
            assert np.all(change <= (0.5, 0.33)), "one change within the inner budget"

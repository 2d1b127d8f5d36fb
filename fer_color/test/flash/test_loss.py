# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""After a loss a lamp shows what it showed, or is dark: the first frame is within the flash promise from both."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strip_judge import LAMPS, light_of

from fer_color.control.commands import Command
from fer_color.core import ColorCore
from fer_color.flash.common_frame import meeting_frame
from fer_color.flash.limiter import DARK, FlashLimiter
from fer_color.flash.red_ceiling import below_ceiling
from fer_color.lights.base import Event, EventKind, Light
from fer_color.lights.options import LightOptions
from fer_color.palette import PALETTES, PAPER
from fer_color.settings import Settings
from fer_color.transfer import TRANSFERS
from fer_common.emotions import LABELS

channel = st.one_of(st.integers(0, 255), st.sampled_from([0, 255]))
colors = st.tuples(channel, channel, channel)
RED, WHITE = (255, 0, 0), (255, 255, 255)


def quantities(rgb, lamp):
    """Relative luminance and saturated red of bytes [..., 3], on the last axis."""
    light = light_of(np.asarray(rgb, dtype=float) / 255, lamp)
    return np.stack(
        [light @ [0.2126, 0.7152, 0.0722], np.maximum(0, light[..., 0] - light[..., 1:].sum(axis=-1))], axis=-1
    )


def asked_for(color, transfer):
    return below_ceiling(np.array([color]) / 255, transfer)[0]


def least_change(shown, transfer):
    """Of the frame that is closest to what was shown and to dark, in shares of what a second allows."""
    states = [np.array([shown], dtype=np.uint8), np.zeros((1, 3), dtype=np.uint8)]
    frame = meeting_frame(states, TRANSFERS[transfer])
    return max(
        np.max(np.abs(quantities(frame, lamp) - quantities(state, lamp)) / (0.6, 0.4))
        for lamp in LAMPS[transfer]
        for state in states
    )


@pytest.mark.parametrize("transfer", LAMPS)
@given(color=colors, sticky=st.tuples(*[st.floats(-0.75, 0.75)] * 3))
@example(color=RED, sticky=(0.75, 0.0, 0.0))
@example(color=WHITE, sticky=(0.75, 0.75, 0.75))
@example(color=(255, 0, 60), sticky=(0.75, -0.75, -0.75))
def test_there_is_a_way_back_from_whatever_is_asked_for(transfer, color, sticky):
    """`sticky`: how far a byte may be from what is wanted."""
    shown = np.clip(np.rint(255 * asked_for(color, transfer) + sticky), 0, 255)
    assert least_change(shown, transfer) <= 0.99


def test_without_a_ceiling_there_is_none():
    for transfer in LAMPS:
        assert least_change(RED, transfer) > 1
    assert least_change(WHITE, "any") > 1


@pytest.mark.parametrize("transfer", ["linear", "srgb"])
def test_a_lamp_of_one_curve_comes_back_half_way(transfer):
    for color in PAPER.colors:
        states = [np.array([color], dtype=np.uint8), np.zeros((1, 3), dtype=np.uint8)]
        (frame,) = light_of(meeting_frame(states, TRANSFERS[transfer]) / 255, transfer)
        assert frame == pytest.approx(light_of(np.array(color) / 255, transfer) / 2, abs=0.005)


@pytest.mark.parametrize("transfer", LAMPS)
@given(color=colors)
def test_ceiling_dims_what_is_above_it_alone_and_keeps_its_hue(transfer, color):
    wanted, asked = np.array(color) / 255, asked_for(color, transfer)
    mixed = transfer in ("any", "either")
    bright, reds = {("any", "gamma2.8"): 0.85, ("either", "srgb"): 0.93}, {(True, "linear"): 0.64}
    limits = {one: (bright.get((transfer, one), 1.01), reds.get((mixed, one), 0.74)) for one in LAMPS[transfer]}
    above = any(np.any(quantities(color, lamp) > limit) for lamp, limit in limits.items())
    assert above == bool(np.any(asked != wanted))
    if above and not mixed:
        assert quantities(255 * asked, transfer)[1] == pytest.approx(0.74, abs=0.001)
    assert np.all(asked <= wanted)
    assert asked * wanted.max() == pytest.approx(wanted * asked.max(), abs=1e-9)


def test_what_the_ceiling_costs_the_palettes():
    """The colours that are dimmed for a lamp that may be lost, as docs/flash.md has them."""
    dimmed = {
        (transfer, name, label): tuple(np.rint(255 * asked_for(color, transfer)).astype(int).tolist())
        for transfer in LAMPS
        for name, palette in PALETTES.items()
        for label, color in zip(LABELS, palette.colors)
        if np.any(asked_for(color, transfer) != np.array(color) / 255)
    }
    of_the_paper = {key for key in dimmed if key[1] == "paper"}
    white = {("any", "paper", "neutral"), ("either", "paper", "neutral")}
    assert of_the_paper - white == {(transfer, "paper", "angry") for transfer in LAMPS if transfer != "linear"}
    assert (dimmed["any", "paper", "neutral"], dimmed["either", "paper", "neutral"]) == ((241,) * 3, (247,) * 3)
    assert dimmed["any", "paper", "angry"] == (225, 29, 35)
    assert dimmed["srgb", "paper", "angry"] == (227, 30, 35)
    assert dimmed["linear", "plutchik", "angry"] == (189, 0, 0)
    assert dimmed["any", "plutchik", "angry"] == (163, 0, 0)
    assert dimmed["srgb", "plutchik", "angry"] == (223, 0, 0)


@pytest.mark.parametrize("transfer", LAMPS)
@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("color", [WHITE, RED, (255, 255, 0), (231, 30, 36)])
def test_first_frame_after_a_loss_is_within_the_promise_and_comes_alone(transfer, dark, color):
    limiter, now, wanted = FlashLimiter(transfer), 0.0, tuple(asked_for(color, transfer))
    for _ in range(800):
        now += 0.025
        shown = limiter.step(wanted, now)
        limiter.delivered(now)
    assert np.max(np.abs(np.array(shown) - 255 * np.array(wanted))) <= 0.75
    limiter.lost()
    now += 0.025
    first = limiter.step(wanted, now)
    assert first is not None, "it had not changed for more than six seconds"
    for lamp in LAMPS[transfer]:
        change = np.abs(quantities(first, lamp) - quantities(DARK if dark else shown, lamp))
        assert np.all(change <= (0.6, 0.4)), lamp
    later = {limiter.step(wanted, now + k / 40) for k in range(1, 41)}
    if max(np.max(quantities(wanted, lamp)) for lamp in LAMPS[transfer]) > 0.7:
        assert later == {first}, "nothing more changes within the second"


def test_a_way_that_fails_all_the_time_lights_nothing_but_what_a_second_allows():
    """Each time the lamp goes dark by itself; each frame that it gets is a change of ours."""
    limiter, now, lit = FlashLimiter(), 0.0, []
    for _ in range(200):
        now += 0.025
        limiter.step((0.12, 0.12, 0.12), now)
        limiter.delivered(now)
    for _ in range(400):
        now += 0.025
        limiter.lost()
        frame = limiter.step((0.12, 0.12, 0.12), now)
        if frame is not None:
            lit.append((now, quantities(frame, "linear")[0]))
    assert len(lit) > 8
    for begin, _ in lit:
        assert sum(light for at, light in lit if begin <= at <= begin + 1) <= 0.6
        assert sum(light for at, light in lit if begin <= at <= begin + 6) <= 1.5


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


@pytest.fixture(scope="module")
def harsh(tmp_path_factory):
    path = tmp_path_factory.mktemp("palette") / "harsh.yaml"
    corners = [RED, (0, 0, 0), WHITE, (255, 40, 0), (0, 255, 255), (255, 255, 0), (0, 0, 255)]
    path.write_text("".join(f"{label}: {list(color)}\n" for label, color in zip(LABELS, corners)))
    return str(path)


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


@pytest.mark.parametrize("transfer", ["linear", "srgb", "either"])
def test_what_a_lamp_is_said_to_show_is_reckoned_with_beside_the_rest(transfer):
    """As a broker says it, where it may be old."""
    limiter, now, wanted = FlashLimiter(transfer), 0.0, (26 / 255, 97 / 255, 175 / 255)
    for _ in range(400):
        now += 0.025
        shown = limiter.step(wanted, now)
        limiter.delivered(now)
    limiter.lost()
    limiter.found(WHITE, surely=False)
    first = limiter.step(wanted, now + 1)
    for lamp in LAMPS[transfer]:
        for possible in (WHITE, shown, DARK):
            assert np.all(np.abs(quantities(first, lamp) - quantities(possible, lamp)) <= (0.6, 0.4)), possible


def test_what_is_reckoned_with_already_is_nothing_new_and_what_is_sure_is_all():
    limiter = FlashLimiter()
    limiter.step((0.3, 0.3, 0.3), 0.0)
    limiter.lost()
    before = limiter.state()
    limiter.found(DARK, surely=False)
    assert limiter.state() == before
    limiter.found(WHITE, surely=True)
    assert limiter.shows == WHITE

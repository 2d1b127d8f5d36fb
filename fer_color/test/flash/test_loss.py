# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""After a loss a lamp shows what it showed, or is dark: the first frame is within the flash promise from both."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strip_judge import LAMPS, light_of, quantities

from fer_color.flash.common_frame import meeting_frame
from fer_color.flash.limiter import DARK, FlashLimiter
from fer_color.flash.red_ceiling import below_ceiling
from fer_color.palette import PALETTES, PAPER
from fer_color.transfer import TRANSFERS
from fer_common.emotions import LABELS

channel = st.one_of(st.integers(0, 255), st.sampled_from([0, 255]))
colors = st.tuples(channel, channel, channel)
RED, WHITE = (255, 0, 0), (255, 255, 255)


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

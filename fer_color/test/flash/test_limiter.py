# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise as the limiter keeps it, on anything that can be asked of it, judged at the lamp."""

import itertools
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fer_color.flash.limiter import DARK, FlashLimiter
from fer_color.transfer import srgb_to_light

TRANSFERS = ["linear", "srgb", "either"]
CORNERS = [(r, g, b) for r in (0.0, 1.0) for g in (0.0, 1.0) for b in (0.0, 1.0)]
PAIRS = list(itertools.combinations([(0, 0, 0), (1, 1, 1), (1, 0, 0), (0, 1, 0)], 2))

channel = st.floats(0, 1)
colors = st.one_of(st.sampled_from(CORNERS), st.tuples(channel, channel, channel))
pauses = st.one_of(st.sampled_from([0.0, 0.001, 0.025, 0.25, 1.0, 1.05, 6.0]), st.floats(0, 3))
# How far the clock's reading is behind the true time; 0: it is right.
errors = st.one_of(st.just(0.0), st.sampled_from([0.5, 5.0]), st.floats(0, 100))


@pytest.mark.parametrize("transfer", TRANSFERS)
@given(wishes=st.lists(st.tuples(colors, pauses), min_size=1, max_size=200))
def test_promise_holds_for_anything(judge, lamps, transfer, wishes):
    limiter, now, received = FlashLimiter(transfer), 10.0, []
    for wanted, pause in wishes:
        now += pause
        received.append((now, limiter.step(wanted, now)))
    for lamp in lamps[transfer]:
        judge(received, lamp)


@given(
    wishes=st.lists(st.tuples(colors, st.floats(0, 0.5), st.floats(0, 0.045)), min_size=1, max_size=150),
)
def test_promise_holds_after_jitter_on_the_way(judge, wishes):
    limiter, now, arrival, received = FlashLimiter(), 0.0, 0.0, []
    for wanted, pause, delay in wishes:
        now += pause
        rgb = limiter.step(wanted, now)
        arrival = max(arrival, now + delay)
        received.append((arrival, rgb))
    judge(received, "linear")


@given(wishes=st.lists(st.tuples(colors, st.floats(0, 1), errors), min_size=1, max_size=150))
@example(wishes=[(CORNERS[0], 0.0, 0.0), (CORNERS[7], 4.9, 5.0), (CORNERS[0], 0.1, 0.0)])
def test_clock_that_goes_back_gives_no_budget(judge, wishes):
    limiter, true, newest, received = FlashLimiter(), 100.0, -math.inf, []
    for wanted, pause, error in wishes:
        true += pause
        # A clock that is merely slow can't be told from a right one: an error here is a visible step back.
        reading = true if true - error >= newest else true - error
        if error and true - error >= newest:
            reading = true
        newest = max(newest, reading)
        received.append((true, limiter.step(wanted, reading)))
    judge(received, "linear")


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("hertz", [1, 2, 3.3, 7, 15, 60])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_promise_holds_for_a_stroboscope(judge, lamps, transfer, hertz, one, other):
    limiter, received = FlashLimiter(transfer), []
    for k in range(600):
        now = k / 60
        received.append((now, limiter.step(one if int(now * hertz * 2) % 2 else other, now)))
    for lamp in lamps[transfer]:
        judge(received, lamp)


@pytest.mark.parametrize("transfer", TRANSFERS)
@given(before=st.lists(st.tuples(colors, st.floats(0, 0.3)), max_size=60), wanted=st.tuples(*[st.integers(0, 255)] * 3))
def test_what_stays_wanted_is_reached(transfer, before, wanted):
    limiter, now = FlashLimiter(transfer), 0.0
    for wish, pause in before:
        now += pause
        limiter.step(wish, now)
    begun = now
    while limiter.shows != wanted:
        now += 0.025
        limiter.step(tuple(value / 255 for value in wanted), now)
        assert now - begun < 15.1, f"still {limiter.shows} instead of {wanted}"


def test_change_within_the_budget_is_there_at_once():
    limiter = FlashLimiter()
    assert limiter.step((0.1, 0.38, 0.69), 0.0) == (round(25.5), 97, 176)


def test_dark_to_white_takes_little_more_than_a_second():
    limiter, now = FlashLimiter(), 0.0
    while now < 30 and min(limiter.step((1, 1, 1), now)) < 254:
        now += 0.025
    assert 1.0 <= now <= 1.7


def test_noise_below_a_byte_costs_nothing():
    limiter = FlashLimiter()
    limiter.step((0.3, 0.3, 0.3), 0.0)
    frames = [limiter.step((0.3 + 0.0008 * (-1) ** k,) * 3, 0.025 * k) for k in range(1, 400)]
    assert set(frames) <= {(76, 76, 76), (77, 77, 77)}
    flips = sum(one != other for one, other in itertools.pairwise(frames))
    assert flips <= 2 * 10, "twice a second in 10 s at most"


def test_start_counts_from_dark():
    assert FlashLimiter().shows == DARK
    assert FlashLimiter().step((1, 1, 1), 0.0) == (127, 127, 127)


def crossings(received, lamp):
    """Changes of at least half a red flash, as an analyser counts that takes red below four fifths for none."""
    found, before = [], 0.0
    for now, rgb in received:
        red, green, blue = (value / 255 if lamp == "linear" else srgb_to_light(value / 255) for value in rgb)
        deep = red - green - blue if red > 4 * (green + blue) else 0.0
        if abs(deep - before) >= 20 / 320:
            found.append(now)
            before = deep
    return found


@pytest.mark.parametrize("lamp", ["linear", "srgb"])
@given(
    red=st.floats(0.2, 1), off=st.floats(0.002, 0.1), hertz=st.floats(1, 20), share=st.sampled_from([0.25, 0.5, 0.538])
)
def test_red_on_the_edge_of_deep_red_is_no_red_flash(lamp, red, off, hertz, share):
    """A change of hue that nobody sees, but by which flash analysers let red come and go."""
    limiter, received = FlashLimiter(lamp), []
    for k in range(480):
        now = k / 40
        green = red * (share + (off if int(now * hertz * 2) % 2 and now > 4 else -off))
        received.append((now, limiter.step((red, green, 0.0), now)))
    times = crossings(received, lamp)
    for begin in times:
        assert sum(begin <= time <= begin + 1 for time in times) <= 6
        assert sum(begin <= time <= begin + 6 for time in times) <= 14

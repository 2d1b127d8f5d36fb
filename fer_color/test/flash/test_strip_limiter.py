# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise for lights of several segments: each of them and the whole, on anything that can be asked."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strip_judge import LAMPS, check

from fer_color.flash.limiter import FlashLimiter
from fer_color.flash.red_ceiling import below_ceiling
from fer_color.flash.strip_limiter import StripLimiter

BLACK, RED = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)
CORNERS = [(r, g, b) for r in (0.0, 1.0) for g in (0.0, 1.0) for b in (0.0, 1.0)]
channel = st.floats(0, 1)
colors = st.one_of(st.sampled_from(CORNERS), st.tuples(channel, channel, channel))
pauses = st.one_of(st.sampled_from([0.0, 0.001, 0.025, 0.25, 1.0, 1.05, 6.0]), st.floats(0, 3))
fates = st.sampled_from(["arrives"] * 6 + ["late", "lost", "lost after arriving", "lost, lamp dark"])


def wishes(segments, size):
    return st.lists(
        st.tuples(st.lists(colors, min_size=segments, max_size=segments), pauses), min_size=1, max_size=size
    )


@pytest.mark.parametrize("transfer", LAMPS)
@given(script=wishes(3, 120))
def test_promise_holds_for_each_and_for_all(transfer, script):
    limiter, now, received = StripLimiter(transfer, [1] * 3), 10.0, []
    for wanted, pause in script:
        now += pause
        received.append((now, limiter.step(np.array(wanted), now)))
    for lamp in LAMPS[transfer]:
        check(received, lamp)


@given(
    script=st.lists(st.tuples(st.lists(colors, min_size=2, max_size=2), pauses, fates, st.floats(0, 3)), max_size=80)
)
# Without the ceiling a lamp comes to full red, from where no frame is within the promise of both it and dark.
@example(
    script=[
        ([RED, BLACK], 0.0, "arrives", 0.0),
        ([RED, BLACK], 6.0, "arrives", 0.0),
        ([RED, BLACK], 2.0, "lost after arriving", 0.0),
        ([BLACK, BLACK], 0.25, "arrives", 0.0),
        ([BLACK, BLACK], 6.0, "arrives", 0.0),
    ]
)
def test_promise_holds_whatever_becomes_of_the_frames(script):
    """Judged at the lamp, which may go dark by itself when the way is lost; that is not ours.

    What is wanted is below `red_ceiling`, as all is that is asked of a lamp that may be lost.
    """
    limiter, now, state = StripLimiter("linear", [1] * 2), 0.0, np.zeros((2, 3))
    changes = []
    for wanted, pause, fate, delay in script:
        now += pause
        frame = limiter.step(below_ceiling(np.array(wanted), "linear"), now)
        if frame is None:
            continue
        if fate == "late":
            now += delay
        if fate in ("arrives", "late", "lost after arriving"):
            changes.append((now, state, frame.astype(float)))
            state = frame.astype(float)
        if fate == "lost, lamp dark":
            state = np.zeros((2, 3))
        limiter.lost() if fate.startswith("lost") else limiter.delivered(now)
    for seconds, *limits in ((1.0, 0.6, 0.4), (6.0, 1.5, 0.9)):
        for begin, _, _ in changes:
            window = [(old, new) for at, old, new in changes if begin <= at <= begin + seconds]
            total = np.sum([np.abs(measure(new) - measure(old)) for old, new in window], axis=0)
            assert np.all(total <= limits), (seconds, total)


def measure(frame):
    parts = np.concatenate([frame, frame.mean(axis=0, keepdims=True)]) / 255
    return np.stack([parts @ [0.2126, 0.7152, 0.0722], np.maximum(0, parts @ [1, -1, -1])], axis=1)


@pytest.mark.parametrize("transfer", LAMPS)
@given(script=st.lists(st.tuples(colors, pauses, fates), max_size=80))
# Exactly a window apart: 0.0557 + 1.05 - 1.05 is more than 0.0557, and the first change still counts.
@example(script=[((0.0, 1.0, 0.0), 0.0557, "arrives"), ((0.0, 0.0, 0.0), 1.05, "arrives")])
@example(script=[((0.0, 1.0, 0.0), 0.0557, "lost"), ((0.0, 0.0, 0.0), 1.05, "arrives")])
def test_one_segment_is_the_one_colours_limiter(transfer, script):
    one, strip, now = FlashLimiter(transfer), StripLimiter(transfer, [1] * 1), 0.0
    for wanted, pause, fate in script:
        now += pause
        expected, found = one.step(wanted, now), strip.step(np.array([wanted]), now)
        assert (found is None) == (expected is None)
        assert found is None or np.abs(found[0].astype(int) - expected).max() <= 1
        if found is None or tuple(found[0]) != expected:
            return  # a rounding apart, from where on they differ by as much
        for limiter in (one, strip):
            if fate.startswith("lost"):
                limiter.lost()
            elif fate == "late":
                limiter.delayed(now)
            else:
                limiter.delivered(now)


@given(script=wishes(4, 40), wanted=st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=4, max_size=4))
def test_what_stays_wanted_is_reached(script, wanted):
    limiter, now = StripLimiter("linear", [1] * 4), 0.0
    for wish, pause in script:
        now += min(pause, 0.3)
        limiter.step(np.array(wish), now)
    begun = now
    while not np.array_equal(limiter.shows, wanted):
        now += 0.05
        limiter.step(np.array(wanted) / 255, now)
        assert now - begun < 20.1, f"still {limiter.shows} instead of {wanted}"


def test_red_beside_cyan_counts_for_the_whole():
    """Red and cyan halves are no red together; the cyan half going dark turns the whole red."""
    limiter, now, received = StripLimiter("linear", [1] * 2), 0.0, []
    for wanted, seconds in (([(1, 0, 0), (0, 1, 1)], 20), ([(1, 0, 0), (0, 0, 0)], 20)):
        for _ in range(round(seconds / 0.025)):
            now += 0.025
            received.append((now, limiter.step(np.array(wanted, dtype=float), now)))
    check(received, "linear")
    assert received[-1][1].tolist() == [[255, 0, 0], [0, 0, 0]]


def test_still_segments_do_not_wait_for_restless_ones():
    limiter, now = StripLimiter("linear", [1] * 2), 0.0
    for k in range(400):
        now += 0.025
        limiter.step(np.array([[k // 4 % 2] * 3, [0.1, 0.2, 0.3]], dtype=float), now)
    begun = now
    while limiter.shows[1].tolist() != [77, 51, 26]:
        now += 0.025
        limiter.step(np.array([[0.5] * 3, [0.302, 0.2, 0.102]]), now)
        assert now - begun < 0.6


def test_a_way_that_fails_over_and_over_does_not_grow():
    limiter, now = StripLimiter("linear", [1] * 3), 0.0
    for k in range(100):
        now += 10
        limiter.step(np.full((3, 3), k / 100), now)
        limiter.lost()
        assert len(limiter._states) <= 16


def test_postponed_over_and_over_it_forgets_nothing():
    limiter, now, received = StripLimiter("linear", [1] * 1), 0.0, []
    for k in range(1500):
        now += 0.03
        received.append((now, limiter.step(np.full((1, 3), (k % 3) / 255 + 0.3), now)))
        limiter.delayed(now)
    assert sum(abs(int(b[0, 0]) - int(a[0, 0])) for (_, a), (_, b) in itertools.pairwise(received)) / 255 <= 1.25


@given(script=wishes(2, 60), before=st.lists(st.tuples(colors, pauses, fates), max_size=40))
def test_promise_holds_over_a_change_from_one_colour_to_segments(script, before):
    one, now, received = FlashLimiter(), 10.0, []
    for wanted, pause, _ in before:
        now += pause
        received.append((now, np.array([one.step(wanted, now)] * 2)))
        one.delivered(now)
    strip = StripLimiter.taking_over(one, "linear", [1, 1])
    for wanted, pause in script:
        now += pause
        received.append((now, strip.step(np.array(wanted), now)))
        strip.delivered(now)
    check(received, "linear")


@given(script=wishes(2, 60), sizes=st.lists(st.integers(1, 9), min_size=2, max_size=2))
def test_whole_is_weighed_by_its_leds(script, sizes):
    limiter, now, received = StripLimiter("linear", sizes), 10.0, []
    for wanted, pause in script:
        now += pause
        received.append((now, np.repeat(limiter.step(np.array(wanted), now), sizes, axis=0)))
    check(received, "linear")

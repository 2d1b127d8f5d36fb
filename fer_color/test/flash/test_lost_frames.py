# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise where frames come late, get lost, or the lamp goes dark meanwhile; judged at the lamp."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.flash.limiter import FlashLimiter
from fer_color.palette import PAPER

mixtures = st.tuples(st.sampled_from(PAPER.colors), st.sampled_from(PAPER.colors), st.floats(0, 1), st.floats(0, 1))
fates = st.sampled_from(["arrives"] * 6 + ["late", "lost", "lost after arriving", "lost, lamp dark"])


class Lamp:
    """A strip that counts only what is done to it, not that it goes dark by itself."""

    def __init__(self) -> None:
        self.pieces: list[list[tuple[float, Sequence[int]]]] = []
        self.state: Sequence[int] = (0, 0, 0)
        self.changes: list[tuple[float, float, float]] = []

    def receive(self, at: float, rgb: Sequence[int]) -> None:
        old, new = ([value / 255 for value in color] for color in (self.state, rgb))
        luminance = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (old, new)]
        red = [max(0.0, r - g - b) for r, g, b in (old, new)]
        self.changes.append((at, abs(luminance[1] - luminance[0]), abs(red[1] - red[0])))
        self.state = rgb

    def check(self) -> None:
        for seconds, *limits in ((1.0, 0.6, 0.4), (6.0, 1.5, 0.9)):
            for begin, _, _ in self.changes:
                window = [change for change in self.changes if begin <= change[0] <= begin + seconds]
                for kind, limit in enumerate(limits, start=1):
                    assert sum(change[kind] for change in window) <= limit, (seconds, kind, window)


@given(wishes=st.lists(st.tuples(mixtures, st.floats(0.005, 1.2), fates, st.floats(0, 3)), max_size=120))
def test_promise_holds_whatever_becomes_of_the_frames(wishes):
    limiter, lamp, now = FlashLimiter(), Lamp(), 0.0
    for (one, other, share, brightness), pause, fate, delay in wishes:
        now += pause
        wanted = tuple((share * a + (1 - share) * b) / 255 * brightness for a, b in zip(one, other))
        rgb = limiter.step(wanted, now)
        if rgb is None:
            continue
        if fate == "late":
            now += delay
        if fate in ("arrives", "late", "lost after arriving"):
            lamp.receive(now, rgb)
        if fate == "lost, lamp dark":
            lamp.state = (0, 0, 0)
        if fate.startswith("lost"):
            limiter.lost()
        else:
            limiter.delivered(now)
    lamp.check()


@pytest.mark.parametrize("shown", PAPER.colors)
@pytest.mark.parametrize("dark", [True, False])
def test_light_is_back_within_a_second_and_a_bit(shown, dark):
    limiter, now = FlashLimiter(), 0.0
    wanted = tuple(value / 255 for value in shown)
    while limiter.step(wanted, now) != shown:
        limiter.delivered(now)
        now += 0.025
        assert now < 30
    limiter.delivered(now)
    now += 6.2  # a colour that has just come leaves no budget for doubts about it
    limiter.lost()
    lamp, back = Lamp(), now
    lamp.state = (0, 0, 0) if dark else shown
    while (rgb := limiter.step(wanted, now)) is None:
        now += 0.025
    assert now - back < 1.2
    while rgb != shown:
        lamp.receive(now, rgb)
        limiter.delivered(now)
        now += 0.025
        assert now - back < 30
        rgb = limiter.step(wanted, now)
    lamp.check()


def test_after_a_stall_all_that_was_under_way_counts_as_new():
    limiter = FlashLimiter()
    limiter.step((0.45, 0.45, 0.45), 0.0)
    limiter.delivered(0.0)
    limiter.step((0.45, 0.45, 0.45), 1.0)
    limiter.delayed(5.0)
    grey = limiter.step((1, 1, 1), 5.1)
    assert grey[0] <= 128
    assert limiter.step((1, 1, 1), 6.2)[0] > 200


def test_pure_red_that_may_have_gone_dark_waits_but_comes_back():
    limiter, now = FlashLimiter(), 0.0
    while limiter.step((1, 0, 0), now) != (255, 0, 0):
        limiter.delivered(now)
        now += 0.025
        assert now < 30
    limiter.lost()
    begun = now
    while limiter.step((1, 0, 0), now) is None:
        now += 0.025
        assert now - begun < 7


def test_a_port_that_fails_over_and_over_does_not_grow():
    limiter, now = FlashLimiter(), 0.0
    for k in range(300):
        now += 10
        limiter.step((k % 100 / 100, 0.1, 0.1), now)
        limiter.lost()
    assert len(limiter._states) <= 16

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The limiters' frames, byte for byte, with numbers reckoned by hand: losses, levels, what is handed over."""

import numpy as np
import pytest

from fer_color.flash.limiter import FlashLimiter, LimiterState
from fer_color.flash.strip_limiter import StripLimiter

WHITE, BLACK, RED = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)
ORANGE, DIM = (1.0, 0.4, 0.1), (0.1, 0.12, 0.14)
GREY, LIGHTER = (100 / 255,) * 3, (104 / 255,) * 3


def flash(transfer="linear"):
    return FlashLimiter(transfer)


def strip(transfer="linear"):
    class Uniform(StripLimiter):
        """A strip of three that is asked as one colour is."""

        def step(self, wanted, now):
            found = super().step(np.array([wanted] * 3), now)
            assert found is None or len({tuple(rgb) for rgb in found.tolist()}) == 1
            return None if found is None else tuple(found[0].tolist())

        def found(self, state, *, surely):
            super().found(np.array([state] * 3, dtype=np.uint8), surely=surely)

    return Uniform(transfer, [1] * 3)


@pytest.fixture(params=[flash, strip])
def make(request):
    return request.param


def test_after_a_loss_it_is_met_half_way_as_soon_as_a_second_allows_that(make):
    """A change of 0.1961 from both grey and dark: 0.1078 is left of the inner budget, and 0.097 kept for this."""
    limiter = make()
    limiter.step(GREY, 0.0)
    limiter.delivered(0.0)
    limiter.lost()
    assert limiter.step(GREY, 0.5) == (50, 50, 50)


def test_what_is_more_than_the_second_allows_waits_until_it_is_over(make):
    """0.2039, and 0.0921 + 0.097."""
    limiter = make()
    limiter.step(LIGHTER, 0.0)
    limiter.delivered(0.0)
    limiter.lost()
    assert [limiter.step(LIGHTER, now) for now in (0.5, 1.05)] == [None, None], "closed at its end"
    assert limiter.step(LIGHTER, 1.06) == (104, 104, 104), "all of the budget is there, from dark, too"


def test_the_same_goes_for_saturated_red(make):
    """Red 58 leaves 0.1025, and 0.068 is kept: half of it is 0.1137; of 80 it would be 0.1569 of 0.0843."""
    for red, first in ((58, (29, 0, 0)), (80, None)):
        limiter = make()
        limiter.step((red / 255, 0.0, 0.0), 0.0)
        limiter.delivered(0.0)
        limiter.lost()
        assert limiter.step((red / 255, 0.0, 0.0), 0.5) == first


def test_what_fits_no_second_waits_until_nothing_has_changed_for_the_longest_window(make):
    """Red that may have become dark: half way is 0.5 of red from both."""
    limiter = make()
    limiter.found((255, 0, 0), surely=True)
    limiter.step((1.0, 0.0, 0.0), 0.0)
    limiter.step((0.95, 0.0, 0.0), 0.25)
    limiter.delivered(0.25)
    limiter.lost()
    assert limiter.step((1.0, 0.0, 0.0), 6.35) is None, "closed at its end"
    assert limiter.step((1.0, 0.0, 0.0), 6.36) == (121, 0, 0)


def test_after_it_was_met_it_goes_on_from_there_and_what_it_took_is_spent(make):
    limiter = make()
    limiter.step(GREY, 0.0)
    limiter.delivered(0.0)
    limiter.lost()
    assert limiter.step(WHITE, 2.0)[0] > 50, "as far as the budget allows from both"
    limiter.delivered(2.0)
    assert limiter.surely is not None
    shown = limiter.step(WHITE, 2.5)
    # What was spent: the larger of both changes, which is that from dark.
    assert shown == limiter.step(WHITE, 2.6)


def test_noise_sticks_for_half_a_second_after_a_change_and_then_is_met_exactly(make):
    limiter = make()
    assert limiter.step(GREY, 0.0) == (100, 100, 100)
    near = (100.7 / 255,) * 3
    assert limiter.step(near, 0.4) == (100, 100, 100)
    assert limiter.step(near, 0.5) == (101, 101, 101), "half a second is over"
    assert limiter.step((101.6 / 255,) * 3, 0.75) == (101, 101, 101)
    assert limiter.step((101.6 / 255,) * 3, 1.01) == (102, 102, 102)


@pytest.mark.parametrize("level", [64, 128])
def test_what_may_be_shown_at_a_level_counts_by_its_light(level):
    limiter = FlashLimiter("linear")
    limiter.found((200, 200, 200, level), surely=True)
    assert limiter.shows == (200, 200, 200)
    limiter.lost()
    half = round(200 * level / 255 / 2)
    assert limiter.step((0.0, 0.0, 0.0), 10.0)[0] <= half
    again = FlashLimiter("linear")
    again.found((200, 200, 200, level), surely=True)
    again.lost()
    assert again.step((half / 255,) * 3, 10.0) == (half,) * 3
    assert again.level == 255


def test_it_hands_over_all_that_it_goes_by():
    limiter = FlashLimiter("linear", shows=(10, 10, 10))
    assert limiter.state() == LimiterState(
        float("-inf"), False, ((10, 10, 10, 255),), (), (), False, float("-inf"), []
    )  # fmt: skip
    limiter.step(GREY, 2.0)
    limiter.step(GREY, 3.0)
    limiter.step((40 / 255,) * 3, 4.0)
    limiter.step((1.0, 1.0, 1.0), 3.5)  # back
    state = limiter.state()
    assert (state.now, state.behind, state.changed) == (4.0, True, True)
    assert state.changed_at == 4.0
    assert state.states[0][:3] == limiter.shows
    assert [at for at, _ in state.recent] == [2.0, 4.0, 4.0]
    assert [shown for _, shown in state.recent] == [(10, 10, 10, 255), (100, 100, 100, 255), (40, 40, 40, 255)]
    assert state.before == ((40, 40, 40, 255),)
    assert [(first, last) for first, last, _ in state.spent] == [(2.0, 2.0), (4.0, 4.0)]
    limiter.delivered(5.0)
    assert not limiter.state().behind
    limiter.step((0.0, 0.0, 0.0), 30.0)
    limiter.step((0.0, 0.0, 0.0), 31.0)
    assert limiter.state().changed is False


def test_a_strip_takes_over_all_of_that():
    limiter = FlashLimiter("either", shows=(10, 20, 30))
    for wanted, now in ((GREY, 2.0), (ORANGE, 4.0), (DIM, 4.5), (WHITE, 4.2)):
        limiter.step(wanted, now)
    limiter.lost()
    limiter.found((1, 2, 3), surely=False)
    taken, state = StripLimiter.taking_over(limiter, "either", [2, 1]), limiter.state()
    assert (taken._now, taken._behind, taken._changed) == (state.now, True, state.changed)
    assert [one.tolist() for one in taken._states] == [[list(one[:3])] * 2 for one in state.states]
    assert taken._before == []
    assert [(at, one.tolist()) for at, one in taken._recent] == [(at, [list(one[:3])] * 2) for at, one in state.recent]
    assert taken._changed_at.tolist() == [state.changed_at] * 2
    spent = taken._budget
    assert list(zip(spent._first[: spent._count], spent._last[: spent._count])) == [one[:2] for one in state.spent]
    for part in range(3):
        for found, (_, _, change) in zip(spent._change[: spent._count], state.spent):
            assert found[:, part].ravel().tolist() == list(change), "two curves, luminance and red"
    limiter = FlashLimiter()
    limiter.step(GREY, 2.0)
    assert StripLimiter.taking_over(limiter, "linear", [1])._before[0].tolist() == [[0, 0, 0]]


def test_with_another_curve_it_goes_on_from_what_it_showed_and_all_counts_as_spent_just_now():
    limiter = FlashLimiter("any")
    for wanted, now in ((DIM, 1.0), (GREY, 3.0)):
        limiter.step(wanted, now)
    old = limiter.state()
    fresh = FlashLimiter.after(limiter, "linear", (0, 128, 255), 9.5)
    state = fresh.state()
    assert (state.now, state.states, state.before) == (9.5, old.states, old.before)
    assert (state.recent, state.changed_at) == (old.recent, old.changed_at)
    assert state.spent == [(9.5, 9.5, (1.25, 0.75))]
    assert fresh.step(WHITE, 9.5 + 6.1) == fresh.shows == old.states[0][:3], "nothing is left until it is over"
    shown = fresh.step(WHITE, 9.5 + 6.11, 100)
    assert fresh.level == 128, "of the levels that there are"
    assert shown[0] * 128 / 255 > 99
    again = FlashLimiter.after(limiter, "either", (255,), 9.5)
    assert again.state().spent == [(9.5, 9.5, (1.25, 0.75) * 2)]


def test_where_a_level_is_lost_half_way_is_half_of_its_light():
    """As in `test_after_a_loss_it_is_met_half_way`; the bytes alone would ask for a change of 0.39."""
    limiter = FlashLimiter("linear")
    limiter.step((199 / 255,) * 3, 0.0, 128)
    assert (limiter.shows, limiter.level) == ((199, 199, 199), 128)
    limiter.delivered(0.0)
    limiter.lost()
    assert limiter.step(GREY, 0.5) == (50, 50, 50)
    assert limiter.level == 255


def test_a_level_of_none_is_dark_and_so_are_its_bytes():
    assert FlashLimiter("linear", level=64).level == 64
    limiter = FlashLimiter("linear")
    limiter.step((0.2, 0.2, 0.2), 0.0)
    assert limiter.step((0.8, 0.8, 0.8), 10.0, 0) == (0, 0, 0)
    assert limiter.level == 0


def test_what_is_found_after_the_meeting_was_looked_for_is_met_too(make):
    limiter = make()
    limiter.step(LIGHTER, 0.0)
    limiter.delivered(0.0)
    limiter.lost()
    assert limiter.step(LIGHTER, 0.5) is None
    limiter.found((200, 200, 200), surely=False)
    assert limiter.step(LIGHTER, 0.6) is None
    assert limiter.step((1.0, 1.0, 1.0), 7.0) == (127, 127, 127), "from dark no more"


def test_after_it_has_failed_it_forgets_what_it_would_have_met(make):
    limiter = make()
    limiter.step((40 / 255,) * 3, 0.0)
    limiter.lost()
    limiter.step((40 / 255,) * 3, 1.2)
    limiter.lost()
    limiter.found((255, 255, 255), surely=False)
    assert limiter.step((1.0, 1.0, 1.0), 9.0) == (128, 128, 128), "half way between dark and white"


def test_a_frame_that_changes_nothing_delays_nothing(make):
    limiter = make()
    limiter.step(GREY, 0.0)
    limiter.delivered(0.0)
    limiter.step(GREY, 1.0)
    limiter.delivered(1.04)
    assert limiter.step(WHITE, 1.06) == (227, 227, 227), "0.5 more: what was spent at 0 counts no longer"


def test_a_segment_that_stands_still_is_met_exactly_while_others_move():
    limiter, near = StripLimiter("linear", [1, 1]), (100.7 / 255,) * 3
    limiter.step(np.array([GREY, BLACK]), 0.0)
    for k in range(1, 5):
        limiter.step(np.array([GREY, (0.05 * (k % 2),) * 3]), 0.2 * k)
    found = limiter.step(np.array([near, BLACK]), 0.9)
    assert found[0].tolist() == [101] * 3, "0.9 s after its own last change"


def test_a_segment_that_has_rested_is_met_beside_one_that_has_not():
    """Red that may have become dark fits no second; the other's change was small and a moment ago."""
    limiter = StripLimiter("linear", [1, 1])
    limiter.found(np.array([[255, 0, 0], [0, 0, 0]], dtype=np.uint8), surely=True)
    limiter.step(np.array([RED, (0.1, 0.1, 0.1)]), 10.0)
    limiter.delivered(10.0)
    limiter.lost()
    found = limiter.step(np.array([RED, (0.1, 0.1, 0.1)]), 12.0)
    assert found is not None
    assert found[0].tolist() == [128, 0, 0]

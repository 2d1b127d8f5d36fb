# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Good stamps are the time, whatever the pace of arrivals; stamps that stand still are not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_common.stamp_judge import NOTICES, StampJudge

MS = 1_000_000
START = 1_700_000_000_000_000_000


def judged(pairs):
    """The answers, and what was said, for (stamp, arrival) in nanoseconds."""
    judge, times, said = StampJudge(), [], []
    for stamp, arrival in pairs:
        times.append(judge.time_of(stamp, arrival))
        said += [judge.notice] if judge.notice else []
    return times, said


def stream(stamp_of, count=150, arrival=7_000 * MS, step=33 * MS):
    return [(stamp_of(index), arrival + index * step) for index in range(count)]


AT_ONCE = st.tuples(st.integers(MS, 1000 * MS), st.floats(0.0, 10.0))
SLOWLY = st.tuples(st.integers(MS, 10_000 * MS), st.floats(0.021, 10.0))


@given(
    st.one_of(st.lists(kind, min_size=1, max_size=80) for kind in (AT_ONCE, SLOWLY)),
    st.integers(1, 2 * START),
)
def test_good_stamps_are_the_answer_however_fast_or_slow_they_are_played(steps, start):
    stamp, arrival, pairs = start, 5, []
    for step, slower in steps:  # at any pace, down to ten times slower; images a second or less apart also all at once
        stamp, arrival = stamp + step, arrival + int(step * slower)
        pairs.append((stamp, arrival))
    assert judged(pairs) == ([stamp for stamp, _ in pairs], [])


LONG = "microseconds for seconds"
BROKEN = {
    "constant": (lambda index: START, "still"),
    "empty": (lambda index: 0, "none"),
    "microseconds for nanoseconds": (lambda index: (START + index * 33 * MS) // 1000, "still"),
    "milliseconds for nanoseconds": (lambda index: (START + index * 33 * MS) // MS, "still"),
    "whole seconds": (lambda index: (START + index * 33 * MS) // (1000 * MS) * 1000 * MS, "still"),
    "seconds for milliseconds": (lambda index: START // 1000 + index * 33_000 * MS, "fast"),
    LONG: (lambda index: index * 33_000 * 1000 * MS + 1, "fast"),
    "a hundred times as fast": (lambda index: START + index * 3_300 * MS, "fast"),
    "backwards, a thousand times as fast": (lambda index: START - index * 33_000 * MS, "fast"),
}


@pytest.mark.parametrize(
    ("kind", "step"),  # one image a second with the second's stamp is right
    [(kind, step) for kind in BROKEN for step in (20, 33, 100, 1000) if (kind, step) != ("whole seconds", 1000)],
)
def test_where_stamps_stand_still_time_goes_on_by_the_arrivals_and_that_is_said_once(kind, step):
    stamp_of, says = BROKEN[kind]
    pairs = [(stamp_of(index * step // 33), index * step * MS + 5) for index in range(300)]
    times, said = judged(pairs)
    assert said == [NOTICES[says]]
    later = [after - before for before, after in pairwise(times)]
    assert later[40:] == [step * MS] * 259, "and it does not go back to the stamps"
    if kind not in ("whole seconds", "backwards, a thousand times as fast") and not (kind == LONG and step > 33):
        assert later == [step * MS] * 299, "from the first on"


@given(st.lists(st.tuples(st.integers(0, 2**62), st.integers(0, 500 * MS)), max_size=60))
def test_by_the_arrivals_time_never_goes_back(steps):
    judge, arrival, before = StampJudge(), 0, None
    for stamp, step in steps:
        arrival += step
        time = judge.time_of(stamp, arrival)
        if judge.doubted and before is not None:
            assert time == before + step
        elif not judge.doubted:
            assert time == stamp
        before = time


def test_one_image_without_a_stamp_is_that_image_alone():
    pairs = stream(lambda index: 0 if index == 20 else START + index * 33 * MS)
    times, said = judged(pairs)
    assert times == [START + index * 33 * MS for index in range(150)]
    assert said == [NOTICES["none"]]


def test_a_long_pause_of_the_listener_is_no_fault_of_the_stamps():
    """What waited in a queue comes at once, after ten seconds in which nobody looked."""
    pairs = [(START + index * 33 * MS, index * 33 * MS + (10_000 * MS if index > 30 else 0)) for index in range(60)]
    assert judged(pairs) == ([stamp for stamp, _ in pairs], [])


@given(st.integers(2, 40), st.sampled_from([33, 1000, 5000]), st.integers(1, 8))
def test_images_that_come_in_bursts_are_no_fault_of_the_stamps(burst, step, slower):
    """A network or a recorder that hands over many at a time, of a camera of any pace."""
    pairs, arrival = [], 0
    for index in range(200):
        arrival += burst * step * slower * MS if index % burst == 0 else 1000
        pairs.append((START + index * step * MS, arrival))
    assert judged(pairs) == ([stamp for stamp, _ in pairs], [])


def test_two_drivers_on_one_topic_whose_clocks_differ_are_no_clock():
    times, said = judged(stream(lambda index: index * 33 * MS + (START if index % 2 else 7_000 * MS)))
    assert said == [NOTICES["fast"]]
    assert [after - before for before, after in pairwise(times)][20:] == [33 * MS] * 129


def test_stamps_that_leap_and_then_run_count_again_after_two_seconds():
    pairs = stream(lambda index: START + min(index, 60) * 33_000 * MS + max(0, index - 60) * 33 * MS)
    times, said = judged(pairs)
    assert said == [NOTICES["fast"]]
    assert times[-1] == pairs[-1][0]
    assert times[50] - times[20] == 30 * 33 * MS


def test_stamps_that_every_other_image_lacks_are_good():
    pairs = stream(lambda index: START + index * 33 * MS if index % 2 else 0)
    times, said = judged(pairs)
    assert said == [NOTICES["none"]]
    assert times[1:] == [START + index * 33 * MS for index in range(1, 150)]


@pytest.mark.parametrize("hours", [-500_000, -1, 1, 24, 500_000])
def test_a_clock_that_jumps_is_followed(hours):
    """A leap forward of hours may also be the first of many: it is followed from the next image on."""
    pairs = stream(lambda index: 2 * START + index * 33 * MS + (hours * 3_600_000 * MS if index > 50 else 0))
    times, said = judged(pairs)
    assert said == []
    wanted = [stamp for stamp, _ in pairs]
    if hours == 1:
        wanted[51] = wanted[50] + 33 * MS
    assert times == wanted


def test_stamps_that_begin_to_run_count_again_after_two_seconds():
    pairs = stream(lambda index: START + max(0, index - 60) * 33 * MS)
    times, said = judged(pairs)
    assert times[-1] == pairs[-1][0]
    assert said == [NOTICES["still"]]
    back = next(index for index in range(61, 150) if times[index] == pairs[index][0])
    assert 1.7 <= (back - 60) * 0.033 <= 2.2

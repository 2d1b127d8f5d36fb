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


@given(
    st.lists(st.tuples(st.integers(MS, 2000 * MS), st.floats(0.0, 10.0)), min_size=1, max_size=80),
    st.integers(1, 2 * START),
)
def test_good_stamps_are_the_answer_however_fast_or_slow_they_are_played(steps, start):
    stamp, arrival, pairs = start, 5, []
    for step, slower in steps:  # at any pace, down to ten times slower
        stamp, arrival = stamp + step, arrival + int(step * slower)
        pairs.append((stamp, arrival))
    assert judged(pairs) == ([stamp for stamp, _ in pairs], [])


BROKEN = {
    "constant": (lambda index: START, "still"),
    "empty": (lambda index: 0, "none"),
    "microseconds for nanoseconds": (lambda index: (START + index * 33 * MS) // 1000, "still"),
    "milliseconds for nanoseconds": (lambda index: (START + index * 33 * MS) // MS, "still"),
    "whole seconds": (lambda index: (START + index * 33 * MS) // (1000 * MS) * 1000 * MS, "still"),
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
    if kind != "whole seconds":
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


def test_a_clock_that_jumps_is_followed():
    pairs = stream(lambda index: START + index * 33 * MS - (3_600_000 * MS if index > 50 else 0))
    assert judged(pairs) == ([stamp for stamp, _ in pairs], [])


def test_stamps_that_begin_to_run_count_again_after_two_seconds():
    pairs = stream(lambda index: START + max(0, index - 60) * 33 * MS)
    times, said = judged(pairs)
    assert times[-1] == pairs[-1][0]
    assert said == [NOTICES["still"]]
    back = next(index for index in range(61, 150) if times[index] == pairs[index][0])
    assert 1.7 <= (back - 60) * 0.033 <= 2.2

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Lost images, known by their gaps."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_perception.nodes.gaps import FASTEST, SHARE, WINDOW_S, Gaps


def judged(stamps):
    gaps = Gaps()
    for stamp in stamps:
        gaps.add(stamp)
    return gaps.lost()


@given(st.integers(0, 10**6), st.floats(5, 120), st.floats(0, 0.6), st.floats(0, 0.05))
def test_what_is_lost_by_chance_is_found(seed, rate, share, jitter):
    chance = random.Random(seed)
    stamps = [
        (number + jitter * chance.uniform(-1, 1)) / rate for number in range(int(20 * rate)) if chance.random() >= share
    ]
    within = [stamp for stamp in stamps if stamps[-1] - stamp <= 6.0]
    really = 1 - (len(within) - 1) / max(1, round((within[-1] - within[0]) * rate))
    assert judged(stamps) == pytest.approx(really, abs=0.02)


def test_most_of_them_lost_is_seen_too():
    """9 of 140, as a best-effort camera of 1920x1080 had it."""
    assert judged([number / 30 for number in (0, 17, 31, 52, 70, 84, 101, 118, 139)]) > SHARE


@given(st.integers(0, 10**6), st.floats(0.5, 2.0))
def test_a_camera_without_a_pace_is_not_accused(seed, spread):
    chance = random.Random(seed)
    now, stamps = 0.0, []
    for _ in range(200):
        now += 0.05 * (1 + spread * chance.random())
        stamps.append(now)
    assert judged(stamps) <= SHARE


def test_a_camera_that_changes_its_pace_is_not_accused_for_long():
    fast = [number / 30 for number in range(90)]
    slow = [3 + number / 10 for number in range(70)]
    assert judged(fast + slow) == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize(
    "stamps", [[], [1.0], [1.0] * 50, [5.0, 4.0, 3.0, 2.0] * 10, [number / 30 for number in range(60)]]
)
def test_where_nothing_is_known_nothing_is_lost(stamps):
    assert judged(stamps) == 0.0


def test_stamps_that_never_leave_the_window_do_not_pile_up():
    """Microseconds in the place of nanoseconds: the stamps of 50 minutes fill three seconds."""
    gaps = Gaps()
    for number in range(90_000):
        gaps.add(1000 + number / 30_000)
    assert len(gaps) <= WINDOW_S * FASTEST + 1
    assert gaps.lost() == 0.0


def test_the_fastest_camera_is_judged_by_the_whole_window():
    """Of its first second every other image is lost."""
    gaps = Gaps()
    stamps = [
        number / FASTEST for number in range(round(WINDOW_S * FASTEST) + 1) if number > FASTEST or number % 2 == 0
    ]
    for stamp in stamps:
        gaps.add(stamp)
    assert len(gaps) == len(stamps)
    assert gaps.lost() == pytest.approx(1 / 12, abs=0.001)

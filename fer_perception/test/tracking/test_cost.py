# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What it costs to take a face that was found for one that is followed: cases worked by hand, and what always holds.

A face of 100 px at rest about (200, 200) was last seen at `SEEN`; the image is a tenth of a second later.
"""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_perception import Detection
from fer_perception.tracking.cost import costs
from fer_perception.tracking.motion import Motion
from fer_perception.tracking.track import Track

SEEN = 50_000_000_000
NOW = SEEN + 100_000_000
INFINITE = float("inf")
MARKS = np.array([(170, 180), (230, 180), (200, 200), (180, 230), (220, 230)], np.float32)


def face(x=200.0, y=200.0, side=100.0, landmarks=None):
    return Detection((x - side / 2, y - side / 2, side, side), 0.9, landmarks)


def track(detection=None, seen_ns=SEEN, speed=(0.0, 0.0)):
    detection = detection or face()
    motion = Motion(np.array(detection.centre), detection.side, np.array(speed))
    return Track("f1", detection, seen_ns, motion, deque([True]))


def cost(found, one=None, now=NOW, before=SEEN):
    return costs([one or track()], [found], now, before)[0, 0]


def test_what_is_just_as_expected_costs_nothing():
    assert cost(face()) == 0
    assert cost(face(landmarks=MARKS), track(face(landmarks=MARKS))) == 0


@pytest.mark.parametrize(
    ("x", "y", "wanted"),
    [
        # 25 px of the 50 that may be: half for distance and for shape; the boxes share three quarters, 0.6 of both.
        (225, 200, 0.5 * 0.3 + 0.4 * 0.15 + 0.5 * 0.2),
        (200, 175, 0.5 * 0.3 + 0.4 * 0.15 + 0.5 * 0.2),
        # 15 px aside and 20 px down are 25 px; 85 by 80 px are shared.
        (215, 220, 0.5 * 0.3 + (1 - 6800 / 13200) * 0.15 + 0.5 * 0.2),
    ],
)
def test_distance_by_hand(x, y, wanted):
    assert cost(face(x, y)) == pytest.approx(wanted)


@pytest.mark.parametrize("side", [200.0, 50.0])
def test_size_by_hand(side):
    """Twice or half as large is the most that may be; a quarter of the larger box is shared."""
    assert cost(face(side=side)) == pytest.approx(0.75 * 0.15 + 1.0 * 0.1)
    assert cost(face(side=100 * (side / 100) ** 0.5)) == pytest.approx(0.5 * 0.15 + 0.5 * 0.1)
    assert cost(face(side=side * 1.02 if side > 100 else side / 1.02)) == INFINITE


@pytest.mark.parametrize(
    ("moved", "wanted"),
    [
        ([(3, 4)] * 5, 0.2),  # 5 px of the 25 at which they tell nothing
        ([(15, 20), *[(0, 0)] * 4], 0.2),  # one of five by 25 px: 5 px in the mean
        ([(100, 0)] * 5, 1.0),
    ],
)
def test_landmarks_by_hand(moved, wanted):
    now = MARKS + np.array(moved, np.float32)
    assert cost(face(landmarks=now), track(face(landmarks=MARKS))) == pytest.approx(wanted * 0.2)
    assert cost(face(landmarks=now)) == 0, "there are none to compare with: it is as near as can be"
    assert cost(face(), track(face(landmarks=MARKS))) == 0


def test_landmarks_move_with_the_face():
    one = track(face(landmarks=MARKS), speed=(150.0, -90.0))
    x, y = one.expected(NOW)
    shift = np.array([x - 200, y - 200])
    assert abs(shift).min() > 5
    assert cost(face(x, y, landmarks=MARKS + shift), one) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("missed", "wanted"),
    [
        (-0.1, 0.0),
        (0.0, 0.0),  # it was seen in the image before
        (0.08, 0.4 + 0.1),
        (0.24, 0.4 + 0.3),
        (0.48, 1.0),
        (1.0, 1.0),
    ],
)
def test_absence_by_hand(missed, wanted):
    """0.4 at once, and the whole of it once the image before came 0.48 s after the last sight."""
    before = SEEN + round(missed * 1e9)
    assert cost(face(), now=before + 40_000_000, before=before) == pytest.approx(wanted * 0.25)


@pytest.mark.parametrize(
    ("seconds", "sides"),
    [
        (0.0, 0.3),
        (0.1, 0.5),
        (0.5, 1.3),
        (0.65, 1.6),
        (1.4, 1.6),
    ],
)
@pytest.mark.parametrize("side", [100.0, 40.0])
@pytest.mark.parametrize("way", [(1, 0), (0, 1), (-0.6, 0.8)])
def test_the_longer_it_was_not_seen_the_further_away_it_may_be(seconds, sides, side, way):
    one, now = track(face(side=side)), SEEN + round(seconds * 1e9)
    for share, near in ((0.99, True), (1.01, False)):
        x, y = 200 + way[0] * share * sides * side, 200 + way[1] * share * sides * side
        assert bool(cost(face(x, y, side), one, now) < 1) is near
    if way == (1, 0):
        assert cost(face(200 + 160.0), now=SEEN + 10**9) < 1, "just as far as it may be"


def test_each_pair_has_its_place_and_one_out_of_the_question_hides_no_other():
    other = track(face(600))
    found = [face(1000), face(side=300), face(205), face(600), face(600, side=30)]
    made = costs([track(), other], found, NOW, SEEN)
    assert np.isfinite(made).tolist() == [[False, False, True, False, False], [False, False, False, True, False]]
    assert made[0, 2] == cost(face(205))
    assert made[1, 3] == 0
    assert costs([], found, NOW, SEEN).shape == (0, 5)
    assert costs([other], [], NOW, SEEN).shape == (1, 0)


PLACES = st.tuples(st.floats(0, 400), st.floats(0, 400), st.floats(20, 400))


@given(PLACES, PLACES, st.floats(0, 2), st.floats(0, 2), st.floats(-300, 300))
@settings(max_examples=50)
def test_a_cost_is_from_0_to_1_or_infinite(was, found, missed, since, speed):
    before = SEEN + round(missed * 1e9)
    value = cost(face(*found), track(face(*was), speed=(speed, 0.0)), before + round(since * 1e9), before)
    assert -1e-9 <= value <= 1 + 1e-9 or value == INFINITE

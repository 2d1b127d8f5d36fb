# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces keep their ids."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_perception import Detection
from fer_perception.tracking.assignment import assign
from fer_perception.tracking.tracker import Tracker

FRAME = 1_000_000_000 // 25


def face(x, y=200.0, side=100.0, score=0.9):
    return Detection((x - side / 2, y - side / 2, side, side), score)


def ids(tracks):
    return [track.face_id for track in tracks]


def test_a_face_at_rest_keeps_its_id():
    tracker = Tracker()
    rng = np.random.default_rng(1)
    seen = {ids(tracker.update([face(300 + rng.normal(0, 5))], n * FRAME)[0])[0] for n in range(100)}
    assert len(seen) == 1


@pytest.mark.parametrize("velocity", [0.0, 60.0, -150.0])
@pytest.mark.parametrize("frames_away", [1, 12, 25])
def test_an_id_survives_a_second_of_occlusion(velocity, frames_away):
    """The head turns away while it moves; within the second it slows down, as heads do, and is found nearby."""
    tracker = Tracker()
    for n in range(25):
        (before,), _ = tracker.update([face(600 + velocity * n / 25)], n * FRAME)
    last = 600 + velocity * 24 / 25
    for n in range(25, 24 + frames_away):
        assert tracker.update([], n * FRAME)[0] == []
    back_ns = (24 + frames_away) * FRAME
    (after,), _ = tracker.update([face(last + velocity * 0.3 * (1 - math.exp(-frames_away / 25 / 0.3)))], back_ns)
    assert after.face_id == before.face_id


def test_a_whole_second_between_two_images_is_no_loss():
    tracker = Tracker()
    (before,), _ = tracker.update([face(300)], 0)
    (after,), _ = tracker.update([face(310)], 1_000_000_000)
    assert after.face_id == before.face_id


def test_after_longer_than_keep_id_the_face_is_a_new_one():
    tracker = Tracker(keep_id=1.0)
    (before,), _ = tracker.update([face(300)], 0)
    tracker.update([], 900_000_000)
    (after,), _ = tracker.update([face(300)], 1_000_000_001)
    assert after.face_id != before.face_id
    patient = Tracker(keep_id=3.0)
    (before,), _ = patient.update([face(300)], 0)
    (after,), _ = patient.update([face(300)], 2_900_000_000)
    assert after.face_id == before.face_id


@pytest.mark.parametrize("apart", [0.0, 20.0])
@pytest.mark.parametrize("order", [1, -1])
def test_two_faces_that_cross_keep_their_ids(apart, order):
    """They walk past each other, 200 px a second each, boxes of 100 px one over the other on the way."""
    tracker = Tracker()
    for n in range(51):
        left, right = face(100 + 8 * n), face(500 - 8 * n, 200 + apart)
        found = [left, right][::order]
        tracks, _ = tracker.update(found, n * FRAME)
        now = dict(zip(("left", "right")[::order], ids(tracks)))
        if n == 0:
            first = now
    assert now == first
    assert len(set(first.values())) == 2


def test_two_faces_that_cross_with_one_hidden_behind_the_other_keep_their_ids():
    tracker = Tracker()
    for n in range(51):
        left, right = face(100 + 8 * n, side=120), face(500 - 8 * n, 200, side=90)
        hidden = abs(left.centre[0] - right.centre[0]) < 60  # the smaller one is behind
        tracks, _ = tracker.update([left] if hidden else [left, right], n * FRAME)
        if n == 0:
            first = ids(tracks)
    assert ids(tracks) == first


def test_the_order_of_the_detections_does_not_matter():
    tracker = Tracker()
    faces = [face(100), face(300), face(500)]
    first = ids(tracker.update(faces, 0)[0])
    for n, order in enumerate(itertools.permutations(range(3)), 1):
        tracks, _ = tracker.update([faces[index] for index in order], n * FRAME)
        assert ids(tracks) == [first[index] for index in order]


def test_a_stamp_that_goes_back_a_little_is_named_and_ids_stay():
    tracker = Tracker()
    (before,), notice = tracker.update([face(300)], 10_000_000_000)
    assert notice == ""
    (after,), notice = tracker.update([face(302)], 9_500_000_000)
    assert after.face_id == before.face_id
    assert "went back by 0.500 s" in notice
    assert "\n" not in notice
    (later,), notice = tracker.update([face(303)], 9_540_000_000)
    assert later.face_id == before.face_id
    assert notice == "", "said once for each time that it happens"


def test_a_stamp_that_goes_back_far_starts_anew():
    tracker = Tracker()
    (before,), _ = tracker.update([face(300)], 100_000_000_000)
    (after,), notice = tracker.update([face(300)], 0)
    assert after.face_id != before.face_id
    assert "new id" in notice
    (later,), _ = tracker.update([face(300)], FRAME)
    assert later.face_id == after.face_id


def test_the_same_stamp_twice_is_harmless():
    tracker = Tracker()
    seen = {ids(tracker.update([face(300)], 5)[0])[0] for _ in range(10)}
    assert len(seen) == 1


def test_a_face_is_steady_when_it_was_seen_in_most_of_the_last_images():
    tracker = Tracker(steady_hits=3, steady_window=5)
    steady = []
    for n, there in enumerate([1, 1, 1, 0, 0, 1, 0, 0, 1]):
        tracks, _ = tracker.update([face(300)] if there else [], n * FRAME)
        steady.append(tracker.is_steady(tracks[0]) if there else None)
    assert steady == [False, False, True, None, None, True, None, None, False]


positions = st.tuples(st.floats(0, 2000), st.floats(0, 2000), st.floats(10, 400))
steps = st.lists(
    st.tuples(st.integers(-3_000_000_000, 3_000_000_000), st.lists(positions, max_size=6)), min_size=1, max_size=15
)


@given(steps)
@settings(deadline=None, max_examples=60)
def test_whatever_comes_each_face_has_one_id_and_no_id_comes_back(images):
    """Ids differ within an image; one that was given up is never given again."""
    tracker, stamp = Tracker(), 50_000_000_000
    known, gone = set(), set()
    for passed, places in images:
        stamp += passed
        tracks, _ = tracker.update([face(*place) for place in places], stamp)
        assert [track.detection.centre for track in tracks] == [face(*place).centre for place in places]
        now = ids(tracks)
        assert len(set(now)) == len(now) == len(places)
        followed = set(ids(tracker.tracks))
        assert set(now) <= followed
        assert not followed & gone
        gone |= known - followed
        known |= followed
        assert all(np.all(np.isfinite(track.velocity)) for track in tracker.tracks)


@given(steps)
@settings(deadline=None, max_examples=30)
def test_the_same_images_give_the_same_ids(images):
    answers = []
    for _ in range(2):
        tracker, stamp = Tracker(), 0
        answer = []
        for passed, places in images:
            stamp += passed
            answer.append(ids(tracker.update([face(*place) for place in places], stamp)[0]))
        answers.append(answer)
    assert answers[0] == answers[1]


def best_by_trying(costs, limit):
    """Most pairs first, then the least sum, by trying every choice."""
    rows, columns = costs.shape
    best = (0, 0.0)
    for chosen in itertools.product(range(-1, columns), repeat=rows):
        used = [column for column in chosen if column >= 0]
        if len(set(used)) < len(used):
            continue
        values = [costs[row, column] for row, column in enumerate(chosen) if column >= 0]
        if all(value <= limit for value in values):
            best = max(best, (len(values), -sum(values)))
    return best


@given(
    st.integers(0, 4).flatmap(
        lambda rows: st.integers(0, 4).flatmap(
            lambda columns: st.lists(
                st.lists(st.one_of(st.floats(0, 2), st.just(math.inf)), min_size=columns, max_size=columns),
                min_size=rows,
                max_size=rows,
            ).map(lambda table: np.asarray(table, dtype=np.float64).reshape(rows, columns))
        )
    )
)
@settings(deadline=None, max_examples=150)
def test_the_assignment_is_the_best_there_is(costs):
    pairs = assign(costs, limit=1.0)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(costs[pair] <= 1.0 for pair in pairs)
    count, total = best_by_trying(costs, 1.0)
    assert len(pairs) == count
    assert sum(costs[pair] for pair in pairs) == pytest.approx(-total, abs=1e-6)

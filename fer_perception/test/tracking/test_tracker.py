# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces keep their ids."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_perception import Detection, Settings
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


def test_ids_are_given_in_order_and_a_face_is_what_it_looked_like_last():
    tracker = Tracker()
    faces = [face(100), face(300), face(500)]
    assert ids(tracker.update(faces, 0)[0]) == ["f1", "f2", "f3"]
    assert [track.detection for track in tracker.tracks] == faces
    tracks, _ = tracker.update([faces[2], face(900), face(302)], FRAME)
    assert ids(tracks) == ["f3", "f4", "f2"]
    assert tracks[2].detection == face(302)
    assert [track.seen_ns for track in tracker.tracks] == [0, FRAME, FRAME, FRAME]


def test_alone_it_is_set_as_in_the_node():
    tracker, node = Tracker(), Settings()
    assert tracker.keep_id == node.keep_id
    assert (tracker.steady_hits, tracker.steady_window) == (node.steady_hits, node.steady_window)


def test_a_speed_is_what_the_stamps_say():
    tracker = Tracker()
    for n in range(25):
        ((track,), _) = tracker.update([face(100 + 8 * n, 400 - 4 * n)], n * FRAME)
    assert track.velocity == pytest.approx([200, -100], rel=0.1)


def test_one_face_where_two_could_be_is_the_one_that_was_seen_a_moment_ago():
    """By how far each may have gone by now it is nearer to the other, which was hidden half a second ago."""
    tracker = Tracker()
    tracker.update([face(300), face(345)], 0)
    for n in range(1, 13):
        tracker.update([face(300)], n * FRAME)
    (track,), _ = tracker.update([face(315)], 13 * FRAME)
    assert track.face_id == "f1"


def test_the_one_seen_a_moment_ago_is_known_where_the_stamps_go_back():
    tracker = Tracker()
    tracker.update([face(300), face(345)], 10_000_000_000)
    tracker.update([face(300)], 10_040_000_000)
    (track,), notice = tracker.update([face(323)], 10_020_000_000)
    assert notice
    assert track.face_id == "f1"


def test_an_id_is_kept_for_keep_id_and_not_a_nanosecond_longer():
    for late, same in ((0, True), (1, False)):
        tracker = Tracker(keep_id=1.5)
        (before,), _ = tracker.update([face(300)], 7)
        (after,), _ = tracker.update([face(300)], 1_500_000_007 + late)
        assert (after.face_id == before.face_id) is same


def test_how_far_a_stamp_goes_back_decides_what_is_said_and_done():
    for back, same, says in (
        (1_500_000_000, True, "1.500 s; faces keep their ids (a looped bag, or two publishers?)"),
        (1_500_000_001, False, "1.500 s; every face gets a new id (a looped bag, or two publishers?)"),
    ):
        tracker = Tracker(keep_id=1.5)
        (before,), _ = tracker.update([face(300)], 10_000_000_000)
        (after,), notice = tracker.update([face(300)], 10_000_000_000 - back)
        assert (after.face_id == before.face_id) is same
        assert notice == f"the image's stamp went back by {says}"


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
    for n in range(10):
        ((track,), _) = tracker.update([face(300 + 8 * n)], n * FRAME)
    speed = track.velocity[0]
    for _ in range(10):
        ((again,), notice) = tracker.update([face(372)], 9 * FRAME)
        assert (again.face_id, notice) == ("f1", "")
    assert again.velocity[0] == pytest.approx(speed, rel=0.1)


def test_a_face_is_steady_when_it_was_seen_in_most_of_the_last_images():
    tracker = Tracker(steady_hits=3, steady_window=5)
    steady = []
    for n, there in enumerate([1, 1, 1, 0, 0, 1, 0, 0, 1]):
        tracks, _ = tracker.update([face(300)] if there else [], n * FRAME)
        steady.append(tracker.is_steady(tracks[0]) if there else None)
    assert steady == [False, False, True, None, None, True, None, None, False]


def test_a_face_may_be_steady_at_first_sight_and_as_the_window_shrinks():
    tracker = Tracker(steady_hits=1, steady_window=5)
    (track,), _ = tracker.update([face(300)], 0)
    assert tracker.is_steady(track)
    for n in range(1, 8):
        tracker.update([face(300)], n * FRAME)
    assert len(track.history) == 5
    tracker.steady_window = 2
    tracker.update([face(300)], 8 * FRAME)
    assert list(track.history) == [True, True]


positions = st.tuples(st.floats(0, 2000), st.floats(0, 2000), st.floats(10, 400))
steps = st.lists(
    st.tuples(st.integers(-3_000_000_000, 3_000_000_000), st.lists(positions, max_size=6)), min_size=1, max_size=15
)


@given(steps)
@settings(max_examples=60)
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
@settings(max_examples=30)
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

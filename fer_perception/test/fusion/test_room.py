# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One emotion of all the faces."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_perception import FaceEmotion
from fer_perception.fusion.room import ROOM_ID, WAYS, Room
from fer_perception.settings import Settings

SAD, HAPPY = np.eye(7, dtype=np.float32)[5], np.eye(7, dtype=np.float32)[3]


def face(face_id, side, probabilities=SAD, steady=True, score=0.9):
    return FaceEmotion(face_id, (10, 20, side, side), score, probabilities, None, steady)


def test_nobody_is_nobody():
    for way in WAYS:
        assert Room(way=way).update([]) is None


def test_the_largest_steady_face_speaks():
    room = Room().update([face("f1", 300, SAD, steady=False), face("f2", 100, HAPPY), face("f3", 80, SAD)])
    assert room.face_id == "f2"
    assert room.box == (10, 20, 100, 100)
    assert room.detection_score == 0.9
    assert room.probabilities is not None
    assert np.array_equal(room.probabilities, HAPPY)


def test_without_a_steady_face_nobody_waits():
    assert Room().update([face("f1", 50, steady=False), face("f2", 100, steady=False)]).face_id == "f2"


def test_the_speaker_stays_until_another_face_is_clearly_larger():
    room = Room(switch=1.3)
    assert room.update([face("f1", 100), face("f2", 90)]).face_id == "f1"
    assert room.update([face("f1", 100), face("f2", 110)]).face_id == "f1", "1.21 times the area"
    assert room.update([face("f1", 100), face("f2", 120)]).face_id == "f2", "1.44 times the area"
    assert room.update([face("f1", 110), face("f2", 100)]).face_id == "f2"
    assert room.update([face("f1", 110)]).face_id == "f1", "the speaker has gone"


def test_the_mean_weighs_by_area_and_score():
    room = Room(way="mean").update([face("f1", 20, SAD, score=0.5), face("f2", 10, HAPPY, score=1.0)])
    assert room.face_id == ROOM_ID == "room"
    assert room.box == (0, 0, 0, 0)
    assert room.detection_score == 1.0
    # 400 x 0.5 against 100 x 1.0
    assert room.probabilities[5] == pytest.approx(2 / 3)
    assert room.probabilities[3] == pytest.approx(1 / 3)


def test_the_mean_of_one_face_is_that_face():
    room = Room(way="mean").update([face("f7", 20), face("f8", 200, steady=False)])
    assert room.face_id == "f7"
    assert room.box == (10, 20, 20, 20)


def test_every_way_is_a_choice_of_the_parameter():
    choices = {field.name: field.metadata["choices"] for field in dataclasses.fields(Settings)}
    assert sorted(choices["room"]) == sorted(WAYS)


def test_the_nearest_is_the_head_that_appears_largest_however_it_is_turned():
    eyes_and_mouth = np.asarray([[-20, 0], [20, 0], [0, 24], [-16, 42], [16, 42]], np.float32)
    far = dataclasses.replace(face("f1", 100), landmarks=eyes_and_mouth)
    # Nearer by a half, turned by 60 degrees: half as wide, and the box with it.
    near = dataclasses.replace(face("f2", 95), landmarks=1.5 * eyes_and_mouth * [0.5, 1.0])
    assert Room(way="nearest").update([far, near]).face_id == "f2"
    assert Room(way="largest").update([far, near]).face_id == "f1"
    assert Room(way="nearest").update([face("f1", 100), face("f2", 120)]).face_id == "f2", "without landmarks the box"


def test_the_most_certain_face_speaks_and_stays_until_another_is_clearly_more_certain():
    def mixed(share):
        return (share * HAPPY + (1 - share) / 7).astype(np.float32)

    room = Room(way="most_certain", switch=1.3)
    assert room.update([face("f1", 300, mixed(0.2)), face("f2", 100, mixed(0.8))]).face_id == "f2"
    assert room.update([face("f1", 300, mixed(0.82)), face("f2", 100, mixed(0.8))]).face_id == "f2"
    assert room.update([face("f1", 300, mixed(0.95)), face("f2", 100, mixed(0.8))]).face_id == "f1"
    blurred = dataclasses.replace(face("f1", 300, mixed(0.95)), weight=0.1)
    assert room.update([blurred, face("f2", 100, mixed(0.8))]).face_id == "f2"


def test_a_bad_picture_counts_less_in_the_mean():
    bad = dataclasses.replace(face("f1", 10, SAD), weight=0.25)
    room = Room(way="mean").update([bad, face("f2", 10, HAPPY)])
    assert room.probabilities[5] == pytest.approx(0.2)


distributions = st.lists(st.floats(0.001, 1.0), min_size=7, max_size=7).map(
    lambda values: (np.asarray(values) / np.sum(values)).astype(np.float32)
)
faces = st.lists(
    st.tuples(st.integers(0, 500), distributions, st.booleans(), st.floats(0, 1)), min_size=1, max_size=8
).map(lambda rows: [face(f"f{n}", side, p, steady, score) for n, (side, p, steady, score) in enumerate(rows)])


@given(st.lists(faces, min_size=1, max_size=4), st.sampled_from(WAYS))
@settings(max_examples=60)
def test_the_room_is_a_distribution_between_its_faces(images, way):
    room = Room(way=way)
    for seen in images:
        answer = room.update(seen)
        assert answer.probabilities.shape == (7,)
        assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
        every = np.stack([one.probabilities for one in seen])
        assert np.all(answer.probabilities <= every.max(axis=0) + 1e-5)
        assert np.all(answer.probabilities >= every.min(axis=0) - 1e-5)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One room of several cameras."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_perception import FaceEmotion, PerceptionError
from fer_perception.fusion.cameras import Fusion
from fer_perception.settings import FuserSettings

SAD, HAPPY = np.eye(7, dtype=np.float32)[5], np.eye(7, dtype=np.float32)[3]
SECOND = 10**9


def face(face_id="f1", side=100, probabilities=SAD):
    return FaceEmotion(face_id, (0, 0, side, side), 0.9, probabilities, None, steady=True)


def told(fusion, camera, faces, until_ns, times=3):
    for n in range(times):
        fusion.update(camera, faces, until_ns - (times - 1 - n) * SECOND // 30)


def test_nobody_anywhere_is_nobody():
    fusion = Fusion()
    assert fusion.fused(0).room is None
    fusion.update("left", [], 0)
    assert fusion.fused(0) == fusion.fused(1)
    assert fusion.fused(0).faces == ()


def test_the_same_id_of_two_cameras_is_two_faces():
    fusion = Fusion()
    told(fusion, "left", [face("f1", 100, SAD)], SECOND)
    told(fusion, "right", [face("f1", 100, HAPPY)], SECOND)
    fused = fusion.fused(SECOND)
    assert {one.face_id for one in fused.faces} == {"left/f1", "right/f1"}
    assert fused.room.face_id == "room"
    assert fused.room.probabilities[[3, 5]] == pytest.approx([0.5, 0.5])


def test_one_that_speaks_for_the_room_keeps_its_cameras_name():
    fusion = Fusion()
    fusion.room.way = "largest"
    told(fusion, "left", [face("f1", 100)], SECOND)
    told(fusion, "right", [face("f1", 200, HAPPY)], SECOND)
    assert fusion.fused(SECOND).room.face_id == "right/f1"
    assert [one.box[2] for one in fusion.fused(SECOND).faces] == [200, 100]


def test_a_camera_that_falls_silent_counts_for_max_age_and_then_no_more():
    fusion = Fusion(max_age=0.5)
    told(fusion, "left", [face("f1", 100, SAD)], SECOND)
    told(fusion, "right", [face("f1", 100, HAPPY)], SECOND)
    told(fusion, "right", [face("f1", 100, HAPPY)], SECOND + 499_000_000)
    assert fusion.heard(SECOND + 499_000_000) == ["left", "right"]
    told(fusion, "right", [face("f1", 100, HAPPY)], SECOND + 501_000_000)
    assert fusion.heard(SECOND + 501_000_000) == ["right"]
    assert fusion.fused(SECOND + 501_000_000).room.face_id == "right/f1"
    assert fusion.fused(10 * SECOND).room is None


def test_a_passing_false_alarm_does_not_speak_while_somebody_is_steady():
    fusion = Fusion()
    told(fusion, "left", [face("f1", 80, SAD)], SECOND)
    fusion.update("right", [face("f9", 300, HAPPY)], SECOND)
    assert fusion.fused(SECOND).room.face_id == "left/f1"


distributions = st.lists(st.floats(0.001, 1.0), min_size=7, max_size=7).map(
    lambda values: (np.asarray(values) / np.sum(values)).astype(np.float32)
)
messages = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.lists(st.tuples(st.integers(1, 400), distributions), max_size=4),
        st.integers(0, 2 * SECOND),
    ),
    min_size=1,
    max_size=12,
)


@given(messages, st.sampled_from(["largest", "nearest", "mean", "most_certain"]))
def test_whatever_the_cameras_say_the_room_is_a_distribution_between_the_faces(told_of, way):
    fusion, now = Fusion(), 0
    fusion.room.way = way
    for camera, faces, passed in told_of:
        now += passed
        fusion.update(camera, [face(f"f{n}", *one) for n, one in enumerate(faces)], now)
        fused = fusion.fused(now)
        assert len({one.face_id for one in fused.faces}) == len(fused.faces)
        assert (fused.room is None) == (not fused.faces)
        if fused.room is not None:
            every = np.stack([one.probabilities for one in fused.faces])
            assert fused.room.probabilities.sum() == pytest.approx(1, abs=1e-5)
            assert np.all(fused.room.probabilities <= every.max(axis=0) + 1e-5)


@pytest.mark.parametrize("cameras", [(), ("",), ("/",), ("left", "/left/")])
def test_cameras_that_make_no_sense_are_refused_in_one_line(cameras):
    with pytest.raises(PerceptionError, match="cameras names"):
        FuserSettings(cameras=cameras)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a face's picture is worth."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered_people import HEAD

from fer_perception.classification.quality import apparent_size, pose, quality, sharpness


def landmarks(yaw=0.0, pitch=0.0, roll=0.0, side=100.0, place=(300.0, 200.0)):
    """Five landmarks of a head as seen from afar; angles in degrees, turned, then nodded, then tilted."""
    points = HEAD - [0, 0.06, 0.29]  # about the middle of eyes and mouth
    turn, nod, tilt = (math.radians(angle) for angle in (yaw, pitch, roll))
    x = points[:, 0] * math.cos(turn) + points[:, 2] * math.sin(turn)
    z = points[:, 2] * math.cos(turn) - points[:, 0] * math.sin(turn)
    y = points[:, 1] * math.cos(nod) + z * math.sin(nod)
    flat = np.stack([x * math.cos(tilt) - y * math.sin(tilt), x * math.sin(tilt) + y * math.cos(tilt)], axis=1)
    return (flat * side + place).astype(np.float32)


@pytest.fixture(scope="module")
def crop():
    rng = np.random.default_rng(3)
    coarse = cv2.resize(rng.integers(40, 216, (6, 6), dtype=np.uint8), (48, 48), interpolation=cv2.INTER_NEAREST)
    return cv2.GaussianBlur(coarse, (0, 0), 0.6)


@given(st.floats(-60, 60), st.floats(-45, 45))
def test_a_tilted_or_moved_or_nearer_head_is_turned_just_as_much(yaw, roll):
    straight = pose(landmarks(yaw=yaw))
    other = pose(landmarks(yaw=yaw, roll=roll, side=37.0, place=(-20.0, 900.0)))
    assert other.yaw == pytest.approx(straight.yaw, abs=0.2)
    assert other.pitch == pytest.approx(straight.pitch, abs=0.2)
    assert other.roll - straight.roll == pytest.approx(roll, abs=0.2)


@pytest.mark.parametrize("angle", [-60, -40, -20, 0, 20, 40, 60])
def test_the_pose_is_right_to_fifteen_degrees(angle):
    """No two faces are alike, so five points tell no more than that."""
    assert pose(landmarks(yaw=angle)).yaw == pytest.approx(angle, abs=15)
    assert pose(landmarks(pitch=angle / 2)).pitch == pytest.approx(angle / 2, abs=15)


def test_blur_costs_sharpness_and_contrast_does_not(crop):
    values = [sharpness(cv2.GaussianBlur(crop, (0, 0), sigma)) for sigma in (0.5, 1, 2, 4)]
    assert values == sorted(values, reverse=True)
    weak = (crop.astype(np.float32) * 0.3 + 100).astype(np.uint8)
    assert sharpness(weak) == pytest.approx(sharpness(crop), rel=0.05)
    assert sharpness(np.full((48, 48), 90, np.uint8)) == 0.0


def test_a_good_picture_is_worth_everything_and_each_fault_lowers_it(crop):
    assert quality(crop, 100.0, landmarks()) == quality(crop, 100.0, None) == 1.0
    assert quality(np.full_like(crop, 90), 100.0, None) == 0.0
    assert quality(crop, 10.0, None) == 0.0
    assert quality(cv2.GaussianBlur(crop, (0, 0), 4), 100.0, None) < 0.5
    assert quality(crop, 12.0, None) < 0.5
    assert quality(crop, 100.0, landmarks(yaw=80)) < 0.3
    assert quality(crop, 100.0, landmarks(yaw=25, roll=20)) == 1.0


@given(
    st.floats(1, 500),
    st.lists(st.tuples(st.floats(-100, 900), st.floats(-100, 900)), min_size=5, max_size=5),
    st.integers(0, 255),
)
def test_whatever_comes_it_is_a_weight(side, points, level):
    """Landmarks that lie on one another, too."""
    weight = quality(np.full((48, 48), level, np.uint8), side, np.asarray(points, np.float32))
    assert 0.0 <= weight <= 1.0
    assert quality(np.arange(2304, dtype=np.uint16).astype(np.uint8).reshape(48, 48), side, np.zeros((5, 2))) >= 0.0


@pytest.mark.parametrize("yaw", [0, 30, 50])
@pytest.mark.parametrize("roll", [0, 25])
def test_a_turned_head_appears_as_large_as_a_straight_one(yaw, roll):
    straight = apparent_size((0, 0, 100, 100), landmarks())
    assert apparent_size((0, 0, 60, 100), landmarks(yaw=yaw, roll=roll)) == pytest.approx(straight, rel=0.15)
    assert apparent_size((0, 0, 60, 100), None) == 100.0

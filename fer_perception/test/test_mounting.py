# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Cameras that hang upside down or on their side: where things are again, and how it is found out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_perception import Detection, FaceDetector
from fer_perception.detectors.base import BoxGeometry
from fer_perception.mounting import Mounting, box_back, points_back, turned

DEGREES = (0, 90, 180, 270)
SECOND = 1_000_000_000


@given(st.sampled_from(DEGREES), st.integers(1, 30), st.integers(1, 30), st.data())
def test_a_box_lies_where_it_was_before_the_image_was_turned(degrees, width, height, data):
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    w, h = data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y))
    image = np.zeros((height, width), np.uint8)
    image[y : y + h, x : x + w] = 255
    rows, columns = np.nonzero(turned(image, degrees))
    left, top = int(columns.min()), int(rows.min())
    box = left, top, int(columns.max()) + 1 - left, int(rows.max()) + 1 - top
    assert box_back(box, degrees, width, height) == (x, y, w, h)
    corner = points_back(np.array([[left, top]], np.float32), degrees, width, height)[0]
    assert corner[0] in (x, x + w)
    assert corner[1] in (y, y + h)


def test_an_image_that_is_not_turned_is_no_copy():
    image = np.zeros((4, 5, 3), np.uint8)
    assert turned(image, 0) is image


class TopBright(FaceDetector):
    """Sees a face in every image, best where its brightest side is up; counts how often it is asked."""

    name = "top"
    geometry = BoxGeometry(side=1.0)

    def __init__(self):
        self.asked = 0

    def detect(self, image):
        self.asked += 1
        if not image.any():
            return []
        score = 0.9 if image[0].mean() > 200 else 0.8
        return [Detection((0.0, 0.0, 10.0, 10.0), score)]


def scene(degrees):
    """An image that is upright once it is turned by so many degrees."""
    upright = np.full((40, 60), 90, np.uint8)
    upright[:8] = 255
    return turned(upright, -degrees % 360)


@pytest.mark.parametrize("degrees", DEGREES)
def test_by_itself_it_is_decided_in_two_seconds_said_once_and_then_cheap(degrees):
    detector = TopBright()
    mounting = Mounting(detector)
    mounting.way = "auto"
    said = []
    for index in range(300):  # 30 a second
        image = mounting.upright(scene(degrees), index * SECOND // 30)
        assert image[0].mean() == 255
        assert mounting.degrees == degrees
        said += [mounting.notice] if mounting.notice else []
    assert detector.asked <= 4 * 8
    assert len(said) == (degrees != 0)
    assert not said or f"set rotate to {degrees}" in said[0]


def test_while_nobody_is_there_nothing_is_decided():
    mounting = Mounting(TopBright())
    mounting.way = "auto"
    for index in range(20):
        mounting.upright(np.zeros((40, 60), np.uint8), index * SECOND)
    assert mounting.upright(scene(180), 20 * SECOND)[0].mean() == 255


def test_a_head_that_turns_for_a_moment_decides_nothing():
    mounting = Mounting(TopBright())
    mounting.way = "auto"
    for index in range(40):
        mounting.upright(scene(90 if index in (2, 3) else 180), index * SECOND // 4)
    assert mounting.degrees == 180


def test_what_is_told_counts_at_once():
    detector = TopBright()
    mounting = Mounting(detector)
    for degrees in (*DEGREES, 90, 0):
        mounting.way = str(degrees)
        assert mounting.upright(scene(degrees), 5)[0].mean() == 255
    assert detector.asked == 0

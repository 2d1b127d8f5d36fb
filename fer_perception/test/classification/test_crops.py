# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The crop that the network sees."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_perception import Detection, PerceptionError
from fer_perception.backends.crop_spec import SIDE, CropSpec
from fer_perception.classification.crops import Square, cut, cut_all, face_square
from fer_perception.detectors.base import BoxGeometry

PLAIN = BoxGeometry(side=1.0)


def eyes(left, right):
    return np.asarray([left, right, (0, 0), (0, 0), (0, 0)], dtype=np.float32)


def test_the_square_keeps_area_centre_and_margin():
    square = face_square(Detection((100, 50, 40, 90), 1.0), BoxGeometry(side=1.1, down=0.1), CropSpec(margin=1.5))
    side = 1.1 * 60
    assert square == Square(120, pytest.approx(95 + 0.1 * side), pytest.approx(side * 1.5), 0.0)


def test_eyes_are_levelled_only_where_the_model_asks_and_the_detector_can():
    face = Detection((100, 100, 80, 80), 1.0, eyes((120, 120), (160, 160)))
    assert face_square(face, PLAIN, CropSpec()).degrees == 0
    assert face_square(face, PLAIN, CropSpec(align="eyes")).degrees == pytest.approx(45)
    assert face_square(Detection((100, 100, 80, 80), 1.0), PLAIN, CropSpec(align="eyes")).degrees == 0


def test_a_crop_of_48_is_the_image_itself():
    image = np.random.default_rng(1).integers(0, 255, (100, 120), dtype=np.uint8)
    assert np.array_equal(cut(image, Square(60, 50, 48)), image[26:74, 36:84])


def test_colour_becomes_grey_as_the_eye_sees_it():
    image = np.zeros((60, 60, 3), np.uint8)
    for colour, weight in (((255, 0, 0), 0.114), ((0, 255, 0), 0.587), ((0, 0, 255), 0.299)):
        image[:] = colour
        assert np.all(np.abs(cut(image, Square(30, 30, 48)).astype(float) - 255 * weight) <= 1)


def test_the_rest_of_the_image_does_not_matter():
    image = np.full((200, 200), 90, np.uint8)
    image[50:150, 50:150] = 30
    other = image.copy()
    other[:50] = other[150:] = 255
    assert np.array_equal(cut(image, Square(100, 100, 100)), cut(other, Square(100, 100, 100)))


def test_past_the_edge_the_last_pixels_go_on():
    image = np.tile(np.arange(100, dtype=np.uint8), (100, 1))
    crop = cut(image, Square(0, 50, 48))
    assert np.all(crop[:, :24] == 0), "what lies left of the image repeats its first column"
    assert np.array_equal(crop[0, 24:], np.arange(24))


def test_align_turns_a_tilted_face_upright():
    """A face drawn upright, turned by 30 degrees, looks upright again in its crop."""
    upright = np.full((300, 300), 128, np.uint8)
    for x in (120, 180):
        cv2.circle(upright, (x, 130), 12, 255, -1)
    cv2.ellipse(upright, (150, 190), (30, 10), 0, 0, 360, 0, -1)
    matrix = cv2.getRotationMatrix2D((150, 150), -30, 1)  # OpenCV's positive angles are anticlockwise
    tilted = cv2.warpAffine(upright, matrix, (300, 300), borderMode=cv2.BORDER_REPLICATE)
    points = [tuple(matrix @ (x, 130, 1)) for x in (120, 180)]
    face = Detection((60, 60, 180, 180), 1.0, eyes(*points))
    square = face_square(face, PLAIN, CropSpec(align="eyes"))
    assert square.degrees == pytest.approx(30, abs=0.01)
    off = np.abs(cut(tilted, square).astype(int) - cut(upright, Square(150, 150, 180)).astype(int))
    assert off.mean() < 4
    worse = np.abs(cut(tilted, Square(150, 150, 180)).astype(int) - cut(upright, Square(150, 150, 180)).astype(int))
    assert worse.mean() > 2 * off.mean()


def test_the_geometry_moves_a_tilted_crop_along_the_face():
    """Down is down the face: to the left in the image where the head is tilted clockwise."""
    face = Detection((60, 60, 180, 180), 1.0, eyes((100, 100), (100, 200)))
    square = face_square(face, BoxGeometry(side=1.0, down=0.1), CropSpec(align="eyes"))
    assert square.degrees == pytest.approx(90)
    assert (square.x, square.y) == (pytest.approx(150 - 18), pytest.approx(150))


sides = st.one_of(st.floats(0.1, 5), st.floats(5, 3000))


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.booleans(),
    st.lists(
        st.builds(Square, st.floats(-500, 500), st.floats(-500, 500), sides, st.sampled_from([0.0, 33.0, -170.0])),
        max_size=4,
    ),
)
@settings(max_examples=60)
def test_any_square_of_any_image_gives_a_crop(height, width, colour, squares):
    image = np.full((height, width, 3) if colour else (height, width), 77, np.uint8)
    before = image.copy()
    crops = cut_all(image, squares)
    assert crops.shape == (len(squares), 1, SIDE, SIDE)
    assert crops.dtype == np.uint8
    assert np.all(np.abs(crops.astype(int) - 77) <= 1)
    assert np.array_equal(image, before)


def test_metadata_is_read():
    assert CropSpec.from_json('{"margin": 1.25, "align": "eyes", "by": "hand"}') == CropSpec(1.25, "eyes")
    assert CropSpec.from_json("{}") == CropSpec(1.0, "none")


@pytest.mark.parametrize(
    "text",
    ["", "no json", "[]", "3", '{"margin": "wide"}', '{"margin": 0.1}', '{"margin": 9}', '{"align": "nose"}',
     '{"margin": null}', '{"margin": NaN}'],
)  # fmt: skip
def test_wrong_metadata_is_refused_in_one_line(text):
    with pytest.raises(PerceptionError) as caught:
        CropSpec.from_json(text)
    assert "\n" not in str(caught.value)
    assert "crop" in str(caught.value)


def test_the_side_is_that_of_the_area():
    square = face_square(Detection((0, 0, 30, 120), 1.0), PLAIN, CropSpec())
    assert square.side == pytest.approx(math.sqrt(30 * 120))

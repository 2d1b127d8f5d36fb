# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""JPEGs decoded smaller than they are: by how much; what is seen is told in the pixels of the image as it came."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_perception import Perception, Settings
from fer_perception.images.reduction import FACE_PX, MORE, Reduction
from fer_perception.images.stream import ImageStream

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")

from sensor_msgs.msg import CompressedImage


@given(st.integers(1, 20000), st.integers(1, 20000), st.lists(st.floats(1, 5000), max_size=4))
def test_what_is_left_is_large_enough_for_the_search_and_for_every_face(width, height, sides):
    reduction = Reduction()
    for _ in range(3):
        reduction.saw(sides)
        divisor = reduction.divisor(width, height)
        assert divisor in (1, 2, 4, 8)
        assert divisor == 1 or max(width, height) / divisor >= 640
        assert divisor == 1 or all(side / divisor >= FACE_PX for side in sides)


def test_a_face_that_grows_and_shrinks_about_the_limit_changes_nothing():
    reduction, limit = Reduction(), 2 * FACE_PX
    reduction.saw([limit * MORE + 1])
    assert reduction.divisor(1920, 1080) == 2
    reduction.saw([limit])
    assert reduction.divisor(1920, 1080) == 2
    reduction.saw([limit - 1])
    assert reduction.divisor(1920, 1080) == 1
    reduction.saw([limit * MORE - 1])
    assert reduction.divisor(1920, 1080) == 1


def coded(image, index):
    message = CompressedImage(format="jpeg", data=cv2.imencode(".jpg", image)[1].tobytes())
    message.header.stamp.sec = 10 + index
    return message


@pytest.mark.parametrize(
    ("width", "height", "divisor"), [(640, 360, 1), (1280, 720, 2), (1920, 1080, 2), (2600, 1463, 4)]
)
def test_boxes_lie_in_the_image_as_it_came(frames, weights, width, height, divisor):
    settings = Settings(detector_weights=weights)
    perception, plain = Perception.create(settings), Perception.create(settings)
    stream, whole = ImageStream(compressed=True, reduced=True), ImageStream(compressed=True)
    for index, frame in zip(range(4), frames("sad_to_happy.mp4", 60)):
        message = coded(cv2.resize(frame, (width, height), interpolation=cv2.INTER_CUBIC), index)
        picture, other = stream.read(message, index), whole.read(message, index)
        assert picture.size == other.size == (width, height)
        assert picture.pixels.shape[1] == -(-width // divisor)
        seen = perception.process(picture.pixels, picture.time_ns, picture.size)
        there = plain.process(other.pixels, other.time_ns)
        stream.saw([min(face.box[2:]) for face in seen.faces])
        (face,), (wanted,) = seen.faces, there.faces
        assert np.abs(np.array(face.box) - wanted.box).max() < 0.06 * wanted.box[3]
        assert np.abs(face.probabilities - wanted.probabilities).sum() / 2 < 0.15  # the first emotion may be a tie
        assert seen.room.box == face.box


@pytest.mark.parametrize("width", [640, 1920])
def test_a_still_face_is_read_without_colours(frames, weights, width):
    settings = Settings(detector_weights=weights)
    perception, plain = Perception.create(settings), Perception.create(settings)
    stream, whole = ImageStream(compressed=True, reduced=True), ImageStream(compressed=True, reduced=True)
    frame = next(iter(frames("sad_to_happy.mp4", 60)))
    kinds = []
    for index in range(6):
        message = coded(cv2.resize(frame, (width, width * 9 // 16)), 0)
        message.header.stamp.nanosec = index * 33_000_000
        picture = stream.read(message, index * 33_000_000, colours=perception.colours_wanted)
        other = whole.read(message, index * 33_000_000)
        kinds.append(picture.pixels.ndim)
        assert picture.pixels.shape[:2] == other.pixels.shape[:2]
        (face,) = perception.process(picture.pixels, picture.time_ns, picture.size).faces
        (wanted,) = plain.process(other.pixels, other.time_ns, other.size).faces
        assert np.abs(np.array(face.box) - wanted.box).max() <= 2
        np.testing.assert_allclose(face.probabilities, wanted.probabilities, atol=0.03)
        for each, seen in ((stream, face), (whole, wanted)):
            each.saw([min(seen.box[2:])])
    assert kinds == [3, 3, 3, 2, 3, 2], "it is known to be still from the second image on"


def test_what_is_no_jpeg_is_as_it_is():
    image = np.zeros((1080, 1920, 3), np.uint8)
    stream = ImageStream(compressed=True, reduced=True)
    assert stream.read(coded(image, 0), 0).pixels.shape == (540, 960, 3)
    png = CompressedImage(format="png", data=cv2.imencode(".png", image)[1].tobytes())
    picture = stream.read(png, 1, colours=False)
    assert picture.pixels.shape == (1080, 1920, 3)
    assert picture.size == (1920, 1080)

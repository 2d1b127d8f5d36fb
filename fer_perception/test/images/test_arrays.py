# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a program hands over as an image and its stamp."""

import numpy as np
import pytest

from fer_perception import PerceptionError
from fer_perception.images.arrays import taken_image, taken_stamp

PICTURE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


@pytest.mark.parametrize("image", [PICTURE, PICTURE[:, :, 1], PICTURE[::-1, ::-1], np.asfortranarray(PICTURE)])
def test_what_cameras_and_opencv_give_is_taken_as_it_is(image: np.ndarray) -> None:
    assert taken_image(image) is image


def test_a_channel_too_many_is_taken_off() -> None:
    """As cv2.IMREAD_UNCHANGED gives a PNG with alpha, and a reader that keeps the axis gives grey."""
    grey = PICTURE[:, :, :1]
    np.testing.assert_array_equal(taken_image(grey), PICTURE[:, :, 0])
    with_alpha = np.concatenate([PICTURE, np.full_like(grey, 9)], axis=2)
    np.testing.assert_array_equal(taken_image(with_alpha), PICTURE)
    np.testing.assert_array_equal(taken_image(with_alpha[:, ::-2]), PICTURE[:, ::-2])


@pytest.mark.parametrize(
    ("image", "what"),
    [
        (None, "is None"),  # of cv2.imread where there is no such file
        ("photo.jpg", "is a str"),
        (PICTURE.tolist(), "is a list"),
        (PICTURE / np.float32(255), "is float32"),
        (PICTURE.astype(np.uint16), "is uint16"),
        (PICTURE > 9, "is bool"),
        (PICTURE.transpose(2, 0, 1), "has the shape 3x20x30"),
        (PICTURE[None], "has the shape 1x20x30x3"),
        (PICTURE[:, :, :2], "has the shape 20x30x2"),
        (PICTURE[0, 0], "has the shape 3"),
        (PICTURE[0, 0, 0:1].reshape(()), "has the shape of a number"),
        (PICTURE[:0], "is empty (0x30x3)"),
        (PICTURE[:, :0, 0], "is empty (20x0)"),
        (np.zeros((4, 4, 0), np.uint8), "has the shape 4x4x0"),
    ],
)
def test_what_is_no_image_is_told_in_one_line(image: object, what: str) -> None:
    with pytest.raises(PerceptionError) as error:
        taken_image(image)
    assert str(error.value).startswith(f"the image {what}; give uint8 of the shape height x width x 3 (BGR, ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("stamp", [0, -5, 1 << 62, np.int64(7), np.uint32(7)])
def test_whole_numbers_are_stamps(stamp: int) -> None:
    assert taken_stamp(stamp) == int(stamp)
    assert type(taken_stamp(stamp)) is int


@pytest.mark.parametrize("stamp", [1.5, 2.0, float("nan"), np.float64(3), "3", None])
def test_seconds_and_the_like_are_no_stamps(stamp: object) -> None:
    """time.time() and OpenCV's CAP_PROP_POS_MSEC taken for nanoseconds would stand still."""
    with pytest.raises(PerceptionError, match=r"^stamp_ns is .*; give whole nanoseconds: time\.time_ns\(\)"):
        taken_stamp(stamp)

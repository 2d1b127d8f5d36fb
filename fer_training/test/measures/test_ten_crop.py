# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Ten crops: against torchvision's words for them, and a network that counts."""

from collections.abc import Iterator

import numpy as np
import pytest

from fer_training.measures.ten_crop import answer_ten_crops, gains, ten_crops

FACES = np.random.default_rng(4).integers(0, 256, (5, 48, 48), dtype=np.uint8)


def test_a_crop_as_large_as_the_face_is_the_face_and_its_mirror_image() -> None:
    crops = ten_crops(FACES, 48)
    assert crops.shape == (5, 10, 48, 48)
    for number in range(5):
        assert np.array_equal(crops[:, number], FACES)
        assert np.array_equal(crops[:, number + 5], FACES[..., ::-1])


def test_corners_and_middle_show_their_part() -> None:
    """Every pixel says where it is: a crop's mean is its middle."""
    y, x = np.mgrid[:48, :48]
    faces = np.stack([y * 4, x * 4]).astype(np.uint8)
    crops = ten_crops(faces, 40).astype(float)
    assert crops[0, :5].mean(axis=(1, 2)) / 4 == pytest.approx([19.5, 19.5, 27.5, 27.5, 23.5], abs=0.3)
    assert crops[1, :5].mean(axis=(1, 2)) / 4 == pytest.approx([19.5, 27.5, 19.5, 27.5, 23.5], abs=0.3)


class Brightness:
    """Answers the first emotion by the mean grey, the second with the rest."""

    def answers(self, images: np.ndarray, batch: int) -> Iterator[tuple[np.ndarray, None]]:
        assert len(images) <= batch
        bright = images.mean(axis=(1, 2)) / 255
        yield np.stack([bright, 1 - bright, *[0 * bright] * 5], axis=1), None


def test_the_ten_answers_are_averaged() -> None:
    many = np.concatenate([FACES] * 7)  # more than are asked at once
    got = answer_ten_crops(Brightness(), many, 44)  # type: ignore[arg-type]
    np.testing.assert_allclose(got[:, 0], ten_crops(many, 44).mean(axis=(1, 2, 3)) / 255)
    np.testing.assert_allclose(got.sum(axis=1), 1)


def test_gains_are_paired_face_by_face() -> None:
    labels = np.arange(70) % 7
    people, wrong = np.eye(7)[labels], np.eye(7)[(labels + 1) % 7]
    half = np.where(np.arange(70)[:, None] % 2 == 0, people, wrong)
    found = gains(people, half, labels, people)
    assert found["accuracy"].mean == 0.5
    assert found["accuracy"].low < 0.5 < found["accuracy"].high
    assert found["colour_error"].high < 0
    same = gains(half, half, labels, people)["accuracy"]
    assert (same.mean, same.low, same.high) == (0, 0, 0)

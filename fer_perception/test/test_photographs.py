# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Perception as a library of single photographs: each is read as if it were the first."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from fer_perception import LABELS, Perceived, Perception, PerceptionError, Settings

Frames = Callable[[str, int], Iterator[np.ndarray]]


@pytest.fixture(scope="module")
def perception() -> Perception:
    return Perception.create(Settings(detector="haar"))


@pytest.fixture(scope="module")
def sad_and_happy(frames: Frames) -> tuple[np.ndarray, np.ndarray]:
    """The same woman in the same place."""
    clip = list(frames("sad_to_happy.mp4", 70))
    return clip[1], clip[-1]


def emotions(seen: Perceived) -> list[str]:
    return [LABELS[int(face.probabilities.argmax())] for face in seen.faces]


def test_a_photograph_is_read_as_it_is_after_any_other(
    perception: Perception, sad_and_happy: tuple[np.ndarray, np.ndarray]
) -> None:
    sad, happy = sad_and_happy
    as_a_camera = Perception(perception.detector, perception.classifier)
    assert emotions(as_a_camera.process(sad, 0)) == ["sad"]
    assert emotions(as_a_camera.process(happy, 0)) == ["sad"], "one face in no time keeps its answer"
    alone = [perception.photograph(image) for image in (sad, happy, sad)]
    assert [emotions(seen) for seen in alone] == [["sad"], ["happy"], ["sad"]]
    assert [face.face_id for seen in alone for face in seen.faces] == ["f1"] * 3
    np.testing.assert_array_equal(alone[0].faces[0].probabilities, alone[2].faces[0].probabilities)


def test_a_photograph_between_two_images_of_a_camera_changes_neither(
    perception: Perception, sad_and_happy: tuple[np.ndarray, np.ndarray]
) -> None:
    sad, happy = sad_and_happy
    answers = []
    for between in (False, True):
        camera = Perception(perception.detector, perception.classifier)
        camera.process(sad, 0)
        if between:
            camera.photograph(happy)
        answers.append(camera.process(sad, 33_000_000).faces[0])
    assert answers[0].face_id == answers[1].face_id
    np.testing.assert_array_equal(answers[0].probabilities, answers[1].probabilities)


def test_a_photograph_that_lies_on_its_side_is_turned_by_itself(
    perception: Perception, sad_and_happy: tuple[np.ndarray, np.ndarray]
) -> None:
    any_way = Perception(perception.detector, perception.classifier, Settings(rotate="auto"))
    turned = [any_way.photograph(np.rot90(sad_and_happy[1], turns)) for turns in (0, 1, 2, 3)]
    assert [emotions(seen) for seen in turned] == [["happy"]] * 4


def test_the_warning_of_a_missing_detector_comes_with_the_first_photograph() -> None:
    first = Perception.create(Settings(detector_weights="/nowhere"))
    image = np.zeros((90, 90, 3), np.uint8)
    assert "Haar finds the faces" in first.photograph(image).notices[0]
    assert first.photograph(image).notices == ()


@pytest.mark.parametrize("image", [None, "photo.jpg", np.zeros((9, 9, 3))])
def test_what_is_no_image_is_one_line(perception: Perception, image: object) -> None:
    for call in (perception.photograph, lambda one: perception.process(one, 0)):
        with pytest.raises(PerceptionError, match=r"^the image is "):
            call(image)  # type: ignore[operator]
    with pytest.raises(PerceptionError, match=r"^stamp_ns is 1\.5; "):
        perception.process(np.zeros((9, 9, 3), np.uint8), 1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("settings", ["accurate", {"model": "accurate"}, 3])
def test_what_are_no_settings_are_one_line(settings: object) -> None:
    with pytest.raises(PerceptionError, match=r"^the settings are .*; give Settings\(...\)"):
        Perception.create(settings)  # type: ignore[arg-type]

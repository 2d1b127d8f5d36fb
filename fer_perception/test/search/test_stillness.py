# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whose box and whose answer holds: never for more than one image, and never where something has changed."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fer_perception.detectors.base import Detection
from fer_perception.search.expected_face import ExpectedFace
from fer_perception.search.stillness import HELD_NS, Stillness
from fer_perception.search.windows import Box

MS = 1_000_000
BOX = (200.0, 120.0, 100.0, 120.0)
PLACES = (np.indices((260, 320)) // 12).sum(axis=0) % 2


def picture(level: float = 100.0, *, noise: float = 0.0, seed: int = 0, colour: bool = False) -> np.ndarray:
    image = level + 60.0 * PLACES
    if noise:
        image += np.random.default_rng(seed).normal(0, noise, PLACES.shape)
    grey = np.clip(image, 0, 255).astype(np.uint8)
    return np.stack([grey] * 3, axis=2) if colour else grey


class Camera:
    """Images through a `Stillness` and a detector that finds the face where it is told."""

    def __init__(self, level: float = 20.0) -> None:
        self.stillness, self.stamp = Stillness(level), 1_000 * MS
        self.last = 0

    def show(self, image: np.ndarray, ms: int = 33, box: Box = BOX) -> tuple[bool, bool]:
        """Whether the face was looked for, and whether it is to be read."""
        self.stamp += ms * MS
        self.stillness.look(image, self.stamp)
        held = self.stillness.held(ExpectedFace(BOX, seen=True))
        (face,) = self.stillness.numbered(image, [held or Detection(box, 0.9)])
        before, self.last = self.last, face.reading
        return held is None, face.reading != before


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0, 16, 33, 70, 71, 200, -33])), min_size=1, max_size=14))
def test_nothing_that_is_held_is_older_than_one_image_or_of_another_picture(steps: list[tuple[bool, int]]) -> None:
    camera, level = Camera(), 60.0
    before = None
    for changes, ms in steps:
        level = 160.0 - level if changes else level
        found, read = camera.show(picture(level), ms)
        assert found or read, "one of the two in every image"
        if before is None or changes or not 0 <= ms * MS <= HELD_NS:
            assert (found, read) == (True, True), "whatever may have changed is seen in this very image"
        else:
            assert found != read, "one of the two where all is still"
            assert found or before[0], "a box is held once"
            assert read or before[1], "an answer is held once"
        before = found, read


@pytest.mark.parametrize("start_ns", [0, 1, 1_000 * MS])
def test_the_first_image_comes_soon_after_none(start_ns: int) -> None:
    """A simulation's clock begins at 0."""
    stillness = Stillness(20.0)
    stillness.look(picture(), start_ns)
    stillness.numbered(picture(), [Detection(BOX, 0.9)])
    assert not stillness.only_read_next(1)
    stillness.look(picture(), start_ns + 33 * MS)
    assert stillness.only_read_next(1)


@pytest.mark.parametrize("colour", [False, True])
def test_a_cameras_noise_is_no_change_and_a_light_switched_on_is(colour: bool) -> None:
    camera = Camera()
    both = [camera.show(picture(noise=8.0, seed=seed, colour=colour)) for seed in range(6)]
    assert both == [(True, True), *[(False, True), (True, False)] * 2, (False, True)]
    assert camera.show(picture(140.0, colour=colour)) == (True, True)


def test_a_mouth_that_moves_is_a_change() -> None:
    camera, image = Camera(), picture(noise=4.0)
    camera.show(image)
    image = image.copy()
    image[205:225, 235:265] = 30
    assert camera.show(image) == (True, True)


def test_a_box_found_anew_keeps_the_answer_where_it_is_the_same_place() -> None:
    camera = Camera()
    camera.show(picture())
    assert camera.show(picture()) == (False, True)
    assert camera.show(picture(), box=(203.0, 118.0, 98.0, 121.0)) == (True, False)
    camera.show(picture())
    assert camera.show(picture(), box=(240.0, 118.0, 100.0, 120.0)) == (True, True), "it jumped: it is another face"


def test_at_level_0_and_in_an_image_of_another_size_everything_is_looked_for_and_read() -> None:
    camera = Camera(level=0.0)
    assert {camera.show(picture()) for _ in range(4)} == {(True, True)}
    camera = Camera()
    camera.show(picture())
    assert camera.show(picture()[:-8]) == (True, True)


def test_one_that_was_not_seen_is_looked_for() -> None:
    stillness = Stillness(20.0)
    stillness.look(picture(), 0)
    stillness.numbered(picture(), [Detection(BOX, 0.9)])
    stillness.look(picture(), 33 * MS)
    assert stillness.held(ExpectedFace(BOX, seen=False)) is None
    assert stillness.held(ExpectedFace((500.0, 10.0, 50.0, 50.0), seen=True)) is None


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.integers(-50, 700)] * 2, *[st.integers(1, 300)] * 2), max_size=6))
@example([(40, 40, 100, 120)] * 3)
def test_no_two_faces_share_an_answer_wherever_they_are(boxes: list[tuple[int, int, int, int]]) -> None:
    stillness = Stillness(20.0)
    faces = [Detection((float(x), float(y), float(width), float(height)), 0.9) for x, y, width, height in boxes]
    for index in range(4):
        stillness.look(picture(), index * 33 * MS)
        expected = [ExpectedFace(face.box, seen=True) for face in faces]
        known = [stillness.held(one) or face for one, face in zip(expected, faces)]
        numbers = [face.reading for face in stillness.numbered(picture(), known)]
        assert 0 not in numbers
        assert len({*numbers}) == len(numbers)


def test_an_image_without_colours_is_compared_in_grey() -> None:
    camera = Camera()
    camera.show(picture(colour=True))
    assert not camera.stillness.only_read_next(1), "the next image may come late, as this one did"
    camera.show(picture(colour=True))
    camera.show(picture(colour=True))
    assert camera.stillness.only_read_next(1)
    never = Camera(level=0.0)
    assert [never.show(picture()) and never.stillness.only_read_next(1) for _ in range(4)] == [False] * 4
    assert camera.show(picture()) == (False, True)
    assert not camera.stillness.only_read_next(1), "its box was held once"
    assert camera.show(picture(colour=True)) == (True, False)
    assert not camera.stillness.only_read_next(2), "somebody is followed who was not found"
    assert camera.show(picture(level=160.0)) == (True, True), "what moves is looked for without colours, too"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which part is looked at next: what has changed, in turns, and everything once in a while."""

import numpy as np
import pytest

from fer_perception.search.glance import Glance
from fer_perception.search.next_part import AGAIN_MOST_S, AGAIN_S, PARTS, NextPart

MS = 1_000_000
STEP_MS = 33
ROUND = PARTS
"""Images in which every part has its turn."""
SHIFTS = 40


class Room:
    """A camera's images 33 ms apart, each with its own noise, and what is looked at."""

    def __init__(self, noise: float = 0.0, shape: tuple[int, ...] = (480, 640, 3)) -> None:
        self.rng = np.random.default_rng(0)
        self.image = self.rng.integers(20, 236, shape).astype(np.uint8)
        rows, columns = shape[:2]
        # Drawn once, for it takes long: each image has another part of it.
        self.noise, self.stamp = self.rng.normal(0, noise, (rows + SHIFTS, columns + SHIFTS)).astype(np.float32), 0
        self.parts = NextPart(0.03)
        self.parts.searched_whole(self.seen(), self.stamp, open_question=False)

    def seen(self) -> np.ndarray:
        rows, columns = self.image.shape[:2]
        y, x = self.rng.integers(SHIFTS, size=2)
        noise = self.noise[y : y + rows, x : x + columns]
        noise = noise[..., None] if self.image.ndim == 3 else noise
        return np.clip(self.image + noise, 0, 255).astype(np.uint8)

    def looks(self, images: int, *followed: tuple[float, float, float, float], question: bool = False) -> list[int]:
        """The parts looked at in the next images, -1 where none was."""
        numbers = []
        for _ in range(images):
            self.stamp += STEP_MS * MS
            part = self.parts.next_part(self.seen(), self.stamp, followed, 1.0)
            if part is not None:
                self.parts.settle(part, open_question=question)
            numbers.append(-1 if part is None else part.number)
        return numbers


@pytest.mark.parametrize("shape", [(480, 640, 3), (480, 640), (1080, 1920, 3), (33, 500)])
def test_where_nothing_changes_every_part_is_looked_at_after_a_second(shape: tuple[int, ...]) -> None:
    room = Room(noise=4.0, shape=shape)
    looked = [number for number in room.looks(round(1.5 * 1000 / STEP_MS)) if number >= 0]
    assert sorted(looked) == [*range(PARTS)], "each once"


def test_what_never_changes_is_looked_at_ever_more_seldom_and_never_forgotten() -> None:
    room = Room(shape=(33, 50))
    looked = np.asarray(room.looks(round(16 * 1000 / STEP_MS)))
    for number in range(PARTS):
        between = np.diff([0, *(np.flatnonzero(looked == number) * STEP_MS / 1000)])
        assert between == pytest.approx([AGAIN_S, 2.0, AGAIN_MOST_S, AGAIN_MOST_S, AGAIN_MOST_S], abs=0.2)
    room.image[:5, :5] += 40
    assert 0 in room.looks(2)
    again = room.looks(round(1.5 * 1000 / STEP_MS))
    assert again.count(0) == 1, "what has changed is looked at again after the first time of all"


def test_where_everything_changes_the_parts_take_turns() -> None:
    room = Room()
    numbers = []
    for _ in range(4 * PARTS):
        room.image[:] = 37 * len(numbers) % 256
        numbers += room.looks(1)
    assert numbers == [*range(PARTS)] * 4


@pytest.mark.parametrize(("x", "y", "quarter"), [(40, 40, 1), (560, 40, 2), (40, 400, 3), (560, 400, 4)])
def test_what_comes_is_looked_at_in_the_next_images(x: int, y: int, quarter: int) -> None:
    room = Room(noise=4.0)
    assert set(room.looks(ROUND)) == {-1}
    room.image[y : y + 40, x : x + 30] = 128
    looked = room.looks(3)
    assert sorted(looked[looked[0] == -1 :][:2]) == [0, quarter], "the whole at half the scale, and the quarter"
    assert set(room.looks(ROUND)) == {-1}, "it stays: nothing new"


def test_a_followed_face_may_move_in_its_window() -> None:
    room = Room()
    for step in range(ROUND):
        room.image[200:280, 300 + 6 * step : 360 + 6 * step] = 30 * step
        assert room.looks(1, (300.0 + 6 * step, 200.0, 60.0, 80.0)) == [-1]
    room.image[20:60, 20:60] = 255
    assert set(room.looks(3, (330.0, 200.0, 60.0, 80.0))) - {-1} == {0, 1}


def test_while_nothing_is_new_every_other_image_is_glanced_at(monkeypatch: pytest.MonkeyPatch) -> None:
    glances, at = [], Glance.at
    monkeypatch.setattr(Glance, "at", lambda *args: (glances.append(0), at(*args))[1])
    room = Room(noise=4.0)
    room.looks(ROUND)
    glances.clear()
    room.looks(10)
    assert len(glances) == 5
    room.image[:] = 20
    room.looks(1), glances.clear()
    room.looks(PARTS - 1)
    assert len(glances) == PARTS - 1, "every one, as long as there is something to be looked at"


def test_with_an_open_question_a_part_is_looked_at_again_in_its_turn() -> None:
    room = Room()
    room.looks(ROUND)
    room.image[40:80, 40:80] = 255
    looked = room.looks(4 * ROUND, question=True)
    assert looked.count(0) == looked.count(1) == 4
    assert set(looked) == {-1, 0, 1}


def test_an_image_searched_whole_with_an_open_question_counts_as_changed() -> None:
    room = Room()
    room.parts.searched_whole(room.seen(), room.stamp, open_question=True)
    assert room.looks(ROUND) == [*range(PARTS)]


def test_an_interval_is_kept() -> None:
    room = Room()
    room.parts.interval = 0.1
    looked = []
    for _ in range(30):
        room.image = np.roll(room.image, 40, axis=1)
        looked += room.looks(1)
    at = [index for index, number in enumerate(looked) if number >= 0]
    assert np.diff(at).min() == 4, "33 ms apart, so every fourth image"


def test_images_of_another_size_have_changed() -> None:
    colour = np.zeros((48, 64, 3), np.uint8)
    seen = Glance.at(colour, [])
    assert not seen.differs(Glance.at(colour, []), (0, 0, 64, 48))
    assert not Glance.at(np.zeros((48, 64), np.uint8), []).differs(seen, (0, 0, 64, 48)), "compared in grey"
    assert Glance.at(np.zeros((96, 128, 3), np.uint8), []).differs(seen, (0, 0, 64, 48))


def test_faces_beyond_the_edge_are_covered_as_far_as_they_are_seen() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    before = Glance.at(image, [])
    image[400:, 600:] = 255
    assert Glance.at(image, []).differs(before, (0, 0, 640, 480))
    assert not Glance.at(image, [(590.0, 390.0, 120.0, 150.0)]).differs(before, (0, 0, 640, 480))
    assert Glance.at(image, [(-900.0, -900.0, 50.0, 50.0)]).differs(before, (0, 0, 640, 480))

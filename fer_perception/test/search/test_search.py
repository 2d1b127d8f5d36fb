# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where the detector looks, and that nothing is lost by it."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from fer_perception.detectors.base import BoxGeometry, Detection, WindowDetector
from fer_perception.detectors.boxes import overlap
from fer_perception.detectors.yunet import YuNet
from fer_perception.search.expected_face import ExpectedFace
from fer_perception.search.search import SAME, Search
from fer_perception.tracking.tracker import Tracker

MS = 1_000_000


class Squares(WindowDetector):
    """Finds bright squares by their columns and rows; remembers what it was shown."""

    name = "squares"
    geometry = BoxGeometry(side=1.0)

    def __init__(self) -> None:
        self.min_face_px = 4.0
        self.shown: list[tuple[int, ...]] = []

    def scale(self, image: np.ndarray) -> float:
        return 1.0

    def detect(self, image: np.ndarray) -> list[Detection]:
        return self.find(image, 0.7)

    def find(self, image: np.ndarray, threshold: float) -> list[Detection]:
        self.shown.append(image.shape)
        count, _, stats, _ = cv2.connectedComponentsWithStats((image > 100).astype(np.uint8))
        boxes = [tuple(float(v) for v in stats[i][:4]) for i in range(1, count)]
        return [Detection(box, 0.9) for box in boxes if 0.8 < box[2] / box[3] < 1.25]


def picture(*squares: tuple[int, int, int]) -> np.ndarray:
    """Grey [480, 640] with bright squares: x, y, side."""
    image = np.zeros((480, 640), np.uint8)
    for x, y, side in squares:
        image[y : y + side, x : x + side] = 255
    return image


class Stream:
    """Images 33 ms apart through a search and a tracker."""

    def __init__(self, interval: float = 0.1) -> None:
        self.detector = Squares()
        self.search, self.tracker, self.stamp = Search(self.detector, interval), Tracker(), 0

    def show(self, *squares: tuple[int, int, int]) -> list[tuple[float, ...]]:
        self.stamp += 33 * MS
        expected = [ExpectedFace(t.expected_box(self.stamp), t.history[-1]) for t in self.tracker.tracks]
        found = self.search.find(picture(*squares), self.stamp, expected)
        self.tracker.update(found, self.stamp)
        return sorted(face.box for face in found)


def near(found: list[tuple[float, ...]], *squares: tuple[int, int, int]) -> bool:
    wanted = sorted((x, y, side, side) for x, y, side in squares)
    return len(found) == len(wanted) and all(overlap(a, b) > 0.8 for a, b in zip(found, wanted))


def test_a_face_that_stands_still_costs_a_window() -> None:
    stream = Stream()
    assert near(stream.show((300, 200, 80)), (300, 200, 80))
    before = stream.search.work.pixels
    for _ in range(60):
        assert near(stream.show((300, 200, 80)), (300, 200, 80))
    work = stream.search.work
    assert work.whole == 1
    assert (work.pixels - before) / 60 < 0.15 * 640 * 480
    assert work.calls <= 1 + 60 + 60 / 3


def test_a_face_that_moves_is_followed_and_its_box_is_right() -> None:
    stream = Stream()
    for step in range(40):
        square = (20 + 12 * step, 100 + 4 * step, 64)
        assert near(stream.show(square), square)
    assert stream.search.work.whole == 1


def test_a_face_at_the_edge_is_followed() -> None:
    stream = Stream()
    for _ in range(10):
        assert near(stream.show((0, 0, 90), (560, 400, 80)), (0, 0, 90), (560, 400, 80))
    assert stream.search.work.whole == 1


def test_a_jump_is_seen_at_once() -> None:
    stream = Stream()
    stream.show((40, 40, 60))
    assert near(stream.show((500, 350, 60)), (500, 350, 60))


@pytest.mark.parametrize("newcomer", [(20, 20, 20), (580, 420, 30), (250, 180, 200), (310, 225, 40), (420, 10, 90)])
def test_a_second_face_is_seen_within_a_round(newcomer: tuple[int, int, int]) -> None:
    stream, first = Stream(), (40, 330, 60)
    for _ in range(7):
        stream.show(first)
    looks = 0
    while not near(stream.show(first, newcomer), first, newcomer):
        looks += 1
        assert looks <= 20, "five looks, one every 0.1 s, at 30 images a second"
    for _ in range(5):
        assert near(stream.show(first, newcomer), first, newcomer)


def test_one_that_goes_is_gone_at_once_and_the_other_stays() -> None:
    stream = Stream()
    for _ in range(5):
        stream.show((40, 40, 60), (400, 300, 60))
    assert near(stream.show((400, 300, 60)), (400, 300, 60))
    whole = stream.search.work.whole
    for _ in range(20):
        assert near(stream.show((400, 300, 60)), (400, 300, 60))
    assert stream.search.work.whole == whole, "one that is gone is no reason to search everywhere again and again"


def test_a_neighbour_in_the_window_is_not_taken_for_it() -> None:
    stream = Stream()
    for step in range(30):
        pair = (100, 100, 60), (300 - 4 * step, 100, 60)
        assert near(stream.show(*pair), *pair), step


def test_nobody_means_whole_images() -> None:
    stream = Stream()
    for _ in range(4):
        assert stream.show() == []
    assert stream.search.work.whole == 4


def test_an_interval_of_zero_searches_every_image_whole() -> None:
    stream = Stream(interval=0)
    for _ in range(4):
        stream.show((40, 40, 60))
    assert stream.search.work.whole == 4


def test_a_stamp_that_goes_back_and_another_size_begin_anew() -> None:
    stream = Stream()
    stream.show((40, 40, 60))
    stream.stamp = -40 * MS
    stream.show((40, 40, 60))
    assert stream.search.work.whole == 2
    expected = [ExpectedFace((40.0, 40.0, 60.0, 60.0), True)]
    stream.search.find(picture((40, 40, 60))[:400], stream.stamp + MS, expected)
    assert stream.search.work.whole == 3


@pytest.mark.parametrize("clip", ["sad_to_happy.mp4", "noface_face.mov"])
def test_every_face_that_whole_images_show_is_found(
    clip: str, weights: str, frames: Callable[[str, int], Iterator[np.ndarray]]
) -> None:
    every, seconds = 2, 1 / 12
    reference, search, tracker = YuNet(weights), Search(YuNet(weights)), Tracker()
    wanted = missed = invented = 0
    for number, image in enumerate(frames(clip, every)):
        stamp = int(number * seconds * 1e9)
        expected = [ExpectedFace(t.expected_box(stamp), t.history[-1]) for t in tracker.tracks]
        found = search.find(image, stamp, expected)
        tracker.update(found, stamp)
        truth = reference.detect(image)
        wanted += len(truth)
        missed += sum(all(overlap(face.box, one.box) <= SAME for one in found) for face in truth)
        invented += sum(all(overlap(face.box, one.box) <= SAME for one in truth) for face in found)
    assert wanted > 30
    assert missed == 0
    assert invented <= 0.01 * wanted  # a face that turns away is held where the whole image loses it
    assert search.work.whole < search.work.images

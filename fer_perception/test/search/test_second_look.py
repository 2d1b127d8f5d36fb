# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What only looks like a face is not believed, what is one is believed at once, and little is asked for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_perception import Perception, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors.base import BoxGeometry, Detection, WindowDetector
from fer_perception.detectors.boxes import overlap
from fer_perception.detectors.yunet import YuNet
from fer_perception.search.expected_face import ExpectedFace
from fer_perception.search.search import Search
from fer_perception.search.second_look import AGAIN_NS, MOST, is_plausible
from fer_perception.tracking.tracker import Tracker

MS = 1_000_000


class Shades(WindowDetector):
    """Scores squares, darker on their right, by how large and which way round they are shown."""

    name = "shades"
    geometry = BoxGeometry(side=1.0)

    def __init__(self, first: float, enlarged: float, mirrored: float) -> None:
        self.min_face_px, self.threshold = 4.0, 0.7
        self.scores = first, enlarged, mirrored
        self.shown: list[tuple[int, ...]] = []

    def scale(self, image: np.ndarray) -> float:
        return 1.0

    def detect(self, image: np.ndarray) -> list[Detection]:
        return self.find(image, self.threshold)

    def find(self, image: np.ndarray, threshold: float) -> list[Detection]:
        self.shown.append(image.shape)
        count, _, stats, _ = cv2.connectedComponentsWithStats((image > 100).astype(np.uint8))
        found = []
        for x, y, width, height in (stats[i][:4] for i in range(1, count)):
            row = image[y + height // 2]
            left, right = float(row[x + width // 4]), float(row[x + 3 * width // 4])
            score = self.scores[2] if left < right else self.scores[0 if width < 100 else 1]
            found.append(Detection((float(x), float(y), float(width), float(height)), score))
        return [face for face in found if face.score >= threshold]


def picture(*squares: tuple[int, int, int]) -> np.ndarray:
    """Grey [480, 640] with squares: x, y, side."""
    image = np.zeros((480, 640), np.uint8)
    for x, y, side in squares:
        image[y : y + side, x : x + side] = 160
        image[y : y + side, x : x + side // 2] = 240
    return image


FACE = (300, 200, 60)


@pytest.mark.parametrize(
    ("first", "enlarged", "mirrored", "looks", "believed"),
    [
        (0.95, 0.0, 0.0, 0, True),  # sure at once
        (0.75, 0.93, 0.0, 1, True),  # sure when enlarged
        (0.75, 0.85, 0.85, 2, True),
        (0.55, 0.85, 0.85, 2, True),  # below the threshold, and confirmed
        (0.40, 0.85, 0.85, 0, False),  # not worth a look
        (0.75, 0.85, 0.70, 2, False),
        (0.88, 0.50, 0.95, 1, False),  # nothing can confirm it any more
        (0.75, 0.0, 0.0, 1, False),
    ],
)
def test_a_new_face_is_believed_by_its_scores(
    first: float, enlarged: float, mirrored: float, looks: int, believed: bool
) -> None:
    detector = Shades(first, enlarged, mirrored)
    search = Search(detector, confirmation=0.83)
    found = search.find(picture(FACE), 0, [])
    assert [face.box for face in found] == ([(300.0, 200.0, 60.0, 60.0)] if believed else [])
    assert len(detector.shown) == search.work.calls == 1 + looks
    assert search.work.pixels == sum(height * width for height, width in detector.shown)


UPRIGHT = np.asarray([(30, 40), (70, 40), (50, 62), (34, 82), (66, 82)], np.float32)  # in a box of 100 by 120


@pytest.mark.parametrize("degrees", [0, 30, -45])
def test_a_face_is_plausible_however_it_is_turned_and_wherever_it_looks(degrees: float) -> None:
    turn = cv2.getRotationMatrix2D((50, 60), degrees, 1.0)
    points = UPRIGHT @ turn[:, :2].T + turn[:, 2]
    assert is_plausible(Detection((0.0, 0.0, 100.0, 120.0), 0.8, points.astype(np.float32)))
    aside = UPRIGHT * (0.5, 1.0)  # in profile the eyes are near each other
    assert is_plausible(Detection((0.0, 0.0, 80.0, 120.0), 0.8, aside.astype(np.float32)))


def test_what_is_too_wide_or_has_its_nose_elsewhere_is_no_face() -> None:
    assert not is_plausible(Detection((0.0, 0.0, 146.0, 82.0), 0.8))
    assert not is_plausible(Detection((0.0, 0.0, 40.0, 120.0), 0.8))
    for change in ((2, (50, 35)), (2, (50, 95)), (3, (34, 45)), (4, (66, 160))):
        points = UPRIGHT.copy()
        points[change[0]] = change[1]
        if change[0] > 2:
            points[3:, 1] = change[1][1]
        assert not is_plausible(Detection((0.0, 0.0, 100.0, 120.0), 0.8, points)), change


def test_a_followed_face_needs_no_second_look_and_one_remembered_needs_less() -> None:
    box = tuple(float(v) for v in (*FACE, FACE[2]))
    for seen, enlarged, believed in ((True, 0.0, True), (False, 0.68, True), (False, 0.65, False)):
        search = Search(Shades(0.75, enlarged, 0.0), confirmation=0.83)
        assert bool(search.find(picture(FACE), 0, [ExpectedFace(box, seen)])) is believed, (seen, enlarged)


def test_what_appears_where_a_face_left_is_not_taken_for_it() -> None:
    """Larger than the face was, and not sure: being near is not enough."""
    search = Search(Shades(0.55, 0.0, 0.0), confirmation=0.83)
    assert search.find(picture((260, 160, 99)), 0, [ExpectedFace((300.0, 200.0, 40.0, 40.0), True)]) == []


def test_what_was_refused_is_left_alone_for_a_while() -> None:
    detector = Shades(0.75, 0.0, 0.0)
    search = Search(detector, confirmation=0.83)
    stamps = range(0, 3 * AGAIN_NS, 30 * MS)
    for stamp in stamps:
        assert search.find(picture(FACE), stamp, []) == []
    assert search.work.calls == len(stamps) + 3
    assert search.find(picture(FACE), 0, []) == []  # a stamp that goes back: whatever was refused is asked again
    assert search.work.calls == len(stamps) + 5


def test_many_new_faces_are_confirmed_within_a_few_images() -> None:
    squares = [(20 + 120 * column, 40 + 200 * row, 60) for column in range(5) for row in range(2)]
    search, tracker = Search(Shades(0.75, 0.85, 0.85), confirmation=0.83), Tracker()
    counts = []
    for number in range(40):
        stamp = number * 33 * MS
        expected = [ExpectedFace(one.expected_box(stamp), one.history[-1]) for one in tracker.tracks]
        found = search.find(picture(*squares), stamp, expected)
        tracker.update(found, stamp)
        counts.append(len(found))
    assert counts[0] == MOST
    assert counts == sorted(counts)
    assert counts[20] == 10


def test_a_confirmation_of_zero_believes_the_first_look() -> None:
    search = Search(Shades(0.75, 0.0, 0.0), confirmation=0.0)
    assert len(search.find(picture(FACE), 0, [])) == 1
    assert search.work.calls == 1


@pytest.fixture(scope="module")
def headlights(weights: str) -> list[np.ndarray]:
    """Parts of scikit-image's motorcycle that YuNet takes for a face."""
    data = pytest.importorskip("skimage.data", reason="scikit-image, which has the picture, is not installed")
    path = Path(data.__file__).parent / "motorcycle_left.png"
    if not path.is_file():
        pytest.skip("this scikit-image does not bundle motorcycle_left.png")
    whole, detector, rng = cv2.imread(str(path)), YuNet(weights), np.random.default_rng(0)
    found = []
    for _ in range(150):
        height = int(rng.integers(whole.shape[0] // 2, whole.shape[0]))
        width = height * 4 // 3 if height * 4 // 3 < whole.shape[1] else whole.shape[1]
        y, x = int(rng.integers(whole.shape[0] - height + 1)), int(rng.integers(whole.shape[1] - width + 1))
        part = cv2.resize(whole[y : y + height, x : x + width], (640, 480), interpolation=cv2.INTER_AREA)
        if detector.detect(part):
            found.append(np.asarray(part))
        if len(found) == 5:
            break
    assert len(found) >= 3, "YuNet alone takes this headlight for a face now and then"
    return found


def test_a_headlight_is_no_face_however_long_it_is_looked_at(headlights: list[np.ndarray], weights: str) -> None:
    """In noise, drawn once, for it takes long: each image has another part of it."""
    detector, rng = YuNet(weights), np.random.default_rng(1)
    noise = rng.normal(0, 4, (520, 680, 3)).astype(np.float32)
    for image in headlights:
        search = Search(detector)
        for number in range(20):
            y, x = rng.integers(40, size=2)
            noisy = np.clip(image + noise[y : y + 480, x : x + 640], 0, 255).astype(np.uint8)
            assert search.find(noisy, number * 33 * MS, []) == []


def test_perception_publishes_no_headlight_and_still_answers(
    headlights: list[np.ndarray], weights: str, tiny_model: str
) -> None:
    for confirmation, faces in ((0.83, False), (0.0, True)):
        settings = Settings(detector="yunet", detector_weights=weights, model=tiny_model, confirmation=confirmation)
        perception = Perception(YuNet(weights), EmotionClassifier.load(tiny_model), settings)
        seen = perception.process(headlights[0], 0)
        assert bool(seen.faces) is faces
        assert (seen.room is not None) is faces


@pytest.mark.parametrize("name", ["astronaut.png", "camera.png"])
def test_people_in_photographs_are_found_in_the_first_image(name: str, weights: str) -> None:
    data = pytest.importorskip("skimage.data", reason="scikit-image, which has the photographs, is not installed")
    image = cv2.imread(str(Path(data.__file__).parent / name))
    (truth,), (face,) = YuNet(weights).detect(image), Search(YuNet(weights)).find(image, 0, [])
    assert overlap(truth.box, face.box) > 0.9


@pytest.mark.parametrize("clip", ["sad_to_happy.mp4", "noface_face.mov"])
def test_every_face_of_the_clips_is_believed_at_once(
    clip: str, weights: str, frames: Callable[[str, int], Iterator[np.ndarray]]
) -> None:
    detector = YuNet(weights)
    for number, image in enumerate(frames(clip, 8)):
        found = Search(detector).find(image, number, [])
        assert len(found) == len(detector.detect(image)), number

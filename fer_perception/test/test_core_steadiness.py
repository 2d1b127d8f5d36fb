# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The whole of perception: several faces, few images a second or many, and the quality gate."""

import cv2
import numpy as np
import pytest

from fer_perception import Detection, FaceDetector, Perception, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors.base import BoxGeometry

HAPPY, SAD = 3, 5


class Painted(FaceDetector):
    """Finds what the test says that it painted."""

    name = "painted"
    geometry = BoxGeometry(side=1.0)

    def __init__(self):
        self.faces = []

    def detect(self, image):
        return list(self.faces)


@pytest.fixture
def make(tiny_model):
    def perception(**changes):
        return Perception(Painted(), EmotionClassifier.load(tiny_model), Settings(**changes))

    return perception


def picture(level, blur=0.0):
    """A chequered face of 100 px of this brightness at (50, 50), and the detection of it."""
    image = np.zeros((200, 200), np.uint8)
    squares = (np.indices((100, 100)) // 12).sum(axis=0) % 2
    image[50:150, 50:150] = level - 20 + 40 * squares
    if blur:
        image[50:150, 50:150] = cv2.GaussianBlur(image[50:150, 50:150], (0, 0), blur)
    return image, [Detection((50.0, 50.0, 100.0, 100.0), 0.9)]


def play(perception, rate, seconds=2.0):
    """Half of the time dark, half bright."""
    for n in range(round(rate * seconds) + 1):
        image, perception.detector.faces = picture(60 if n / rate < seconds / 2 else 200)
        seen = perception.process(image, round(n / rate * 1e9))
    return seen.faces[0].probabilities


@pytest.mark.parametrize("rate", [5, 10, 30, 60])
def test_the_time_constant_is_one_of_seconds_not_of_images(make, rate):
    """A second after the change, at every rate: 1 - exp(-1 s / 0.8 s), seen an image later at most."""
    after = play(make(filter_time=0.8), rate)
    share = 1 - np.exp(-1 / 0.8)
    bright = play(make(filter_time=0.0), 10)
    image, faces = picture(60)
    fresh = make(filter_time=0.0)
    fresh.detector.faces = faces
    dark = fresh.process(image, 0).faces[0].probabilities
    wanted = dark + share * (bright - dark)
    assert np.abs(after - wanted).max() <= 1.0 / rate / 0.8 * np.abs(bright - dark).max() + 1e-4


def test_the_quality_gate_holds_a_face_through_a_blur(make):
    """Sharp and happy, then for half a second blurred and sad, as a turn of the camera makes it."""
    answers = {}
    for gate in (False, True):
        perception = make(filter_time=0.3, quality_gate=gate)
        for n in range(25):
            image, perception.detector.faces = picture(235) if n < 10 else picture(60, blur=12.0)
            seen = perception.process(image, n * 33_000_000)
        answers[gate] = seen
    assert np.argmax(answers[False].room.probabilities) != HAPPY
    assert np.argmax(answers[True].room.probabilities) == HAPPY
    assert answers[False].faces[0].weight == 1.0
    assert answers[True].faces[0].weight < 0.2


def test_the_gate_may_be_opened_and_closed_between_two_images(make):
    perception = make()
    image, perception.detector.faces = picture(60, blur=12.0)
    assert perception.process(image, 0).faces[0].weight == 1.0
    perception.configure(Settings(quality_gate=True))
    assert perception.process(image, 10**7).faces[0].weight < 0.2


def test_at_most_max_faces_are_classified_the_largest_first(make):
    perception = make(max_faces=3)
    image = np.full((200, 600), 128, np.uint8)
    sides = [30.0, 60.0, 50.0, 40.0, 35.0]
    perception.detector.faces = [Detection((100.0 * n, 20.0, side, side), 0.9) for n, side in enumerate(sides)]
    seen = perception.process(image, 0)
    assert [face.box[2] for face in seen.faces] == [60, 50, 40]

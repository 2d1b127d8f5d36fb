# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A bag's images are decoded, searched and read as the node does it, whoever decodes them and however many at once."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from fer_evaluation.answers.camera import TOGETHER, Camera
from fer_evaluation.answers.pictures import Guess, Pictures, Scale
from fer_evaluation.bags.bag import Recorded
from fer_evaluation.bags.messages import COMPRESSED
from fer_perception import Perception, PerceptionError, Settings
from fer_perception.images.stream import ImageStream

STEP_NS = 33_000_000


@pytest.fixture(scope="module")
def recorded(every_sixth):
    """Twenty-four JPEGs of somebody who keeps still for two images each time, 30 a second."""
    found = []
    for k in range(24):
        image = cv2.resize(every_sixth[20 + k // 2][0], (1280, 720))
        data = cv2.imencode(".jpg", image)[1].tobytes()
        stamp = SimpleNamespace(sec=1, nanosec=k * STEP_NS)
        message = SimpleNamespace(header=SimpleNamespace(stamp=stamp, frame_id=""), format="jpeg", data=data)
        found.append(Recorded("/image", COMPRESSED, 10**9 + k * STEP_NS, message))
    return found


@pytest.fixture(scope="module")
def perception():
    return Perception.create(Settings())


def seen(perceived):
    return [(face.face_id, face.box, face.probabilities.tolist()) for face in perceived.faces]


def camera_of(perception):
    return Camera(perception.detector, perception.classifier, Settings())


def test_the_same_faces_and_answers(recorded, perception):
    stream, plain, node = ImageStream(compressed=True, reduced=True), [], Perception.create(Settings())
    kinds = set()
    for one in recorded:
        picture = stream.read(one.message, one.log_ns, colours=node.colours_wanted)
        kinds.add(picture.pixels.ndim)
        perceived = node.process(picture.pixels, picture.time_ns, picture.size)
        stream.saw([min(face.box[2:]) for face in perceived.faces])
        plain.append(seen(perceived))
    assert kinds == {2, 3}, "some are decoded in grey"
    camera, ahead = camera_of(perception), Pictures(Settings())
    found = [camera.find(ahead.later(one) if k % 5 else ahead.read(one)) for k, one in enumerate(recorded)]
    one_by_one, at_once = camera_of(perception), camera
    for one, other in zip(found, plain):
        (answer,) = one_by_one.answers([one])
        assert [row[:2] for row in seen(answer)] == [row[:2] for row in other]
        np.testing.assert_allclose([row[2] for row in seen(answer)], [row[2] for row in other], atol=1e-6)
    assert sum(crop is not None for one in found for crop in one.crops) > TOGETHER
    for answer, other in zip(at_once.answers(found), plain):
        np.testing.assert_allclose([row[2] for row in seen(answer)], [row[2] for row in other], atol=1e-6)


def test_an_image_that_cannot_be_answered_spoils_no_other(recorded, perception, monkeypatch):
    camera = camera_of(perception)
    found = [camera.find(camera.read(one)) for one in recorded[:8]]
    odd = next(crop for crop in found[4].crops if crop is not None)
    run = perception.classifier.backend.run

    def sometimes(crops):
        answers = run(crops)
        answers[[bool((crop == odd[0]).all()) for crop in crops]] = np.nan
        return answers

    monkeypatch.setattr(perception.classifier.backend, "run", sometimes)
    answers = camera.answers(found)
    refused = [k for k, answer in enumerate(answers) if isinstance(answer, PerceptionError)]
    assert "no number" in str(answers[4])
    assert set(refused) <= {4, 5}, "at most the next one leans on it"
    assert [len(answers[k].faces) for k in range(8) if k not in refused] == [1] * (8 - len(refused))


def test_guesses_follow_faces_that_keep_still():
    guess, still = Guess(), [Scale(2, grey=bool(k % 2)) for k in range(12)]
    assert [guess.next() for _ in range(3)] == [Scale()] * 3
    for wanted in still[1:4]:
        guess.tell(wanted)
    assert [guess.next() for _ in range(4)] == still[3:7]
    for wanted in (Scale(2), Scale(2)):
        guess.tell(wanted)
    assert [guess.next() for _ in range(3)] == [Scale(2)] * 3

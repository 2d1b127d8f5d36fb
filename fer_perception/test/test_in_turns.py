# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces that are still are looked for and read in turns: half the work, and the same answers."""

import numpy as np
import pytest

from fer_perception import Perception, Settings
from fer_perception.classification.classifier import EmotionClassifier

STEP_NS = 1_000_000_000 // 30


@pytest.fixture(scope="module")
def loaded(weights):
    return Perception.create(Settings(detector_weights=weights))


@pytest.mark.parametrize("clip", ["sad_to_happy.mp4", "noface_face.mov"])
def test_the_clips_answers_are_those_of_reading_every_face_in_every_image(loaded, frames, clip):
    """Every image, 30 a second: faces equal, the first emotion in at least 98 %, and fewer calls of both networks."""
    turns, always = (
        Perception(loaded.detector, EmotionClassifier(loaded.classifier.backend), Settings(still=still))
        for still in (Settings().still, 0.0)
    )
    same = []
    images = list(frames(clip, 1))[-120:]  # the second clip begins without a face
    for index, image in enumerate(images):
        mine, theirs = (one.process(image, index * STEP_NS) for one in (turns, always))
        assert len(mine.faces) == len(theirs.faces)
        rooms = [None if one.room is None else one.room.probabilities.argmax() for one in (mine, theirs)]
        same.append(rooms[0] == rooms[1])
    assert np.mean(same) >= 0.98
    assert turns.classifier.calls <= 0.75 * always.classifier.calls
    assert turns.search.work.calls <= 0.85 * always.search.work.calls


def test_another_network_or_setting_reads_every_face_at_once(loaded, frames):
    perception = Perception(loaded.detector, EmotionClassifier(loaded.classifier.backend), Settings())
    image = next(iter(frames("sad_to_happy.mp4", 1)))
    for index in range(5):
        perception.process(image, index * STEP_NS)
    assert perception.classifier.calls == 3, "the first, then every second"
    perception.configure(Settings(prior="0.5"))
    perception.process(image, 5 * STEP_NS)
    assert perception.classifier.calls == 4
    other = EmotionClassifier(loaded.classifier.backend)
    perception.swap(other)
    perception.process(image, 6 * STEP_NS)
    assert other.calls == 1

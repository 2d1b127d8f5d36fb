# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One camera's perception in three steps, each of which may run beside the others: read, find, answer."""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_common.stamp_judge import StampJudge
from fer_evaluation.answers.pictures import Picture, Pictures
from fer_evaluation.bags.bag import Recorded
from fer_perception import Perceived, Perception, PerceptionError, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import Followed
from fer_perception.detectors import FaceDetector
from fer_perception.detectors.base import Detection
from fer_perception.images.encodings import Pixels
from fer_perception.images.reduction import Reduction


@dataclass(frozen=True)
class Found:
    """An image whose faces were found and followed."""

    picture: Picture
    followed: Followed | None
    """None: it can't be read."""
    faces: list[Detection]
    """In the pixels of the picture."""
    crops: list[NDArray[np.uint8] | None]
    """What the network is to see of each, uint8 [1, 1, 48, 48]; None: its answer holds."""
    notice: str
    """What is to be said of its stamp; mostly empty."""
    seconds: float
    """That finding took."""


class Camera:
    """Perceives one camera's images; each step sees them in their order.

    Args:
        detector: finds the faces.
        classifier: reads them.
        settings: of perception.
    """

    def __init__(self, detector: FaceDetector, classifier: EmotionClassifier, settings: Settings) -> None:
        """Know nothing of what came before."""
        self._perception = Perception(detector, classifier, settings)
        self._pictures, self._judge = Pictures(settings), StampJudge()
        self._reduction = Reduction(settings.detection_width)
        self._numbers: set[int] = set()  # of the answers that hold
        self.two_at_once = settings.rotate == "0"
        """Whether `answer` may run beside `find`; see `Perception.answer`."""

    @property
    def guess(self) -> int:
        """By which the next JPEG will be wanted smaller, as far as is known."""
        return self._pictures.guess

    def read(self, recorded: Recorded) -> Picture:
        """Decode an image."""
        return self._pictures.read(recorded)

    def find(self, picture: Picture) -> Found:
        """Find its faces, and follow them."""
        begun = time.perf_counter()
        picture = self._as_wanted(picture)
        if picture.pixels is None:
            return Found(picture, None, [], [], "", 0.0)
        at = self._judge.time_of(picture.stamp_ns, picture.log_ns)
        try:
            upright = self._perception.upright(picture.pixels, at, picture.size)
            found = self._perception.find(upright, at)
            followed = self._perception.follow(upright, at, found)
        except PerceptionError as error:
            return Found(replace(picture, fault=str(error)), None, [], [], "", 0.0)
        self._reduction.saw([min(face.box[2:]) for face in followed.faces])
        crops = self._crops(upright, found)
        seconds = time.perf_counter() - begun
        return Found(replace(picture, pixels=upright), followed, found, crops, self._judge.notice, seconds)

    def answer(self, found: Found) -> Perceived:
        """Read its faces.

        Raises:
            PerceptionError: the model answered what is no distribution.
        """
        assert found.followed is not None, "only of an image that was read"
        held = self._perception.held
        unread = {id(face) for face in held.unread(found.faces)}
        crops = [crop for face, crop in zip(found.faces, found.crops) if id(face) in unread and crop is not None]
        if len(crops) < len(unread):
            raise PerceptionError("a face that keeps still could not be read in the image before")
        read = self._perception.classifier.read(np.concatenate(crops)) if crops else np.empty((0, len(LABELS)))
        return self._perception.answer(found.followed, held.complete(found.faces, np.asarray(read, np.float32)))

    def _crops(self, image: Pixels, found: list[Detection]) -> list[NDArray[np.uint8] | None]:
        """Cut the faces but for those whose answers hold, see `HeldAnswers`: cutting costs as much as following."""
        classifier, geometry = self._perception.classifier, self._perception.detector.geometry
        before, self._numbers = self._numbers, {face.reading for face in found if face.reading}
        return [None if face.reading in before else classifier.crops(image, [face], geometry) for face in found]

    def _as_wanted(self, picture: Picture) -> Picture:
        """Return a JPEG at the scale that the faces of the image before it ask for, as the node decodes it."""
        if picture.divisor == 0:
            picture = self._pictures.decoded(picture, self._pictures.guess)
        if picture.jpeg is None:
            return picture
        wanted = self._reduction.divisor(*picture.jpeg)
        self._pictures.guess = wanted
        return picture if wanted == picture.divisor else self._pictures.decoded(picture, wanted)

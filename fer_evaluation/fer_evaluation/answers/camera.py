# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One camera's perception in three steps, each of which may run beside the others: read, find, answer."""

import time
from dataclasses import dataclass, replace

from fer_common.stamp_judge import StampJudge
from fer_evaluation.answers.pictures import Picture, Pictures
from fer_evaluation.bags.bag import Recorded
from fer_evaluation.bags.messages import stamp_ns
from fer_perception import Perceived, Perception, PerceptionError, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import Followed
from fer_perception.detectors import FaceDetector
from fer_perception.detectors.base import Detection
from fer_perception.images.reduction import Reduction


@dataclass(frozen=True)
class Found:
    """An image whose faces were found and followed."""

    picture: Picture
    followed: Followed | None
    """None: it can't be read."""
    faces: list[Detection]
    """In the pixels of the picture."""
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
        self.two_at_once = settings.rotate == "0"
        """Whether `answer` may run beside `find`; see `Perception.answer`."""

    def read(self, recorded: Recorded) -> Picture:
        """Decode an image."""
        return self._pictures.read(recorded)

    def find(self, picture: Picture) -> Found:
        """Find its faces, and follow them."""
        begun, recorded = time.perf_counter(), picture.recorded
        picture = self._as_wanted(picture)
        if picture.pixels is None:
            return Found(picture, None, [], "", 0.0)
        at = self._judge.time_of(stamp_ns(recorded.message), recorded.log_ns)
        try:
            upright = self._perception.upright(picture.pixels, at, picture.size)
            found = self._perception.find(upright, at)
            followed = self._perception.follow(upright, at, found)
        except PerceptionError as error:
            return Found(replace(picture, fault=str(error)), None, [], "", 0.0)
        self._reduction.saw([min(face.box[2:]) for face in followed.faces])
        seconds = time.perf_counter() - begun
        return Found(replace(picture, pixels=upright), followed, found, self._judge.notice, seconds)

    def answer(self, found: Found) -> Perceived:
        """Read its faces.

        Raises:
            PerceptionError: the model answered what is no distribution.
        """
        assert found.followed is not None, "only of an image that was read"
        assert found.picture.pixels is not None, "as above"
        geometry = self._perception.detector.geometry
        held = self._perception.held
        read = self._perception.classifier.classify(found.picture.pixels, held.unread(found.faces), geometry)
        return self._perception.answer(found.followed, held.complete(found.faces, read))

    def _as_wanted(self, picture: Picture) -> Picture:
        """Return a JPEG at the scale that the faces of the image before it ask for, as the node decodes it."""
        if picture.jpeg is None:
            return picture
        wanted = self._reduction.divisor(*picture.jpeg)
        self._pictures.guess = wanted
        return picture if wanted == picture.divisor else self._pictures.read(picture.recorded, wanted)

"""One camera's perception in three steps, each of which may run beside the others: read, find, answer."""

import time
from dataclasses import dataclass, replace

import numpy as np

from fer_common.stamp_judge import StampJudge
from fer_evaluation.answers.pictures import CROP_PX, Picture, Pictures
from fer_evaluation.bags.bag import Recorded
from fer_evaluation.bags.messages import stamp_ns
from fer_perception import Perceived, Perception, PerceptionError, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import Followed
from fer_perception.detectors import FaceDetector
from fer_perception.detectors.base import Detection
from fer_perception.images.encodings import Pixels


@dataclass(frozen=True)
class Found:
    """An image whose faces were found and followed."""

    picture: Picture
    followed: Followed | None
    """None: it can't be read."""
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
        self._settings, self._factor = settings, 1
        self._pictures, self._judge = Pictures(settings), StampJudge()
        self.two_at_once = settings.rotate == "0"
        """Whether `answer` may run beside `find`; see `Perception.answer`."""

    def read(self, recorded: Recorded) -> Picture:
        """Decode an image."""
        return self._pictures.read(recorded)

    def find(self, picture: Picture) -> Found:
        """Find its faces, and follow them."""
        begun, recorded = time.perf_counter(), picture.recorded
        if picture.pixels is None:
            return Found(picture, None, "", 0.0)
        if picture.factor != self._factor:
            self._factor = picture.factor
            self._perception.configure(replace(self._settings, min_face_px=self._settings.min_face_px / picture.factor))
        at = self._judge.time_of(stamp_ns(recorded.message), recorded.log_ns)
        try:
            upright = self._perception.mounting.upright(picture.pixels, at)
            found = self._perception.find(upright, at)
            followed = self._perception.follow(upright, at, found)
        except PerceptionError as error:
            return Found(replace(picture, fault=str(error)), None, "", 0.0)
        if upright is not picture.pixels:
            picture = replace(picture, pixels=upright)
        return Found(picture, followed, self._judge.notice, time.perf_counter() - begun)

    def answer(self, found: Found) -> Perceived:
        """Read its faces.

        Raises:
            PerceptionError: the model answered what is no distribution.
        """
        assert found.followed is not None, "only of an image that was read"
        faces = [one.found for one in found.followed.faces]
        image, faces = self._to_read(found.picture, faces)
        answers = self._perception.classifier.classify(image, faces, self._perception.detector.geometry)
        return self._perception.answer(found.followed, answers)

    def _to_read(self, picture: Picture, faces: list[Detection]) -> tuple[Pixels, list[Detection]]:
        """Return the pixels that faces are read from: the whole picture, where one of them is small."""
        pixels, factor = picture.pixels, picture.factor
        assert pixels is not None, "as above"
        if factor == 1 or all(face.side * factor >= CROP_PX for face in faces):
            return pixels, faces
        whole = self._pictures.whole(picture.recorded)
        scale = np.array([whole.shape[1] / pixels.shape[1], whole.shape[0] / pixels.shape[0]])
        return whole, [
            replace(
                face,
                box=tuple((np.reshape(face.box, (2, 2)) * scale).reshape(-1).tolist()),
                landmarks=None if face.landmarks is None else face.landmarks * scale,
            )
            for face in faces
        ]

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One camera's perception in three steps, each of which may run beside the others: read, find, answer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_common.stamp_judge import StampJudge
from fer_evaluation.answers.pictures import LATER, Picture, Pictures, Scale
from fer_evaluation.bags.bag import Recorded
from fer_perception import Perceived, Perception, PerceptionError, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors import FaceDetector
from fer_perception.detectors.base import Detection
from fer_perception.images.encodings import Pixels
from fer_perception.images.reduction import Reduction
from fer_perception.tracking.followed import Followed

TOGETHER = 8
"""Faces that the network reads in one call, or a few more: a third less work for each than one by one.

Which faces these are hangs on the images alone, never on who was faster."""
WAITING = 32
"""Images that wait for that, at most."""


@dataclass(frozen=True)
class Found:
    """An image whose faces were found and followed."""

    picture: Picture
    """Without its pixels, which nobody needs any more."""
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
        self.next_scale = Scale()
        """How the next image is wanted, if it is a JPEG and as large as this one."""
        self._numbers: set[int] = set()  # of the answers that hold
        self.two_at_once = settings.rotate == "0"
        """Whether `answers` may come later than the next `find`; see `Perception.answer`."""
        self.together, self.waiting = (TOGETHER, WAITING) if self.two_at_once else (1, 1)
        """How many faces are read in one call, and how many images wait for that at most."""

    def read(self, recorded: Recorded) -> Picture:
        """Decode an image."""
        return self._pictures.read(recorded)

    def find(self, picture: Picture) -> Found:
        """Find its faces, and follow them."""
        found = self._find(picture)
        self.next_scale = Scale(self.next_scale.divisor, grey=not self._perception.colours_wanted)
        self._pictures.guess.tell(self.next_scale)
        return found

    def _find(self, picture: Picture) -> Found:
        begun = time.perf_counter()
        shown = self._as_wanted(picture)
        picture = replace(shown, pixels=None, message=None)
        if shown.pixels is None:
            return Found(picture, None, [], [], "", 0.0)
        at = self._judge.time_of(shown.stamp_ns, shown.log_ns)
        try:
            upright = self._perception.upright(shown.pixels, at, shown.size)
            found = self._perception.find(upright, at)
            followed = self._perception.follow(upright, at, found)
        except PerceptionError as error:
            return Found(replace(picture, fault=str(error)), None, [], [], "", 0.0)
        self._reduction.saw([min(face.box[2:]) for face in followed.faces])
        crops = self._crops(upright, found)
        return Found(picture, followed, found, crops, self._judge.notice, time.perf_counter() - begun)

    def answers(self, images: Sequence[Found]) -> list[Perceived | PerceptionError]:
        """Read the faces of images that follow each other, in one call of the network where that succeeds.

        Returns:
            What was perceived in each, or why it can't be told: the model answered what is no distribution.
        """
        held = self._perception.held
        try:
            read = self._read(images)
        except PerceptionError as error:  # of one image; the others are read without it
            return [error] if len(images) == 1 else [answer for one in images for answer in self.answers([one])]
        return [
            self._perception.answer(_followed(one), held.complete(one.faces, rows)) for one, rows in zip(images, read)
        ]

    def _read(self, images: Sequence[Found]) -> list[NDArray[np.float32]]:
        """Return what the network says of each image's faces but for those whose answers hold."""
        crops: list[list[NDArray[np.uint8]]] = []
        before: set[int] | None = None
        for one in images:
            unread = self._perception.held.unread(one.faces) if before is None else _without(before, one.faces)
            before = {face.reading for face in one.faces if face.reading}
            wanted = {id(face) for face in unread}
            crops.append([crop for face, crop in zip(one.faces, one.crops) if id(face) in wanted and crop is not None])
            if len(crops[-1]) < len(unread):
                raise PerceptionError("a face that keeps still could not be read in the image before")
        every = [crop for some in crops for crop in some]
        read = self._perception.classifier.read(np.concatenate(every)) if every else np.empty((0, len(LABELS)))
        return np.split(np.asarray(read, np.float32), np.cumsum([len(some) for some in crops])[:-1])

    def _crops(self, image: Pixels, found: list[Detection]) -> list[NDArray[np.uint8] | None]:
        """Cut the faces but for those whose answers hold, see `HeldAnswers`: cutting costs as much as following."""
        classifier, geometry = self._perception.classifier, self._perception.detector.geometry
        before, self._numbers = self._numbers, {face.reading for face in found if face.reading}
        return [None if face.reading in before else classifier.crops(image, [face], geometry) for face in found]

    def _as_wanted(self, picture: Picture) -> Picture:
        """Return a JPEG as the images before it ask for, which is how the node decodes it: as small as their faces
        allow, and in grey where faces that keep still are only to be read."""
        if picture.scale == LATER:
            picture = self._pictures.decoded(picture, self.next_scale)
        if picture.jpeg is None:
            return picture
        self.next_scale = replace(self.next_scale, divisor=self._reduction.divisor(*picture.jpeg))
        return picture if picture.scale == self.next_scale else self._pictures.decoded(picture, self.next_scale)


def _followed(found: Found) -> Followed:
    assert found.followed is not None, "only of an image that was read"
    return found.followed


def _without(numbers: set[int], faces: Sequence[Detection]) -> list[Detection]:
    return [face for face in faces if face.reading not in numbers]

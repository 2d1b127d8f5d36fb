# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A detector and a classifier in a package of their own: OpenCV's cascades for faces from the side and for smiles.

`detector:=profile model:=smile` uses them. They need no weights beside OpenCV 4, and are here to be copied from:
`yunet` finds faces from the side, too, and `fast` reads smiles far better.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_perception.backends import Backend
from fer_perception.backends.crop_spec import CropSpec
from fer_perception.backends.model_file import ModelInfo
from fer_perception.detectors import BoxGeometry, Detection, FaceDetector
from fer_perception.detectors.haar import cascade_path

SURE, UNSURE = 0.85, 0.7
"""Of happy where a smile is found, of neutral where none is."""


def cascade(name: str) -> cv2.CascadeClassifier:
    """Load one of OpenCV's cascades; PerceptionError where this OpenCV has none."""
    return cv2.CascadeClassifier(str(cascade_path().with_name(name)))


class ProfileDetector(FaceDetector):
    """Faces that look to the image's left, and in the mirrored image those that look to its right."""

    name = "profile"
    geometry = BoxGeometry(side=1.0)  # measure it on your own: the square that FER+ shows, by the box's side

    def __init__(self, *, threshold: float, min_face_px: float, detection_width: int, threads: int) -> None:
        """Take the settings of every detector; `threshold` and `min_face_px` may be changed between two images."""
        self.threshold, self.min_face_px = threshold, min_face_px
        self._width = detection_width
        self._cascade = cascade("haarcascade_profileface.xml")

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        """Find the faces in an image, BGR uint8 [H, W, 3] or grey [H, W]; the best first, in its own pixels."""
        grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        scale = min(1.0, self._width / max(grey.shape))
        small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
        found = []
        for mirrored in (False, True):
            looked_at = np.ascontiguousarray(small[:, ::-1] if mirrored else small)
            boxes, hits = self._cascade.detectMultiScale2(looked_at, minNeighbors=3)
            for (x, y, width, height), count in zip(boxes, np.ravel(hits)):
                left = small.shape[1] - x - width if mirrored else x
                box = (left / scale, y / scale, width / scale, height / scale)
                found.append(Detection(box, float(count) / (float(count) + 1)))
        wanted = [one for one in found if one.score >= self.threshold and one.side >= self.min_face_px]
        return sorted(wanted, key=lambda one: -one.score)


class SmileClassifier(Backend):
    """Happy where OpenCV's cascade finds a smile in the face's lower half, else neutral."""

    name = "opencv"

    def __init__(self, *, threads: int) -> None:
        """Say what a model file would: how faces are cut (margin 1: as FER+ cuts them), and what this is."""
        self.info = ModelInfo(Path("smile"), CropSpec(), "OpenCV's smile cascade")
        self._cascade = cascade("haarcascade_smile.xml")

    def run(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return probabilities in the order of `LABELS`, float32 [N, 7], for crops, uint8 [N, 1, 48, 48]."""
        answers = np.empty((len(faces), len(LABELS)), np.float32)
        for answer, face in zip(answers, faces[:, 0]):
            mouth = np.ascontiguousarray(cv2.resize(face, (144, 144), interpolation=cv2.INTER_CUBIC)[72:])
            smiles = len(self._cascade.detectMultiScale(mouth, scaleFactor=1.1, minNeighbors=12)) > 0
            sure = SURE if smiles else UNSURE
            answer[:] = (1 - sure) / (len(LABELS) - 1)
            answer[LABELS.index("happy" if smiles else "neutral")] = sure
        return answers

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""YuNet (Wu, Peng and Yu, 2023): faces with five landmarks, by ONNX Runtime or by OpenCV."""

import contextlib
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.detectors.base import BoxGeometry, Detection, WindowDetector
from fer_perception.detectors.boxes import NMS, TOP
from fer_perception.detectors.reduce import enlarge, reduce, search_scale
from fer_perception.detectors.yunet_weights import load_yunet_weights
from fer_perception.errors import PerceptionError
from fer_perception.images.encodings import Pixels

NEEDED_PX = 32.0
"""Pixels of face that YuNet is given at least; halving frames with faces of 96 px costs half of them."""
ENGINES = ("auto", "onnxruntime", "opencv")


class Engine(Protocol):
    """Runs the network on one image."""

    name: str

    def rows(self, image: Pixels, threshold: float) -> NDArray[np.float64]:
        """Return the faces in `image`, BGR uint8 [H, W, 3], best first: [N, 15], box (4), landmarks (10), score."""


class YuNet(WindowDetector):
    """The default detector: 95 % of faces of 160 px found at the threshold 0.7.

    Args:
        weights: the file; empty takes the place that `fetch_yunet` writes to.
        threshold: the least score, 0 to 1.
        min_face_px: the least side of a face, in pixels of the full image.
        detection_width: the longer side of what is searched, in pixels, at most.
        engine: 'onnxruntime' (a little more than half of OpenCV's time, on one thread), 'opencv' (4.8 or later),
            or 'auto': the first of them that there is.
        threads: that ONNX Runtime may use; OpenCV has its own setting.

    Raises:
        PerceptionError: the weights are missing or others, or no engine can run them.
    """

    name = "yunet"
    # FER+'s own images, pasted into a canvas, are boxed at 0.87 of their side (median of 618); on the clips, the
    # square that puts the five landmarks where FER+ has them is 1.155 to 1.16 times the box, its centre 0.025 above.
    geometry = BoxGeometry(side=1.15, down=-0.02)

    def __init__(
        self,
        weights: str = "",
        *,
        threshold: float = 0.7,
        min_face_px: float = 32.0,
        detection_width: int = 640,
        engine: str = "auto",
        threads: int = 1,
    ) -> None:
        """Load the weights, and choose what runs them."""
        self.threshold, self.min_face_px, self.detection_width = threshold, min_face_px, detection_width
        self.engine = _create_engine(engine, *load_yunet_weights(weights), threads)

    def detect(self, image: Pixels) -> list[Detection]:
        """Find the faces in `image`, BGR uint8 [H, W, 3] or grey uint8 [H, W]; the best first."""
        reduced = reduce(image, self.scale(image))
        found = [
            enlarge(row[:4], float(row[14]), row[4:14].reshape(5, 2), image, reduced)
            for row in self.engine.rows(_bgr(reduced), self.threshold)
        ]
        return [face for face in found if face.area >= self.min_face_px**2]

    def scale(self, image: Pixels) -> float:
        """Return the factor, at most 1, by which `detect` reduces this image before it searches it."""
        return search_scale(image.shape[0], image.shape[1], self.detection_width, self.min_face_px, NEEDED_PX)

    def find(self, image: Pixels, threshold: float) -> list[Detection]:
        """Find the faces of at least this score in an image as it is; the best first."""
        return [
            enlarge(row[:4], float(row[14]), row[4:14].reshape(5, 2), image, image)
            for row in self.engine.rows(_bgr(image), threshold)
        ]

    @property
    def description(self) -> str:
        """In a few words, for diagnostics."""
        return f"yunet ({self.engine.name})"


def _bgr(image: Pixels) -> Pixels:
    return image if image.ndim == 3 else np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)


class OpenCvEngine:
    """YuNet through cv2.FaceDetectorYN; OpenCV before 4.8 can't load the file of 2023."""

    name = "opencv"

    def __init__(self, file: Path) -> None:
        """Load `file`, and try it."""
        self._detector = cv2.FaceDetectorYN.create(str(file), "", (320, 320), 0.7, NMS, TOP)
        self._detector.detect(np.zeros((320, 320, 3), np.uint8))  # some versions load what they can't run

    def rows(self, image: Pixels, threshold: float) -> NDArray[np.float64]:
        """Return the faces as `Engine.rows` does."""
        height, width = image.shape[:2]
        self._detector.setInputSize((width, height))
        self._detector.setScoreThreshold(threshold)
        _, rows = self._detector.detect(np.ascontiguousarray(image))
        return np.empty((0, 15)) if rows is None else np.asarray(rows, dtype=np.float64)


def _create_engine(engine: str, file: Path, content: bytes, threads: int) -> Engine:
    if engine not in ENGINES:
        raise PerceptionError(f"YuNet has no engine '{engine}'; choose one of {', '.join(ENGINES)}")
    if engine in ("auto", "onnxruntime"):
        with contextlib.suppress(ImportError):
            from fer_perception.detectors.yunet_onnx import OnnxEngine

            return OnnxEngine(content, threads)
    if engine in ("auto", "opencv"):
        with contextlib.suppress(cv2.error, AttributeError):
            return OpenCvEngine(file)
    raise PerceptionError(
        f"nothing here can run YuNet (engine '{engine}', OpenCV {cv2.__version__}); install onnxruntime or OpenCV "
        "4.8 or later, or set the parameter detector to haar"
    )

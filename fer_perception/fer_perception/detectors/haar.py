# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""OpenCV's Haar cascade: needs no weights beside OpenCV, and finds fewer faces."""

from pathlib import Path

import cv2
import numpy as np

from fer_perception.detectors.base import BoxGeometry, Detection, FaceDetector
from fer_perception.detectors.reduce import enlarge, reduce, search_scale
from fer_perception.errors import PerceptionError
from fer_perception.images.encodings import Pixels

CASCADE = "haarcascade_frontalface_default.xml"
SYSTEM_FOLDERS = ("/usr/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades", "/usr/share/OpenCV/haarcascades")
"""Where Linux distributions put the cascades; wheels have them in cv2.data."""
SCALE_STEP, NEIGHBOURS, SMALLEST = 1.1, 5, 50
"""Size step, hits that make a face, least side in pixels: the settings of the best recall (74 %) that we measured."""
HALF_SURE = NEIGHBOURS * 3 / 7
"""Hits that score 0.5. With it 5 hits score 0.7, so that the same threshold suits both detectors."""


def cascade_path() -> Path:
    """Return the cascade's file.

    Raises:
        PerceptionError: this OpenCV has none; the wheels of OpenCV 5 have not.
    """
    data = getattr(cv2, "data", None)
    folders = [*([data.haarcascades] if data is not None else []), *SYSTEM_FOLDERS]
    for folder in folders:
        if (Path(folder) / CASCADE).is_file():
            return Path(folder) / CASCADE
    raise PerceptionError(
        f"OpenCV {cv2.__version__} has no Haar cascade ({CASCADE}); install an OpenCV 4 (opencv-python-headless<5, "
        "or the package opencv-data), or set the parameter detector to yunet"
    )


def hits_for(threshold: float) -> int:
    """Return the hits, at least 1, that score `threshold`, 0 to 1."""
    sure = min(max(threshold, 0.0), 0.99)
    return max(1, round(HALF_SURE * sure / (1.0 - sure)))


class Haar(FaceDetector):
    """The cascade of Viola and Jones, 2001, as OpenCV ships it. Its score is no probability: hits / (hits + 15/7).

    Args:
        threshold: the least score, 0 to 1; 0.7 are the 5 hits that OpenCV's users ask for.
        min_face_px: the least side of a face, in pixels of the full image.
        detection_width: the longer side of what is searched, in pixels, at most.

    Raises:
        PerceptionError: this OpenCV has no cascade.
    """

    name = "haar"
    # FER+'s own images, pasted into a canvas, are boxed at 0.98 of their side (median of 529; that is 1.02); on the
    # clips the square that puts the landmarks where FER+ has them is 1.09 to 1.12 times the box.
    geometry = BoxGeometry(side=1.07)

    def __init__(self, *, threshold: float = 0.7, min_face_px: float = 32.0, detection_width: int = 640) -> None:
        """Load OpenCV's cascade."""
        self.threshold, self.min_face_px, self.detection_width = threshold, min_face_px, detection_width
        path = cascade_path()
        if not hasattr(cv2, "CascadeClassifier"):
            raise PerceptionError(
                f"OpenCV {cv2.__version__} has no CascadeClassifier; set the parameter detector to yunet"
            )
        self._cascade = cv2.CascadeClassifier(str(path))
        if self._cascade.empty():
            raise PerceptionError(f"OpenCV can't load its cascade {path}; reinstall OpenCV")

    def detect(self, image: Pixels) -> list[Detection]:
        """Find the faces in `image`, BGR uint8 [H, W, 3] or grey uint8 [H, W]; the best first."""
        scale = search_scale(image.shape[0], image.shape[1], self.detection_width, self.min_face_px, SMALLEST)
        reduced = reduce(image, scale)
        grey = reduced if reduced.ndim == 2 else cv2.cvtColor(reduced, cv2.COLOR_BGR2GRAY)
        least = max(SMALLEST, int(self.min_face_px * scale))
        boxes, hits = self._cascade.detectMultiScale2(
            np.ascontiguousarray(grey),
            scaleFactor=SCALE_STEP,
            minNeighbors=hits_for(self.threshold),
            minSize=(least, least),
        )
        scores = [float(n) / (float(n) + HALF_SURE) for n in np.asarray(hits).ravel()]
        found = [
            enlarge(np.asarray(box, dtype=np.float64), score, None, image, reduced) for box, score in zip(boxes, scores)
        ]
        return sorted(found, key=lambda face: -face.score)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Pictures of what the largest face's reading rests on, made beside the images' way and only while somebody looks."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rclpy.node import Node
from std_msgs.msg import Header

from fer_common.emotions import LABELS
from fer_common.errors import one_line
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.classification.crops import cut, face_square
from fer_perception.classification.occlusion import rests_on
from fer_perception.core import Perception
from fer_perception.detectors.base import Detection
from fer_perception.images.encodings import Pixels
from fer_perception.nodes.debug_images import DebugImages
from fer_perception.nodes.worker import NewestWorker

TOPIC = "debug_saliency"
SHOWN, LINE = 240, 24
"""Sides of the two faces in the picture and of the line under them, pixels."""
LEAST = 0.01
"""A fall of the probability below which nothing is coloured: that is noise."""
RED = np.asarray((40, 40, 255), np.float64)
"""BGR."""
QUIET = 5.0
"""Seconds for which the same kind of warning is not said again."""


@dataclass(frozen=True)
class _Look:
    """A face to be looked at: nothing of its image but the cut."""

    header: Header
    crop: NDArray[np.uint8]
    classifier: EmotionClassifier
    """The one that reads the images' faces; it is asked nothing here."""
    asked_at: float
    rate: float


class Saliency:
    """Publishes on `debug_saliency` and `debug_saliency/compressed`, at most so often as wanted.

    The topics are offered from the moment when a rate is wanted. Per picture the images' way costs one cut of 48x48
    pixels; the network is loaded once more, for the thread that asks it.
    """

    def __init__(self, node: Node) -> None:
        """Offer nothing yet."""
        self._node = node
        self._images: DebugImages | None = None
        self._worker: NewestWorker[_Look] | None = None
        self._own: EmotionClassifier | None = None
        self._of: EmotionClassifier | None = None

    @property
    def published(self) -> int:
        """Pictures so far."""
        return 0 if self._images is None else self._images.published

    def offer(self, rate: float) -> None:
        """Offer the topics where pictures are wanted and none was before; by the executor's thread."""
        if rate > 0 and self._images is None:
            self._images, self._worker = DebugImages(self._node, TOPIC), NewestWorker(self._look, "saliency")

    def watcher(
        self, header: Header, perception: Perception, rate: float
    ) -> Callable[[Pixels, Sequence[Detection]], None] | None:
        """Return what is to be shown the next image and its faces; None where no picture of them is wanted.

        Args:
            header: the image's.
            perception: what will look at it.
            rate: pictures a second at most; 0: none.
        """
        images, worker, now = self._images, self._worker, time.monotonic()
        if rate <= 0 or images is None or worker is None or not worker.idle or not images.due(now, rate):
            return None

        def show(image: Pixels, faces: Sequence[Detection]) -> None:
            if faces:
                classifier = perception.classifier
                crop = cut(image, face_square(faces[0], perception.detector.geometry, classifier.info.crop))
                worker.offer(_Look(header, crop, classifier, now, rate))

        return show

    def stop(self) -> None:
        """Stop after the face at hand. May be called twice."""
        if self._worker is not None:
            self._worker.close()

    def close(self) -> None:
        """Stop, and take the topics back. May be called twice."""
        self.stop()
        if self._images is not None:
            self._images.close()
        self._worker = self._images = self._own = self._of = None

    def _look(self, look: _Look) -> None:
        images = self._images
        if images is None:
            return
        try:
            if self._of is not look.classifier or self._own is None:
                self._own, self._of = look.classifier.again(), look.classifier
            self._own.answer_as(look.classifier)
            answer, weight = rests_on(self._own.read, look.crop)
            images.publish(look.header, lambda: drawn(look.crop, answer, weight), look.asked_at, rate=look.rate)
        except Exception as error:  # a picture for debugging: whatever is wrong with it, images are perceived
            if self._node.context.ok():
                self._node.get_logger().warning(
                    f"{TOPIC} is left out: {one_line(str(error))}", throttle_duration_sec=QUIET
                )


def drawn(crop: NDArray[np.uint8], answer: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Draw a face, beside it the same with red where its answer rests on it, and one line under both.

    Args:
        crop: grey, uint8 [48, 48].
        answer: the distribution, [7].
        weight: of each pixel, [48, 48]; what is not above 0 stays grey.

    Returns:
        BGR uint8 [264, 480, 3].
    """
    face = cv2.cvtColor(cv2.resize(crop, (SHOWN, SHOWN), interpolation=cv2.INTER_LINEAR), cv2.COLOR_GRAY2BGR)
    positive, top = np.maximum(weight, 0), int(np.argmax(answer))
    greatest = float(positive.max())
    share = np.zeros_like(positive) if greatest < LEAST else positive / greatest
    opaque = 0.7 * cv2.resize(share, (SHOWN, SHOWN), interpolation=cv2.INTER_LINEAR)[:, :, None]
    picture = np.zeros((SHOWN + LINE, 2 * SHOWN, 3), np.uint8)
    picture[:SHOWN, :SHOWN] = face
    picture[:SHOWN, SHOWN:] = np.rint((1 - opaque) * face + opaque * RED)
    below = f"covered {100 * greatest:.0f} points less" if greatest >= LEAST else "no square lowers it"
    if greatest >= LEAST:
        below += f", {100 * positive[positive.shape[0] // 2 :].sum() / positive.sum():.0f} % of it in the lower half"
    line = f"{LABELS[top]} {100 * float(answer[top]):.0f} %: {below}"
    cv2.putText(picture, line, (4, SHOWN + 17), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return picture

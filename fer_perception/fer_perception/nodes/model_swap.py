# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Another model while the node runs: loaded beside the one that reads the faces, and taken between two images."""

import threading

from rclpy.node import Node

from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import GREY, GREY_FACE, Perception, load_classifier
from fer_perception.errors import PerceptionError
from fer_perception.settings import NodeSettings


class ModelSwap:
    """Holds the classifier that waits for the next image; filled by the executor's thread, emptied by the worker's."""

    def __init__(self, node: Node) -> None:
        """Nothing waits; `node` says what becomes of a model."""
        self._node = node
        self._lock = threading.Lock()
        self._waiting: EmotionClassifier | None = None

    def latest(self, perception: Perception) -> EmotionClassifier:
        """Return the classifier that reads the faces from the next image on."""
        return self._waiting or perception.classifier

    def prepare(self, before: NodeSettings, after: NodeSettings, perception: Perception) -> None:
        """Load the model of the settings `after`, where it is another one than `before`, and try it on a grey image.

        Raises:
            PerceptionError: it can't be had; the one that runs stays.
        """
        if all(getattr(before, name) == getattr(after, name) for name in ("model", "backend", "provider")):
            return
        try:
            classifier = load_classifier(after)
            classifier.classify(GREY, [GREY_FACE], perception.detector.geometry)
        except PerceptionError as error:
            stays = self.latest(perception).info.path.name
            self._node.get_logger().warning(f"{stays} goes on reading the faces: {error}")
            raise
        self._exchange(classifier)
        fall_back = f"; {classifier.backend.notice}" if classifier.backend.notice else ""
        self._node.get_logger().info(
            f"{classifier.info.path.name} reads the faces from now on, {classifier.backend.description}{fall_back}"
        )

    def take(self) -> EmotionClassifier | None:
        """Take the classifier that waits, which then waits no longer."""
        return self._exchange(None)

    def _exchange(self, classifier: EmotionClassifier | None) -> EmotionClassifier | None:
        with self._lock:
            waiting, self._waiting = self._waiting, classifier
        return waiting

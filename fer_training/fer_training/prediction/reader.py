# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One image to its faces' answers: fer_perception's own detector, tracker and network, fer_color's blend."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_color.blend import MODES
from fer_color.palette import load_palette
from fer_perception import Perception, Settings
from fer_training.prediction.media import Shot
from fer_training.prediction.table import Answer


class Reader:
    """Reads faces as the node does, without ROS.

    Args:
        settings: of fer_perception.
        palette: a palette's name or file.
        mode: 'continuous' or 'discrete', as the light's.

    Raises:
        PerceptionError, ColorError: the model, the detector or the palette can't be had.
    """

    def __init__(self, settings: Settings, palette: str, mode: str) -> None:
        """Load the detector, the network and the palette."""
        self._perception = Perception.create(settings)
        self._palette, self._mode = load_palette(palette), MODES[mode]

    def read(self, shot: Shot) -> list[Answer]:
        """Answer for each face of an image that could be read, the largest first.

        A film's faces are followed and their answers filtered over time; each photograph stands for itself.
        """
        if shot.image is None:
            return []
        if shot.time is not None:
            seen = self._perception.process(shot.image, round(shot.time * 1e9)).faces
            return [self._answer(one.face_id, one.box, one.detection_score, one.probabilities) for one in seen]
        detector, classifier = self._perception.detector, self._perception.classifier
        found = sorted(detector.detect(shot.image), key=lambda one: -one.area)
        answers = classifier.classify(shot.image, found, detector.geometry)
        pairs = zip(found, answers)
        return [self._answer(str(n), one.box, one.score, shares) for n, (one, shares) in enumerate(pairs, 1)]

    def _answer(self, face: str, box: Sequence[float], score: float, shares: NDArray[np.float32]) -> Answer:
        rgb = np.rint(255 * self._mode(np.asarray(shares, np.float64), self._palette, "srgb"))
        x, y, width, height = (round(side) for side in box)
        return Answer(face, (x, y, width, height), score, shares, (int(rgb[0]), int(rgb[1]), int(rgb[2])))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The faces in photographs and films, cut as the node cuts them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_perception import Perception, PerceptionError, Settings
from fer_perception.classification.crops import cut, face_square
from fer_training.errors import TrainingError
from fer_training.prediction.media import FILMS, Shot, files, film, photographs


def crops(sources: Sequence[str], model: Path) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Cut out every face of photographs, and of a film's images one a second.

    Args:
        sources: pictures and folders, or one film.
        model: whose way of cutting is wanted.

    Yields:
        A name and a grey face, uint8 [48, 48].

    Raises:
        TrainingError: a source, the model or the detector can't be had.
    """
    try:
        perception = Perception.create(Settings(model=str(model)))
    except PerceptionError as error:
        raise TrainingError(str(error)) from error
    detector, spec = perception.detector, perception.classifier.info.crop
    for shot in _shots(sources):
        if shot.image is None:
            continue
        for number, face in enumerate(detector.detect(shot.image), 1):
            at = "" if shot.time is None else f" {shot.time:.1f} s"
            yield (
                f"{Path(shot.name).name}{at} face {number}",
                cut(shot.image, face_square(face, detector.geometry, spec)),
            )


def _shots(sources: Sequence[str]) -> Iterator[Shot]:
    if len(sources) > 1 or Path(sources[0]).suffix.lower() not in FILMS:
        yield from photographs(files(sources))
        return
    due = 0.0
    for shot in film(Path(sources[0]))[0]:
        if shot.time is not None and shot.time >= due:
            due += 1.0
            yield shot

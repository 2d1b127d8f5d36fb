# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What each step between the two heads' answers does to a model's figures (fer_perception's parameter `reading`)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_common.distribution import pooled
from fer_common.emotions import LABELS
from fer_training.data import Faces
from fer_training.errors import TrainingError
from fer_training.measures.metrics import Metrics, measure
from fer_training.measures.model_answers import answer
from fer_training.model_file.reader import OnnxModel

STEPS = (0.0, 0.1, 0.3, 0.5, 0.7, 1.0)


@dataclass(frozen=True)
class Reading:
    """A model's figures at one step of `reading`."""

    votes: Metrics
    """Against people's votes, by protocol A."""
    words: Metrics
    """Against the words of those faces that have one: accuracy, balanced accuracy and calibration against them."""
    named: int
    """How many those are."""


def against_words(probabilities: NDArray[np.floating], words: NDArray[np.int64]) -> Metrics:
    """Measure distributions, [N, 7], against the words of as many faces, each 0 to 6."""
    return measure(probabilities, words, np.eye(len(LABELS))[words])


def readings(seen: NDArray[np.floating], meant: NDArray[np.floating], faces: Faces) -> dict[float, Reading]:
    """Measure these faces at each step.

    Args:
        seen: the model's `probabilities`, [N, 7].
        meant: its `meant`, [N, 7].
        faces: N of them, of protocol A, some with a word.
    """
    words = faces.words()
    known = np.flatnonzero(words >= 0)
    labels, shares = faces.labels(), faces.shares()
    result = {}
    for step in STEPS:
        mixed = pooled(seen, meant, step)
        against = against_words(mixed[known], words[known])
        result[step] = Reading(measure(mixed, labels, shares), against, len(known))
    return result


def check_meant(model: OnnxModel) -> None:
    """Raise TrainingError for a file that tells only what people see."""
    if not model.has_meant:
        raise TrainingError(f"'{model.path}' has no output 'meant': it tells only what people see")


def of_model(model: OnnxModel, faces: Faces, *, flip: bool = False) -> dict[float, Reading]:
    """Measure a model file on these faces at each step; `flip` averages each answer with that for the mirror image.

    Raises:
        TrainingError: the file tells only what people see, or no face has a word.
    """
    check_meant(model)
    if not (faces.words() >= 0).any():
        raise TrainingError("no face has a word under which it was found: FER+'s have, by ferplus/fer2013_words.csv")
    answers = answer(model, faces.images, flip=flip, both=True)
    return readings(answers[:, : len(LABELS)], answers[:, len(LABELS) :], faces)


def table(steps: Mapping[float, Reading]) -> list[str]:
    """Lines of Markdown, one a step."""
    heads = ("accuracy", "balanced accuracy", "colour error", "calibration error", "recall of angry", "of sad")
    of_words = ("words: accuracy", "balanced accuracy", "calibration error")
    lines = [f"| `reading` | {' | '.join((*heads, *of_words))} |", "|---:" * (len(heads) + len(of_words) + 1) + "|"]
    for step, reading in steps.items():
        votes, words = reading.votes, reading.words
        recall = dict(zip(LABELS, votes.recall()))
        figures = (
            *(votes.accuracy, votes.balanced_accuracy, votes.colour_error, votes.calibration_error),
            *(float(recall["angry"]), float(recall["sad"])),
            *(words.accuracy, words.balanced_accuracy, words.calibration_error),
        )
        lines.append(f"| {step:g} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    return lines

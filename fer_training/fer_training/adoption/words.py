# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Somebody else's labels as ours."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_common.emotion_words import emotion_of, meant
from fer_common.emotions import LABELS
from fer_training.errors import TrainingError


def mapping(words: Sequence[str]) -> tuple[NDArray[np.float32], list[str]]:
    """Find which of the seven each of a network's labels means.

    Args:
        words: the network's labels in the order of its outputs, in any usual form and case; `-` leaves one out.

    Returns:
        A matrix [len(words), 7] of 0 and 1 that adds up the probabilities, and the labels that are left out.

    Raises:
        TrainingError: a word is no emotion that we know, or one of the seven has no label.
    """
    matrix = np.zeros((len(words), len(LABELS)), np.float32)
    left_out = []
    for row, word in enumerate(words):
        label = emotion_of(word)
        if label is None and word.strip() != "-":
            hint = meant(word).removeprefix(", ") or "write - for a label that is to be left out"
            raise TrainingError(f"the label '{word}' is no emotion; {hint}")
        if label in LABELS:
            matrix[row, LABELS.index(label)] = 1
        else:
            left_out.append(word.strip())
    missing = [label for label, count in zip(LABELS, matrix.sum(axis=0)) if not count]
    if missing:
        raise TrainingError(f"none of the labels means {', '.join(missing)}; a model file answers all seven")
    return matrix, left_out

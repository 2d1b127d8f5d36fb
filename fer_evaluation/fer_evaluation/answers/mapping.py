# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Other programs' labels as distributions over the seven: REP-155's, and any by a mapping."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_common.emotion_words import emotion_of
from fer_common.emotions import LABELS
from fer_common.rep155 import from_expression, of_emotion
from fer_common.yaml_file import read_mapping
from fer_evaluation.errors import EvaluationError


def load_mapping(path: Path) -> dict[str, str]:
    """Labels to emotions; '' passes a label over.

    Raises:
        EvaluationError: the file can't be read, or an emotion is none of the seven.
    """
    content = read_mapping(path, "mapping", EvaluationError, "joy: happy", as_written=True)
    if not content:
        raise EvaluationError(f"mapping '{path}': give lines such as 'joy: happy'")
    found: dict[str, str] = {}
    for label, given in content.items():
        word, name = str(given).strip(), str(label).strip().lower()
        emotion = "" if word in ("", "~", "null") else emotion_of(word)
        if emotion not in (*LABELS, ""):
            raise EvaluationError(
                f"mapping '{path}', {label}: unknown emotion '{word:.40}'; there are: {', '.join(LABELS)}, "
                "and '' to pass a label over"
            )
        if name in found:
            raise EvaluationError(f"mapping '{path}': '{name}' stands there twice; capital letters make no difference")
        found[name] = emotion
    return found


def of_label(label: str, mapping: Mapping[str, str], where: str) -> NDArray[np.float32] | None:
    """Return all on the emotion that a label is mapped to, float32 [7]; None: it is passed over.

    Raises:
        EvaluationError: the mapping does not know the label.
    """
    name = label.strip().lower()
    if name not in mapping:
        raise EvaluationError(
            f"{where} says '{label}', which the mapping doesn't know; add a line '{label}: EMOTION', "
            "or with '' for EMOTION to pass it over"
        )
    return of_emotion(mapping[name], 1.0).astype(np.float32) if mapping[name] else None


def of_message(expression: Any, mapping: Mapping[str, str]) -> NDArray[np.float32] | None:
    """Return an hri_msgs/Expression as the distribution that the light takes it for, float32 [7]; None: passed over.

    Args:
        expression: the message; what is no number in it stays none in the answer.
        mapping: for words that REP-155 lacks, or that are to be taken otherwise.
    """
    word, confidence = expression.expression.strip().lower(), float(expression.confidence)
    if word not in mapping:
        place = float(expression.valence), float(expression.arousal)
        return from_expression(word, *place, confidence).astype(np.float32)
    return of_emotion(mapping[word], confidence).astype(np.float32) if mapping[word] else None

"""Other programs' labels as distributions over the seven: REP-155's, and any by a mapping."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_common.yaml_file import read_mapping
from fer_evaluation.affect import VALENCE_AROUSAL
from fer_evaluation.errors import EvaluationError

REP_155 = {
    "angry": "angry",
    "disgusted": "disgust",
    "scared": "fear",
    "happy": "happy",
    "neutral": "neutral",
    "sad": "sad",
    "surprised": "surprise",
}
"""REP-155's names of the seven; its others (bored, confused, ...) are none of them and are passed over."""


def load_mapping(path: Path) -> dict[str, str]:
    """Labels to emotions; '' passes a label over.

    Raises:
        EvaluationError: the file can't be read, or an emotion is none of the seven.
    """
    content = read_mapping(path, "mapping", EvaluationError, "joy: happy")
    if not content:
        raise EvaluationError(f"mapping '{path}': give lines such as 'joy: happy'")
    for label, emotion in content.items():
        if emotion not in (*LABELS, "", None):
            raise EvaluationError(
                f"mapping '{path}', {label}: unknown emotion '{emotion}'; there are: {', '.join(LABELS)}"
            )
    return {str(label).strip().lower(): emotion or "" for label, emotion in content.items()}


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
    return spread_over(mapping[name], 1.0) if mapping[name] else None


def of_expression(
    expression: str, valence: float, arousal: float, confidence: float, mapping: Mapping[str, str], where: str
) -> NDArray[np.float32] | None:
    """REP-155's Expression as a distribution, float32 [7]; None: none of the seven, or it says nothing.

    Args:
        expression: REP-155's name; empty: only valence and arousal count.
        valence: -1 to 1.
        arousal: -1 to 1.
        confidence: 0 to 1; 0 and what is no number are taken for not given.
        mapping: for names that REP-155 lacks, or takes otherwise.
        where: the topic, for errors.
    """
    name = expression.strip().lower()
    if name:
        if name in REP_155 and name not in mapping:
            emotion = REP_155[name]
        elif mapping:
            found = of_label(expression, mapping, where)
            emotion = "" if found is None else LABELS[int(found.argmax())]
        else:
            return None
    elif says_nothing(expression, valence, arousal):
        return None
    else:
        distances = np.hypot(*(VALENCE_AROUSAL - (valence, arousal)).T)
        emotion = LABELS[int(distances.argmin())]
    return spread_over(emotion, confidence if 0 < confidence <= 1 else 1.0) if emotion else None


def says_nothing(expression: str, valence: float, arousal: float) -> bool:
    """Tell whether an Expression has neither a word nor numbers for valence and arousal, so that nothing is nearest."""
    return not expression.strip() and not (math.isfinite(valence) and math.isfinite(arousal))


def spread_over(emotion: str, share: float) -> NDArray[np.float32]:
    """Put `share` on one emotion (at least a seventh), the rest on the other six alike: float32 [7]."""
    top = max(share, 1 / len(LABELS))
    values = np.full(len(LABELS), (1 - top) / (len(LABELS) - 1))
    values[LABELS.index(emotion)] = top
    return values.astype(np.float32)

"""A distribution as REP-155 (ROS4HRI) has expressions: one of its words, and valence and arousal. Needs no ROS."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import VALENCE_AROUSAL

EXPRESSIONS = ("angry", "disgusted", "scared", "happy", "neutral", "sad", "surprised")
"""hri_msgs/Expression's words for our labels, in their order."""


@dataclass(frozen=True)
class Expression:
    """What hri_msgs/Expression says of a face."""

    expression: str
    """The most probable one's word."""
    valence: float
    """-1 to 1."""
    arousal: float
    """-1 to 1."""
    confidence: float
    """The most probable one's probability, 0 to 1."""


def to_expression(probabilities: NDArray[np.float32]) -> Expression:
    """Turn a distribution [7] into an expression; valence and arousal are the table's, weighted by the
    probabilities."""
    top = int(np.argmax(probabilities))
    valence, arousal = np.clip(probabilities.astype(np.float64) @ np.array(VALENCE_AROUSAL), -1.0, 1.0)
    return Expression(EXPRESSIONS[top], float(valence), float(arousal), float(min(1.0, probabilities[top])))

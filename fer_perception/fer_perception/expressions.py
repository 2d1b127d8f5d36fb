"""A distribution as REP-155 (ROS4HRI) has expressions: one of its words, and valence and arousal. Needs no ROS."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXPRESSIONS = ("angry", "disgusted", "scared", "happy", "neutral", "sad", "surprised")
"""hri_msgs/Expression's words for our labels, in their order."""

VALENCE_AROUSAL = (
    (-0.51, 0.59),
    (-0.60, 0.35),
    (-0.64, 0.60),
    (0.81, 0.51),
    (0.0, 0.0),
    (-0.63, -0.27),
    (0.40, 0.67),
)
"""Valence and arousal of each, -1 to 1: the mean pleasure and arousal that people gave the terms angry, disgusted,
fearful, happy, sad and surprised in J. A. Russell and A. Mehrabian, Evidence for a three-factor theory of emotions,
Journal of Research in Personality 11 (1977), 273-294; neutral is the scales' zero. fer_color has the same table."""


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
    """A distribution [7] as an expression; valence and arousal are the table's, weighted by the probabilities."""
    top = int(np.argmax(probabilities))
    valence, arousal = np.clip(probabilities.astype(np.float64) @ np.array(VALENCE_AROUSAL), -1.0, 1.0)
    return Expression(EXPRESSIONS[top], float(valence), float(arousal), float(min(1.0, probabilities[top])))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Expressions of REP-155 (ROS4HRI), there and back: what hri_msgs/Expression says of a face, and our distributions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS, VALENCE_AROUSAL

EXPRESSIONS = ("angry", "disgusted", "scared", "happy", "neutral", "sad", "surprised")
"""hri_msgs/Expression's words for our labels, in their order."""

WORDS = {
    "angry": "angry",
    "annoyed": "angry",
    "furious": "angry",
    "disgusted": "disgust",
    "scared": "fear",
    "horrified": "fear",
    "happy": "happy",
    "excited": "happy",
    "neutral": "neutral",
    "bored": "neutral",
    "tired": "neutral",
    "asleep": "neutral",
    "sad": "sad",
    "despaired": "sad",
    "disappointed": "sad",
    "rejected": "sad",
    "surprised": "surprise",
    "amazed": "surprise",
}
"""hri_msgs/Expression's words that are one of our seven, or a shade of one. The others (pleading, vulnerable, guilty,
embarrassed, skeptical, suspicious, confused) are none of them: their valence and arousal count."""

SPREAD = 0.2
"""In units of valence and arousal: how far from an emotion's place it is still likely. As far as the table's two
closest neighbours, angry and disgusted, are from each other, and less than everything is from neutral."""

_PLACES = np.array(VALENCE_AROUSAL)


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


def valence_arousal(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the seven's valence and arousal, weighted by the probabilities: [..., 7] to [..., 2]."""
    return np.asarray(np.asarray(probabilities, np.float64) @ _PLACES)


def to_expression(probabilities: NDArray[np.float32]) -> Expression:
    """Turn a distribution [7] into an expression; valence and arousal are weighted by the probabilities."""
    top = int(np.argmax(probabilities))
    valence, arousal = np.clip(valence_arousal(probabilities), -1.0, 1.0)
    return Expression(EXPRESSIONS[top], float(valence), float(arousal), float(min(1.0, probabilities[top])))


def from_expression(expression: str, valence: float, arousal: float, confidence: float) -> NDArray[np.float64]:
    """Return the distribution [7], in the order of `LABELS`, that an expression stands for.

    A word of `WORDS` is as likely as it is confident. Without such a word, each of the seven is the likelier, the
    closer it is to the valence and arousal (a Gaussian of `SPREAD` around its place). What is no number stays none.

    Args:
        expression: one of REP-155's words, or empty.
        valence: -1 to 1; what is beyond counts as that.
        arousal: the same.
        confidence: 0 to 1; see `of_emotion`.
    """
    word = expression.strip().lower()
    if word in WORDS:
        return of_emotion(WORDS[word], confidence)
    place = np.clip(np.array([valence, arousal], dtype=np.float64), -1.0, 1.0)
    squares = ((_PLACES - place) ** 2).sum(axis=1)
    weights = np.exp(-(squares - np.min(squares)) / (2 * SPREAD**2))
    return np.asarray(weights / weights.sum())


def of_emotion(label: str, confidence: float) -> NDArray[np.float64]:
    """Return the distribution [7] of one emotion that is as likely as it is confident; the rest is neutral.

    Args:
        label: one of `LABELS`.
        confidence: 0 to 1, what is beyond counts as 1; 0 and below are taken for not filled in, and count as 1.
    """
    share = 1.0 if confidence <= 0 else float(np.minimum(1.0, confidence))  # which, unlike min, keeps a NaN
    distribution = np.zeros(len(LABELS))
    distribution[LABELS.index("neutral")] = 1.0 - share
    distribution[LABELS.index(label)] += share
    return distribution

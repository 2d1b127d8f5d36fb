"""Somebody else's expressions (REP-155, ROS4HRI) as distributions over our seven. Needs no ROS."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS, VALENCE_AROUSAL

SPREAD = 0.2
"""In units of valence and arousal: how far from an emotion's place it is still likely. As far as the table's two
closest neighbours, angry and disgusted, are from each other, and less than everything is from neutral."""

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

FORGET = 2.0
"""Seconds after which a face whose expression does not arrive any more counts no longer."""


def from_expression(expression: str, valence: float, arousal: float, confidence: float) -> NDArray[np.float64]:
    """Return the distribution [7], in the order of `LABELS`, that an expression stands for.

    A word of `WORDS` is as likely as it is confident, and the rest is neutral; a confidence of 0 is taken for one that
    was not filled in, and counts as 1. Without such a word, each of the seven is the likelier, the closer it is to the
    valence and arousal (a Gaussian of `SPREAD` around its place). What is no number stays none.

    Args:
        expression: one of REP-155's words, or empty.
        valence: -1 to 1; what is beyond counts as that.
        arousal: the same.
        confidence: 0 to 1; the same.
    """
    if expression in WORDS:
        share = 1.0 if confidence <= 0 else float(np.minimum(1.0, confidence))  # which, unlike min, keeps a NaN
        distribution = np.zeros(len(LABELS))
        distribution[LABELS.index("neutral")] = 1.0 - share
        distribution[LABELS.index(WORDS[expression])] += share
        return distribution
    place = np.clip(np.array([valence, arousal], dtype=np.float64), -1.0, 1.0)
    squares = ((np.array(VALENCE_AROUSAL) - place) ** 2).sum(axis=1)
    weights = np.exp(-(squares - squares.min()) / (2 * SPREAD**2))
    return np.asarray(weights / weights.sum())


@dataclass
class _Face:
    distribution: NDArray[np.float64]
    at: float


class Faces:
    """The faces whose expressions arrive; ids come and go. Times are seconds of a steady clock."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._faces: dict[str, _Face] = {}

    def see(self, face_id: str, distribution: NDArray[np.float64], now: float) -> None:
        """Take a face's newest distribution."""
        self._faces[face_id] = _Face(distribution, now)

    def keep(self, face_ids: set[str]) -> None:
        """Only these are still there."""
        self._faces = {face_id: face for face_id, face in self._faces.items() if face_id in face_ids}

    def room(self, now: float) -> NDArray[np.float64] | None:
        """Return the mean of all that were heard of within `FORGET`; None: nobody is."""
        self._faces = {face_id: face for face_id, face in self._faces.items() if now - face.at <= FORGET}
        if not self._faces:
            return None
        return np.asarray(np.mean([face.distribution for face in self._faces.values()], axis=0))

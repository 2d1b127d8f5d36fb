# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How soon answer and light follow when what is to be seen changes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_color.blend import blend
from fer_color.color_difference import difference
from fer_color.palette import Palette
from fer_evaluation.answers.light import light_at
from fer_evaluation.answers.series import Series
from fer_evaluation.scores.labels import Label, Labels
from fer_evaluation.scores.samples import answers

HOLD = 0.5
"""Seconds for which an answer must stay to count as arrived."""
LEAST = 5.0
"""CIEDE2000 that the light must be off at first for its way to be worth a time."""


@dataclass(frozen=True)
class Response:
    """One change of what is to be seen."""

    series: str
    at: float
    """When the label begins, seconds from the bag's start."""
    emotion: int
    """The label's, 0 to 6."""
    face_id: str
    """Whose; '' is the room."""
    seconds: float | None
    """Until the top class is the label's and stays so for `HOLD`; None: not before the label ends."""
    light_seconds: float | None
    """Until the light has gone half of its way (by CIEDE2000) to the label's colour; None: not before the label ends,
    or it was there already, or the label is a face's."""


def responses(series: Series, labels: Labels, palette: Palette) -> list[Response]:
    """Measure the response to each label whose emotion is not that of the label before it.

    Both labels are of the same face, and the later one has an image.
    """
    found = []
    for face_id in labels.face_ids:
        top = _top(answers(series, face_id))
        before: int | None = None
        for row in labels.of(face_id):
            changed, before = row.emotion is not None and row.emotion != before, row.emotion
            if not changed:  # of a label for each image nearly all
                continue
            inside = (series.frames.t >= row.start) & (series.frames.t < row.end)
            if inside.any():
                light = None if face_id else _half_way(series, row, palette)
                seconds = _arrived(series.frames.t[inside], top[inside] == row.emotion)
                seconds = None if seconds is None else seconds - row.start
                found.append(Response(series.name, row.start, int(row.emotion or 0), face_id, seconds, light))
    return found


def _top(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    seen = ~np.isnan(probabilities[:, 0])
    return np.where(seen, np.where(seen[:, None], probabilities, 0).argmax(axis=1), -1)


def _arrived(t: NDArray[np.float64], right: NDArray[np.bool_]) -> float | None:
    """Return the first time from which the answer is right for `HOLD`, or to the label's last image where that is
    nearer."""
    wrong = np.concatenate([t[~right], [np.inf]])
    held = t[right][wrong[np.searchsorted(wrong, t[right])] > t[right] + HOLD]
    return float(held[0]) if len(held) else None


def _half_way(series: Series, row: Label, palette: Palette) -> float | None:
    light = series.light
    if row.distribution is None or not len(light.t):
        return None
    goal = blend(row.distribution, palette)
    start = float(difference(light_at(light, np.array([row.start]))[0] / 255, goal))
    inside = (light.t >= row.start) & (light.t < row.end)
    if start < LEAST:
        return None
    there = difference(light.rgb[inside] / 255, goal) <= start / 2
    return float(light.t[inside][np.argmax(there)] - row.start) if there.any() else None

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Answers beside the labels that they are held against: a row an image and label."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from fer_evaluation.answers.series import CLASSES, Series
from fer_evaluation.scores.labels import Labels


@dataclass(frozen=True)
class Samples:
    """K labelled moments: of the room, or of one face where the labels name faces."""

    series: NDArray[np.int64]
    """Which camera of which bag, [K]."""
    frame: NDArray[np.int64]
    """Which of its images, [K]."""
    t: NDArray[np.float64]
    """When, seconds from the bag's start, [K]."""
    face_id: NDArray[np.str_]
    """Whose; '' is the room, [K]."""
    label: NDArray[np.int64]
    """The emotion, 0 to 6, [K]; -1 where only valence and arousal are labelled."""
    wanted: NDArray[np.float64]
    """The label's distribution, [K, 7]; NaN where only valence and arousal are labelled."""
    affect: NDArray[np.float64]
    """The label's valence and arousal, [K, 2]; NaN where not labelled."""
    answer: NDArray[np.float64]
    """The answer, [K, 7]; NaN where no face was seen, or not this one."""

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.t)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Samples":
        """Return some rows, in their order."""
        return Samples(**{item.name: getattr(self, item.name)[rows] for item in fields(self)})

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Where there is an answer, [K]."""
        return np.asarray(~np.isnan(self.answer).any(axis=1))


def sample(series: Sequence[Series], labels: Sequence[Labels | None]) -> Samples:
    """Take every image that a label covers, beside that label; `labels` are those of each series' bag, or None."""
    parts = [
        _of_one(index, one, given, face_id)
        for index, (one, given) in enumerate(zip(series, labels))
        if given is not None
        for face_id in given.face_ids
    ]
    parts = parts or [_of_one(0, series[0], Labels(()), "")]
    return Samples(**{item.name: np.concatenate([getattr(p, item.name) for p in parts]) for item in fields(Samples)})


def _of_one(index: int, series: Series, labels: Labels, face_id: str) -> Samples:
    rows = labels.of(face_id)
    covering = labels.at(series.frames.t, face_id)
    frame = np.flatnonzero(covering >= 0)
    chosen = covering[frame]
    nothing = [np.nan] * CLASSES
    emotion = np.array([-1 if row.emotion is None else row.emotion for row in rows], np.int64)
    wanted = np.array([nothing if row.distribution is None else row.distribution for row in rows], np.float64)
    affect = np.array([[np.nan] * 2 if row.valence is None else [row.valence, row.arousal] for row in rows], np.float64)
    return Samples(
        np.full(len(frame), index),
        frame,
        series.frames.t[frame],
        np.full(len(frame), face_id),
        emotion[chosen],
        wanted.reshape(-1, CLASSES)[chosen],
        affect.reshape(-1, 2)[chosen],
        answers(series, face_id)[frame],
    )


def answers(series: Series, face_id: str) -> NDArray[np.float64]:
    """Return what was answered about the room ('') or a face in each image, [N, 7]; NaN where it was not seen."""
    if not face_id:
        return series.frames.probabilities.astype(np.float64)
    found = np.full((len(series.frames.t), CLASSES), np.nan)
    mine = series.faces.face_id == face_id
    found[series.faces.frame[mine]] = series.faces.probabilities[mine]
    return found


def with_label_notices(series: Series, labels: Labels | None) -> Series:
    """Add to a series' lines of warning what of its labels meets nothing in it."""
    if labels is None:
        return series
    found = list(labels.notices)
    t = np.sort(series.frames.t)
    empty = [row for row in labels.rows if np.searchsorted(t, row.start) == np.searchsorted(t, row.end)]
    if empty:
        first = empty[0]
        found.append(
            f"{len(empty)} of {len(labels.rows)} labels cover no image of {series.topic}, the first in line "
            f"{first.line} ({first.start:g} to {first.end:g} s)"
        )
    seen = sorted(set(series.faces.face_id.tolist()))
    unseen = [face_id for face_id in labels.face_ids if face_id and face_id not in seen]
    if unseen:
        there = ", ".join(seen[:8]) or "none"
        found.append(f"labels name the face '{unseen[0]}', which {series.topic} does not show; its faces are: {there}")
    return replace(series, notices=(*series.notices, *found))

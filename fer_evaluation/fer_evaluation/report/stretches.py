# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a timeline shows of one camera, summed up."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fer_evaluation.answers.light import light_at
from fer_evaluation.answers.series import Series
from fer_evaluation.report.picture import Bars, Named, Timeline
from fer_evaluation.scores.labels import Labels
from fer_evaluation.scores.time_blocks import UNCERTAIN

STEPS = 600
"""Stretches of time that are drawn, at most; each shows its images' mean."""


def timeline_of(series: Series, labels: Labels | None) -> Timeline:
    """Sum up a camera's answers, labels and light.

    Args:
        series: with one image at least.
        labels: those of its bag; None: it has none.
    """
    t, p = series.frames.t, series.frames.probabilities
    edges = np.linspace(float(t[0]), float(max(t[-1], t[0] + 1e-3)), min(STEPS, max(2, len(t))) + 1)
    seen = ~np.isnan(p[:, 0])
    unsure = seen & (np.where(seen[:, None], p, 1).max(axis=1) < UNCERTAIN)
    named = tuple(one for face_id in (labels.face_ids if labels else ()) for one in _named(labels, face_id, edges))
    light = light_at(series.light, (edges[1:] + edges[:-1]) / 2) / 255 if len(series.light.t) else None
    return Timeline(edges, _means(series, edges), named, _bars(t, ~seen), _bars(t, unsure), light)


def _named(labels: Labels | None, face_id: str, edges: NDArray[np.float64]) -> list[Named]:
    """Return what one face's labels (or the room's) show: a label for each image may be tens of thousands.

    Labels that follow each other and say the same are one; where more are left than can be seen, each stretch shows
    the one in its middle.
    """
    begin, end = float(edges[0]), float(edges[-1])
    rows = [] if labels is None else [row for row in labels.of(face_id) if row.emotion is not None]
    found = _joined([Named(row.start, row.end, int(row.emotion or 0), face_id) for row in rows], (end - begin) / STEPS)
    if len(found) <= STEPS:
        return found
    grid = np.linspace(begin, end, STEPS + 1)
    middles = (grid[1:] + grid[:-1]) / 2
    at = np.searchsorted([one.start for one in found], middles, side="right") - 1
    shown = [
        Named(float(grid[k]), float(grid[k + 1]), found[place].emotion, face_id)
        for k, place in enumerate(at)
        if place >= 0 and middles[k] < found[place].end
    ]
    return _joined(shown, 0)


def _joined(named: Sequence[Named], gap: float) -> list[Named]:
    """Join labels of one emotion that follow each other within so many seconds; they are in the order of time."""
    found: list[Named] = []
    for one in named:
        last = found[-1] if found else None
        if last is not None and last.emotion == one.emotion and one.start - last.end <= gap:
            found[-1] = replace(last, end=one.end)
        else:
            found.append(one)
    return found


def _means(series: Series, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean distribution in each stretch, [S, 7]; all 0 where nobody is seen, the last one where no image is."""
    p = series.frames.probabilities.astype(np.float64)
    seen = ~np.isnan(p[:, 0])
    at = np.clip(np.searchsorted(edges, series.frames.t, side="right") - 1, 0, len(edges) - 2)
    sums, counts, images = np.zeros((len(edges) - 1, 7)), np.zeros(len(edges) - 1), np.zeros(len(edges) - 1)
    np.add.at(sums, at, np.where(seen[:, None], p, 0))
    np.add.at(counts, at, seen)
    np.add.at(images, at, 1)
    means = sums / np.maximum(counts, 1)[:, None]
    for k in range(1, len(means)):
        if images[k] == 0:
            means[k] = means[k - 1]
    return means


def _bars(t: NDArray[np.float64], which: NDArray[np.bool_]) -> Bars:
    """Start and length of each span; an image stands until the next one."""
    until = np.concatenate([t[1:], t[-1:]])
    flags = np.concatenate([[0], which.astype(int), [0]])
    starts, ends = np.flatnonzero(np.diff(flags) == 1), np.flatnonzero(np.diff(flags) == -1)
    return tuple((float(t[a]), float(until[b - 1] - t[a])) for a, b in zip(starts, ends))

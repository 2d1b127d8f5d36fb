# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One camera's answers, labels and light over time, as a figure that pattern and word tell apart, not colour alone."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_evaluation.report.picture import Named, Timeline
from fer_evaluation.report.style import COLOURS, GRID, HATCHES, INK

HEIGHTS = (4, 0.9, 0.6)
"""Of the rows below the labels' own, which is 0.7 where they are of one face."""
PLACES = {"hspace": 0.16, "left": 0.068, "right": 0.9, "top": 0.99, "bottom": 0.09}
"""Of the four rows. What is written beside them is always the same, so nobody need measure it to find room for it."""
LETTERED = 0.3
"""Share of the height from which a name fits into its band."""
MOST_NAMED = 6
"""Faces whose labels are high enough for words."""


def draw_timeline(timeline: Timeline) -> Figure:
    """Labels, stacked probabilities, uncertain and faceless spans, and the light, over the bag's time."""
    figure = Figure(figsize=(11, 5.2))
    lanes = min(MOST_NAMED, len({row.face_id for row in timeline.labels}) or 1)
    heights = (0.3 + 0.4 * lanes, *HEIGHTS)
    spans, stack, marks, light = figure.subplots(4, 1, sharex=True, gridspec_kw={"height_ratios": heights} | PLACES)
    edges, middles = timeline.edges, timeline.middles
    begin, end = float(edges[0]), float(edges[-1])
    _draw_labels(spans, timeline.labels, begin, end)
    _draw_stack(stack, middles, timeline.means)
    _draw_marks(marks, timeline)
    if timeline.light is not None:
        light.imshow(timeline.light[None], extent=(begin, end, 0, 1), aspect="auto", interpolation="nearest")
    else:
        light.text(middles[len(middles) // 2], 0.5, "not known", ha="center", va="center", color=INK, fontsize=9)
    _lane(light, "light")
    light.set_xlabel("seconds from the bag's start")
    for axes in (spans, stack, marks):
        axes.xaxis.set_visible(False)  # marks without numbers, which take a third of the drawing's time
    light.set_xlim(begin, end)
    return figure


def _draw_labels(axes: Axes, rows: Sequence[Named], begin: float, end: float) -> None:
    """Draw each face's labels in a lane of its own, as those of several faces overlap."""
    whose = list(dict.fromkeys(row.face_id for row in rows))
    high = 1 / max(1, len(whose))
    for row in rows:
        low = 1 - high * (whose.index(row.face_id) + 1)
        axes.broken_barh(
            [(row.start, row.end - row.start)], (low, high), facecolor=COLOURS[row.emotion], edgecolor=INK,
            hatch=HATCHES[row.emotion], linewidth=0.6,
        )  # fmt: skip
        middle = (max(row.start, begin) + min(row.end, end)) / 2
        if begin <= middle <= end and row.end - row.start > (end - begin) / 25 and len(whose) <= MOST_NAMED:
            name = LABELS[row.emotion] + (f" ({row.face_id})" if row.face_id else "")
            _name(axes, middle, low + high / 2, name)
    if not rows:
        axes.text((begin + end) / 2, 0.5, "no labels", ha="center", va="center", color=INK, fontsize=9)
    _lane(axes, "labels")


def _draw_stack(axes: Axes, t: NDArray[np.float64], means: NDArray[np.float64]) -> None:
    top = np.concatenate([np.zeros((len(means), 1)), np.cumsum(means, axis=1)], axis=1)
    for emotion, name in enumerate(LABELS):
        low, high = top[:, emotion], top[:, emotion + 1]
        axes.fill_between(
            t, low, high, step="mid", facecolor=COLOURS[emotion], edgecolor=INK, hatch=HATCHES[emotion],
            linewidth=0.2, label=name,
        )  # fmt: skip
        for at in _places(high - low):
            _name(axes, float(t[at]), float(low[at] + high[at]) / 2, name)
    axes.set_ylim(0, 1)
    axes.set_ylabel("probability", color=INK)
    handles, names = axes.get_legend_handles_labels()
    # In the order in which they lie on each other. legend's own `reverse` came with matplotlib 3.7.
    legend = axes.legend(
        handles[::-1], names[::-1], loc="upper left", bbox_to_anchor=(1.0, 1.02), fontsize=9, labelcolor=INK
    )
    legend.get_frame().set(facecolor="none", edgecolor=GRID)
    _ink(axes)


def _places(height: NDArray[np.float64]) -> list[int]:
    """Find where a name fits: the middle of each long stretch in which the band is high."""
    high = np.concatenate([[0], (height > LETTERED).astype(int), [0]])
    starts, ends = np.flatnonzero(np.diff(high) == 1), np.flatnonzero(np.diff(high) == -1)
    return [int(a + b) // 2 for a, b in zip(starts, ends) if b - a > len(height) / 20]


def _draw_marks(axes: Axes, timeline: Timeline) -> None:
    for level, (bars, hatch) in enumerate(((timeline.faceless, "xxxx"), (timeline.unsure, "////"))):
        if bars:
            axes.broken_barh(bars, (level + 0.1, 0.8), facecolor=GRID, edgecolor=INK, hatch=hatch, linewidth=0)
    axes.set_ylim(0, 2)
    axes.set_yticks([0.5, 1.5], ["no face", "uncertain"])
    _ink(axes)


def _name(axes: Axes, x: float, y: float, text: str) -> None:
    box = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 1.2, "alpha": 0.85}
    axes.text(x, y, text, ha="center", va="center", fontsize=8, color="#000000", bbox=box)


def _lane(axes: Axes, name: str) -> None:
    axes.set_ylim(0, 1)
    axes.set_yticks([0.5], [name])
    _ink(axes)


def _ink(axes: Axes) -> None:
    axes.set_facecolor("none")
    axes.tick_params(colors=INK, labelsize=9)
    axes.xaxis.label.set_color(INK)
    for spine in axes.spines.values():
        spine.set_color(GRID)

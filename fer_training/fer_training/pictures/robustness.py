# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Pictures of robustness: the figures over the strengths, and what the strengths look like."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_training.measures.corruptions import CORRUPTIONS, STRENGTHS, Corruption, corrupt
from fer_training.measures.robustness import Robustness
from fer_training.pictures.scores import BLUE, GREY, ORANGE

ACROSS = 5
"""Panels side by side."""


def draw_robustness(path: Path, result: Robustness, title: str) -> None:
    """Write a PNG: accuracy above and colour error below, a panel a kind, with 95 % intervals as bands."""
    rows = -(-len(CORRUPTIONS) // ACROSS)
    figure = Figure(figsize=(15, 5.4 * rows))
    figure.suptitle(f"{title}, {result.faces:,} faces", y=0.985)
    panels = figure.subplots(2 * rows, ACROSS)
    # By hand: the layout engine takes ten times as long for the same.
    figure.subplots_adjust(left=0.045, right=0.99, top=0.94, bottom=0.035, wspace=0.15, hspace=0.25)
    highest = max(each.intervals["colour_error"][1] for row in result.spoilt.values() for each in row)
    for place, kind in enumerate(CORRUPTIONS):
        block, column = divmod(place, ACROSS)
        accuracy, colour = panels[2 * block, column], panels[2 * block + 1, column]
        _lines(accuracy, result, kind, "accuracy", BLUE)
        accuracy.set_ylim(0, 1)
        accuracy.set_title(f"{kind.name} ({kind.unit})", y=1)
        _lines(colour, result, kind, "colour_error", ORANGE)
        colour.axhline(result.mean_answer, color=GREY, linestyle=":", linewidth=1)
        colour.set_ylim(0, max(highest, result.mean_answer) * 1.05)
        if column == 0:
            accuracy.set_ylabel("accuracy")
            colour.set_ylabel("colour error (CIEDE2000)")
            colour.text(0, result.mean_answer, "always the mean answer", va="top", fontsize=8, color=GREY)
    figure.savefig(path, dpi=100)


def _lines(axes: Axes, result: Robustness, kind: Corruption, figure: str, color: str) -> None:
    conditions = [result.whole, *result.spoilt[kind.name]]
    strengths = np.arange(STRENGTHS + 1)
    low, high = np.array([each.intervals[figure] for each in conditions]).T
    axes.fill_between(strengths, low, high, color=color, alpha=0.2, linewidth=0)
    axes.plot(strengths, [getattr(each.metrics, figure) for each in conditions], color=color, marker="o", markersize=4)
    axes.axhline(getattr(result.whole.metrics, figure), color=GREY, linestyle="--", linewidth=1)
    axes.set_xticks(strengths, ["whole", *(f"{level:g}" for level in kind.levels)])
    axes.grid(alpha=0.3)


def draw_strengths(path: Path, face: NDArray[np.uint8], seed: int) -> None:
    """Write a PNG of one face, uint8 [48, 48], under every strength of every kind."""
    gap = 6
    step = face.shape[0] + gap
    mosaic = np.full((step * (STRENGTHS + 1), step * len(CORRUPTIONS)), 255, np.uint8)
    figure = Figure(figsize=(1.5 * len(CORRUPTIONS), 1.5 * STRENGTHS + 2.2))
    axes = figure.add_axes((0.005, 0.005, 0.99, 0.93))
    for column, kind in enumerate(CORRUPTIONS):
        axes.text((column + 0.5) * step, -4, f"{kind.name}\n({kind.unit})", ha="center", va="bottom", fontsize=9)
        for strength in range(STRENGTHS + 1):
            top, left = strength * step, column * step + gap // 2
            mosaic[top : top + face.shape[0], left : left + face.shape[1]] = corrupt(face[None], kind, strength, seed)[
                0
            ]
            level = f"{kind.levels[strength - 1]:g}" if strength else "whole"
            axes.text(
                left + face.shape[1] / 2, top + face.shape[0] + gap / 2, level, ha="center", va="center", fontsize=7
            )
    axes.imshow(mosaic, cmap="gray", vmin=0, vmax=255, aspect="auto")
    axes.axis("off")
    figure.savefig(path, dpi=90)

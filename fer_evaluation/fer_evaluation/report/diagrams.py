# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Confusion matrix, reliability diagram and histogram of times, as figures."""

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from fer_common.emotions import LABELS
from fer_evaluation.report.style import FIRST, GRID, INK, SECOND


def draw_confusion(confusion: Sequence[Sequence[int]]) -> Figure:
    """Draw each label's shares as shade and text, with the number of samples below."""
    counts = np.array(confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(7, 6))
    axes = figure.subplots(gridspec_kw=_places(7, 6, left=0.9, right=0.15, top=0.15, bottom=0.9))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(counts.shape):
        if counts[row].sum():
            text, dark = f"{shares[row, column]:.2f}\n{counts[row, column]}", shares[row, column] > 0.55
            axes.text(
                column, row, text, ha="center", va="center", fontsize=9, color="white" if dark else "black"
            )  # fmt: skip
    axes.set_xticks(range(len(LABELS)), LABELS, rotation=30, ha="right")
    axes.set_yticks(range(len(LABELS)), LABELS)
    axes.set_xlabel("answer")
    axes.set_ylabel("label")
    return figure


def draw_reliability(reliability: dict[str, list[float]], error: float) -> Figure:
    """Draw the top probability against the share of the label for that answer, and how often each was given."""
    count, confidence, share = (np.array(reliability[name]) for name in ("count", "confidence", "share"))
    used = count > 0
    figure = Figure(figsize=(5, 5))
    # As an argument of its own it came with matplotlib 3.6; Ubuntu 22.04 has 3.5.
    places = {"height_ratios": (3, 1), "hspace": 0.08} | _places(5, 5, left=0.8, right=0.15, top=0.1, bottom=0.55)
    above, below = figure.subplots(2, 1, gridspec_kw=places, sharex=True)
    above.plot([0, 1], [0, 1], color=GRID, linestyle="--", label="calibrated")
    sizes = count[used]
    above.plot(
        confidence[used] / sizes, share[used] / sizes, color=FIRST, marker="o", label=f"measured (error {error:.3f})"
    )  # fmt: skip
    above.set_xlim(0, 1)
    above.set_ylim(0, 1.02)
    above.set_ylabel("right, as a share")
    legend = above.legend(loc="best", fontsize=9, labelcolor=INK)  # where it hides no point
    legend.get_frame().set(facecolor="none", edgecolor=GRID)
    below.bar((np.arange(len(count)) + 0.5) / len(count), count, width=0.9 / len(count), color=FIRST)
    below.set_xlabel("how sure: the top probability")
    below.set_ylabel("samples")
    for axes in (above, below):
        _ink(axes)
    _short(below)
    return figure


def draw_times(spreads: dict[str, dict[str, list[float]]]) -> Figure:
    """Histograms of some milliseconds, by name, in the bins of metrics.json; the last bin is open."""
    height = 1 + 2 * len(spreads)
    figure = Figure(figsize=(6, height))
    places = {"hspace": 0.7} | _places(6, height, left=0.75, right=0.1, top=0.1, bottom=0.9)
    rows = np.atleast_1d(figure.subplots(len(spreads), 1, gridspec_kw=places))
    for axes, (name, spread), colour in zip(rows, spreads.items(), (FIRST, SECOND)):
        edges, counts = spread["edges_ms"], spread["counts"]
        used = [k for k, value in enumerate(counts) if value]
        first, last = used[0], used[-1]
        names = [f"{a:g} to {b:g}" for a, b in itertools.pairwise(edges)] + [f"over {edges[-1]:g}"]
        axes.bar(names[first : last + 1], counts[first : last + 1], color=colour, width=0.9)
        axes.set_ylabel("images", color=INK)
        axes.set_xlabel(name)
        axes.tick_params(axis="x", rotation=30)
        _ink(axes)
        _short(axes)
    return figure


def _places(width: float, height: float, *, left: float, right: float, top: float, bottom: float) -> dict[str, float]:
    """Leave so many inches beside the axes of a figure, as what is written there needs; measuring it takes as long as
    drawing it."""
    return {"left": left / width, "right": 1 - right / width, "top": 1 - top / height, "bottom": bottom / height}


def _short(axes: Axes) -> None:
    """Write counts at the side as 250, 2.5k or 100k: as wide for an hour of images as for a minute."""
    axes.yaxis.set_major_locator(MaxNLocator("auto", integer=True))  # no half image, which would be 500m
    axes.yaxis.set_major_formatter(EngFormatter(sep=""))


def _ink(axes: Axes) -> None:
    axes.set_facecolor("none")
    axes.tick_params(colors=INK, labelsize=9)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(INK)
    for spine in axes.spines.values():
        spine.set_color(GRID)
    axes.grid(color=GRID, alpha=0.35)
    axes.set_axisbelow(True)

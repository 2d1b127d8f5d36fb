# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Confusion matrix, reliability diagram and histogram of times, as figures."""

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fer_common.emotions import LABELS
from fer_evaluation.report.style import FIRST, GRID, INK, SECOND
from fer_evaluation.scores.time_blocks import BINS


def draw_confusion(confusion: Sequence[Sequence[int]]) -> Figure:
    """Draw each label's shares as shade and text, with the number of samples below."""
    counts = np.array(confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.subplots()
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
    figure = Figure(figsize=(5, 5), layout="constrained")
    # As an argument of its own it came with matplotlib 3.6; Ubuntu 22.04 has 3.5.
    above, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": (3, 1)}, sharex=True)
    above.plot([0, 1], [0, 1], color=GRID, linestyle="--", label="calibrated")
    sizes = count[used]
    above.plot(
        confidence[used] / sizes, share[used] / sizes, color=FIRST, marker="o", label=f"measured (error {error:.3f})"
    )  # fmt: skip
    above.set_xlim(0, 1)
    above.set_ylim(0, 1.02)
    above.set_ylabel("right, as a share")
    legend = above.legend(loc="upper left", fontsize=9, labelcolor=INK)
    legend.get_frame().set(facecolor="none", edgecolor=GRID)
    below.bar((np.arange(BINS) + 0.5) / BINS, count, width=0.9 / BINS, color=FIRST)
    below.set_xlabel("how sure: the top probability")
    below.set_ylabel("samples")
    for axes in (above, below):
        _ink(axes)
    return figure


def draw_times(spreads: dict[str, dict[str, list[float]]]) -> Figure:
    """Histograms of some milliseconds, by name, in the bins of metrics.json; the last bin is open."""
    figure = Figure(figsize=(6, 1 + 2 * len(spreads)), layout="constrained")
    rows = np.atleast_1d(figure.subplots(len(spreads), 1))
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
    return figure


def _ink(axes: Axes) -> None:
    axes.set_facecolor("none")
    axes.tick_params(colors=INK, labelsize=9)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(INK)
    for spine in axes.spines.values():
        spine.set_color(GRID)
    axes.grid(color=GRID, alpha=0.35)
    axes.set_axisbelow(True)

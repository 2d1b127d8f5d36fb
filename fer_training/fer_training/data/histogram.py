# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A data set's labels as a picture: faces of each class by people's largest vote and, where it says, by their words."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_histogram(path: Path, title: str, votes: NDArray[np.int64], words: NDArray[np.int64]) -> None:
    """Write a PNG without a face: bars of both counts, and beside them which word's faces became which vote's.

    Args:
        path: the file; its folder is made.
        title: of the picture.
        votes: faces by people's largest vote, [N], in the messages' order; -1: none of the seven.
        words: the emotion under whose word each was found, [N]; -1: none is known.
    """
    from matplotlib.figure import Figure  # late: it takes a third of a second, and most calls draw nothing

    figure = Figure(figsize=(12, 4.6), layout="constrained")
    both = bool((words >= 0).any())
    left = figure.add_subplot(1, 2 if both else 1, 1)
    places, thick = np.arange(len(LABELS)), 0.4
    for shift, name, counted in ((-thick / 2, "people's largest vote", votes), (thick / 2, "its own label", words)):
        if not both and counted is words:
            continue
        counts = np.bincount(counted[counted >= 0], minlength=len(LABELS))
        bars = left.bar(places + (shift if both else 0), counts, thick, label=f"{name} ({counts.sum():,})")
        left.bar_label(bars, [f"{count:,}" for count in counts], fontsize=7)
    left.set_xticks(places, LABELS)
    left.set_title(title, fontsize=10)
    left.legend(fontsize=8)
    if both:
        _draw_moved(figure.add_subplot(1, 2, 2), moved(votes, words))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90)


def moved(votes: NDArray[np.int64], words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count faces by word (row) and by people's largest vote (column), [7, 7]; faces without either are left out."""
    known = (votes >= 0) & (words >= 0)
    flat = np.bincount(words[known] * len(LABELS) + votes[known], minlength=len(LABELS) ** 2)
    return np.asarray(flat.reshape(len(LABELS), len(LABELS)))


def _draw_moved(axes: "Axes", counts: NDArray[np.int64]) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*counts.shape):
        ink = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", fontsize=7, color=ink)
    axes.set_xticks(range(len(LABELS)), LABELS, fontsize=8)
    axes.set_yticks(range(len(LABELS)), LABELS, fontsize=8)
    axes.set_title("its own label (row) and what people saw (column), faces", fontsize=10)

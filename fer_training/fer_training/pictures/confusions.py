# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The confusion matrices of several networks in one picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fer_common.emotions import LABELS
from fer_training.pictures.panels import panels
from fer_training.pictures.trained_folds import Row


def draw_confusions(path: Path, rows: Sequence[Row]) -> None:
    """Write every network's confusion matrix, summed over its folds, as one PNG."""
    columns = min(4, len(rows))
    lines = -(-len(rows) // columns)
    figure, grid = panels(lines, columns, size=(3.5, 3.5), gap=(0.7, 0.9), left=0.65, top=0.4, bottom=0.55)
    for axes, row in zip(grid.flat, [*rows, *[None] * 4]):
        if row is None:
            axes.set_axis_off()
            continue
        shares = row.confusion / np.maximum(row.confusion.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for y, x in np.ndindex(shares.shape):
            text = "1" if shares[y, x] == 1 else f"{shares[y, x]:.2f}"[1:]
            color = "white" if shares[y, x] > 0.55 else "black"
            axes.text(x, y, text, ha="center", va="center", fontsize=8, color=color)
        axes.set_xticks(range(7), [label[:4] for label in LABELS], fontsize=8)
        axes.set_yticks(range(7), [label[:4] for label in LABELS], fontsize=8)
        axes.set_title(f"{row.name}: {100 * row.accuracy.mean():.1f} %", fontsize=10, y=1)
        axes.set_xlabel("answer", fontsize=8)
        axes.set_ylabel("most people", fontsize=8)
    figure.savefig(path, dpi=110)

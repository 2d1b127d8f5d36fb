# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Pictures of what was measured: confusion matrix, reliability diagram, training curves."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from fer_common.emotions import LABELS
from fer_training.measures.metrics import BINS, Metrics, Reliability, Scores
from fer_training.pictures.panels import panels

CURVE_NAMES = {
    "loss": "training", "valid_loss": "validation", "accuracy": "validation", "train_accuracy": "training",
    "macro_f1": "validation, macro-F1",
}  # fmt: skip
BLUE, ORANGE, GREY = "#1a61af", "#d95f02", "#6b7280"


def draw_scores(folder: Path, scores: Scores, title: str) -> None:
    """Write confusion.png and reliability.png of a model's scores into a folder."""
    metrics = scores.metrics()
    caption = f"{title}\naccuracy {metrics.accuracy:.1%}, {len(scores.label):,} faces"
    draw_confusion(folder / "confusion.png", metrics, caption)
    draw_reliability(folder / "reliability.png", scores.reliability(), title)


def draw_confusion(path: Path, metrics: Metrics, title: str) -> None:
    """Write the confusion matrix as a PNG: each row's shares as shade and text, with the number of faces below."""
    counts = metrics.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, ((axes,),) = panels(1, 1, size=(5.5, 5.5), left=0.9, right=1.3, top=0.65, bottom=0.85)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(counts.shape):
        axes.text(
            column,
            row,
            f"{shares[row, column]:.2f}\n{counts[row, column]}",
            ha="center",
            va="center",
            fontsize=9,
            color="white" if shares[row, column] > 0.55 else "black",
        )
    axes.set_xticks(range(len(LABELS)), LABELS, rotation=30, ha="right")
    axes.set_yticks(range(len(LABELS)), LABELS)
    axes.set_xlabel("the model's answer")
    axes.set_ylabel("most people's answer")
    axes.set_title(title, y=1)
    beside = axes.inset_axes((1.04, 0.1, 0.04, 0.8))
    figure.colorbar(image, cax=beside, label="share of the row")
    figure.savefig(path, dpi=130)


def draw_reliability(path: Path, reliability: Reliability, title: str) -> None:
    """Write the reliability diagram as a PNG: the top probability against the people's votes for that answer."""
    used = reliability.count > 0
    confidence = reliability.confidence[used] / reliability.count[used]
    share = reliability.share[used] / reliability.count[used]
    figure, grid = panels(
        2, 1, size=(4.7, 3.1), left=0.75, right=0.2, top=0.4, bottom=0.55, gap=(0.1, 0.2),
        gridspec_kw={"height_ratios": (3.25, 1)}, sharex=True,
    )  # fmt: skip
    above, below = grid[:, 0]
    above.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="calibrated")
    above.plot(confidence, share, color=BLUE, marker="o", label=f"model (error {reliability.error():.4f})")
    above.set_ylabel("mean share of votes for that answer")
    above.set_xlim(0, 1)
    above.set_ylim(0, 1)
    above.set_aspect("equal")
    above.grid(alpha=0.3)
    above.legend(loc="upper left")
    above.set_title(title, y=1)
    below.bar((np.arange(BINS) + 0.5) / BINS, reliability.count, width=0.9 / BINS, color=BLUE)
    below.set_xlabel("top probability (ten equal bins)")
    below.set_ylabel("faces")
    below.grid(axis="y", alpha=0.3)
    figure.savefig(path, dpi=130)


def draw_curves(path: Path, rows: Sequence[Mapping[str, float]], title: str) -> None:
    """Write a run's curves over its epochs as a PNG; `rows` are what `fer_training.runs.run_log.read_log` gives."""
    epochs = [row["epoch"] for row in rows]
    shown = (
        ("loss", "loss: in training, of validation", ("loss", "valid_loss")),
        ("share of faces", "accuracy: of validation, in training", ("accuracy", "train_accuracy", "macro_f1")),
        ("CIEDE2000", "validation: colour error", ("colour_error",)),
        ("", "validation: KL and calibration error", ("kl", "calibration_error")),
    )
    borders = {"left": 0.75, "top": 0.75, "bottom": 0.55}
    figure, grid = panels(2, 2, size=(4.2, 2.4), gap=(0.8, 0.8), title=title, **borders)
    for axes, (unit, heading, names) in zip(grid.flat, shown):
        for name, color in zip(names, (BLUE, ORANGE, GREY)):
            values = [row.get(name, np.nan) for row in rows]  # a log may have begun before a figure was kept
            label = CURVE_NAMES.get(name, name.replace("_", " "))
            axes.plot(epochs, values, color=color, marker="." if len(rows) < 40 else None, label=label)
        axes.set_title(heading, fontsize=10, y=1)  # told where, it need not be sought
        axes.set_xlabel("epoch")
        axes.set_ylabel(unit)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        if len(names) > 1:
            axes.legend()
    figure.savefig(path, dpi=120)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The same figures for faces that a camera or a detector has spoilt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from fer_color.color_difference import color_errors
from fer_common.emotions import LABELS
from fer_training.data import Faces
from fer_training.measures.bootstrap import intervals
from fer_training.measures.corruptions import CORRUPTIONS, STRENGTHS, Corruption, corrupt
from fer_training.measures.metrics import Metrics, score
from fer_training.measures.model_answers import answer
from fer_training.model_file.reader import OnnxModel

RESAMPLES = 200
"""Bootstrap resamples: fewer than the evaluation's own, since there are fifty times as many figures."""
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1", "kl", "calibration_error", "colour_error")


@dataclass(frozen=True)
class Condition:
    """The figures under one strength of one kind of damage."""

    metrics: Metrics
    intervals: dict[str, tuple[float, float]]
    """95 % bootstrap intervals of the scalars, by name."""


@dataclass(frozen=True)
class Robustness:
    """A model's figures under every strength of every kind."""

    faces: int
    seed: int
    flip: bool
    whole: Condition
    """Without damage."""
    spoilt: dict[str, list[Condition]]
    """By kind, strengths 1 to 5."""
    mean_answer: float
    """The colour error of always answering these faces' mean distribution: at that, an image tells nothing."""

    def mean(self, figure: str) -> list[float]:
        """Return a figure's mean over the kinds, for strengths 0 to 5."""
        values = [[getattr(each.metrics, figure) for each in row] for row in self.spoilt.values()]
        return [getattr(self.whole.metrics, figure), *(float(value) for value in np.mean(values, axis=0))]


def measure_robustness(model: OnnxModel, faces: Faces, *, seed: int = 0, flip: bool = False) -> Robustness:
    """Run a model over faces under every strength of every kind of damage, with a progress bar.

    Args:
        model: the model file.
        faces: protocol A's faces.
        seed: of all randomness; the same gives the same figures.
        flip: average each answer with that for the mirror image.
    """
    labels, people = faces.labels(), faces.shares()

    def condition(images: np.ndarray, bar: tqdm) -> Condition:
        scores = score(answer(model, images, flip=flip, bar=bar), labels, people)
        return Condition(scores.metrics(), intervals(scores, resamples=RESAMPLES, seed=seed))

    total = len(faces) * (1 + len(CORRUPTIONS) * STRENGTHS)
    with tqdm(total=total, desc="robustness", unit="face", leave=False, mininterval=1) as bar:
        whole = condition(faces.images, bar)
        spoilt = {}
        for kind in CORRUPTIONS:
            bar.set_description(kind.name, refresh=False)
            spoilt[kind.name] = [
                condition(corrupt(faces.images, kind, strength, seed), bar) for strength in range(1, STRENGTHS + 1)
            ]
    mean = np.broadcast_to(people.mean(axis=0), (len(faces), len(LABELS)))
    return Robustness(len(faces), seed, flip, whole, spoilt, float(color_errors(mean, people).mean()))


def as_json(result: Robustness) -> dict[str, Any]:
    """Return every figure with its interval, and each class's recall."""
    return {
        "faces": result.faces,
        "seed": result.seed,
        "flip_averaging": result.flip,
        "mean_answer_colour_error": result.mean_answer,
        "whole": _figures(result.whole),
        "kinds": {
            kind.name: {
                "unit": kind.unit,
                "strengths": [
                    {"strength": strength, "level": level, **_figures(condition)}
                    for strength, (level, condition) in enumerate(zip(kind.levels, result.spoilt[kind.name]), 1)
                ],
            }
            for kind in CORRUPTIONS
        },
        "mean_over_kinds": {figure: result.mean(figure) for figure in FIGURES},
    }


def _figures(condition: Condition) -> dict[str, Any]:
    recall = zip(LABELS, condition.metrics.recall())
    return {
        "metrics": {
            name: {"value": value, "low": condition.intervals[name][0], "high": condition.intervals[name][1]}
            for name, value in condition.metrics.scalars().items()
        },
        "recall": {label: None if np.isnan(value) else float(value) for label, value in recall},
    }


def as_markdown(result: Robustness, title: str, figures: Sequence[str] = FIGURES) -> str:
    """Return a table for each figure: kinds by strengths."""
    averaged = ", averaged with their mirror images" if result.flip else ""
    lines = [
        f"# Robustness of {title}",
        "",
        f"{result.faces:,} faces{averaged}, seed {result.seed}. Strength 0 is the face as it is. Always answering "
        f"these faces' mean distribution has a colour error of {result.mean_answer:.1f}.",
        "",
        "| kind | 1 | 2 | 3 | 4 | 5 | |",
        "|---|---:|---:|---:|---:|---:|---|",
        *(
            f"| {kind.name} | {' | '.join(f'{level:g}' for level in kind.levels)} | {kind.unit} |"
            for kind in CORRUPTIONS
        ),
    ]
    for figure in figures:
        lines += ["", f"## {figure.replace('_', ' ')}", "", "| kind | 0 | 1 | 2 | 3 | 4 | 5 |", "|---|" + "---:|" * 6]
        lines += [_row(kind, figure, result) for kind in CORRUPTIONS]
        lines.append(f"| mean | {' | '.join(_number(figure, value) for value in result.mean(figure))} |")
    return "\n".join(lines) + "\n"


def _row(kind: Corruption, figure: str, result: Robustness) -> str:
    values = [getattr(each.metrics, figure) for each in (result.whole, *result.spoilt[kind.name])]
    return f"| {kind.name} | {' | '.join(_number(figure, value) for value in values)} |"


def _number(figure: str, value: float) -> str:
    return f"{value:.1f}" if figure == "colour_error" else f"{value:.3f}"

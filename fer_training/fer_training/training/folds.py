# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Stratified cross-validation: every face is validated on once, by a network that did not learn from it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_training.data import Faces
from fer_training.machine.processes import Processes
from fer_training.measures.metrics import Metrics
from fer_training.runs.held_out import read_held_out, validation_decides, write_held_out
from fer_training.runs.run_log import read_log
from fer_training.training.held_out import measure_best
from fer_training.training.run import Run, train_run

FOLDS = "folds.json"
INNER = 10
"""One in so many of a fold's training faces is what validation decides on, where it decides anything."""


def stratified_folds(labels: NDArray[np.int64], count: int, seed: int) -> list[NDArray[np.int64]]:
    """Return rows of each fold, ascending: a random partition in which every class is spread as evenly as it goes.

    Args:
        labels: class of each face, [N], from 0.
        count: number of folds, at least 2.

    Raises:
        ValueError: fewer than two folds, or fewer faces than folds.
    """
    if not 2 <= count <= len(labels):
        raise ValueError(f"{len(labels)} faces cannot make {count} folds; give 2 to {len(labels)}")
    generator = np.random.default_rng(seed)
    fold = np.empty(len(labels), np.int64)
    dealt = 0  # goes on from class to class, so that the folds' sizes differ by one at most
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fold[rows] = (np.arange(len(rows)) + dealt) % count
        dealt += len(rows)
    return [np.flatnonzero(fold == number) for number in range(count)]


def join(one: Faces, other: Faces) -> Faces:
    """Return both sets' faces, in that order."""
    return Faces(
        one.names + other.names,
        np.concatenate([one.images, other.images]),
        np.concatenate([one.votes, other.votes]),
        np.concatenate([one.words(), other.words()]),
    )


def cross_validate(run: Run, faces: Faces, count: int, processes: Processes | None = None) -> dict[str, list[float]]:
    """Trains one network a fold, in the folders fold1, fold2, … of the run's, and writes folds.json there.

    Where the recipe lets validation decide when the rate falls or the run stops, that is done on a tenth of the fold's
    training faces. The best epoch by them counts, and the fold's own faces are read once, by it.

    Args:
        faces: protocol A's faces, of which each fold leaves out its own.

    Returns:
        each figure of the log, by name: its values at the folds' ends.

    Raises:
        TrainingError, ValueError: as `train_run` and `stratified_folds` do.
    """
    everything = np.arange(len(faces))
    rows = []
    for number, held_out in enumerate(stratified_folds(faces.labels(), count, run.seed), 1):
        folder = run.folder / f"fold{number}"
        print(f"fold {number} of {count}")
        kept = np.setdiff1d(everything, held_out)
        one = replace(run, folder=folder, data=f"{run.data}, fold {number} of {count} held out")
        rows.append(train_fold(one, faces.take(kept), faces.take(held_out), processes or Processes()))
    names = [name for name in rows[0] if name in Metrics.__dataclass_fields__ or name.startswith("recall_")]
    figures = {name: [row[name] for row in rows] for name in names}
    if processes is None or processes.first:
        write_folds(run.folder / FOLDS, figures)
    return figures


def train_fold(run: Run, train: Faces, held_out: Faces, processes: Processes) -> dict[str, Any]:
    """Train on a fold's faces to the recipe's end; return the figures on those held out, as a row of the log.

    Raises:
        TrainingError: as `train_run` does.
    """
    if not validation_decides(run.recipe.schedule, run.recipe.patience):
        train_run(run, train, held_out, processes)
        return read_log(run.folder)[-1]
    inner = stratified_folds(train.labels(), INNER, run.seed)[0]
    rest = np.setdiff1d(np.arange(len(train)), inner)
    trainer = train_run(run, train.take(rest), train.take(inner), processes)
    processes.from_first(0.0, trainer.device)  # waits until the first one has written its checkpoints
    row = read_held_out(run.folder) or measure_best(trainer, held_out)
    if processes.first:
        write_held_out(run.folder, row)
    return row


def write_folds(path: Path, figures: dict[str, list[float]]) -> None:
    """Write each figure's values, mean and sample standard deviation over the folds, as JSON."""
    content = {
        name: {"mean": float(np.mean(values)), "deviation": float(np.std(values, ddof=1)), "folds": values}
        for name, values in figures.items()
    }
    path.write_text(json.dumps(content, indent=2) + "\n")

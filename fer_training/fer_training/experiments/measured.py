# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Variants trained with several seeds, and what came of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_training.data import Faces, split_title
from fer_training.errors import TrainingError
from fer_training.experiments.variants import VARIANTS, Question, Variant
from fer_training.pictures.results_page import interval
from fer_training.runs.checkpoint import LAST
from fer_training.runs.run_log import read_log
from fer_training.training.learning_faces import learning_faces
from fer_training.training.run import Run, train_run
from fer_training.warps import measure_warps
from fer_training.weights.trained_network import load_trained

FIGURES = ("train_accuracy", "accuracy", "macro_f1", "colour_error")


@dataclass(frozen=True)
class Budget:
    """What every variant gets."""

    faces: int
    """Of FER2013Train, drawn by the seed."""
    epochs: int
    seeds: int
    width: float
    """Of the network."""


@dataclass(frozen=True)
class Measured:
    """A variant's figures, a row a seed."""

    log: tuple[list[dict[str, Any]], ...]
    """Each seed's log, a row an epoch."""
    theta: tuple[tuple[float, float], ...] = ()
    """Of each seed's STN: the largest deviation of theta's numbers over the validation faces, and by how many pixels of
    48 the mean map moves a corner."""

    def values(self, figure: str, *, halfway: bool = False) -> NDArray[np.float64]:
        """Return a figure of the last epoch, or of that half way, a number a seed."""
        return np.array([rows[(len(rows) + 1) // 2 - 1 if halfway else -1][figure] for rows in self.log])


def measure(
    names: Sequence[str], budget: Budget, data: Path, runs: Path, threads: int = 1, teacher: Path | None = None
) -> dict[str, Measured]:
    """Train what is not trained yet, in a folder a variant and seed, and return the figures on FER2013Valid.

    A seed draws the faces, the first weights and the order: with it all variants see the same faces.

    Args:
        names: of `VARIANTS`, of one of the `SETS`.
        budget: of each.
        data: FER+.
        runs: the folders' place.
        threads: of PyTorch.
        teacher: the model file whose answers the taught ones among them learn.

    Raises:
        TrainingError: the data are not usable, a folder holds a run of another budget, or a teacher is wanted.
    """
    if teacher is None and any(VARIANTS[name].taught for name in names):
        raise TrainingError("one of these learns what a network answers that is trained already; give --teacher")
    import torch

    torch.set_num_threads(threads)
    faces = learning_faces(
        data, VARIANTS[names[0]].recipe(budget.epochs)
    )  # of one set: its variants' classes are the same
    logs: dict[str, list[list[dict[str, Any]]]] = {name: [] for name in names}
    thetas: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for seed in range(budget.seeds):  # seed by seed: what is stopped has whole ones
        rows = np.random.default_rng(seed).permutation(len(faces["train"]))[: budget.faces]
        some = faces["train"].take(np.sort(rows))
        for name in names:
            folder = runs / f"{name.replace(',', '').replace(' ', '_')}-{seed}"
            print(f"== {name}, seed {seed}", flush=True)
            about = f"{len(some):,} faces of {split_title(data, 'train')}"
            run = _run(VARIANTS[name], seed, budget, folder, about, teacher)
            logs[name].append(_train(run, some, faces["valid"]))
            if "stn" in VARIANTS[name].architecture:
                warps, _ = measure_warps(load_trained(folder / LAST).network, faces["valid"].images)
                thetas[name].append((max(warps.deviation), warps.moved))
    return {name: Measured(tuple(logs[name]), tuple(thetas[name])) for name in names}


def _run(variant: Variant, seed: int, budget: Budget, folder: Path, about: str, teacher: Path | None) -> Run:
    return Run(
        folder=folder,
        architecture=variant.architecture,
        recipe=variant.recipe(budget.epochs),
        network={"width": budget.width, **variant.network},
        seed=seed,
        precision="float32",
        teachers=(teacher,) if variant.taught and teacher is not None else (),
        data=about,
        resume=True,
    )


def _train(run: Run, train: Faces, valid: Faces) -> list[dict[str, Any]]:
    train_run(run, train, valid)
    log = read_log(run.folder)
    if len(log) > run.recipe.epochs:
        raise TrainingError(
            f"'{run.folder}' was trained for {len(log)} epochs already; give as many, or another --output"
        )
    return log


def difference(question: Question, measured: Mapping[str, Measured]) -> tuple[float, float, float] | None:
    """Return by how much the first of a question's variants is ahead, paired by seed: mean and 95 % interval.

    None where one of them was not measured.
    """
    if question.one not in measured or question.other not in measured:
        return None
    one, other = (measured[name].values(question.figure, halfway=question.halfway) for name in
                  (question.one, question.other))  # fmt: skip
    low, high = interval(one - other)
    return float((one - other).mean()), low, high

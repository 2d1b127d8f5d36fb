# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Networks that were trained by folds, read from their folders."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_models import create_model, multiply_accumulates, parameter_count
from fer_training.errors import TrainingError
from fer_training.runs.held_out import read_held_out, validation_decides
from fer_training.runs.run_log import read_log

BUDGET = {
    "recipe": "recipe or number of epochs",
    "seed": "seed",
    "data": "set of faces or number of folds",
    "faces": "number of faces",
    "precision": "precision",
}
"""What run.json says that all networks of a page share, and what it is called."""


@dataclass(frozen=True)
class Row:
    """A network's folds."""

    name: str
    accuracy: NDArray[np.float64]
    """Of each fold, on the faces that it held out, [K], 0 to 1."""
    macro_f1: NDArray[np.float64]
    colour_error: NDArray[np.float64]
    confusion: NDArray[np.int64]
    """Summed over the folds, [7, 7]."""
    epochs: tuple[int, ...]
    """Done by each fold."""
    planned: int
    about: dict[str, Any]
    """The first fold's run.json."""
    parameters: int
    multiplications: int

    @property
    def chosen(self) -> bool:
        """Whether each fold's epoch was chosen, on a part of its training faces; such folds are at their end."""
        return _decides(self.about["recipe"])

    @property
    def whole(self) -> bool:
        """Whether every fold came to the recipe's end: to its last epoch, or to that of its patience."""
        return self.chosen or min(self.epochs) >= self.planned


def read_rows(runs: Path, names: Sequence[str]) -> list[Row]:
    """Return what was trained, in the order of `names`; folds that have not done an epoch are left out.

    Where validation decides on a part of the training faces, so are those that have not come to their end: what their
    log has is of that part.

    Raises:
        TrainingError: nothing was, or not all with one budget.
    """
    rows = []
    for name in names:
        folders = [folder for folder in sorted((runs / name).glob("fold*")) if folder.is_dir() and read_log(folder)]
        if not folders:
            continue
        about = json.loads((folders[0] / "run.json").read_text())
        if _decides(about["recipe"]):
            folders = [folder for folder in folders if read_held_out(folder)]
            if not folders:
                continue
        last = [read_held_out(folder) or read_log(folder)[-1] for folder in folders]
        network = create_model(name, **about["network"])
        rows.append(
            Row(
                name,
                np.array([row["accuracy"] for row in last]),
                np.array([row["macro_f1"] for row in last]),
                np.array([row["colour_error"] for row in last]),
                np.sum([row["confusion"] for row in last], axis=0),
                tuple(int(read_log(folder)[-1]["epoch"]) for folder in folders),
                int(about["recipe"]["epochs"]),
                about,
                parameter_count(network),
                multiply_accumulates(network),
            )
        )
    if not rows:
        raise TrainingError(f"'{runs}' holds no trained fold; give --data to train")
    for row in rows:
        others = [key for key in BUDGET if row.about.get(key) != rows[0].about.get(key)]
        if others:
            what = " and another ".join(BUDGET[key] for key in others)
            raise TrainingError(
                f"'{runs / row.name}' was trained by another {what} than '{runs / rows[0].name}', so they do not "
                "compare; train one of them into another --runs"
            )
    return rows


def _decides(recipe: Mapping[str, Any]) -> bool:
    return validation_decides(recipe["schedule"], recipe["patience"])

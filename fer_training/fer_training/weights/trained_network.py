# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A run's result: the network in a checkpoint, and what the run folder says of how it came about."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from fer_models import create_model
from fer_training.data import SPLITS
from fer_training.errors import TrainingError
from fer_training.model_file.networks import DLIB, NetworkInFile
from fer_training.runs.checkpoint import BEST, load_checkpoint, load_weights
from fer_training.runs.run_log import read_log
from fer_training.weights.initial_weights import start_from


@dataclass(frozen=True)
class Trained:
    """A trained network and its history."""

    network: nn.Module
    """In eval mode, on the CPU, with the weights' running mean where the run kept one."""
    architecture: str
    """Its name in the registry."""
    options: dict[str, Any]
    """What `create_model` was given."""
    recipe: dict[str, Any]
    seed: int
    precision: str
    """The arithmetic of the training: 'float32' or 'bfloat16'."""
    epoch: int
    """The epoch, counted from 1, that these weights come from."""
    epochs_done: int
    """Epochs that the run has done so far; it may have gone on after these weights."""
    finished: bool
    """Whether the run came to its recipe's end, or to the end of its patience."""
    minutes: float | None
    """What those epochs took; None without the run's log."""
    environment: dict[str, Any]
    """The machine and the versions; empty without the run's run.json."""
    model_file: str = ""
    """The model file that it was taken from as it is, whose card tells its history; empty: a run's checkpoint."""
    start: str = ""
    """The file that its run started from; empty: random weights."""
    teachers: tuple[str, ...] = ()
    """The model files whose mean answer was mixed into its targets."""
    trained_on: str = ""
    """The faces that it learned from, in words."""
    prior: tuple[float, ...] = ()
    """The seven's shares in those faces' votes, summing to 1; empty where nobody wrote them down."""
    prior_meant: tuple[float, ...] = ()
    """The same of the words that a second head learned from; empty without one."""
    head_fitted_to: str = ""
    """What a second head was fitted to on top of a model file's network; empty: none was."""
    averaged: str = ""
    """The network whose weights were mixed in afterwards, and its share; empty: none."""

    @property
    def from_dlib(self) -> bool:
        """Whether its run, or one that it went on from, started from dlib's weights."""
        return ".dat sha256:" in self.start or DLIB in self.start + self.model_file

    @property
    def epochs_planned(self) -> int:
        """The recipe's epochs."""
        return int(self.recipe["epochs"])


def load_trained(path: Path) -> Trained:
    """Load the network in a checkpoint; `run.json` and `log.jsonl` beside it are read where they are there.

    `path` may also be a run folder, whose `best.safetensors` it then is, or a model file (.onnx, not int8), or one
    network of a file of several, by its number (`accurate.onnx:2`): that network as it is.

    Raises:
        TrainingError: there is no such file, it is cut short, or it does not describe its network.
    """
    if path.is_dir():
        path = path / BEST
    if one := NetworkInFile.named(path):
        return _from_model_file(path, one)
    groups, state = load_checkpoint(path)
    try:
        architecture, options, recipe = state["architecture"], state["network"], state["recipe"]
        progress = state["progress"]
        epoch, since_best = int(progress["epoch"]), int(progress["epochs_since_best"])
        network = create_model(architecture, **options).eval()
        weights = groups.get("mean", groups.get("model"))
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"'{path}' does not describe its network ({error}); name a checkpoint of a run") from error
    if weights is None:
        raise TrainingError(f"'{path}' holds no weights; name a checkpoint of a run")
    load_weights(network, weights, path)
    rows = read_log(path.parent)
    if rows:
        epochs_done = int(rows[-1]["epoch"])
        same_side = [row for row in rows if row.get("side") == rows[-1].get("side")]  # others do not compare
        by_loss = recipe.get("best_by") == "loss"
        best = max(same_side, key=lambda row: -row["valid_loss"] if by_loss else row["accuracy"])
        since_best = epochs_done - int(best["epoch"])
    else:
        epochs_done = epoch
    patience = int(recipe.get("patience", 0))
    return Trained(
        network=network,
        architecture=architecture,
        options=options,
        recipe=recipe,
        seed=int(state.get("seed", 0)),
        precision=str(state.get("precision", "float32")),
        epoch=epoch,
        epochs_done=epochs_done,
        finished=epochs_done >= int(recipe["epochs"]) or (patience > 0 and since_best >= patience),
        minutes=sum(row["seconds"] for row in rows) / 60 if rows else None,
        environment=_environment(path.parent / "run.json"),
        start=state.get("start") or "",
        teachers=tuple(state.get("teachers") or ()),
        trained_on=state.get("trained_on") or _trained_on(state),
        model_file=str(state.get("model_file") or ""),
        head_fitted_to=str(state.get("head_fitted_to") or ""),
        prior=tuple(state.get("prior") or ()),
        prior_meant=tuple(state.get("prior_meant") or ()),
        averaged=str(state.get("averaged") or ""),
    )


def _trained_on(state: dict[str, Any]) -> str:
    data, faces = str(state.get("data") or ""), state.get("faces")
    title = f"{data}, {int(faces):,} images" if faces else data
    return f"FER+ ({title})" if title.startswith(SPLITS["train"]) else title


def _from_model_file(path: Path, one: NetworkInFile) -> Trained:
    architecture, options = one.described()
    try:
        network = create_model(architecture, **options).eval()
    except (TypeError, ValueError) as error:
        raise TrainingError(f"'{path}' does not describe its network ({error}); name another model file") from error
    start_from(network, path)
    return Trained(
        network=network, architecture=architecture, options=options, recipe={"epochs": 0}, seed=0, precision="float32",
        epoch=0, epochs_done=0, finished=True, minutes=None, environment={}, model_file=one.origin(),
        trained_on=one.trained_on(), prior=one.prior(), prior_meant=one.prior("prior_meant"),
    )  # fmt: skip


def _environment(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text())["environment"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}

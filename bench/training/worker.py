# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Trains for bench.training, by the trainer that PYTHONPATH leads to: ours, or an older commit's.

Reads one line of JSON, trains, and after each block of steps writes a line of JSON and waits for a line on standard
input, so that two of them can take turns. Uses of fer_training only what ae8b56d has, too.
"""

import contextlib
import importlib
import importlib.util
import json
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import Any

import numpy as np
import torch

from fer_models import create_model
from fer_training.data import Faces

BATCH = 128


def one_of(*names: str) -> Any:
    """Return the first module that there is: rooms have changed since ae8b56d."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not name.startswith(error.name):
                raise
    raise ModuleNotFoundError(f"none of {', '.join(names)} is there")


def drawn_faces(count: int, seed: int) -> Faces:
    """Draw faces that can be learned: one of seven soft patterns each, under noise; nine of ten votes agree."""
    patterns = np.kron(np.random.default_rng(0).uniform(60, 190, (7, 6, 6)), np.ones((8, 8)))
    random = np.random.default_rng(seed)
    labels = random.integers(7, size=count)
    images = (patterns[labels] + random.normal(0, 40, (count, 48, 48))).clip(0, 255).astype(np.uint8)
    votes = np.zeros((count, 10), np.int64)
    votes[np.arange(count), labels] = 9
    votes[np.arange(count), (labels + 1) % 7] += 1
    return Faces(tuple(f"{row}.png" for row in range(count)), images, votes)


def stand_in() -> None:
    """Put an empty module where ae8b56d wants colour-science, which only its validation asks; that does not run."""
    if importlib.util.find_spec("colour") is None:
        sys.modules["colour"] = types.ModuleType("colour")


def train(work: dict[str, Any]) -> None:
    """Train `blocks` blocks of `block` steps, and say after each what it took and the loss so far."""
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("fer_training.machine.memory").keep_pages()  # as fer_training.train does
    torch.set_num_threads(work["threads"])
    torch.manual_seed(0)
    model = create_model(work["network"], width=work["width"], dropout=0.2)
    trainers = one_of("fer_training.training.trainer", "fer_training.trainer")
    trainers.PROGRESS_STEPS = work["block"]
    recipe = one_of("fer_training.training.recipe", "fer_training.recipe").load_recipe(
        work["recipe"], epochs=50, sides=[[work["side"], 1.0]]
    )
    with tempfile.TemporaryDirectory() as folder:
        trainer = trainers.Trainer(
            model, recipe, drawn_faces(BATCH * work["block"] * work["blocks"], 1), drawn_faces(8, 2), Path(folder),
            seed=0, precision=work["precision"], device=torch.device("cpu"), description={},
        )  # fmt: skip
        begun = [time.perf_counter(), time.process_time()]

        def turn(_step: int, _steps: int, loss: float) -> None:
            taken = [time.perf_counter() - begun[0], time.process_time() - begun[1]]
            seconds, processor = (value / work["block"] for value in taken)
            print(json.dumps({"seconds": seconds, "processor": processor, "loss": loss}), flush=True)
            if not sys.stdin.readline():
                raise SystemExit  # enough; what follows is not measured
            begun[:] = [time.perf_counter(), time.process_time()]

        sys.stdin.readline()
        begun[:] = [time.perf_counter(), time.process_time()]
        trainer.run_epoch(turn)
        trainer.log.close()


if __name__ == "__main__":
    stand_in()
    train(json.loads(sys.stdin.readline()))

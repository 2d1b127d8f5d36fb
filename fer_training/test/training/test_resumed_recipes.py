# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A run by any kind of recipe that ships, stopped within an epoch, goes on by --resume to its recipe's end."""

from dataclasses import replace
from pathlib import Path

import pytest

from fer_training.data import Faces
from fer_training.runs.checkpoint import LAST, load_checkpoint
from fer_training.runs.run_log import read_log
from fer_training.training import run as runs
from fer_training.training.learning_faces import learning_faces
from fer_training.training.recipe import RECIPES, load_recipe
from fer_training.training.run import Run, train_run
from fer_training.training.trainer import Trainer

NAMES = sorted(str(file.relative_to(RECIPES).with_suffix("")) for file in RECIPES.rglob("*.yaml"))


def kinds() -> list[str]:
    """Return one recipe of each kind that a checkpoint has to remember something else of."""
    found = {}
    for name in NAMES:
        recipe = load_recipe(name)
        method = "muon" if recipe.optimizer.muon_rate else recipe.optimizer.method
        found.setdefault((recipe.schedule, method, recipe.words > 0, recipe.ema > 0, recipe.sampling), name)
    return list(found.values())


EPOCHS = 2


@pytest.fixture(scope="module")
def faces(tiny_data: Path) -> dict[str, Faces]:
    recipe = load_recipe("ours")
    found = learning_faces(tiny_data, recipe)
    return {split: replace(some, found_by=some.labels()) for split, some in found.items()}


@pytest.mark.parametrize("name", kinds())
def test_it_goes_on(name: str, faces: dict[str, Faces], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = replace(load_recipe(name, epochs=EPOCHS), batch=28, dropped=None)
    run = Run(tmp_path, "baseline_cnn", recipe, precision="float32", save_every=0.0)

    def stop(trainer: Trainer, *_: object) -> None:
        trainer.run_epoch(lambda step, steps, loss: None)
        stopped = trainer._step

        def once(*given: object) -> object:
            monkeypatch.setattr(trainer, "_step", interrupt)
            return stopped(*given)  # type: ignore[arg-type]

        def interrupt(*_: object) -> object:
            raise KeyboardInterrupt

        monkeypatch.setattr(trainer, "_step", once)
        trainer.run_epoch(lambda step, steps, loss: None)

    with monkeypatch.context() as patched:
        patched.setattr(runs, "_epoch", stop)
        with pytest.raises(KeyboardInterrupt):
            train_run(run, faces["train"], faces["valid"])
    (first,) = read_log(tmp_path)
    progress = load_checkpoint(tmp_path / LAST)[1]["progress"]
    assert (progress["epoch"], progress["step"]) == (1, 1)
    trainer = train_run(replace(run, resume=True), faces["train"], faces["valid"])
    assert trainer.done()
    log = read_log(tmp_path)
    assert log[0] == first
    assert [row["epoch"] for row in log] == [1, 2]

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A resumed run goes on as what it began as, or not at all."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from fer_training.errors import TrainingError
from fer_training.training.recipe import Recipe, recipe_of

FIXED = {"architecture": "--arch", "network": "--width and --hidden", "seed": "--seed", "data": "--data and --folds"}
"""What must be as it was, by its name in a checkpoint, and the options that say it."""


def require_the_same(before: dict[str, Any], now: dict[str, Any], recipe: Recipe, last: Path) -> None:
    """Compare a checkpoint's description with that of the run that would go on from it.

    Precision may change: a run may move to a machine that has no bfloat16.

    Args:
        before: the checkpoint's state.
        now: the run's description.
        recipe: the run's.
        last: the checkpoint.

    Raises:
        TrainingError: they differ in what the network learns from or how; the text says in what.
    """
    advice = "give the run's own arguments (run.json has them), or name another --run"
    for name, options in FIXED.items():
        was, would_be = before.get(name), json.loads(json.dumps(now[name]))
        if name in before and was != would_be:
            raise TrainingError(f"'{last}' has {name} {_said(was)}, not {_said(would_be)} ({options}); {advice}")
    if before.get("faces", now["faces"]) != now["faces"]:
        raise TrainingError(f"'{last}' learned from {before['faces']:,} faces, not {now['faces']:,}; {advice}")
    if before.get("teachers", []) != now["teachers"]:
        raise TrainingError(f"'{last}' was trained with other teachers: {before.get('teachers') or 'none'}; {advice}")
    if before.get("start") != now["start"]:
        raise TrainingError(f"'{last}' started from {before.get('start') or 'random weights'}; give --start as then")
    _require_the_recipe(before, recipe, last, advice)


def _require_the_recipe(before: dict[str, Any], recipe: Recipe, last: Path, advice: str) -> None:
    try:
        began = recipe_of(before["recipe"])
        epoch = int(before["progress"]["epoch"])
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"'{last}' does not say its recipe ({error}); name another --run") from error
    if began.may_go_on_as(recipe, epoch):
        return
    if replace(began, epochs=recipe.epochs) == recipe:
        raise TrainingError(
            f"'{last}' did {epoch} of {began.epochs} epochs and is too far for {recipe.epochs} in all: its "
            "rate has begun to fall; give --start with this run and --run with another, or the epochs as then"
        )
    changed = [name for name, value in vars(began).items() if getattr(recipe, name) != value]
    raise TrainingError(f"'{last}' was trained by another recipe ({', '.join(changed)}); {advice}")


def _said(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)

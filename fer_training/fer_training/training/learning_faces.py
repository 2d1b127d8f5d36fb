# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The faces that a recipe learns from and validates on."""

import contextlib
from pathlib import Path

from fer_training.data import AbsentSplitError, Faces, load
from fer_training.data.deep_emotion_splits import load_as_deep_emotion
from fer_training.training.recipe import Recipe


def learning_faces(data: Path, recipe: Recipe) -> dict[str, Faces]:
    """Return the faces of splits 'train' and 'valid' by protocol A, of the recipe's classes.

    The first are without twins where the recipe says so.

    Raises:
        TrainingError: the data are not usable.
    """
    read = load_as_deep_emotion if recipe.splits == "deep_emotion" else load
    train, valid = (read(data, split) for split in ("train", "valid"))
    if recipe.without_twins:
        train = without_twins(train, data)
    return {"train": train.protocol_a().of(recipe.classes), "valid": valid.protocol_a().of(recipe.classes)}


def without_twins(train: Faces, data: Path) -> Faces:
    """Return the training faces without those that `valid` or `test` show, too; a split that is not there has none."""
    for split in ("valid", "test"):
        with contextlib.suppress(AbsentSplitError):
            train = train.without(load(data, split))
    return train

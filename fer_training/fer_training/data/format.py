# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a data set's format is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fer_training.data.sample import Sample
from fer_training.errors import TrainingError


class AbsentSplitError(TrainingError):
    """A data set does not have the split that was asked for, and nothing else is wrong."""


@dataclass(frozen=True)
class Format:
    """How one data set lies in a folder."""

    name: str
    """In short: 'ferplus'."""
    title: str
    """As its authors write it: 'FER+'."""
    layout: str
    """What the folder holds, in a few words."""
    labels: str
    """Where the distributions come from: votes or a single label."""
    licence: str
    """What its authors allow, in one sentence, with where to ask. Not legal advice."""
    found: Callable[[Path], bool]
    """Whether a folder looks like it."""
    samples: Callable[[Path, str], list[Sample]]
    """The faces of a split ('train', 'valid' or 'test') under a folder; raises AbsentSplitError where there is no
    such split and TrainingError where something is missing or odd."""
    groups: Callable[[Path], Mapping[str, Mapping[str, str]]] | None = None
    """Who is on the pictures under a folder, as `fer_training.data.groups` has it; None: the set does not say. Raises
    TrainingError where what it says is odd."""

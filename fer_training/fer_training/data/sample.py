# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One face of a data set, listed but not yet read, and the reading of many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fer_training.data.faces import NO_WORD, SIDE, Faces
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS

VOTES = 10
"""Votes that a single label counts as: as many as FER+'s taggers."""


@dataclass(frozen=True)
class Sample:
    """A face that a data set names."""

    name: str
    """Unique within its split."""
    votes: tuple[int, ...]
    """In FER+'s ten columns."""
    read: Callable[[], NDArray[np.uint8]]
    """Its image, uint8 [48, 48]; raises TrainingError where the file is odd."""
    word: int = NO_WORD
    """The emotion under whose word the picture was found, 0 to 6 in the messages' order, or `NO_WORD`."""


def one_label(column: str) -> tuple[int, ...]:
    """Return all votes for one of FER+'s ten columns: the distribution of a face with a single label."""
    return tuple(VOTES * (name == column) for name in FERPLUS_COLUMNS)


def columns_of(names: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Map a data set's own labels to the votes that they count as, from its label to FER+'s column."""
    return {label: one_label(column) for label, column in names.items()}


def read_faces(samples: Sequence[Sample], what: str = "reading") -> Faces:
    """Read the images, with a progress bar where it takes long.

    Raises:
        TrainingError: an image is odd; it names the file.
    """
    images = np.empty((len(samples), SIDE, SIDE), np.uint8)
    bar = tqdm(samples, desc=what, unit="face", leave=False, mininterval=1, delay=2)
    for place, sample in enumerate(bar):
        images[place] = sample.read()
    return Faces(tuple(sample.name for sample in samples), images, _votes(samples), _words(samples))


def read_labels(samples: Sequence[Sample]) -> Faces:
    """Read the same without an image."""
    images = np.empty((0, SIDE, SIDE), np.uint8)
    return Faces(tuple(sample.name for sample in samples), images, _votes(samples), _words(samples))


def _votes(samples: Sequence[Sample]) -> NDArray[np.int64]:
    return np.array([sample.votes for sample in samples], np.int64).reshape(len(samples), len(FERPLUS_COLUMNS))


def _words(samples: Sequence[Sample]) -> NDArray[np.int64]:
    return np.array([sample.word for sample in samples], np.int64)

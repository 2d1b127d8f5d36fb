# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The splits by which Deep-Emotion's authors measured it, and FER2013 on its own labels.

Source: Minaee et al., 2021, sections 4.2 and 4.3. They divide CK+, JAFFE and FERG-DB by image and not by person, so one
person's faces are on both sides: their figures compare with those by the same splits only. Which image went where is
not published; here the SHA-256 of its name decides.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fer_training.data.faces import NO_WORD, SPLITS, Faces
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS, FERPLUS_INDEX
from fer_training.data.formats.ckplus import CK_PLUS
from fer_training.data.formats.fer2013 import FER2013
from fer_training.data.formats.ferg import FERG
from fer_training.data.formats.ferplus import FERPLUS
from fer_training.data.formats.jaffe import JAFFE
from fer_training.data.registry import ALL, detect, list_samples, load
from fer_training.data.sample import Sample, read_faces
from fer_training.errors import TrainingError


@dataclass(frozen=True)
class Sizes:
    """How many images go where."""

    train: int
    valid: int
    test: int
    test_each: int | None = None
    """Of each emotion in `test`; None: whichever come."""


SIZES = {"ckplus": Sizes(420, 60, 113), "jaffe": Sizes(120, 23, 70, 10), "ferg": Sizes(34000, 14000, 7000, 1000)}
"""By a format's name."""
DIVIDED_SO = ", divided and labelled as Deep-Emotion's authors had it"
"""For figures' titles, behind `split_title`."""
DIVIDED = (CK_PLUS, JAFFE, FERG)


def load_as_deep_emotion(root: Path, split: str) -> Faces:
    """Load a split as Deep-Emotion's authors had it, with one label a face.

    FER2013 and FER+'s folders have FER2013's own splits; the labels are FER2013's own, in FER+'s folders from
    `fer2013_words.csv`, and faces without one are left out.

    Args:
        root: the data set's folder.
        split: 'train', 'valid' or 'test'.

    Raises:
        TrainingError: the set is odd, too small, or none of the four.
    """
    layout = detect(root)
    if split not in SPLITS:
        raise TrainingError(f"Deep-Emotion's splits are {', '.join(SPLITS)}, not '{split}'")
    if layout in DIVIDED:
        samples = list_samples(root, ALL)
        rows = divide([sample.name for sample in samples], [_label(sample) for sample in samples], SIZES[layout.name])
        return read_faces([samples[row] for row in rows[split]], f"reading {split}")
    if layout not in (FERPLUS, FER2013):
        sets = ", ".join(each.title for each in (FER2013, *DIVIDED))
        raise TrainingError(f"Deep-Emotion's authors have no split for {layout.title}; they measured {sets}")
    return by_words(load(root, split), root)


def by_words(faces: Faces, root: Path) -> Faces:
    """Return the faces that have a word, with it as their only label; all of them where a set has labels of its own.

    Raises:
        TrainingError: FER+'s votes are there, and no words.
    """
    if detect(root) is FER2013 and set(np.unique(faces.votes)) <= {0, 10}:
        return faces
    known = faces.take(np.flatnonzero(faces.words() != NO_WORD))
    if not len(known):
        raise TrainingError(f"no face under '{root}' has FER2013's own label: put fer2013_words.csv there")
    votes = np.zeros((len(known), len(FERPLUS_COLUMNS)), np.int64)
    votes[np.arange(len(known)), np.array(FERPLUS_INDEX)[known.words()]] = 10
    return replace(known, votes=votes)


def divide(names: Sequence[str], labels: Sequence[int], sizes: Sizes) -> dict[str, list[int]]:
    """Return the rows of 'train', 'valid' and 'test', each in the order given, drawn by the names' SHA-256.

    Args:
        names: the images'.
        labels: of each, any numbers.
        sizes: how many go where.

    Raises:
        TrainingError: there are too few.
    """
    ranked = sorted(range(len(names)), key=lambda row: hashlib.sha256(names[row].encode()).digest())
    test = ranked[: sizes.test] if sizes.test_each is None else []
    for label in sorted(set(labels)) if sizes.test_each is not None else []:
        test += [row for row in ranked if labels[row] == label][: sizes.test_each]
    tested = set(test)
    rest = [row for row in ranked if row not in tested]
    found = {"train": rest[sizes.valid : sizes.valid + sizes.train], "valid": rest[: sizes.valid], "test": test}
    for split, rows in found.items():
        if len(rows) != getattr(sizes, split):
            wanted = f"{sizes.train:,}, {sizes.valid:,} and {sizes.test:,}"
            raise TrainingError(
                f"{len(names):,} faces are too few, or too uneven, for Deep-Emotion's splits of {wanted}"
            )
    return {split: sorted(rows) for split, rows in found.items()}


def _label(sample: Sample) -> int:
    return int(np.argmax(sample.votes))

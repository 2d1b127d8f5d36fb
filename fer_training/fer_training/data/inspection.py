# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is in a data set, and what is wrong with it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fer_common.emotions import LABELS
from fer_training.data.contact_sheet import SHOWN, Shown
from fer_training.data.faces import NO_WORD, SPLITS
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS, FERPLUS_INDEX
from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.registry import locate
from fer_training.data.sample import Sample, read_labels
from fer_training.errors import TrainingError

NO_ROW = -1
"""In place of a row of the contact sheet: the face does not stand there."""


@dataclass
class SplitReport:
    """One split."""

    counts: list[int]
    """Faces by their largest vote, in FER+'s ten columns."""
    usable: int
    """Faces that protocol A keeps."""
    shares: list[float]
    """Mean distribution of those over the seven emotions, in the messages' order; empty without a face."""
    labels: NDArray[np.int64]
    """Of every face the emotion with the largest vote, 0 to 6, [N]; -1: another column has it."""
    words: NDArray[np.int64]
    """Of every face the emotion under whose word it was found, [N]; -1: none is known."""


@dataclass
class Report:
    """A data set's content."""

    layout: Format
    splits: dict[str, SplitReport] = field(default_factory=dict)
    """By name, those that there are."""
    faults: list[str] = field(default_factory=list)
    """What keeps the set, or a split, from being used: one line each."""
    remarks: list[str] = field(default_factory=list)
    """What is odd, but does no harm: one line each."""
    chosen: dict[int, list[Shown]] = field(default_factory=dict)
    """Faces for the contact sheet, by the number of FER+'s column."""
    chosen_from: dict[int, int] = field(default_factory=dict)
    """How many faces each of its rows was chosen from, by the same number."""


def inspect(
    root: Path, splits: Sequence[str], *, images: bool = True, sheet: str = "", across: int = 10,
    relabelled: bool = False,
) -> Report:  # fmt: skip
    """List a data set and read every image of it, with a progress bar.

    Args:
        root: its folder.
        splits: which of 'train', 'valid' and 'test'.
        images: whether to read the images too; without, only labels are checked and none is chosen.
        sheet: the split to choose a contact sheet's faces from; empty: none.
        across: how many of each class, at most; drawn, but the same every time.
        relabelled: the sheet shows only faces whose word the largest vote contradicts, by their word.

    Raises:
        TrainingError: there is no such folder, or its layout is not known.
    """
    layout, root = locate(root)
    report = Report(layout)
    seen: dict[bytes, str] = {}
    for split in splits:
        try:
            listed = report.layout.samples(root, split)
        except AbsentSplitError as error:
            report.remarks.append(f"{split}: {error}")
            continue
        except TrainingError as error:
            report.faults.append(f"{split}: {error}")
            continue
        report.splits[split] = _counted(listed)
        if images:
            rows = _rows(listed, relabelled) if split == sheet else np.empty(0, np.int64)
            _read(report, split, listed, seen, _chosen(rows, across))
            report.chosen_from |= {int(row): int((rows == row).sum()) for row in np.unique(rows) if row != NO_ROW}
    if not report.splits and not report.faults:
        report.faults.append(f"there is no face in {', '.join(splits)}")
    return report


def _counted(listed: list[Sample]) -> SplitReport:
    faces = read_labels(listed)
    usable = faces.protocol_a()
    counts = np.bincount(faces.votes.argmax(axis=1), minlength=len(FERPLUS_COLUMNS))
    shares = usable.shares().mean(axis=0).tolist() if len(usable) else []
    return SplitReport(counts.tolist(), len(usable), shares, faces.labels(), faces.words())


def _rows(listed: list[Sample], relabelled: bool) -> NDArray[np.int64]:
    """Return in which row of the sheet each face may stand, [N]: FER+'s column of its largest vote.

    Of relabelled faces, which alone may then stand there, it is the column of the word.
    """
    faces = read_labels(listed)
    largest, words = faces.votes.argmax(axis=1), faces.words()
    if not relabelled:
        return np.asarray(largest)
    by_word = np.where(words == NO_WORD, NO_ROW, np.array(FERPLUS_INDEX)[words])
    return np.where(by_word == largest, NO_ROW, by_word)


def _chosen(rows: NDArray[np.int64], across: int) -> dict[int, int]:
    """Return some faces of each row: their numbers, and which row."""
    generator = np.random.default_rng(0)
    return {
        int(face): column for column in range(len(FERPLUS_COLUMNS)) for face in _some(rows == column, across, generator)
    }


def _some(mask: NDArray[np.bool_], across: int, generator: np.random.Generator) -> NDArray[np.int64]:
    rows = np.flatnonzero(mask)
    return np.asarray(generator.permutation(rows)[:across])


def _read(
    report: Report, split: str, listed: list[Sample], seen: dict[bytes, str], chosen: dict[int, int]
) -> None:  # fmt: skip
    odd: list[str] = []
    flat: list[str] = []
    again: Counter[str] = Counter()
    bar = tqdm(listed, desc=f"checking {split}", unit="face", leave=False, mininterval=1, delay=1)
    for row, sample in enumerate(bar):
        try:
            image = sample.read()
        except TrainingError as error:
            odd.append(str(error))
            continue
        if image.min() == image.max():
            flat.append(sample.name)
        elif (digest := hashlib.sha256(image.tobytes()).digest()) in seen:
            again[seen[digest]] += 1
        else:
            seen[digest] = split
        if row in chosen:
            report.chosen.setdefault(chosen[row], []).append(Shown(image, sample.votes))
    if odd:
        report.faults.append(f"{split}: {odd[0]}" + (f" (and {len(odd) - 1:,} more)" if len(odd) > 1 else ""))
    if flat:
        report.remarks.append(f"{split}: {_images(len(flat))} of one flat grey, first {flat[0]}")
    for other, count in again.items():
        where = "twice in it" if other == split else f"in {other} too"
        report.remarks.append(f"{split}: {_images(count)} {where}, to the last pixel")


def _images(count: int) -> str:
    return f"{count:,} images are" if count != 1 else "1 image is"


def table(report: Report) -> str:
    """Return faces by class and split, and each class's share of the votes."""
    names = [split for split in SPLITS if split in report.splits]
    lines = [f"{'largest vote':<14}" + "".join(f"{name:>9}" for name in names) + f"{'votes':>10}"]
    total = sum(report.splits[name].usable for name in names)
    for column, label in SHOWN.items():
        cells = "".join(f"{report.splits[name].counts[column]:>9,}" for name in names)
        share = ""
        if label in LABELS and total:
            place = LABELS.index(label)
            parts = [report.splits[name] for name in names if report.splits[name].shares]
            share = f"{sum(part.usable * part.shares[place] for part in parts) / total:>10.1%}"
        lines.append(f"{label:<14}{cells}{share}")
    lines.append(f"{'faces':<14}" + "".join(f"{sum(report.splits[name].counts):>9,}" for name in names))
    lines.append(f"{'of the seven':<14}" + "".join(f"{report.splits[name].usable:>9,}" for name in names))
    return "\n".join(lines)

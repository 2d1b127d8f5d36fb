# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""FER2013 as its CSV, alone or with FER+'s votes.

Source: Goodfellow et al., 2013 (the challenge 'Challenges in Representation Learning' at Kaggle). `fer2013.csv` has
the columns emotion (0 to 6), pixels (2,304 numbers, row by row) and Usage (Training, PublicTest, PrivateTest); the
competition's `icml_face_data.csv` is the same with its columns in another order. With FER+'s `fer2013new.csv`
(Barsoum et al., 2016) beside it, whose lines belong to the CSV's one by one, its votes are taken and the faces that it
dropped (without a name there) are left out; without it each face has its one label. Faces are 48x48 already.

`fer2013new.csv` gives faces that are alike to the last pixel one and the same votes, the folders' `label.csv` each its
own: of FER2013Train's and Valid's 32,137 faces 1,319 differ by that, and no other. Four names of such faces stand
there twice; the first counts.
"""

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_training.data.faces import SIDE
from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.formats.ferplus import counts
from fer_training.data.sample import Sample, columns_of
from fer_training.errors import TrainingError

FILES = ("fer2013.csv", "icml_face_data.csv")
VOTES_FILE = "fer2013new.csv"
USAGES = {"train": "Training", "valid": "PublicTest", "test": "PrivateTest"}
EMOTIONS = columns_of(
    {"0": "anger", "1": "disgust", "2": "fear", "3": "happiness", "4": "sadness", "5": "surprise", "6": "neutral"}
)
NEEDED = ("emotion", "pixels", "Usage")


def found(root: Path) -> bool:
    """Tell whether a folder holds the CSV."""
    return any((root / file).is_file() for file in FILES)


def samples(root: Path, split: str) -> list[Sample]:
    """Return the split's faces, in the file's order.

    Raises:
        TrainingError: a file is odd; it names the line.
    """
    path = next((root / file for file in FILES if (root / file).is_file()), None)
    if path is None:
        raise TrainingError(f"'{root}' holds no {FILES[0]}")
    votes = _votes(root / VOTES_FILE) if (root / VOTES_FILE).is_file() else None
    kept: dict[str, Sample] = {}
    number = -1
    for number, (offset, row) in enumerate(_rows(path)):
        where = f"{path.name}, line {number + 2}"
        name, labels = f"fer{number:07d}", EMOTIONS.get(row["emotion"].strip())
        if labels is None:
            raise TrainingError(f"{where}: emotion is '{row['emotion']:.20}', expected 0 to 6")
        if row["Usage"].strip() not in USAGES.values():
            raise TrainingError(f"{where}: Usage is '{row['Usage']:.20}', expected {', '.join(USAGES.values())}")
        if votes is not None:
            if number >= len(votes):
                raise TrainingError(f"{VOTES_FILE} has {len(votes)} lines and {path.name} more; fetch both again")
            usage, name, labels = votes[number]
            if usage != row["Usage"].strip():
                raise TrainingError(f"{where}: Usage is '{row['Usage']:.20}', but '{usage:.20}' in {VOTES_FILE}")
        if row["Usage"].strip() == USAGES[split] and name and name not in kept:
            kept[name] = Sample(name, labels, partial(_image, path, offset, where))
    if votes is not None and len(votes) > number + 1:
        raise TrainingError(f"{VOTES_FILE} has {len(votes)} lines, {path.name} only {number + 1}; fetch both again")
    if not kept:
        raise AbsentSplitError(f"{path.name} has no face of {USAGES[split]}")
    return list(kept.values())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Byte offset and cells of each line; pixels are left in the file, for they are 300 MB as text."""
    with open(path, "rb") as file:
        header = _cells(file.readline(), path)
        if not set(NEEDED) <= set(header):
            raise TrainingError(f"{path.name} begins with '{','.join(header):.60}', expected {', '.join(NEEDED)}")
        offset = file.tell()
        for number, line in enumerate(iter(file.readline, b""), 2):
            if not line.strip():  # as some editors leave at the end
                offset = file.tell()
                continue
            cells = _cells(line, path)
            if len(cells) != len(header):
                raise TrainingError(f"{path.name}, line {number}: {len(cells)} columns, expected {len(header)}")
            yield offset, {name: cell for name, cell in zip(header, cells) if name != "pixels"}
            offset = file.tell()


def _cells(line: bytes, path: Path) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line.decode("utf-8-sig")]), [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{path.name} is no text in CSV ({error}); fetch it again") from error


def _image(path: Path, offset: int, where: str) -> NDArray[np.uint8]:
    with open(path, "rb") as file:
        header = _cells(file.readline(), path)
        file.seek(offset)
        text = _cells(file.readline(), path)[header.index("pixels")]
    try:
        pixels = np.array(text.split(), dtype=np.int64)
    except ValueError:
        pixels = np.empty(0, np.int64)
    if pixels.size != SIDE * SIDE or np.min(pixels) < 0 or np.max(pixels) > 255:
        raise TrainingError(f"{where}: expected {SIDE * SIDE} pixels from 0 to 255")
    return pixels.reshape(SIDE, SIDE).astype(np.uint8)


def _votes(path: Path) -> list[tuple[str, str, tuple[int, ...]]]:
    """Usage, image name (empty where FER+ dropped the face) and votes of each line."""
    try:
        rows = [row for row in csv.reader(path.read_text("utf-8-sig").splitlines()) if row][1:]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{path.name} is no text in CSV ({error}); fetch it again") from error
    lines = []
    for number, row in enumerate(rows, 2):
        votes = counts(row[2:], f"{path.name}, line {number}")
        lines.append((row[0], row[1], votes))
    return lines


FER2013 = Format(
    name="fer2013",
    title="FER2013",
    layout="fer2013.csv (emotion, pixels, Usage); with fer2013new.csv beside it: FER+'s votes",
    labels="one label a face, or ten people's votes where fer2013new.csv lies beside it",
    licence="the competition's terms at Kaggle; gathered by a web search: the photographers' rights were never "
    "cleared, research use is customary",
    found=found,
    samples=samples,
)

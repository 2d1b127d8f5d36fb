# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""AffectNet, in both of its official layouts.

Source: Mollahosseini, Hasani and Mahoor, 2017 (mohammadmahoor.com/affectnet).

- Since 2021: `train_set/images/NUMBER.jpg` (224x224, the face cut out already: resized as a whole) with
  `train_set/annotations/NUMBER_exp.npy` (the expression's code as text), and `val_set` likewise.
- Before: `training.csv` and `validation.csv` (subDirectory_filePath, face_x, face_y, face_width, face_height, ...,
  expression, ...) and photographs under `Manually_Annotated/Manually_Annotated_Images`; the square around the face's
  box is cut.

Codes 0 to 7 are neutral, happiness, sadness, surprise, fear, disgust, anger and contempt, 8 none, 9 uncertain, 10 no
face. Its test split is not given out: as everywhere in the literature the official validation set is 'test' here, and
a tenth of the training images is held out as 'valid' (see `splitting`).
"""

import csv
import io
import math
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.images import cut, decode, read_file, whole
from fer_training.data.sample import Sample, columns_of
from fer_training.data.splitting import HELD_OUT_VALID, assign
from fer_training.errors import TrainingError

CODES = columns_of(
    {
        "0": "neutral",
        "1": "happiness",
        "2": "sadness",
        "3": "surprise",
        "4": "fear",
        "5": "disgust",
        "6": "anger",
        "7": "contempt",
        "8": "unknown",
        "9": "unknown",
        "10": "NF",
    }
)
SETS = {"train": "train_set", "test": "val_set"}
LISTS = {"train": "training.csv", "test": "validation.csv"}
PHOTOGRAPHS = ("Manually_Annotated/Manually_Annotated_Images", "Manually_Annotated_Images", "Manually_Annotated", "")
BOX = ("face_x", "face_y", "face_width", "face_height")


def found(root: Path) -> bool:
    """Tell whether a folder holds one of the layouts."""
    return _is_cut(root) or any(_header(root / file) >= {"subDirectory_filePath"} for file in LISTS.values())


def samples(root: Path, split: str) -> list[Sample]:
    """Return the split's faces, by name.

    Raises:
        TrainingError: an annotation or an image is missing or odd.
    """
    official = "test" if split == "test" else "train"
    listed = _cut(root, official) if _is_cut(root) else _photographs(root, official)
    if official == "train":
        splits = assign((sample.name for sample in listed), HELD_OUT_VALID)
        listed = [sample for sample in listed if splits[sample.name] == split]
    if not listed:
        raise AbsentSplitError(f"'{root}' has no face for a split '{split}'")
    return listed


def _is_cut(root: Path) -> bool:
    return any((root / folder / "annotations").is_dir() for folder in SETS.values())


def _cut(root: Path, official: str) -> list[Sample]:
    annotations, images = root / SETS[official] / "annotations", root / SETS[official] / "images"
    for folder in (annotations, images):
        if not folder.is_dir():
            raise TrainingError(f"'{root}' has no folder {folder.relative_to(root)}")
    there = {path.name for path in images.iterdir()}
    kept, missing = [], []
    files = sorted(path for path in annotations.glob("*_exp.npy") if not path.name.startswith("."))
    for file in tqdm(files, desc=f"listing {SETS[official]}", unit="face", leave=False, mininterval=1, delay=2):
        name = f"{file.name.removesuffix('_exp.npy')}.jpg"
        if name not in there:
            missing.append(name)
        kept.append(Sample(name, _code(file, root), partial(_whole_face, images / name, root)))
    if missing:
        raise TrainingError(f"{len(missing)} images of {SETS[official]}/annotations are missing, first {missing[0]}")
    return kept


def _code(file: Path, root: Path) -> tuple[int, ...]:
    try:
        value = np.load(io.BytesIO(read_file(file, root)), allow_pickle=False)
        return CODES[str(value.item()).strip()]
    except (ValueError, KeyError, EOFError):
        raise TrainingError(f"{file.relative_to(root)} holds no expression from 0 to 10") from None


def _photographs(root: Path, official: str) -> list[Sample]:
    file = root / LISTS[official]
    folder = next(root / place for place in PHOTOGRAPHS if (root / place).is_dir())
    kept = []
    try:
        rows = list(csv.DictReader(io.StringIO(read_file(file, root).decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{file.name} is no text in CSV ({error}); fetch it again") from error
    for number, row in enumerate(rows, 2):
        try:
            name, votes = row["subDirectory_filePath"], CODES[row["expression"].strip()]
            x, y, width, height = (float(row[column]) for column in BOX)
            if not (math.isfinite(x + y + width + height) and min(width, height) > 0):
                raise ValueError
        except (KeyError, ValueError, TypeError, AttributeError):
            wanted = f"subDirectory_filePath, {', '.join(BOX)}, expression"
            raise TrainingError(f"{file.name}, line {number}: expected {wanted}") from None
        square = (x + width / 2, y + height / 2, max(width, height))
        kept.append(Sample(name, votes, partial(_boxed_face, folder / name, root, square)))
    return kept


def _header(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    with open(file, encoding="utf-8-sig", errors="replace") as lines:
        return {name.strip() for name in lines.readline().split(",")}


def _whole_face(path: Path, root: Path) -> NDArray[np.uint8]:
    image = decode(read_file(path, root), str(path.relative_to(root)))
    return cut(image, whole(image))


def _boxed_face(path: Path, root: Path, square: tuple[float, float, float]) -> NDArray[np.uint8]:
    return cut(decode(read_file(path, root), str(path.relative_to(root))), square)


AFFECTNET = Format(
    name="affectnet",
    title="AffectNet",
    layout="train_set and val_set with images and annotations, or training.csv, validation.csv and photographs",
    labels="one label a face, by one annotator",
    licence="non-commercial research, by a signed agreement with its authors (mohammadmahoor.com/affectnet); must not "
    "be passed on",
    found=found,
    samples=samples,
)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""RAF-DB's basic set: 15,339 faces from the web, each labelled by about forty people.

Source: Li, Deng and Du, 2017 (whdeng.cn/RAF). Official layout of the single-label subset: `EmoLabel/
list_patition_label.txt` (so spelt) with lines such as `train_00001.jpg 5` and `Image/aligned/
train_00001_aligned.jpg`, 100x100, aligned by eyes and mouth, made grey and resized as a whole. It has a training and a
test split; a tenth of the training images is held out as 'valid' (see `splitting`; who is on an image is not told).
The distribution of the forty answers, which its page speaks of, does not lie in this layout: labels are single.
"""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.images import cut, decode, is_image, read_file, whole
from fer_training.data.sample import Sample, columns_of
from fer_training.data.splitting import HELD_OUT_VALID, assign
from fer_training.errors import TrainingError

LIST = Path("EmoLabel") / "list_patition_label.txt"
ALIGNED = (Path("Image") / "aligned", Path("Image") / "aligned" / "aligned")
"""As the zip unpacks: in place, or with a folder of its own name in between."""
CODES = columns_of(
    {
        "1": "surprise",
        "2": "fear",
        "3": "disgust",
        "4": "happiness",
        "5": "sadness",
        "6": "anger",
        "7": "neutral",
    }
)


NOTES = Path("Annotation") / "manual"
NOTED = (
    ("sex", ("male", "female", "unsure")),
    ("race", ("Caucasian", "African-American", "Asian")),
    ("age", ("0-3", "4-19", "20-39", "40-69", "70+")),
)
"""Kinds of groups in the order of a note's lines, with the set's own words for the numbers."""

NUMBERED = ("train", "test")
"""The set as Kaggle has it: train/1/train_00001_aligned.jpg, by the same numbers."""


def found(root: Path) -> bool:
    """Tell whether a folder, or `basic` in it, holds the list of labels, or folders 1 to 7 in `train` or `test`."""
    return (_top(root) / LIST).is_file() or _is_numbered(root)


def _is_numbered(root: Path) -> bool:
    """Tell by all numbers that there are: others mean other emotions by 0 to 6, or 0 to 7."""
    return any(_numbers(root / folder) == set(CODES) for folder in NUMBERED)


def _numbers(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("[0-9]*") if path.is_dir()} if folder.is_dir() else set()


def _numbered(root: Path, split: str) -> list[Sample]:
    folder = root / ("test" if split == "test" else "train")
    files = [(code, path) for code in CODES for path in sorted(folder.glob(f"{code}/*")) if is_image(path)]
    splits = assign((path.name for _, path in files), HELD_OUT_VALID) if split != "test" else {}
    kept = [
        Sample(path.name, CODES[code], partial(_face, path, root))
        for code, path in files
        if splits.get(path.name, "test") == split
    ]
    if not kept:
        raise AbsentSplitError(f"'{root}' has no image for the split '{split}'")
    return sorted(kept, key=lambda sample: sample.name)


def samples(root: Path, split: str) -> list[Sample]:
    """Return the split's faces, in the list's order.

    Raises:
        TrainingError: the list is odd, or an image is missing.
    """
    if not (_top(root) / LIST).is_file():
        return _numbered(root, split)
    top = _top(root)
    labels = _labels(top)
    splits = assign((name for name in labels if name.startswith("train")), HELD_OUT_VALID)
    splits |= {name: "test" for name in labels if name.startswith("test")}
    folder = next((top / place for place in reversed(ALIGNED) if (top / place).is_dir()), None)
    if folder is None:
        raise TrainingError(f"'{top}' has no folder {ALIGNED[0]} (from aligned.zip)")
    there = {path.name for path in folder.iterdir()}
    kept, missing = [], []
    for name, votes in labels.items():
        if splits[name] != split:
            continue
        file = f"{Path(name).stem}_aligned.jpg"
        if file not in there:
            missing.append(file)
        kept.append(Sample(name, votes, partial(_face, folder / file, top)))
    if missing:
        raise TrainingError(f"{len(missing)} images that {LIST} names are missing, first {missing[0]}")
    if not kept:
        raise AbsentSplitError(f"{LIST} names no image of the split '{split}'")
    return kept


def _top(root: Path) -> Path:
    return root / "basic" if (root / "basic" / LIST).is_file() else root


def _labels(top: Path) -> dict[str, tuple[int, ...]]:
    labels = {}
    for number, line in enumerate(read_file(top / LIST, top).decode("utf-8-sig", "replace").splitlines(), 1):
        if not line.strip():
            continue
        name, code = [*line.split(maxsplit=1), ""][:2]
        if not name.startswith(("train", "test")) or code.strip() not in CODES:
            raise TrainingError(f"{LIST}, line {number}: '{line:.40}', expected e.g. 'train_00001.jpg 5'")
        labels[name] = CODES[code.strip()]
    return labels


def groups(root: Path) -> dict[str, dict[str, str]]:
    """Return what the set's people noted of each picture's person, by kind; nothing without Annotation/manual.

    `Annotation/manual/train_00001_manu_attri.txt` has five landmarks and then a number each of sex, race and age.

    Raises:
        TrainingError: a note is odd.
    """
    top = _top(root)
    said: dict[str, dict[str, str]] = {kind: {} for kind, _ in NOTED}
    for path in sorted((top / NOTES).glob("*_manu_attri.txt")):
        lines = read_file(path, top).decode(errors="replace").split("\n")[5:8]
        name = f"{path.name.removesuffix('_manu_attri.txt')}.jpg"
        for (kind, words), line in zip(NOTED, (*lines, "", "", "")):
            code = line.strip()
            if not code.isascii() or not code.isdigit() or int(code[:4]) >= len(words):
                raise TrainingError(f"{NOTES / path.name}: '{code:.20}' for {kind}, expected 0 to {len(words) - 1}")
            said[kind][name] = words[int(code)]
    return said if any(said.values()) else {}


def _face(path: Path, top: Path) -> NDArray[np.uint8]:
    image = decode(read_file(path, top), str(path.relative_to(top)))
    return cut(image, whole(image))


RAF_DB = Format(
    name="rafdb",
    title="RAF-DB",
    layout="EmoLabel/list_patition_label.txt and Image/aligned, there or in a folder basic; or train/1 to train/7 and "
    "test/1 to test/7",
    labels="one label a face: the answer that most of about forty people gave",
    licence="non-commercial research, to be asked for by academics from its authors (whdeng.cn/RAF); the images belong "
    "to their photographers and must not be passed on",
    found=found,
    samples=samples,
    groups=groups,
)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Anything else: one folder a class, with the faces' images in it.

`angry/1.png`, `happy/2.jpg`, ...; or the same below `train`, `valid` (or `val`, `validation`) and `test`. The folders
are named after the emotions in any of their usual forms. Images show a face cut as FER+ cuts it: they are made grey,
and the largest square in the middle is resized. Without split folders images are split 80 : 10 : 10, without `valid` a
tenth of `train` is held out (see `splitting`): keep a person in one split by making the folders yourself.
"""

import re
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_common.emotion_words import CONTEMPT, TONGUES, emotion_of, meant
from fer_common.emotions import LABELS
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS, FERPLUS_INDEX
from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.images import cut, decode, is_image, read_file, whole
from fer_training.data.sample import Sample, columns_of
from fer_training.data.splitting import HELD_OUT, HELD_OUT_VALID, assign
from fer_training.errors import TrainingError

COLUMNS = dict(zip(LABELS, (FERPLUS_COLUMNS[column] for column in FERPLUS_INDEX))) | {CONTEMPT: CONTEMPT}
"""FER+'s column of each emotion."""
VOTES = columns_of(COLUMNS)
"""The votes that each emotion's folder counts as."""
NAMES = f"{', '.join(VOTES)}, also by their usual words in {TONGUES}"
"""What folders may be called, for a line."""
SPLIT_FOLDERS = {
    "train": ("train", "training"),
    "valid": ("valid", "val", "validation", "publictest"),
    "test": ("test", "testing", "privatetest"),
}


def found(root: Path) -> bool:
    """Tell whether a folder, or a split's folder in it, has at least two classes' folders."""
    return any(len(_classes(folder)) > 1 for folder in (root, *_split_folders(root).values()))


def samples(root: Path, split: str) -> list[Sample]:
    """Return the split's faces, by class and name.

    Raises:
        TrainingError: a folder is no class, or there is no image.
    """
    folders = _split_folders(root)
    if not folders:
        kept = _pick(_listed(root, root), split, HELD_OUT)
    elif split in folders:
        kept = _listed(root, folders[split])
        if split == "train" and "valid" not in folders:
            kept = _pick(kept, split, HELD_OUT_VALID)
    elif split == "valid" and "train" in folders:
        kept = _pick(_listed(root, folders["train"]), split, HELD_OUT_VALID)
    else:
        raise AbsentSplitError(f"'{root}' has no folder for the split '{split}', only {', '.join(sorted(folders))}")
    if not kept:
        raise AbsentSplitError(f"'{root}' has no images for the split '{split}'")
    return kept


def _pick(listed: list[Sample], split: str, shares: dict[str, float]) -> list[Sample]:
    splits = assign((sample.name for sample in listed), shares)
    return [sample for sample in listed if splits[sample.name] == split]


def _listed(root: Path, folder: Path) -> list[Sample]:
    classes = _classes(folder)
    others = sorted(path.name for path in folder.iterdir() if path.is_dir() and _emotion(path.name) is None)
    others = [name for name in others if not name.startswith(".")]
    if others:
        raise TrainingError(f"folder '{others[0]}' is no emotion{meant(others[0])}; there are: {NAMES}")
    return [
        Sample(f"{place.name}/{path.relative_to(place).as_posix()}", VOTES[emotion], partial(_face, path, root))
        for emotion, places in classes.items()
        for place in places
        for path in sorted(place.rglob("*"))
        if is_image(path) and not any(part.startswith(".") for part in path.relative_to(place).parts)
    ]


def _classes(folder: Path) -> dict[str, list[Path]]:
    """Return the classes' folders by the emotion that they are named after."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        emotion = _emotion(path.name)
        if emotion is not None and path.is_dir():
            found.setdefault(emotion, []).append(path)
    return found


def _emotion(name: str) -> str | None:
    """Return what a folder's name means, also with a number before it that gives the folders an order (0_angry)."""
    return emotion_of(re.sub(r"^\d+[\s_.-]+", "", name))


def unknown_classes(root: Path) -> str:
    """Return why a folder that holds folders of images is none of class folders, for a line's end; '' where it holds
    none."""
    for folder in (root, *_split_folders(root).values()):
        for path in sorted(folder.iterdir()):
            if path.is_dir() and _emotion(path.name) is None and any(map(is_image, path.iterdir())):
                return f"; folders of faces are called {NAMES}, and '{path.name:.40}' is none of these"
    return ""


def _split_folders(root: Path) -> dict[str, Path]:
    there = {path.name.lower(): path for path in root.iterdir() if path.is_dir()}
    return {split: there[name] for split, names in SPLIT_FOLDERS.items() for name in names if name in there}


def _face(path: Path, root: Path) -> NDArray[np.uint8]:
    image = decode(read_file(path, root), str(path.relative_to(root)))
    return cut(image, whole(image))


CLASS_FOLDERS = Format(
    name="folders",
    title="class folders",
    layout="one folder an emotion (angry, disgust, fear, happy, neutral, sad, surprise), below train, valid and test "
    "or not",
    labels="one label a face: its folder",
    licence="yours to know: nothing in the folder says where these faces come from",
    found=found,
    samples=samples,
)

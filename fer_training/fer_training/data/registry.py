# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The formats, and which one a folder holds."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from fer_training.data.faces import SPLITS, Faces
from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.formats.affectnet import AFFECTNET
from fer_training.data.formats.ckplus import CK_PLUS
from fer_training.data.formats.class_folders import CLASS_FOLDERS, unknown_classes
from fer_training.data.formats.fer2013 import FER2013
from fer_training.data.formats.ferg import FERG
from fer_training.data.formats.ferplus import FERPLUS
from fer_training.data.formats.jaffe import JAFFE
from fer_training.data.formats.rafdb import RAF_DB
from fer_training.data.sample import Sample, read_faces, read_labels
from fer_training.errors import TrainingError

FORMATS = (FERPLUS, FER2013, CK_PLUS, JAFFE, FERG, RAF_DB, AFFECTNET, CLASS_FOLDERS)
"""In the order in which `detect` asks them."""

DEEPEST, MOST = 2, 200
"""How many folders a set may lie below the one that is named, and how many of a level are looked into."""
ALL = "all"
"""Every split together: for sets that a network has never seen, not even in part."""


def detect(root: Path) -> Format:
    """Return the format of a folder; errors as for `locate`."""
    return locate(root)[0]


def locate(root: Path) -> tuple[Format, Path]:
    """Return the format of a folder, and the folder itself or the one in it where the set lies, as archives unpack.

    Raises:
        TrainingError: there is no such folder, nothing in it is known, or there are several sets.
    """
    if not root.is_dir():
        raise TrainingError(f"no folder '{root}': give --data the folder that holds {SPLITS['train']}, or another set")
    for places in _below(root):
        found = [(candidate, place) for place in places for candidate in FORMATS if candidate.found(place)]
        # The first format that knows a place has it, as ever.
        found = [one for number, one in enumerate(found) if one[1] not in [other[1] for other in found[:number]]]
        if len(found) > 1:
            names = ", ".join(f"'{place.relative_to(root)}' ({candidate.title})" for candidate, place in found[:4])
            raise TrainingError(f"'{root}' holds {len(found)} data sets: {names}; name one of these folders")
        if found:
            return found[0]
    known = ", ".join(candidate.title for candidate in FORMATS)
    raise TrainingError(
        f"'{root}' holds no data set in a known layout ({known}){unknown_classes(root)}; "
        "python3 -m fer_training.data --help shows each"
    )


def _below(root: Path) -> Iterator[list[Path]]:
    """Yield a folder, the folders in it, and those in them, level by level."""
    level = [root]
    for _ in range(DEEPEST + 1):
        yield level
        level = [
            entry
            for folder in level
            for entry in sorted(folder.iterdir())
            if entry.is_dir() and not entry.name.startswith((".", "__MACOSX"))
        ][:MOST]


def list_samples(root: Path, split: str) -> list[Sample]:
    """List the faces of a split, of whatever format, without reading an image.

    Args:
        root: the data set's folder.
        split: 'train', 'valid', 'test', or 'all' of them that there are.

    Raises:
        TrainingError: the set or the split is missing or odd.
    """
    layout, root = locate(root)
    if split in SPLITS:
        return layout.samples(root, split)
    if split != ALL:
        raise TrainingError(f"unknown split '{split}'; there are: {', '.join([*SPLITS, ALL])}")
    parts = []
    for each in SPLITS:
        with contextlib.suppress(AbsentSplitError):
            parts += layout.samples(root, each)
    if not parts:
        raise TrainingError(f"'{root}' has no face in any split")
    return parts


def load(root: Path, split: str) -> Faces:
    """Load all faces of a split, of whatever format; arguments and errors as for `list_samples`.

    Raises:
        TrainingError: an image is odd, too.
    """
    return read_faces(list_samples(root, split), f"reading {split}")


def load_labels(root: Path, split: str) -> Faces:
    """Load the same without reading an image, hence in a moment: `images` is empty, [0, 48, 48]."""
    return read_labels(list_samples(root, split))


def split_title(root: Path, split: str) -> str:
    """Return what to call a split in figures: 'FER2013Valid', 'JAFFE, valid'."""
    layout = detect(root)
    return SPLITS.get(split, "FER+, all") if layout is FERPLUS else f"{layout.title}, {split}"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""FER+ in its official layout: folders FER2013Train, FER2013Valid and FER2013Test, or zips of them.

Source: Barsoum et al., 2016 (github.com/microsoft/FERPlus). Each folder has its PNGs, 48x48 and grey, used as they
are, and a `label.csv` without a header: name, box, then the ten vote columns. `fer2013_words.csv` beside
them (words.py) is read, too.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_training.data.faces import NO_WORD, SIDE, SPLITS, Faces
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS
from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.formats.words import read_words
from fer_training.data.images import decode, read_file
from fer_training.data.sample import Sample, read_faces
from fer_training.errors import TrainingError

LABEL_FILE = "label.csv"


def load_ferplus(root: Path, split: str) -> Faces:
    """Load all images of a split ('train', 'valid' or 'test') under `root`.

    Args:
        root: holds FER+'s folders, or zips of them (`FER2013Train-1.zip` and `-2` continue each other).
        split: which.

    Raises:
        TrainingError: the split, an image or a label is missing or odd; it names the file.
    """
    return read_faces(samples(root, split), f"reading {SPLITS[split]}")


def found(root: Path) -> bool:
    """Tell whether a folder holds one of the splits."""
    return any((root / folder).is_dir() or any(root.glob(f"{folder}*.zip")) for folder in SPLITS.values())


def samples(root: Path, split: str) -> list[Sample]:
    """Return the split's faces, by name; errors as for `load_ferplus`."""
    folder = _folder(root, split)
    votes: dict[str, tuple[int, ...]] = {}
    images: dict[str, Callable[[], bytes]] = {}
    for name, content in _members(root, folder):
        if name == LABEL_FILE:
            votes.update(_votes(content(), f"{folder}/{LABEL_FILE}"))
        elif name.endswith(".png") and not name.startswith("."):
            images[name] = content
    if not images:
        raise AbsentSplitError(f"'{root}' holds neither a folder {folder} nor {folder}*.zip with images")
    if not votes:
        raise TrainingError(f"{folder}/{LABEL_FILE} is missing under '{root}'")
    missing = sorted(votes.keys() - images.keys())
    if missing:
        raise TrainingError(f"{len(missing)} images that {folder}/{LABEL_FILE} names are missing, first {missing[0]}")
    unlabelled = sorted(images.keys() - votes.keys())
    if unlabelled:
        raise TrainingError(f"{len(unlabelled)} images have no line in {folder}/{LABEL_FILE}, first {unlabelled[0]}")
    words = read_words(root, split)
    return [
        Sample(name, votes[name], partial(_image, images[name], f"{folder}/{name}"), words.get(name, NO_WORD))
        for name in sorted(votes)
    ]


def _folder(root: Path, split: str) -> str:
    if split not in SPLITS:
        raise TrainingError(f"unknown split '{split}'; there are: {', '.join(SPLITS)}")
    if not root.is_dir():
        raise TrainingError(f"no folder '{root}': give --data the folder that holds {SPLITS[split]}")
    return SPLITS[split]


def _members(root: Path, folder: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield base name and reader of every file of the split, from its folder or else from its zips."""
    if (root / folder).is_dir():
        for path in sorted((root / folder).iterdir()):
            if path.is_file():
                yield path.name, partial(read_file, path, root)
        return
    for path in sorted(root.glob(f"{folder}*.zip")):
        try:
            archive = zipfile.ZipFile(path)
            entries = archive.infolist()
        except (zipfile.BadZipFile, OSError) as error:
            raise TrainingError(f"'{path}' is not a whole zip file ({error}); fetch it again") from error
        for entry in entries:
            if not entry.is_dir():
                yield Path(entry.filename).name, partial(_unzip, archive, entry, path)


def _unzip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> bytes:
    try:
        return archive.read(entry)
    # NotImplementedError and RuntimeError: a damaged entry that seems compressed otherwise, or encrypted.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise TrainingError(f"'{path}' is not a whole zip file ({error}); fetch it again") from error


def _votes(content: bytes, where: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{where} is no text in CSV ({error}); fetch it again") from error
    for number, row in enumerate(rows, 1):
        if row:
            yield row[0], counts(row[2:], f"{where}, line {number}")


def counts(cells: list[str], where: str) -> tuple[int, ...]:
    """Return the ten vote columns of one line.

    Raises:
        TrainingError: they are not ten whole numbers, or all 0; `where` names the line.
    """
    try:
        votes = tuple(int(value) for value in cells)
    except ValueError:
        votes = ()
    if len(votes) != len(FERPLUS_COLUMNS) or min(votes) < 0 or sum(votes) == 0:
        raise TrainingError(f"{where}: expected name, box and ten whole numbers, not all 0")
    return votes


def _image(content: Callable[[], bytes], where: str) -> NDArray[np.uint8]:
    image = decode(content(), where)
    if image.shape != (SIDE, SIDE):
        raise TrainingError(f"{where} is {image.shape[1]}x{image.shape[0]} pixels, expected {SIDE}x{SIDE}")
    return image


FERPLUS = Format(
    name="ferplus",
    title="FER+",
    layout="folders FER2013Train, FER2013Valid, FER2013Test with PNGs and a label.csv each, or zips of them",
    labels="ten people's votes a face",
    licence="labels: MIT (github.com/microsoft/FERPlus); the images are FER2013's, gathered by a web search: their "
    "photographers' rights were never cleared, research use is customary",
    found=found,
    samples=samples,
)

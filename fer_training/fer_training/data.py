"""FER+ in its official layout: folders FER2013Train, FER2013Valid and FER2013Test, or zips of them.

Source: Barsoum et al., 2016 (github.com/microsoft/FERPlus). Each folder has its PNGs and a `label.csv`
without a header: name, box, then the ten vote columns.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fer_training.errors import TrainingError
from fer_training.labels import FERPLUS_COLUMNS, FERPLUS_INDEX

SPLITS = {"train": "FER2013Train", "valid": "FER2013Valid", "test": "FER2013Test"}
"""Our name of a split to FER+'s folder."""

SIDE = 48

LABEL_FILE = "label.csv"


@dataclass(frozen=True)
class Faces:
    """Images with the votes that people gave them."""

    names: tuple[str, ...]
    """File names, N of them."""
    images: NDArray[np.uint8]
    """Grey faces, [N, 48, 48], 0 to 255; [0, 48, 48] where only labels were read."""
    votes: NDArray[np.int64]
    """Votes in FER+'s ten columns, [N, 10]; a row sums to about ten."""

    def __len__(self) -> int:
        """How many faces."""
        return len(self.names)

    def protocol_a(self) -> "Faces":
        """Only the images whose largest of the ten columns is one of the seven emotions (ties: FER+'s order)."""
        return self.take(np.flatnonzero(self.votes.argmax(axis=1) < len(FERPLUS_INDEX)))

    def take(self, rows: NDArray[np.int64]) -> "Faces":
        """The images of these rows."""
        images = self.images[rows] if len(self.images) else self.images
        return Faces(tuple(self.names[i] for i in rows), images, self.votes[rows])

    def labels(self) -> NDArray[np.int64]:
        """The majority's emotion, [N], 0 to 6 in the messages' order; a tie goes to the first in FER+'s order.

        Only defined for images that `protocol_a` keeps.
        """
        to_ours = np.full(len(FERPLUS_COLUMNS), -1)
        to_ours[list(FERPLUS_INDEX)] = np.arange(len(FERPLUS_INDEX))
        return np.asarray(to_ours[self.votes.argmax(axis=1)])

    def shares(self) -> NDArray[np.float64]:
        """The votes for the seven emotions as a distribution, [N, 7], rows summing to 1."""
        seven = self.votes[:, list(FERPLUS_INDEX)].astype(np.float64)
        return np.asarray(seven / seven.sum(axis=1, keepdims=True))


def load_ferplus(root: Path, split: str) -> Faces:
    """All images of a split ('train', 'valid' or 'test') under `root`.

    Args:
        root: holds FER+'s folders, or zips of them (`FER2013Train-1.zip` and `-2` continue each other).

    Raises:
        TrainingError: the split, an image or a label is missing or odd; it names the file.
    """
    folder = _folder(root, split)
    votes: dict[str, list[int]] = {}
    images: dict[str, NDArray[np.uint8]] = {}
    for name, content in _members(root, folder):
        if name == LABEL_FILE:
            votes.update(_votes(content, f"{folder}/{LABEL_FILE}"))
        elif name.endswith(".png"):
            images[name] = _image(content, f"{folder}/{name}")
    if not images:
        raise TrainingError(f"'{root}' holds neither a folder {folder} nor {folder}*.zip with images")
    _require(votes, root, folder)
    missing = sorted(votes.keys() - images.keys())
    if missing:
        raise TrainingError(f"{len(missing)} images that {folder}/{LABEL_FILE} names are missing, first {missing[0]}")
    unlabelled = sorted(images.keys() - votes.keys())
    if unlabelled:
        raise TrainingError(f"{len(unlabelled)} images have no line in {folder}/{LABEL_FILE}, first {unlabelled[0]}")
    names = tuple(sorted(votes))
    return Faces(names, np.stack([images[name] for name in names]), np.array([votes[name] for name in names]))


def load_labels(root: Path, split: str) -> Faces:
    """The same without reading an image, hence in a moment: `images` is empty, [0, 48, 48].

    Raises:
        TrainingError: the split or its labels are missing or odd.
    """
    folder = _folder(root, split)
    votes: dict[str, list[int]] = {}
    for name, content in _members(root, folder, only=LABEL_FILE):
        votes.update(_votes(content, f"{folder}/{name}"))
    _require(votes, root, folder)
    names = tuple(sorted(votes))
    return Faces(names, np.empty((0, SIDE, SIDE), np.uint8), np.array([votes[name] for name in names]))


def _folder(root: Path, split: str) -> str:
    if split not in SPLITS:
        raise TrainingError(f"unknown split '{split}'; there are: {', '.join(SPLITS)}")
    if not root.is_dir():
        raise TrainingError(f"no folder '{root}': give --data the folder that holds {SPLITS[split]}")
    return SPLITS[split]


def _require(votes: dict[str, list[int]], root: Path, folder: str) -> None:
    if not votes:
        raise TrainingError(f"{folder}/{LABEL_FILE} is missing under '{root}'")


def _members(root: Path, folder: str, only: str = "") -> Iterator[tuple[str, bytes]]:
    """Base name and content of every file of the split, or of one, from its folder or else from its zips."""
    if (root / folder).is_dir():
        for path in sorted((root / folder).iterdir()):
            if path.is_file() and only in ("", path.name):
                yield path.name, path.read_bytes()
        return
    for path in sorted(root.glob(f"{folder}*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    name = Path(entry.filename).name
                    if not entry.is_dir() and only in ("", name):
                        yield name, archive.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise TrainingError(f"'{path}' is not a whole zip file ({error}); fetch it again") from error


def _votes(content: bytes, where: str) -> Iterator[tuple[str, list[int]]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode())))
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{where} is no text in CSV ({error}); fetch it again") from error
    for number, row in enumerate(rows, 1):
        try:
            name, counts = row[0], [int(value) for value in row[2:]]
        except (IndexError, ValueError):
            name, counts = "", []
        if len(counts) != len(FERPLUS_COLUMNS) or min(counts) < 0 or sum(counts) == 0:
            raise TrainingError(f"{where}, line {number}: expected name, box and ten whole numbers, not all 0")
        yield name, counts


def _image(content: bytes, where: str) -> NDArray[np.uint8]:
    try:
        image = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    except (OSError, SyntaxError, ValueError, zlib.error) as error:  # all of these come out of torn PNGs
        raise TrainingError(f"{where} is not a readable image ({error}); fetch it again") from error
    if image.shape != (SIDE, SIDE):
        raise TrainingError(f"{where} is {image.shape[1]}x{image.shape[0]} pixels, expected {SIDE}x{SIDE}")
    return image

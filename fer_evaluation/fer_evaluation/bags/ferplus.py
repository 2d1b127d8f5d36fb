# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A FER+ style label file: a name, a box and ten vote columns a line, without a header, the images beside it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_common.whole_file import read_whole
from fer_evaluation.errors import EvaluationError
from fer_perception.images.picture_file import read_picture

LARGEST = 64 << 20
"""Bytes of a file; FER2013Train's has two million."""
COLUMNS = 10
"""neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, NF."""
INDEX = (4, 5, 6, 1, 0, 3, 2)
"""Where each of `LABELS` stands among them."""
WIDTH, HEIGHT, SIDE = 640, 480, 260
"""Pixels of the image, and of the face in its middle: large enough for every detector."""


@dataclass(frozen=True)
class Face:
    """A face with the votes that people gave it."""

    path: Path
    votes: NDArray[np.int64]
    """For the seven emotions, in the order of `LABELS`, [7]."""


def read_faces(path: Path) -> list[Face]:
    """Return the faces whose most frequent vote is one of the seven emotions (protocol A).

    Raises:
        EvaluationError: the file can't be read, a line is odd, or no face is left.
    """
    try:
        rows = list(csv.reader(read_whole(path, LARGEST, waits=True).decode("utf-8-sig").splitlines()))
    except (OSError, ValueError, csv.Error) as error:
        raise EvaluationError(f"label file '{path}' can't be read: {error}") from error
    faces = []
    for number, row in enumerate(rows, 1):
        if not row:
            continue
        try:
            votes = np.array([int(value) for value in row[2:]])
        except ValueError:
            votes = np.empty(0, int)
        if len(votes) != COLUMNS or votes.min() < 0:
            raise EvaluationError(f"'{path}', line {number}: expected a name, a box and ten whole numbers")
        if votes.sum() and np.argmax(votes) < len(INDEX):
            faces.append(Face(path.parent / row[0], votes[list(INDEX)]))
    if not faces:
        raise EvaluationError(f"'{path}' holds no face that most people see one of the seven emotions in")
    return faces


def images(faces: list[Face], rate: float, seconds: float) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Yield each face for some seconds, enlarged in the middle of a grey image, with its time in seconds.

    Raises:
        EvaluationError: an image can't be read.
    """
    each = max(1, round(rate * seconds))
    for number, face in enumerate(faces):
        grey = read_picture(face.path, cv2.IMREAD_GRAYSCALE)
        if grey is None:
            raise EvaluationError(f"'{face.path}' is no readable image, but the label file names it")
        image = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)
        top, left = (HEIGHT - SIDE) // 2, (WIDTH - SIDE) // 2
        large = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        image[top : top + SIDE, left : left + SIDE] = large[..., None]
        for k in range(each):
            yield image, (number * each + k) / rate


def label_text(faces: list[Face], rate: float, seconds: float) -> str:
    """Return the label file of the bag: the votes as distributions."""
    each = max(1, round(rate * seconds)) / rate
    lines = [",".join(["start_s", "end_s", "emotion", *LABELS])]
    for number, face in enumerate(faces):
        # A tie goes to the first in FER+'s own order, as protocol A has it.
        order = np.argsort(INDEX)
        emotion = LABELS[int(order[np.argmax(face.votes[order])])]
        span = f"{number * each:.6f}", f"{(number + 1) * each:.6f}"
        lines.append(",".join([*span, emotion, *map(str, face.votes.tolist())]))
    return "\n".join(lines) + "\n"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""CK+, the extended Cohn-Kanade set: filmed, posed expressions, from neutral to their peak.

Source: Lucey et al., 2010; Kanade et al., 2000. Official layout, by person (S005) and sequence (001):
`cohn-kanade-images/S005/001/S005_001_00000011.png` (640x490 or 640x480, mostly grey),
`Emotion/S005/001/S005_001_00000011_emotion.txt` (one number, 0 to 7, only where the expression is one of them) and
`Landmarks/S005/001/S005_001_00000011_landmarks.txt` (68 lines of x and y).

Of each sequence with an emotion the last image counts as that emotion and the first as neutral; what lies between is
left out, since nobody labelled it. Faces are cut by the landmarks, so that eyes and mouth lie where FER+ has them, or
by OpenCV's Haar cascade where there are none. Persons are split, 80 : 10 : 10 (see `splitting`); CK+ itself has no
splits.
"""

from codecs import BOM_UTF8
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.images import by_points, by_search, cut, decode, is_image, read_file
from fer_training.data.sample import Sample, columns_of, one_label
from fer_training.data.splitting import assign
from fer_training.errors import TrainingError

IMAGES, EMOTIONS, LANDMARKS = "cohn-kanade-images", "Emotion", "Landmarks"
CODES = columns_of(
    {
        "0": "neutral",
        "1": "anger",
        "2": "contempt",
        "3": "disgust",
        "4": "fear",
        "5": "happiness",
        "6": "sadness",
        "7": "surprise",
    }
)
POINTS = 68
LEFT_EYE, RIGHT_EYE, MOUTH_CORNERS = slice(36, 42), slice(42, 48), [48, 54]
"""Where they stand among the 68 points, counted from 0."""


def found(root: Path) -> bool:
    """Tell whether a folder holds the image sequences."""
    return (root / IMAGES).is_dir()


def samples(root: Path, split: str) -> list[Sample]:
    """Return the split's faces: a peak and a neutral one of each sequence with an emotion.

    Raises:
        TrainingError: a folder is missing or a label odd.
    """
    if not (root / EMOTIONS).is_dir():
        raise TrainingError(f"'{root}' holds {IMAGES} but no folder {EMOTIONS} (from Emotion_labels.zip)")
    files = sorted(path for path in (root / EMOTIONS).glob("*/*/*_emotion.txt") if not path.name.startswith("."))
    if not files:
        raise TrainingError(f"{EMOTIONS} under '{root}' holds no S*/*/*_emotion.txt")
    persons = assign(file.parts[-3] for file in files)
    kept = []
    for file in files:
        person, sequence = file.parts[-3:-1]
        if persons[person] != split:
            continue
        frames = sorted(path for path in (root / IMAGES / person / sequence).glob("*.png") if is_image(path))
        if not frames:
            raise TrainingError(f"{IMAGES}/{person}/{sequence} has no image, but {EMOTIONS} has a label for it")
        kept.append(Sample(frames[0].name, one_label("neutral"), _reader(root, frames[0])))
        if len(frames) > 1:
            kept.append(Sample(frames[-1].name, _emotion(file, root), _reader(root, frames[-1])))
    if not kept:
        raise AbsentSplitError(f"'{root}' has too few persons with labels ({len(persons)}) for a split '{split}'")
    return kept


def _emotion(file: Path, root: Path) -> tuple[int, ...]:
    text = read_file(file, root).decode("utf-8-sig", "replace").strip()
    try:
        return CODES[f"{float(text):g}"]
    except (ValueError, KeyError):
        raise TrainingError(f"{file.relative_to(root)} holds '{text:.20}', expected a number from 0 to 7") from None


def _reader(root: Path, frame: Path) -> Callable[[], NDArray[np.uint8]]:
    return partial(_face, root, frame)


def _face(root: Path, frame: Path) -> NDArray[np.uint8]:
    image = decode(read_file(frame, root), str(frame.relative_to(root)))
    file = root / LANDMARKS / frame.parent.relative_to(root / IMAGES) / f"{frame.stem}_landmarks.txt"
    if not file.is_file():
        return cut(image, by_search(image))
    try:
        points = np.array(read_file(file, root).removeprefix(BOM_UTF8).split(), dtype=np.float64).reshape(POINTS, 2)
    except ValueError:
        raise TrainingError(f"{file.relative_to(root)} does not hold {POINTS} points, x and y a line") from None
    eyes = (points[LEFT_EYE].mean(axis=0) + points[RIGHT_EYE].mean(axis=0)) / 2
    return cut(image, by_points(eyes.tolist(), points[MOUTH_CORNERS].mean(axis=0).tolist()))


CK_PLUS = Format(
    name="ckplus",
    title="CK+",
    layout="folders cohn-kanade-images, Emotion and, better, Landmarks, by person and sequence",
    labels="one label a sequence, checked against the FACS code",
    licence="by a signed agreement with its keepers (Affect Analysis Group, University of Pittsburgh): research only, "
    "no passing on; only the persons who agreed may be shown",
    found=found,
    samples=samples,
)

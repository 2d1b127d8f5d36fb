# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""FERG-DB: 55,767 rendered images of six stylised characters, 256x256, in colour.

Source: Aneja et al., 2016 (Modeling Stylized Character Expressions via Deep Learning). Official layout of
FERG_DB_256: `aia/aia_anger/aia_anger_1.png`, characters aia, bonnie, jules, malcolm, mery, ray, expressions anger,
disgust, fear, joy, neutral, sadness, surprise. The head fills the image, which is made grey and resized as a whole.
Characters are split, 4 : 1 : 1 (see `splitting`); FERG-DB itself has no splits.
"""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.images import cut, decode, is_image, read_file, whole
from fer_training.data.sample import Sample, columns_of
from fer_training.data.splitting import assign
from fer_training.errors import TrainingError

CHARACTERS = ("aia", "bonnie", "jules", "malcolm", "mery", "ray")
EXPRESSIONS = columns_of(
    {
        "anger": "anger",
        "disgust": "disgust",
        "fear": "fear",
        "joy": "happiness",
        "neutral": "neutral",
        "sadness": "sadness",
        "surprise": "surprise",
    }
)
FOLDER = "FERG_DB_256"


def found(root: Path) -> bool:
    """Tell whether a folder, or FERG_DB_256 in it, holds a character's expressions."""
    return any((_top(root) / name / f"{name}_neutral").is_dir() for name in CHARACTERS)


def samples(root: Path, split: str) -> list[Sample]:
    """Return the split's faces, by character, expression and name.

    Raises:
        TrainingError: an expression is missing, or its folder is empty.
    """
    top = _top(root)
    characters = assign(name for name in CHARACTERS if (top / name).is_dir())
    kept = []
    for character in sorted(name for name, its in characters.items() if its == split):
        for expression, votes in EXPRESSIONS.items():
            folder = top / character / f"{character}_{expression}"
            files = sorted(folder.iterdir()) if folder.is_dir() else []
            files = [path for path in files if is_image(path)]
            if not files:
                raise TrainingError(f"no images in {folder.relative_to(root)} under '{root}'")
            kept += [Sample(path.name, votes, partial(_face, path, root)) for path in files]
    if not kept:
        raise AbsentSplitError(f"'{root}' has too few characters ({len(characters)}) for a split '{split}'")
    return kept


def _top(root: Path) -> Path:
    return root / FOLDER if (root / FOLDER).is_dir() else root


def _face(path: Path, root: Path) -> NDArray[np.uint8]:
    image = decode(read_file(path, root), str(path.relative_to(root)))
    return cut(image, whole(image))


FERG = Format(
    name="ferg",
    title="FERG-DB",
    layout="folders aia/aia_anger … ray/ray_surprise, there or in FERG_DB_256",
    labels="one label an image: the expression that was rendered, as most viewers named it",
    licence="non-commercial research, to be asked for from its authors (University of Washington); cite them",
    found=found,
    samples=samples,
)

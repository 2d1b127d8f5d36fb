# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""JAFFE: 213 posed portraits of ten Japanese women, 256x256, grey.

Source: Lyons et al., 1998 (zenodo.org, record 3451524). One folder of TIFFs named PERSON.EXPRESSION.NUMBER.tiff, e.g.
`KA.AN1.39.tiff`: AN, DI, FE, HA, NE, SA, SU and a running number. The face is cut by OpenCV's Haar cascade. The label
is the expression that was asked for; the sixty viewers' ratings in its read-me are intensities, not votes, and are
not used. Persons are split, 8 : 1 : 1 (see `splitting`); JAFFE itself has no splits.
"""

import re
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.images import by_search, cut, decode, read_file
from fer_training.data.sample import Sample, columns_of
from fer_training.data.splitting import assign
from fer_training.errors import TrainingError

CODES = columns_of(
    {
        "AN": "anger",
        "DI": "disgust",
        "FE": "fear",
        "HA": "happiness",
        "NE": "neutral",
        "SA": "sadness",
        "SU": "surprise",
    }
)
FOLDERS = ("", "jaffe", "jaffedbase")
"""Where the images lie below the folder that is given: as the archive unpacks, or one further down."""
NAME = re.compile(r"(?P<person>[A-Z]{2})\.(?P<code>[A-Z]{2})\d+\.\d+\.(?i:tiff?)")


def found(root: Path) -> bool:
    """Tell whether a folder holds such TIFFs."""
    return bool(_files(root))


def samples(root: Path, split: str) -> list[Sample]:
    """Return the split's faces, by name.

    Raises:
        TrainingError: a name has an unknown expression.
    """
    files = _files(root)
    persons = assign(match["person"] for match in files.values())
    kept = []
    for path, match in files.items():
        if match["code"] not in CODES:
            raise TrainingError(f"{path.relative_to(root)}: '{match['code']}' is none of {', '.join(CODES)}")
        if persons[match["person"]] == split:
            kept.append(Sample(path.name, CODES[match["code"]], partial(_face, path, root)))
    if not kept:
        raise AbsentSplitError(f"'{root}' has too few persons ({len(persons)}) for a split '{split}'")
    return kept


def _files(root: Path) -> dict[Path, re.Match[str]]:
    """Return the images with what their names say; of the first folder that has some."""
    for folder in FOLDERS:
        if (root / folder).is_dir():
            named = {path: NAME.fullmatch(path.name) for path in sorted((root / folder).iterdir())}
            files = {path: match for path, match in named.items() if match}
            if files:
                return files
    return {}


def _face(path: Path, root: Path) -> NDArray[np.uint8]:
    image = decode(read_file(path, root), str(path.relative_to(root)))
    return cut(image, by_search(image))


JAFFE = Format(
    name="jaffe",
    title="JAFFE",
    layout="TIFFs such as KA.AN1.39.tiff, there or in a folder jaffe",
    labels="one label a face: the expression that was asked for",
    licence="non-commercial scientific research under the terms at Zenodo (record 3451524), to be asked for; cite its "
    "authors; images must not be passed on",
    found=found,
    samples=samples,
)

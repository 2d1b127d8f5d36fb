# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Data sets of faces in their official layouts, each with people's votes as distributions. Nothing is downloaded.

`load` finds out which set a folder holds; `python3 -m fer_training.data DATA` says what is in it and checks it.
Another set is another module with a `Format` in `registry.FORMATS`.
"""

from fer_training.data.faces import SIDE, SPLITS, Faces
from fer_training.data.format import AbsentSplitError, Format
from fer_training.data.formats.ferplus import load_ferplus
from fer_training.data.registry import ALL, FORMATS, detect, list_samples, load, load_labels, split_title
from fer_training.data.sample import VOTES, Sample

__all__ = [
    "ALL",
    "FORMATS",
    "SIDE",
    "SPLITS",
    "VOTES",
    "AbsentSplitError",
    "Faces",
    "Format",
    "Sample",
    "detect",
    "list_samples",
    "load",
    "load_ferplus",
    "load_labels",
    "split_title",
]

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Who is on a picture, by groups of people, where a data set or a table of one's own says so."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from fer_common.whole_file import read_whole
from fer_training.data.registry import locate
from fer_training.errors import TrainingError

Groups = Mapping[str, Mapping[str, str]]
"""Kind ('age') to a picture's name to its group ('20-39'); a picture that is not named is in none."""
LARGEST = 64 << 20
"""Bytes of a table."""


def groups_of(data: Path) -> Groups:
    """Return what a data set itself says; nothing for a set that says nothing.

    Raises:
        TrainingError: there is no set, or its notes are odd.
    """
    layout, root = locate(data)
    return layout.groups(root) if layout.groups is not None else {}


def read_groups(path: Path) -> Groups:
    """Read a table: a line of names, then a line for each picture; its name first, each further column is a kind.

    A field that is empty says that it is not known.

    Raises:
        TrainingError: it can't be read, or is no such table.
    """
    try:
        text = read_whole(path, LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise TrainingError(f"cannot read '{path}': {error.strerror}") from error
    except ValueError as error:
        raise TrainingError(f"cannot read '{path}': {error}") from error
    try:
        header, *rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except (csv.Error, ValueError) as error:
        raise TrainingError(f"'{path}' is no table of groups, such as 'name,age' and then 'face1.png,20-39'") from error
    kinds = [kind.strip() for kind in header[1:]]
    if not kinds or not all(kinds) or len(set(kinds)) < len(kinds):
        raise TrainingError(f"'{path}': the first line names the pictures' column and then each kind of group, once")
    found: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise TrainingError(f"'{path}', row {number}: {len(row)} fields, expected {len(header)}")
        for kind, group in zip(kinds, row[1:]):
            if group.strip():
                found[kind][row[0].strip()] = group.strip()
    return found

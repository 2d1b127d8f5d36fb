# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The table of answers: one row a face, written as it comes, so that a run that was stopped goes on."""

import contextlib
import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_common.whole_file import close_to_others
from fer_training.errors import TrainingError

COLUMNS = ["file", "time_s", "face", "x", "y", "width", "height", "score", *LABELS, "red", "green", "blue", "note"]
NOBODY, UNREADABLE = "no face", "no picture that OpenCV can read"
"""Notes of rows without a face: so the table says of each file that it was looked at."""


@dataclass(frozen=True)
class Answer:
    """One face."""

    face: str
    """The same while a film's face is followed; a photograph's are counted from 1."""
    box: tuple[int, int, int, int]
    """x, y, width, height in pixels."""
    score: float
    """The detector's, 0 to 1."""
    probabilities: NDArray[np.float32]
    """[7], summing to 1, in the order of `LABELS`."""
    rgb: tuple[int, int, int]
    """The light's colour for them, 0 to 255 each."""


class Table:
    """A CSV file that grows, a row a face. Use it as a context.

    Args:
        path: the file; what it already says of photographs stays.
    """

    def __init__(self, path: Path) -> None:
        """Read which photographs an earlier run is through with.

        Raises:
            TrainingError: the file is something else, or can't be written.
        """
        self.done: set[str] = set()
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size:
                self._resume(path)
            close_to_others(path)
            # Of this user alone, as it says how somebody felt; a file's name may be no text.
            self._file = open(path, "a", newline="", encoding="utf-8", errors="surrogateescape", opener=_private)  # noqa: SIM115 - closed by __exit__
            self._writer = csv.writer(self._file)
            if not self._file.tell():
                self._writer.writerow(COLUMNS)
        except OSError as error:
            raise TrainingError(f"can't write '{path}': {error.strerror}; name another --output") from error

    def _resume(self, path: Path) -> None:
        """Take the rows of the last file away, which may be half written, and remember the others."""
        keep, last = 0, ""
        with open(path, "rb") as file:
            if next(csv.reader([file.readline().decode("utf-8", "surrogateescape")]), []) != COLUMNS:
                raise TrainingError(f"'{path}' is no table of this command; name another --output")
            keep = file.tell()
            for name, begins in _rows(file):
                if name != last:
                    if last:
                        self.done.add(last)
                    keep, last = begins, name
        os.truncate(path, keep)

    def __enter__(self) -> "Table":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):  # it tries once more to write what a full disk refused, which was said then
            self._file.close()

    def add(self, name: str, time: float | None, answers: Sequence[Answer], note: str = "") -> None:
        """Write one image's faces; a row without a face where there is none."""
        seconds = "" if time is None else f"{time:.3f}"
        rows: list[list[Any]] = [
            [name, seconds, one.face, *one.box, f"{one.score:.3f}"]
            + [f"{share:.4f}" for share in one.probabilities]
            + [*one.rgb, note]
            for one in answers
        ]
        empty = [name, seconds, *[""] * (len(COLUMNS) - 3), note or NOBODY]
        try:
            self._writer.writerows(rows or [empty])
            self._file.flush()
        except OSError as error:
            raise TrainingError(
                f"can't write '{self._path}': {error.strerror}; make room, it goes on from here"
            ) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _rows(file: Any) -> Iterator[tuple[str, int]]:
    """Each row's file name, and where in the table the row begins, in bytes."""
    while True:
        begins, line = file.tell(), file.readline()
        if not line:
            return
        while line.count(b'"') % 2:  # a name with a line break in it
            more = file.readline()
            if not more:
                break
            line += more
        yield next(csv.reader([line.decode("utf-8", "surrogateescape")]), [""])[0], begins

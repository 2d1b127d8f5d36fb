# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What people saw, by time: CSV with `start_s,end_s,emotion` and, where wanted, more columns."""

import hashlib
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_common.emotion_words import CONTEMPT, TONGUES, emotion_of, meant
from fer_common.emotions import LABELS
from fer_common.whole_file import read_whole
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.label_cells import WITH_FRAMES, Table, number
from fer_evaluation.scores.label_tables import read_table

LARGEST = 64 << 20
"""Bytes of a file: a row for each of a day's images at 25 a second."""
TOLERANCE = 0.5
"""Seconds that a label may reach beyond the bag: its last image is seen for a while, too, and people are no clocks."""
ROUNDING = 0.04
"""Seconds by which a label may reach into the next one, which then ends it: a frame, or what a program rounds."""
FIRST_LINE = (
    "the first line names the columns: start_s,end_s,emotion "
    "(or the seven emotions, or valence,arousal, in place of emotion)"
)


@dataclass(frozen=True)
class Label:
    """What is to be seen from `start` (inclusive) to `end` (exclusive), seconds from the bag's start."""

    start: float
    end: float
    emotion: int | None
    """0 to 6, in the order of `LABELS`; None: only valence and arousal are known."""
    distribution: NDArray[np.float64] | None
    """float64 [7], summing to 1; all on one emotion where only that was given; None with `emotion`."""
    face_id: str = ""
    """Whose; empty: the room's."""
    valence: float | None = None
    """-1 to 1."""
    arousal: float | None = None
    """-1 to 1."""
    line: int = 0
    """In the file, from 1."""


@dataclass(frozen=True)
class Labels:
    """All labels of a bag, by start."""

    rows: tuple[Label, ...]
    digest: str = ""
    """SHA-256 of the file, hexadecimal."""
    notices: tuple[str, ...] = ()
    """Lines on what of it does not count."""
    where: str = ""
    """The file."""

    @property
    def face_ids(self) -> tuple[str, ...]:
        """Whose labels there are; '' is the room."""
        return tuple(sorted({row.face_id for row in self.rows}))

    def of(self, face_id: str) -> list[Label]:
        """Return one face's (or the room's, '') labels, by start."""
        return [row for row in self.rows if row.face_id == face_id]

    def at(self, times: NDArray[np.float64], face_id: str = "") -> NDArray[np.int64]:
        """Return, for each time (seconds from the bag's start, [N]), the index in `of(face_id)` that covers it, or
        -1."""
        rows = self.of(face_id)
        if not rows:
            return np.full(len(times), -1)
        starts, ends = np.array([row.start for row in rows]), np.array([row.end for row in rows])
        index = np.searchsorted(starts, times, side="right") - 1
        return np.where((index >= 0) & (times < ends[np.maximum(index, 0)]), index, -1)

    def check_within(self, duration: float, bag: str) -> None:
        """Hold every row against the length, in seconds, of the bag of that name.

        Raises:
            EvaluationError: a row lies outside.
        """
        for row in self.rows:
            if row.start < 0 or row.end > duration + TOLERANCE:
                raise EvaluationError(
                    f"{self.where}, line {row.line}: {row.start:g} to {row.end:g} s lies outside the bag '{bag}', "
                    f"which is {duration:.3f} s long; times are seconds from the bag's start"
                )


def load_labels(path: Path) -> Labels:
    """Read a label file.

    Columns: `start_s`, `end_s`, and `emotion` or one column for each of the seven (votes or shares, of any sum) or
    `valence` and `arousal` (-1 to 1) or several of these; and, where wanted, `face_id`.

    Raises:
        EvaluationError: the file is missing, a column is unknown or missing, a value makes no sense, an emotion is
            none of the seven, or two rows overlap.
    """
    try:
        content = read_whole(path, LARGEST, waits=True)
    except OSError as error:
        raise EvaluationError(f"labels '{path}' can't be read: {error.strerror}") from error
    except ValueError as error:
        raise EvaluationError(f"labels '{path}' can't be read: {error}") from error
    return parse_labels(content, str(path))


def parse_labels(content: bytes, where: str) -> Labels:
    """Read the labels in a file's bytes; `where` names it in errors; raise as `load_labels`."""
    table = read_table(content, where)
    names = table.names
    _check_columns(names, where)
    rows, contempt = [], []
    for line, cells in table.rows:
        row = dict(zip(names, cells))
        if emotion_of(row.get("emotion", "")) == CONTEMPT:
            contempt.append(line)
        else:
            rows.append(_row(row, line, f"{where}, line {line}"))
    notices = _left_out(table, contempt, where)
    if not rows:
        why = f" ({notices[0]})" if notices else ""
        raise EvaluationError(
            f"labels '{where}' hold no row{why}; give 'start_s,end_s,emotion' and a row for each span"
        )
    rows = _without_rounding(sorted(rows, key=lambda row: (row.start, row.line)))
    _check_overlaps(rows, where)
    return Labels(tuple(rows), hashlib.sha256(content).hexdigest(), notices, where)


def _left_out(table: Table, contempt: list[int], where: str) -> tuple[str, ...]:
    """Word what of a label file does not count."""
    lines = []
    if contempt:
        lines.append(
            f"{len(contempt)} labels of {where} say '{CONTEMPT}', which is none of the seven, and are left out "
            f"(the first in line {contempt[0]})"
        )
    if table.passed_over:
        shown = ", ".join(f"'{word:.30}' ({count})" for word, count in list(table.passed_over.items())[:5])
        lines.append(f"what in {where} names none of the seven is left out: {shown}")
    return (*lines, *table.notices)


def _check_columns(names: list[str], where: str) -> None:
    known = {"start_s", "end_s", "emotion", "face_id", "valence", "arousal", *LABELS}
    if not known & set(names):
        raise EvaluationError(f"labels '{where}': {FIRST_LINE}")
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise EvaluationError(f"labels '{where}': unknown column '{unknown}'; there are: {', '.join(sorted(known))}")
    if len(set(names)) != len(names):
        raise EvaluationError(f"labels '{where}': a column stands there twice")
    seven = [name for name in LABELS if name in names]
    if seven and len(seven) != len(LABELS):
        missing = next(name for name in LABELS if name not in names)
        raise EvaluationError(f"labels '{where}': a distribution needs all seven columns, '{missing}' is missing")
    if ("valence" in names) != ("arousal" in names):
        raise EvaluationError(f"labels '{where}': give both valence and arousal, or none")
    if not {"start_s", "end_s"} <= set(names) or not (seven or {"emotion", "valence"} & set(names)):
        raise EvaluationError(f"labels '{where}': {FIRST_LINE}")


def _row(cells: dict[str, str], line: int, where: str) -> Label:
    start, end = _number(cells, "start_s", where), _number(cells, "end_s", where)
    if not start < end:
        raise EvaluationError(f"{where}: starts at {start:g} s and ends at {end:g} s; the end must come later")
    emotion = _emotion(cells.get("emotion", ""), where)
    shares = _shares(cells, where)
    if shares is None and emotion is not None:
        shares = np.eye(len(LABELS))[emotion]
    elif shares is not None and emotion is None:
        emotion = int(np.argmax(shares))
    valence = arousal = None
    if cells.get("valence") or cells.get("arousal"):
        valence, arousal = _number(cells, "valence", where), _number(cells, "arousal", where)
        if abs(valence) > 1 or abs(arousal) > 1:
            raise EvaluationError(f"{where}: valence {valence:g}, arousal {arousal:g}; both go from -1 to 1")
    if emotion is None and valence is None:
        raise EvaluationError(f"{where}: says nothing; give an emotion")
    return Label(start, end, emotion, shares, cells.get("face_id", ""), valence, arousal, line)


def _number(cells: dict[str, str], name: str, where: str) -> float:
    try:
        value = float(number(cells[name]))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        frames = "; images are not counted: write hh:mm:ss.mmm" if WITH_FRAMES.fullmatch(cells[name]) else ""
        raise EvaluationError(f"{where}: {name} is '{cells[name]:.40}'; give a number{frames}")
    return value


def _emotion(text: str, where: str) -> int | None:
    if not text:
        return None
    emotion = emotion_of(text)
    if emotion is None:
        raise EvaluationError(
            f"{where}: unknown emotion '{text:.40}'{meant(text)}; there are: {', '.join(LABELS)}, also by their usual "
            f"words in {TONGUES}"
        )
    return LABELS.index(emotion)


def _shares(cells: dict[str, str], where: str) -> NDArray[np.float64] | None:
    if not any(cells.get(name) for name in LABELS):
        return None
    values = np.array([_number(cells, name, where) for name in LABELS])
    if values.min() < 0 or values.sum() <= 0:
        raise EvaluationError(f"{where}: the seven must be 0 or more and not all 0")
    return np.asarray(values / values.sum())


def _without_rounding(rows: list[Label]) -> list[Label]:
    """End labels where the next one of the same face begins, if they reach into it by no more than `ROUNDING`."""
    follows: dict[str, float] = {}
    found = []
    for row in reversed(rows):
        begins = follows.get(row.face_id, math.inf)
        small = row.start < begins < row.end <= begins + ROUNDING
        found.append(replace(row, end=begins) if small else row)
        follows[row.face_id] = row.start
    return found[::-1]


def _check_overlaps(rows: list[Label], where: str) -> None:
    last: dict[str, Label] = {}
    for row in rows:
        before = last.get(row.face_id)
        if before is not None and row.start < before.end:
            whose = f" (both of face '{row.face_id}')" if row.face_id else ""
            raise EvaluationError(
                f"{where}: lines {before.line} and {row.line} overlap{whose}: "
                f"{before.start:g} to {before.end:g} s and {row.start:g} to {row.end:g} s; end one before the other"
            )
        last[row.face_id] = row

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""frames.csv and faces.csv: what was answered, a row an image and a row a face, with the labels beside."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fer_common.distribution import fault
from fer_common.emotions import LABELS
from fer_evaluation.answers.series import CLASSES, Series
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.labels import Label, Labels
from fer_evaluation.scores.samples import Samples

LONGEST = 1e10
"""Seconds: three hundred years."""
REMEDY = "the file is damaged: evaluate the bag again"
WANTED = tuple(f"label_{name}" for name in LABELS)
LABEL_COLUMNS = ("label", *WANTED)
FRAMES = ("bag", "topic", "t", "stamp_ns", "faces", "face_id", *LABELS, "r", "g", "b", *LABEL_COLUMNS)
FACES = ("bag", "topic", "t", "stamp_ns", "face_id", "x", "y", "width", "height", "score", *LABELS, *LABEL_COLUMNS)
AFFECT = ("label_valence", "label_arousal")
"""Follow where they are labelled anywhere."""


def write_frames(path: Path, series: Sequence[Series], labels: Sequence[Labels | None]) -> None:
    """Write frames.csv: the room's answer in each image; empty cells where nobody is seen or nothing is labelled."""
    more = _more(labels)
    rows = (row for one, given in zip(series, labels) for row in _frame_rows(one, given, affect=bool(more)))
    _write(path, (*FRAMES, *more), rows)


def write_faces(path: Path, series: Sequence[Series], labels: Sequence[Labels | None]) -> None:
    """Write faces.csv: each face's answer in each image."""
    more = _more(labels)
    rows = (row for one, given in zip(series, labels) for row in _face_rows(one, given, affect=bool(more)))
    _write(path, (*FACES, *more), rows)


def _more(labels: Sequence[Labels | None]) -> tuple[str, ...]:
    """Return the columns of valence and arousal, if a label has them."""
    return AFFECT if any(row.valence is not None for given in labels if given for row in given.rows) else ()


def _write(path: Path, columns: Sequence[str], rows: Iterator[list[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _frame_rows(one: Series, labels: Labels | None, *, affect: bool) -> Iterator[list[Any]]:
    frames = one.frames
    cells = _label_cells(labels, "", affect=affect)
    covering = labels.at(frames.t) if labels else np.full(len(frames.t), -1)
    for i in range(len(frames.t)):
        seen = bool(frames.face_id[i])
        yield [
            one.bag,
            one.topic,
            _time(frames.t[i]),
            int(frames.stamp_ns[i]),
            int(frames.faces[i]),
            str(frames.face_id[i]),
            *(_numbers(frames.probabilities[i]) if seen else [""] * CLASSES),
            *(frames.rgb[i].tolist() if frames.rgb[i, 0] >= 0 else ["", "", ""]),
            *cells[covering[i]],
        ]


def _face_rows(one: Series, labels: Labels | None, *, affect: bool) -> Iterator[list[Any]]:
    faces, times = one.faces, one.frames.t[one.faces.frame]
    named = [face_id for face_id in labels.face_ids if face_id] if labels else []
    cells = {face_id: _label_cells(labels, face_id, affect=affect) for face_id in named}
    covering = {face_id: labels.at(times, face_id) for face_id in named} if labels else {}
    nothing = _label_cells(None, "", affect=affect)[-1]
    for i, face_id in enumerate(faces.face_id.tolist()):
        yield [
            one.bag,
            one.topic,
            _time(times[i]),
            int(one.frames.stamp_ns[faces.frame[i]]),
            face_id,
            *faces.box[i].tolist(),
            _number(faces.score[i]),
            *_numbers(faces.probabilities[i]),
            *(cells[face_id][covering[face_id][i]] if face_id in cells else nothing),
        ]


def _label_cells(labels: Labels | None, face_id: str, *, affect: bool) -> list[list[str]]:
    """Return the label columns of each of a face's labels, and those of no label last, where index -1 finds them."""
    rows = labels.of(face_id) if labels else []
    nothing = [""] * (len(LABEL_COLUMNS) + len(AFFECT) * affect)
    return [*([*_cells(row), *(_affect_cells(row) if affect else [])] for row in rows), nothing]


def _cells(row: Label) -> list[str]:
    if row.emotion is None or row.distribution is None:
        return [""] * len(LABEL_COLUMNS)
    return [LABELS[row.emotion], *(_number(value) for value in row.distribution)]


def _affect_cells(row: Label) -> list[str]:
    return ["" if value is None else repr(float(value)) for value in (row.valence, row.arousal)]


def _time(value: float) -> str:
    return f"{value:.9f}"


def _number(value: float) -> str:
    """Write all digits of a float64, or as many as a float32 has."""
    # Not str(): other libraries may make NumPy print fewer digits.
    return repr(value.item() if isinstance(value, np.float64) else float(np.format_float_scientific(value)))


def _numbers(values: Any) -> list[str]:
    return [_number(value) for value in values]


def read_scored(folder: Path) -> tuple[list[tuple[str, str, int, str]], Samples]:
    """Read the labelled moments of an evaluation from its tables.

    Returns:
        Bag, topic, stamp (nanoseconds) and face id ('' is the room) of each, and the samples beside them, whose
        `series` and `frame` mean nothing.

    Raises:
        EvaluationError: the tables are missing or others than this version writes.
    """
    keys: list[tuple[str, str, int, str]] = []
    rows: list[list[float]] = []
    for name, columns in (("frames.csv", FRAMES), ("faces.csv", FACES)):
        for number, row in _read(folder / name, columns):
            if row["label"] or row.get(AFFECT[0]):
                face_id = "" if name == "frames.csv" else row["face_id"]
                try:
                    values, stamp = _scored(row), int(row["stamp_ns"])
                except ValueError as error:
                    raise EvaluationError(f"'{folder / name}', line {number}: {error!s:.120}; {REMEDY}") from error
                keys.append((row["bag"], row["topic"], stamp, face_id))
                rows.append(values)
    table = np.array(rows, np.float64).reshape(-1, 4 + 2 * CLASSES)
    t, label, affect, answer, wanted = np.split(table, [1, 2, 4, 4 + CLASSES], axis=1)
    count = len(table)
    return keys, Samples(
        np.zeros(count, np.int64),
        np.arange(count),
        t[:, 0],
        np.array([key[3] for key in keys], np.str_),
        label[:, 0].astype(np.int64),
        wanted,
        affect,
        answer,
    )


def _scored(row: dict[str, str]) -> list[float]:
    """Read a row's time, label (-1: none), its valence and arousal, answer and label's distribution; NaN for what is
    not there.

    Raises:
        ValueError: a cell is not what this version writes; it says which.
    """
    if row["label"] not in (*LABELS, ""):
        raise ValueError(f"label '{row['label']:.40}' is none of the seven emotions")
    numbers = {}
    for name in ("t", *LABELS, *WANTED, *AFFECT):
        try:
            numbers[name] = float(row.get(name) or "nan")
        except ValueError:
            raise ValueError(f"{name} is '{row[name]:.40}', no number") from None
    answer, wanted = [numbers[name] for name in LABELS], [numbers[name] for name in WANTED]
    if not abs(numbers["t"]) < LONGEST:
        raise ValueError(f"t is '{row['t']:.40}', no time in seconds")
    for what, values, there in (
        ("answer", answer, any(row[name] for name in LABELS)),
        ("label's distribution", wanted, bool(row["label"]) or any(row[name] for name in WANTED)),
    ):
        why = fault(np.array(values)) if there else ""
        if why:
            raise ValueError(f"the {what} {why}")
    affect = [numbers[name] for name in AFFECT]
    if any(row.get(name) for name in AFFECT) and not all(abs(value) <= 1 for value in affect):
        raise ValueError(f"valence and arousal are {affect[0]:g} and {affect[1]:g}; both go from -1 to 1")
    label = LABELS.index(row["label"]) if row["label"] else -1
    return [numbers["t"], label, *affect, *answer, *wanted]


def _read(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with its line's number, from 1; every cell is there.

    Raises:
        EvaluationError: the file can't be read, or is no such table.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) not in (tuple(columns), (*columns, *AFFECT)):
                raise EvaluationError(f"'{path}' has other columns than this version writes; evaluate the bag again")
            for row in reader:
                if None in row or None in row.values():
                    raise EvaluationError(f"'{path}', line {reader.line_num}: not as many cells as columns; {REMEDY}")
                yield reader.line_num, row
    except OSError as error:
        raise EvaluationError(f"'{path}' can't be read ({error.strerror}); name a folder of evaluate_bag") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise EvaluationError(f"'{path}' is no table that evaluate_bag writes ({error!s:.80}); {REMEDY}") from error

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Label files as spreadsheets and annotation programs write them, each as the rows of our own table."""

import csv
import io
import re
from collections.abc import Sequence

from fer_common.emotion_words import CONTEMPT, emotion_of
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores import exported_labels
from fer_evaluation.scores.exported_labels import Rows
from fer_evaluation.scores.label_cells import Table, column, end_of, is_time, plain, seconds

DELIMITERS = ",;\t|"
PROGRAMS = {"behavior", "behaviour", "tier", "tmin", "onset", "trial type"}
"""By such columns, and ELAN's 'begin time - ...', a table is known as an export; its other columns are passed over."""
REMARKS = {"", "comment", "comments", "note", "notes", "remark", "remarks", "duration_s"}
"""Of our own tables, columns that are passed over; without a name: what pandas calls a row."""
OPTIONAL = {"face_id", "valence", "arousal"}
"""Columns that a row may end before."""
MOST_BEFORE = 40
"""Lines about the observation that BORIS and Noldus write before the names of the columns."""
BOOKS = {b"PK\x03\x04": "a workbook (.xlsx, .ods)", b"\xd0\xcf\x11\xe0": "a workbook (.xls)"}
"""How files begin that are no text."""
TEXTS = {"ooBinaryFile": "Praat's binary form; save it as a text file", "WEBVTT": "subtitles; save them as a table",
         "{": "JSON; export a table", "[": "JSON; export a table"}  # fmt: skip
"""How texts begin that hold no table."""


def read_table(content: bytes, where: str) -> Table:
    """Read a label file: CSV of any delimiter, Audacity, ELAN, Praat, BORIS or Noldus.

    Raises:
        EvaluationError: it is no text, or none of these; `where` names it.
    """
    if content[:4] in BOOKS:
        raise EvaluationError(f"labels '{where}' are {BOOKS[content[:4]]}; save the sheet as CSV")
    text = decoded(content)
    named = next((said for start, said in TEXTS.items() if text.lstrip().startswith(start)), None)
    if named or re.match(r"\s*\d+\s*\n[\d:,.]+ --> ", text):
        raise EvaluationError(f"labels '{where}' are {named or TEXTS['WEBVTT']}: start_s,end_s,emotion")
    if text.lstrip().startswith(("<?xml", "<ANNOTATION_DOCUMENT")):
        return exported_labels.elan(text, where)
    if "ooTextFile" in text[:200] or '"TextGrid"' in text[:400]:
        return exported_labels.praat(text, where)
    return _spreadsheet(text, where)


def decoded(content: bytes) -> str:
    """Return a file's text: UTF-8 or UTF-16 (with its mark or without), else as Windows writes in Europe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    zeros = [content[first:400:2].count(0) * 3 > len(content[first:400:2]) for first in (0, 1)]
    if zeros[0] != zeros[1]:  # of two bytes for each of the usual letters one is 0
        return content.decode("utf-16-be" if zeros[0] else "utf-16-le", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _spreadsheet(text: str, where: str) -> Table:
    lines = text.splitlines()
    first, told = 1, re.fullmatch(r'"?sep=(.)"?', lines[0].strip()) if lines else None
    if told:
        lines, first = lines[1:], 2
    try:
        rows = _rows(lines, told[1] if told else _delimiter(lines), first)
    except csv.Error as error:
        raise EvaluationError(f"labels '{where}' are no text in CSV ({error})") from error
    head = _head(rows)
    if head is None and _without_head(rows):
        return exported_labels.bare(rows, where)
    names = rows[head or 0][1] if rows else []
    spelt, rows = [plain(name) for name in names], rows[(head or 0) + 1 :]
    if "event type" in spelt:
        return exported_labels.noldus(spelt, rows, where)
    if {"time", "behavior"} <= set(spelt) and {"status", "behavior type"} & set(spelt):
        return exported_labels.events(spelt, rows, where)
    if PROGRAMS & set(spelt) or any(name.startswith("begin time - ") for name in spelt):
        return exported_labels.chosen(names, rows, where)
    return _ours(names, rows, where, found=head is not None)


def _rows(lines: Sequence[str], delimiter: str, first: int = 1) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    rows, line = [], first
    for cells in reader:
        rows.append((line, [cell.strip() for cell in cells]))
        line = first + reader.line_num
    return rows


def _delimiter(lines: Sequence[str]) -> str:
    """Return the one that makes names of columns, or else times and an emotion, of the first lines; else the comma."""
    sample = lines[:MOST_BEFORE]
    tried = {each: _tried(sample, each) for each in DELIMITERS}
    named = [each for each, rows in tried.items() if _head(rows) is not None]
    found = named or [each for each, rows in tried.items() if _without_head(rows)]
    # Commas may be decimal, or within texts.
    return max(found, key=lambda each: (each != ",", max(len(cells) for _, cells in tried[each])), default=",")


def _tried(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    try:
        return _rows(lines, delimiter)
    except csv.Error:
        return []


def _head(rows: Rows) -> int | None:
    """Return which of the rows names the columns; None: none does."""
    return next((place for place, (_, cells) in enumerate(rows[:MOST_BEFORE]) if _is_head(cells)), None)


def _is_head(cells: Sequence[str]) -> bool:
    names = {plain(cell) for cell in cells}
    known = {column(cell)[0] for cell in cells}
    return (
        ("start_s" in known and bool({"end_s", "duration_s"} & known))
        or "event type" in names
        or {"time", "behavior"} <= names
        or (bool({"start_s", "end_s"} & known) and "emotion" in known)
    )


def _without_head(rows: Rows) -> bool:
    """Tell whether the first row has two times, as no names of columns have."""
    first = next((cells for _, cells in rows if any(cells) and not cells[0].startswith("#")), [])
    return sum(is_time(cell) for cell in first) >= 2


def _ours(names: Sequence[str], rows: Rows, where: str, *, found: bool) -> Table:
    """Read a table of our own columns, in any order, with remarks beside them."""
    width = max((place for place, name in enumerate(names, 1) if name), default=0)
    known = [(_own_name(name), place, column(name)[1]) for place, name in enumerate(names[:width])]
    ours = [each for each in known if each[0] not in REMARKS and not each[0].startswith("unnamed:")]
    lasts = next((place for name, place, _ in known if name == "duration_s"), None)
    by_length = lasts is not None and "end_s" not in {name for name, _, _ in ours}
    contempt = next((place for name, place, _ in ours if name == CONTEMPT), None)
    ours = [each for each in ours if each[0] != CONTEMPT]
    table = Table([name for name, _, _ in ours] + ["end_s"] * by_length, [])
    if not found:  # then names are missing, which is said of them
        return table
    least = 1 + max([place for name, place, _ in ours if name not in OPTIONAL] + [lasts or 0] * by_length)
    for line, cells in rows:
        if not any(cells) or cells[0].startswith("#"):
            continue
        if any(cells[width:]) or len(cells) < least:
            raise EvaluationError(f"{where}, line {line}: {len(cells)} values under {width} columns")
        row = [seconds(cells[place], unit) if place < len(cells) else "" for _, place, unit in ours]
        if by_length and lasts is not None:
            row.append(end_of(row[table.names.index("start_s")], seconds(cells[lasts], known[lasts][2])))
        table.rows.append((line, row))
        if contempt is not None and cells[contempt : contempt + 1] not in ([], [""], ["0"], ["0.0"], ["0,0"]):
            table.passed_over[CONTEMPT] = table.passed_over.get(CONTEMPT, 0) + 1
    return table


def _own_name(name: str) -> str:
    emotion = emotion_of(name)
    return emotion or column(name)[0]

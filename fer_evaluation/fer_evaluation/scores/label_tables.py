# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Label files as spreadsheets and annotation programs write them, each as the rows of our own table."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fer_common.emotion_words import emotion_of
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.elan import read_elan

NAMES = {
    "start_s": ("start_s", "start", "start (s)", "begin", "begin_s", "begin time", "begin time - ss.msec",
                "begin time - hh:mm:ss.ms", "onset", "onset_s", "tmin"),
    "end_s": ("end_s", "end", "end (s)", "stop", "stop (s)", "end time", "end time - ss.msec", "end time - hh:mm:ss.ms",
              "offset", "offset_s", "tmax"),
    "emotion": ("emotion", "label", "behavior", "behaviour", "annotation", "text"),
}  # fmt: skip
"""Our columns, and what other programs call them."""
OURS = {name: column for column, names in NAMES.items() for name in names}
PROGRAMS = {"behavior", "behaviour", "tier", "tmin", "onset", "begin time - ss.msec", "begin time - hh:mm:ss.ms"}
"""Columns by which a table is known as a program's export: its other columns are passed over."""
DELIMITERS = ",;\t"
CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d*)?)")
"""hh:mm:ss.mmm or mm:ss.mmm."""
MOST_BEFORE = 40
"""Lines about the observation that BORIS and Noldus write before the names of the columns."""


@dataclass
class Table:
    """A label file's rows, under our own names of columns."""

    names: list[str]
    rows: list[tuple[int, list[str]]]
    """Each with its line in the file, from 1."""
    exported: bool = False
    """By a program that annotates anything: rows that are no emotion are passed over, not refused."""
    passed_over: dict[str, int] = field(default_factory=dict)
    """What `exported` left out, and how often."""


def read_table(content: bytes, where: str) -> Table:
    """Read a label file: CSV of any delimiter, Audacity, ELAN, Praat, BORIS or Noldus.

    Raises:
        EvaluationError: it is no text, or none of these; `where` names it.
    """
    text = decoded(content)
    if text.lstrip().startswith(("<?xml", "<ANNOTATION_DOCUMENT")):
        return _elan(text, where)
    if "ooTextFile" in text[:200] or '"TextGrid"' in text[:400]:
        return _praat(text, where)
    return _spreadsheet(text, where)


def decoded(content: bytes) -> str:
    """Return a file's text: UTF-8 or UTF-16 with its mark, else UTF-8, else as Windows writes in Europe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def number(text: str) -> str:
    """Return a time or number as Python reads it: 00:01:02.5 as 62.5, 2,5 as 2.5; anything else as it is."""
    clock = CLOCK.fullmatch(text.strip())
    if clock:
        hours, minutes, seconds = clock.groups()
        # All as floats: a number of more digits than any float has is infinite then, and no error of its own.
        return repr(float(hours or 0) * 3600 + float(minutes) * 60 + float(seconds.replace(",", ".")))
    return text.strip().replace(",", ".") if re.fullmatch(r"\s*-?\d+,\d+\s*", text) else text


def _spreadsheet(text: str, where: str) -> Table:
    lines = text.splitlines()
    first, told = 1, re.fullmatch(r'"?sep=(.)"?', lines[0].strip()) if lines else None
    if told:
        lines, first = lines[1:], 2
    delimiter = told[1] if told else _delimiter(lines)
    try:
        read = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    except csv.Error as error:
        raise EvaluationError(f"labels '{where}' are no text in CSV ({error})") from error
    rows = [(line, [cell.strip() for cell in cells]) for line, cells in enumerate(read, first)]
    head = next((k for k, (_, cells) in enumerate(rows[:MOST_BEFORE]) if _is_head(cells)), None)
    if head is None and rows and _without_head(rows[0][1]):
        return _bare(rows)
    if head is None:
        return Table([name.lower() for name in rows[0][1]] if rows else [], rows[1:])
    names = [name.lower().lstrip("\ufeff") for name in rows[head][1]]
    rows = rows[head + 1 :]
    if "event_type" in names:
        return _noldus(names, rows)
    if {"time", "behavior", "status"} <= set(names) or {"time", "behavior", "behavior type"} <= set(names):
        return _events(names, rows, where)
    if PROGRAMS & set(names):
        return _chosen(names, rows)
    return Table([OURS.get(name, name) for name in names], rows)


def _delimiter(lines: Sequence[str]) -> str:
    """Return the one that parts the first lines into most cells; the comma where none does."""
    sample = [line for line in lines[:MOST_BEFORE] if line.strip() and not line.startswith("#")]
    best = {each: max((line.count(each) for line in sample), default=0) for each in DELIMITERS}
    if best[";"] or best["\t"]:  # then commas are decimal, or within texts
        return ";" if best[";"] >= best["\t"] else "\t"
    return ","


def _is_head(cells: Sequence[str]) -> bool:
    names = [cell.lower().lstrip("\ufeff") for cell in cells]
    known = {OURS.get(name, "") for name in names}
    return (
        {"start_s", "end_s"} <= known
        or "event_type" in names
        or {"time", "behavior"} <= set(names)
        or (bool({"start_s", "end_s"} & known) and "emotion" in known)
    )


def _is_time(text: str) -> bool:
    try:
        float(number(text))
    except ValueError:
        return False
    return bool(text.strip())


def _without_head(cells: Sequence[str]) -> bool:
    return sum(_is_time(cell) for cell in cells) >= 2 and any(emotion_of(cell) for cell in cells)


def _bare(rows: Sequence[tuple[int, list[str]]]) -> Table:
    """Read Audacity's labels (start, end, text), and ELAN's tables without names (tier, ..., times, ..., text)."""
    kept = []
    for line, cells in rows:
        times = [cell for cell in cells if _is_time(cell)]
        words = [cell for cell in cells if cell and not _is_time(cell)]
        if cells and cells[0].startswith("\\"):  # Audacity's frequencies of the label above
            continue
        if len(cells) > 3:  # ELAN writes each time as a clock and in seconds, start, end and duration
            clocks = [cell for cell in times if ":" in cell]
            times = clocks[:2] if len(clocks) >= 2 else times
        if any(cells):  # a time that is missing stays empty, and is refused by name with its line
            kept.append((line, [*[*times, "", ""][:2], words[-1] if words else ""]))
    return _only_emotions(Table(["start_s", "end_s", "emotion"], kept, exported=True))


def _chosen(names: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> Table:
    """Keep of an export only the columns that we know."""
    places = {OURS[name]: place for place, name in reversed(list(enumerate(names))) if name in OURS}
    wanted = ["start_s", "end_s", "emotion"]
    kept = [(line, [cells[places[name]] if places.get(name, len(cells)) < len(cells) else "" for name in wanted])
            for line, cells in rows if any(cells)]  # fmt: skip
    return _only_emotions(Table(wanted, kept, exported=True))


def _events(names: Sequence[str], rows: Sequence[tuple[int, list[str]]], where: str) -> Table:
    """Read BORIS' tabular events: a line where a behaviour starts, and one where it stops."""
    at, what = names.index("time"), names.index("behavior")
    status = names.index("status") if "status" in names else names.index("behavior type")
    open_at: dict[str, tuple[int, str]] = {}
    kept = []
    for line, cells in rows:
        if len(cells) <= max(at, what, status) or not cells[what]:
            continue
        if cells[status].upper().endswith("START"):
            open_at[cells[what]] = line, cells[at]
        elif cells[status].upper().endswith("STOP"):
            if cells[what] not in open_at:
                raise EvaluationError(f"{where}, line {line}: '{cells[what]}' stops and never started")
            begun, start = open_at.pop(cells[what])
            kept.append((begun, [start, cells[at], cells[what]]))
    return _only_emotions(Table(["start_s", "end_s", "emotion"], kept, exported=True))


def _noldus(names: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> Table:
    """Read The Observer's event log: a line where a state starts, with its duration."""

    def of(cells: Sequence[str], *wanted: str) -> str:
        place = next((names.index(name) for name in wanted if name in names), len(cells))
        return cells[place] if place < len(cells) else ""

    kept = []
    for line, cells in rows:
        if of(cells, "event_type").lower() == "state start":
            start, lasts = (number(of(cells, *each)) for each in
                            (("time_relative_sf", "time_relative_hmsf"), ("duration_sf", "duration_hmsf")))  # fmt: skip
            end = repr(float(start) + float(lasts)) if _is_time(start) and _is_time(lasts) else lasts
            kept.append((line, [start, end, of(cells, "behavior")]))
    return _only_emotions(Table(["start_s", "end_s", "emotion"], kept, exported=True))


def _elan(text: str, where: str) -> Table:
    """Read ELAN's own .eaf file: every annotation of every tier that is an emotion."""
    kept = []
    for place, ((start, end), word) in enumerate(read_elan(text, where), 1):
        if emotion_of(word) and (start is None or end is None):
            raise EvaluationError(f"labels '{where}': annotation {place}, '{word}', has no time; align it in ELAN")
        kept.append((place, [repr(start), repr(end), word]))
    return _only_emotions(Table(["start_s", "end_s", "emotion"], kept, exported=True))


def _praat(text: str, where: str) -> Table:
    """Read a TextGrid, by praatio: the intervals of all its tiers."""
    try:
        from praatio.utilities.textgrid_io import parseTextgridStr
    except ImportError as error:
        raise EvaluationError(f"labels '{where}' are a TextGrid, which praatio reads: pip install praatio") from error
    try:
        tiers = parseTextgridStr(text, False)["tiers"]
        spans = [entry for tier in tiers if tier["class"] == "IntervalTier" for entry in tier["entries"]]
        kept = [(place, [str(start), str(end), str(word).strip()]) for place, (start, end, word) in enumerate(spans, 1)]
    except Exception as error:  # of praatio's parsers, which expect a whole file
        raise EvaluationError(
            f"labels '{where}' are no whole TextGrid ({type(error).__name__}: {error!s:.80})"
        ) from error
    return _only_emotions(Table(["start_s", "end_s", "emotion"], kept, exported=True))


def _only_emotions(table: Table) -> Table:
    """Leave out the rows that are no emotion, as programs that annotate anything have them."""
    kept = []
    for line, cells in table.rows:
        if emotion_of(cells[2]):
            kept.append((line, cells))
        elif cells[2]:
            table.passed_over[cells[2]] = table.passed_over.get(cells[2], 0) + 1
    return Table(table.names, kept, True, table.passed_over)

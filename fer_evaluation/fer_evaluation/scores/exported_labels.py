# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What programs that annotate export (Audacity, ELAN, Praat, BORIS, The Observer), as the rows of our own table."""

import re
from collections.abc import Sequence

from fer_common.emotion_words import emotion_of
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.elan import read_elan
from fer_evaluation.scores.label_cells import Table, column, end_of, is_time, number, only_emotions, plain, seconds

Rows = Sequence[tuple[int, list[str]]]
"""Each with its line in the file, from 1."""


def bare(rows: Rows) -> Table:
    """Read Audacity's labels (start, end, text), and ELAN's tables without names (tier, ..., times, ..., text)."""
    kept = []
    for line, cells in rows:
        times = [cell for cell in cells if is_time(cell)]
        words = [cell for cell in cells if cell and not is_time(cell)]
        if not any(cells) or cells[0].startswith(("\\", "#")):  # Audacity's frequencies of the label above; a comment
            continue
        word, unit = words[-1] if words else "", 1.0
        if len(cells) > 3 and len(times) > 2:  # ELAN's: each time in one or more forms, then the text
            word = "" if cells[-1] in times else cells[-1]
            clocks, whole = [cell for cell in times if ":" in cell], [cell for cell in times if cell.isdecimal()]
            unit = 0.001 if len(whole) == len(times) else 1.0  # seconds have a point there, milliseconds have none
            times = clocks if len(clocks) >= 2 else times
        first, last = [*times, "", ""][:2]  # a time that is missing stays empty, and is refused by name with its line
        kept.append((line, [seconds(first, unit), seconds(last, unit), word]))
    return only_emotions(kept)


def chosen(names: Sequence[str], rows: Rows) -> Table:
    """Keep of an export only the columns that we know; of ELAN's, which may have one for each tier, all of those."""
    known = [column(name) for name in names]
    places = {ours: (place, unit) for place, (ours, unit) in reversed(list(enumerate(known)))}
    tiers = [place for place, (ours, _) in enumerate(known)
             if ours not in ("start_s", "end_s", "duration_s", "tier", "participant")]  # fmt: skip
    texts = [places["emotion"][0]] if "emotion" in places else tiers
    types = [place for place, name in enumerate(names) if plain(name) == "behavior type"]

    def of(cells: Sequence[str], wanted: str) -> str:
        place, unit = places.get(wanted, (len(cells), 1.0))
        return seconds(cells[place], unit) if place < len(cells) else ""

    kept = []
    for line, cells in rows:
        start, end = of(cells, "start_s"), of(cells, "end_s")
        end = end if "end_s" in places else end_of(start, of(cells, "duration_s"))
        end = start if any(cells[place : place + 1] == ["POINT"] for place in types) else end
        kept += [(line, [start, end, cells[place]]) for place in texts if place < len(cells) and cells[place]]
    return only_emotions(kept)


def events(names: Sequence[str], rows: Rows, where: str) -> Table:
    """Read BORIS' tabular events: a line where somebody's behaviour starts, and one where it stops."""
    at, what = names.index("time"), names.index("behavior")
    status = names.index("status") if "status" in names else names.index("behavior type")
    whose = [names.index(name) for name in ("observation id", "subject") if name in names]
    open_at: dict[tuple[str, ...], tuple[int, str]] = {}
    kept, unpaired = [], []
    for line, cells in rows:
        if len(cells) <= max(at, what, status) or not cells[what]:
            continue
        word, kind = cells[what], cells[status].upper()
        key = word, *(cells[place] for place in whose if place < len(cells))
        if kind.endswith("START"):
            unpaired += [(open_at[key][0], word)] if key in open_at else []
            open_at[key] = line, cells[at]
        elif kind.endswith("STOP"):
            if key not in open_at:
                raise EvaluationError(f"{where}, line {line}: '{word}' stops and never started")
            begun, start = open_at.pop(key)
            kept.append((begun, [start, cells[at], word]))
        else:
            kept.append((line, [cells[at], cells[at], word]))
    unpaired += [(line, key[0]) for key, (line, _) in open_at.items()]
    said = [f"line {line} of {where}: '{word}' starts and never stops, and is left out"
            for line, word in sorted(unpaired) if emotion_of(word)]  # fmt: skip
    return only_emotions(kept, said)


def noldus(names: Sequence[str], rows: Rows) -> Table:
    """Read The Observer's event log: a line where a state starts, with its duration."""

    def of(cells: Sequence[str], *wanted: str) -> str:
        place = next((names.index(name) for name in wanted if name in names), len(cells))
        return cells[place] if place < len(cells) else ""

    kept = []
    for line, cells in rows:
        kind = of(cells, "event type").lower()
        if kind in ("state start", "point"):
            start = number(of(cells, "time relative sf", "time relative hmsf"))
            lasts = number(of(cells, "duration sf", "duration hmsf"))
            kept.append((line, [start, start if kind == "point" else end_of(start, lasts), of(cells, "behavior")]))
    return only_emotions(kept)


def elan(text: str, where: str) -> Table:
    """Read ELAN's own .eaf file: every annotation of every tier that is an emotion.

    Raises:
        EvaluationError: it is another program's XML, or no whole file.
    """
    root = re.search(r"<([A-Za-z_][\w.:-]*)", text)
    if root and root[1] != "ANNOTATION_DOCUMENT":
        raise EvaluationError(f"labels '{where}' are XML, but not ELAN's ('{root[1]:.40}'); export them as a table")
    kept = []
    for place, ((start, end), word) in enumerate(read_elan(text, where), 1):
        if emotion_of(word) and (start is None or end is None):
            raise EvaluationError(f"labels '{where}': annotation {place}, '{word}', has no time; align it in ELAN")
        kept.append((place, [repr(start), repr(end), word]))
    return only_emotions(kept)


def praat(text: str, where: str) -> Table:
    """Read a TextGrid, by praatio: the intervals and points of all its tiers.

    Raises:
        EvaluationError: praatio is not installed, or it is no whole file.
    """
    try:
        from praatio.utilities.textgrid_io import parseTextgridStr
    except ImportError as error:
        raise EvaluationError(f"labels '{where}' are a TextGrid, which praatio reads: pip install praatio") from error
    try:
        tiers = parseTextgridStr(f"{text}\n", False)["tiers"]  # without a line's end the last label is lost (findings/)
        entries = [entry for tier in tiers for entry in tier["entries"]]
        # A point, which has one time alone, begins and ends there.
        kept = [(place, [str(entry[0]), str(entry[-2]), str(entry[-1]).strip()])
                for place, entry in enumerate(entries, 1)]  # fmt: skip
    except Exception as error:  # of praatio's parsers, which expect a whole file
        raise EvaluationError(
            f"labels '{where}' are no whole TextGrid ({type(error).__name__}: {error!s:.80})"
        ) from error
    return only_emotions(kept)

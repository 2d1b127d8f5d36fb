# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What programs that annotate export (Audacity, ELAN, Praat, BORIS, The Observer), as the rows of our own table."""

import re
from collections.abc import Sequence

from fer_common.emotion_words import emotion_of
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.elan import read_elan
from fer_evaluation.scores.label_cells import (
    BY_FRAMES,
    Table,
    column,
    end_of,
    is_time,
    number,
    only_emotions,
    plain,
    seconds,
)

Rows = Sequence[tuple[int, list[str]]]
"""Each with its line in the file, from 1."""


NOBODY = "no focal subject"
"""What BORIS writes of what is about nobody by name."""


def bare(rows: Rows, where: str) -> Table:
    """Read Audacity's labels (start, end, text), and ELAN's tables without names (tier, ..., times, ..., text)."""
    kept = []
    for line, cells in rows:
        times = [cell for cell in cells if is_time(cell)]
        words = [cell for cell in cells if cell and not is_time(cell)]
        if not any(cells) or cells[0].startswith(("\\", "#")):  # Audacity's frequencies of the label above; a comment
            continue
        word, unit, who = words[-1] if words else "", 1.0, ""
        if len(cells) > 3 and len(times) > 2:  # ELAN's: each time in one or more forms, then the text
            word, who = "" if cells[-1] in times else cells[-1], cells[1] or cells[0]
            clocks, whole = [cell for cell in times if ":" in cell], [cell for cell in times if cell.isdecimal()]
            unit = 0.001 if len(whole) == len(times) else 1.0  # seconds have a point there, milliseconds have none
            times = clocks if len(clocks) >= 2 else times
        first, last = [*times, "", ""][:2]  # a time that is missing stays empty, and is refused by name with its line
        kept.append((line, [seconds(first, unit), seconds(last, unit), word, who]))
    return only_emotions(kept, where)


def chosen(names: Sequence[str], rows: Rows, where: str) -> Table:
    """Keep of an export only the columns that we know; of ELAN's, which may have one for each tier, all of those."""
    known, spelt = [column(name) for name in names], [plain(name) for name in names]
    places = {ours: (place, unit) for place, (ours, unit) in reversed(list(enumerate(known)))}
    if "start_s" not in places and any(map(BY_FRAMES.match, spelt)):
        raise EvaluationError(f"labels '{where}' count images in their times; export them as hh:mm:ss.ms or ss.msec")
    tiers = [place for place, (ours, _) in enumerate(known) if not BY_FRAMES.match(spelt[place])
             and ours not in ("start_s", "end_s", "duration_s", "tier", "participant")]  # fmt: skip
    texts = [places["emotion"][0]] if "emotion" in places else tiers
    types = [place for place, name in enumerate(spelt) if name == "behavior type"]

    def of(cells: Sequence[str], wanted: str) -> str:
        place, unit = places.get(wanted, (len(cells), 1.0))
        return seconds(cells[place], unit) if place < len(cells) else ""

    kept = []
    for text in texts:
        words = _words(spelt, rows, text, where)
        for (line, cells), word in zip(rows, words):
            start, end = of(cells, "start_s"), of(cells, "end_s")
            end = end if "end_s" in places else end_of(start, of(cells, "duration_s"))
            end = start if any(cells[place : place + 1] == ["POINT"] for place in types) else end
            whose = _whose(spelt, cells) or (names[text] if len(texts) > 1 else "")
            kept += [(line, [start, end, word, whose])] if word else []
    return only_emotions(sorted(kept), where)


def events(names: Sequence[str], rows: Rows, where: str) -> Table:
    """Read BORIS' tabular events: a line where somebody's behaviour starts, and one where it stops."""
    at, what = names.index("time"), names.index("behavior")
    status = names.index("status") if "status" in names else names.index("behavior type")
    open_at: dict[tuple[str, str], tuple[int, str]] = {}
    kept, unpaired = [], []
    for (line, cells), word in zip(rows, _words(names, rows, what, where)):
        if len(cells) <= max(at, what, status) or not word:
            continue
        kind, whose = cells[status].upper(), _whose(names, cells)
        key = word, whose
        if kind.endswith("START"):
            unpaired += [(open_at[key][0], word)] if key in open_at else []
            open_at[key] = line, cells[at]
        elif kind.endswith("STOP"):
            if key not in open_at:
                raise EvaluationError(f"{where}, line {line}: '{word}' stops and never started")
            begun, start = open_at.pop(key)
            kept.append((begun, [start, cells[at], word, whose]))
        else:
            kept.append((line, [cells[at], cells[at], word, whose]))
    unpaired += [(line, key[0]) for key, (line, _) in open_at.items()]
    said = [f"line {line} of {where}: '{word}' starts and never stops, and is left out"
            for line, word in sorted(unpaired) if emotion_of(word)]  # fmt: skip
    return only_emotions(kept, where, said)


def noldus(names: Sequence[str], rows: Rows, where: str) -> Table:
    """Read The Observer's event log: a line where a state starts, with its duration."""

    def of(cells: Sequence[str], *wanted: str) -> str:
        place = next((names.index(name) for name in wanted if name in names), len(cells))
        return cells[place] if place < len(cells) else ""

    kept = []
    words = _words(names, rows, names.index("behavior") if "behavior" in names else len(names), where)
    for (line, cells), word in zip(rows, words):
        kind = of(cells, "event type").lower()
        if kind in ("state start", "state point", "point"):
            start = number(of(cells, "time relative sf", "time relative hmsf"))
            lasts = number(of(cells, "duration sf", "duration hmsf"))
            end = end_of(start, lasts) if kind == "state start" else start
            kept.append((line, [start, end, word, _whose(names, cells)]))
    return only_emotions(kept, where)


def _words(names: Sequence[str], rows: Rows, what: int, where: str) -> list[str]:
    """Return what each row says: its behaviour; where no behaviour is an emotion, the one that a modifier names.

    Args:
        names: of the columns, as `plain` has them.
        rows: below them.
        what: the behaviour's column.
        where: names the file.

    Raises:
        EvaluationError: modifiers of several behaviours name emotions, or there are emotions of several observations.
    """
    said = [cells[what] if what < len(cells) else "" for _, cells in rows]
    if not any(map(emotion_of, said)):
        named = [_modifier(names, cells) for _, cells in rows]
        of = sorted({word for word, modifier in zip(said, named) if modifier})
        if len(of) > 1:
            raise EvaluationError(
                f"labels '{where}': modifiers of several behaviours name emotions ({', '.join(of)[:100]}); export one"
            )
        said = [modifier or word for word, modifier in zip(said, named)]
    place = next((names.index(name) for name in ("observation id", "observation") if name in names), len(names))
    apart = sorted({"".join(cells[place : place + 1]) for (_, cells), word in zip(rows, said) if emotion_of(word)})
    if len(apart) > 1:
        raise EvaluationError(
            f"labels '{where}' are of {len(apart)} observations ({', '.join(apart)[:100]}); export each into a file of "
            "its own, as each bag has its own"
        )
    return said


def _modifier(names: Sequence[str], cells: Sequence[str]) -> str:
    """Return the emotion that a row's modifiers name, as it stands there; empty: none, or several."""
    texts = [cell for name, cell in zip(names, cells) if name.startswith("modifier")]
    named = {emotion_of(one): one.strip() for text in texts for one in re.split(r"[|,;]", text) if emotion_of(one)}
    return next(iter(named.values())) if len(named) == 1 else ""


def _whose(names: Sequence[str], cells: Sequence[str]) -> str:
    """Return whose a row is, by the column that an export has for that; empty: it says nothing."""
    for name in ("subject", "participant", "tier"):
        said = cells[names.index(name)] if name in names and names.index(name) < len(cells) else ""
        if said and said.lower() != NOBODY:
            return said
    return ""


def elan(text: str, where: str) -> Table:
    """Read ELAN's own .eaf file: every annotation of every tier that is an emotion.

    Raises:
        EvaluationError: it is another program's XML, or no whole file.
    """
    root = re.search(r"<([A-Za-z_][\w.:-]*)", text)
    if root and root[1] != "ANNOTATION_DOCUMENT":
        raise EvaluationError(f"labels '{where}' are XML, but not ELAN's ('{root[1]:.40}'); export them as a table")
    kept = []
    for place, ((start, end), word, who) in enumerate(read_elan(text, where), 1):
        if emotion_of(word) and (start is None or end is None):
            raise EvaluationError(f"labels '{where}': annotation {place}, '{word}', has no time; align it in ELAN")
        kept.append((place, [repr(start), repr(end), word, who]))
    return only_emotions(kept, where)


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
        entries = [(entry, str(tier["name"])) for tier in tiers for entry in tier["entries"]]
        # A point, which has one time alone, begins and ends there.
        kept = [(place, [str(entry[0]), str(entry[-2]), str(entry[-1]).strip(), who])
                for place, (entry, who) in enumerate(entries, 1)]  # fmt: skip
    except Exception as error:  # of praatio's parsers, which expect a whole file
        raise EvaluationError(
            f"labels '{where}' are no whole TextGrid ({type(error).__name__}: {error!s:.80})"
        ) from error
    return only_emotions(kept, where)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A label file's rows under our own names of columns, and what its names and times mean."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fer_common.emotion_words import emotion_of, plain_word

MEANT = {
    "start_s": ("start", "start time", "begin", "begin time", "onset", "tmin", "beginn", "anfang", "début", "inicio",
                "inizio", "startzeit", "von", "início", "begintijd", "starttijd"),
    "end_s": ("end", "end time", "stop", "stop time", "offset", "tmax", "ende", "fin", "fine", "endzeit", "bis", "fim",
              "einde", "eindtijd"),
    "duration_s": ("duration", "dauer", "durée", "duración", "durata", "duração", "duur"),
    "emotion": ("emotion", "label", "behavior", "behaviour", "annotation", "text", "trial type", "gefühl", "émotion",
                "emoción", "emozione", "emoção", "emotie"),
    "valence": ("valence", "valenz", "valencia", "valenza", "valência", "valentie"),
    "arousal": ("arousal", "erregung", "activation", "activación", "attivazione", "ativação", "opwinding"),
}  # fmt: skip
"""Our columns, and what other programs and people call them, without their unit."""
_OURS = {plain_word(name): column for column, names in MEANT.items() for name in names}
_UNIT = re.compile(r"(?: *[(\[]|[ -]+)(?:(s|sec|seconds|ss\.msec|hh:mm:ss(?:\.ms)?)|(ms|msec|milliseconds))[)\]]?$")
CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d*)?)")
"""hh:mm:ss.mmm or mm:ss.mmm."""
BY_FRAMES = re.compile(r"(?:begin time|end time|duration) - (?:smpte|pal|ntsc)")
"""How the names begin of ELAN's columns that count images."""
WITH_FRAMES = re.compile(r"\d+:\d+:\d+[:;]\d+")
"""hh:mm:ss:ff, whose last number counts images."""


@dataclass
class Table:
    """A label file's rows, under our own names of columns."""

    names: list[str]
    rows: list[tuple[int, list[str]]]
    """Each with its line in the file, from 1, and as many cells as there are names."""
    passed_over: dict[str, int] = field(default_factory=dict)
    """What of a program that annotates anything is no emotion, and how often."""
    notices: list[str] = field(default_factory=list)
    """Lines on what else does not count."""


def plain(name: str) -> str:
    """Return a column's name in small letters, with single spaces in place of underscores."""
    return " ".join(name.lower().replace("\ufeff", "").replace("_", " ").split())


def column(name: str) -> tuple[str, float]:
    """Return which of our columns a name means, the name itself where it means none, and seconds in its unit."""
    bare = plain(name)
    unit = _UNIT.search(bare)
    stem = bare[: unit.start()] if unit else bare
    return _OURS.get(plain_word(stem), name.strip().lower()), 0.001 if unit and unit[2] else 1.0


def number(text: str) -> str:
    """Return a time or number as Python reads it: 00:01:02.5 as 62.5, 2,5 as 2.5; anything else as it is."""
    clock = CLOCK.fullmatch(text.strip())
    if clock:
        hours, minutes, seconds = clock.groups()
        # All as floats: a number of more digits than any float has is infinite then, and no error of its own.
        return repr(float(hours or 0) * 3600 + float(minutes) * 60 + float(seconds.replace(",", ".")))
    return text.strip().replace(",", ".") if re.fullmatch(r"\s*-?\d+,\d+(?:[eE][+-]?\d+)?\s*", text) else text


def is_time(text: str) -> bool:
    """Tell whether a cell is a number or a time of day."""
    try:
        float(number(text))
    except ValueError:
        return False
    return bool(text.strip())


def seconds(text: str, unit: float) -> str:
    """Return a time that is given in a unit of so many seconds, in seconds; what is none as it is."""
    if unit == 1 or not is_time(text) or ":" in text:
        return text
    return repr(round(float(number(text)) * unit, 9))


def end_of(start: str, lasts: str) -> str:
    """Return when what starts then and lasts so long ends; what is no time as it is."""
    start, lasts = number(start), number(lasts)
    return repr(round(float(start) + float(lasts), 9)) if is_time(start) and is_time(lasts) else lasts


def only_emotions(rows: Sequence[tuple[int, list[str]]], where: str, notices: Sequence[str] = ()) -> Table:
    """Keep of rows of start, end, word and whose it is those of an emotion, as programs that annotate anything have
    others too.

    An emotion at one moment has no length, so that no image lies in it: it is left out, and said. Where people's
    emotions overlap, each is about the face of that name; else all are about whoever is seen.
    """
    kept: list[tuple[int, list[str]]] = []
    passed_over: dict[str, int] = {}
    moments = []
    for line, (start, end, word, who) in rows:
        if not emotion_of(word):
            if word:
                passed_over[word] = passed_over.get(word, 0) + 1
        elif is_time(start) and is_time(end) and float(number(start)) == float(number(end)):
            moments.append(line)
        else:
            kept.append((line, [start, end, word, who]))
    said = [*notices]
    if moments:
        said.append(
            f"{len(moments)} labels begin and end at one moment, so they cover no image and are left out "
            f"(the first in line {moments[0]})"
        )
    people = sorted({cells[3] for _, cells in kept if cells[3]})
    if not _overlap([cells for _, cells in kept]):
        return Table(["start_s", "end_s", "emotion"], [(line, cells[:3]) for line, cells in kept], passed_over, said)
    said.append(
        f"the labels of {where} overlap, of several people or tiers ({', '.join(people)[:200]}): each counts for the "
        "face of that name alone. Name them as faces.csv names the faces (f1, ...), or export one of them for all"
    )
    return Table(["start_s", "end_s", "emotion", "face_id"], kept, passed_over, said)


def _overlap(rows: Sequence[list[str]]) -> bool:
    """Tell whether labels of one person (or tier) overlap with those of another; rows of start, end, word and whose."""
    spans = [(float(number(start)), float(number(end)), who) for start, end, _, who in rows
             if is_time(start) and is_time(end)]  # fmt: skip
    last, before = ("", -math.inf), ("", -math.inf)  # the two who were labelled longest so far
    for start, end, who in sorted(spans):
        if start < (before if last[0] == who else last)[1]:
            return True
        if who == last[0]:
            last = who, max(end, last[1])
        elif end > last[1]:
            last, before = (who, end), last
        elif end > before[1]:
            before = who, end
    return False

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is measured after the export, put into a model's card."""

from collections.abc import Mapping
from pathlib import Path

from fer_common.whole_file import write_whole
from fer_training.errors import TrainingError
from fer_training.measures.corruptions import CORRUPTIONS, STRENGTHS
from fer_training.measures.robustness import Robustness
from fer_training.release.card import PROPERTIES, reading_section
from fer_training.release.reading import Reading

TITLE = "## How it bears poor images"
FOLLOWING = ("## Training", "## What it is for")
"""What may come after the figures, and after the sections of what else was measured."""


def put_robustness(card: Path, result: Robustness, split: str) -> None:
    """Write accuracy and colour error under every strength of damage into a card, in place of an older table.

    Args:
        card: the model card, written by `fer_training.export`.
        result: what was measured with the file beside it.
        split: of the faces: 'FER2013Valid'.

    Raises:
        TrainingError: the card is missing, or is none of `export`'s.
    """
    _put(card, TITLE, section(result, split))


def put_readings(card: Path, steps: Mapping[float, Reading]) -> None:
    """Write FER2013Valid's figures of each step of `reading` into a card, in place of older ones; errors as above."""
    title, _, *lines = reading_section(steps)
    _put(card, title, "\n".join(lines))


def _put(card: Path, title: str, content: str) -> None:
    """Put a section of that title, in place of an older one, else in front of the training's."""
    try:
        head, found, rest = (text := card.read_text()).partition(f"\n{title}\n")
        if found:
            after = rest[rest.index("\n## ") :] if "\n## " in rest else ""
        else:
            place = _place(text, card)
            head, after = text[:place], text[place:]
        write_whole(card, f"{head}\n{title}\n\n{content}{after}", private=False)
    except OSError as error:
        raise TrainingError(f"cannot write the card '{card}': {error.strerror}; export the model first") from error


def check_card(card: Path) -> None:
    """Raise TrainingError for a card into which no section can be put: missing, or none of `export`'s."""
    try:
        _place(card.read_text(), card)
    except OSError as error:
        raise TrainingError(f"cannot read the card '{card}': {error.strerror}; export the model first") from error


def _place(text: str, card: Path) -> int:
    """Return where in a card a new section begins: before the training's, or what comes after that."""
    places = [text.find(f"\n{title}") for title in FOLLOWING]
    found = min((place for place in places if place >= 0), default=-1)
    if found < 0:
        raise TrainingError(f"'{card}' has no section {' or '.join(FOLLOWING)}: is it a card of fer_training.export?")
    return found


def put_measured(text: str, fresh: list[str]) -> str:
    """Return a card with other figures of its file; what was measured with the old file goes: poor images, the int8
    form, each step of `reading`, what its spatial transformer does.

    Args:
        text: the card, written by `fer_training.export`.
        fresh: what `fer_training.release.card.measured` writes.

    Raises:
        TrainingError: it is none of `export`'s.
    """
    head, found, rest = text.partition("\n".join(("", *PROPERTIES, "")))
    after = min((rest.find(f"\n{title}") for title in FOLLOWING if f"\n{title}" in rest), default=-1)
    if not found or after < 0:
        raise TrainingError(
            "the card has no table of metadata, or nothing after it: is it one of fer_training.export's?"
        )
    return head + "\n" + "\n".join(fresh) + rest[after:]


def section(result: Robustness, split: str) -> str:
    """Write one table, accuracy / colour error in each place."""
    averaged = ", averaged with their mirror images" if result.flip else ""
    whole = _cell(result, "", 0)
    lines = [
        f"Accuracy / colour error on {result.faces:,} faces of {split}{averaged} (seed {result.seed}); as they are: "
        f"{whole}. Always answering their mean distribution has a colour error of {result.mean_answer:.1f}.",
        "",
        f"| damage | from, to | {' | '.join(map(str, range(1, STRENGTHS + 1)))} |",
        "|---|---|" + "---:|" * STRENGTHS,
    ]
    for kind in CORRUPTIONS:
        cells = " | ".join(_cell(result, kind.name, strength) for strength in range(1, STRENGTHS + 1))
        lines.append(f"| {kind.name} | {kind.levels[0]:g}, {kind.levels[-1]:g} {kind.unit} | {cells} |")
    return "\n".join(lines) + "\n"


def _cell(result: Robustness, kind: str, strength: int) -> str:
    metrics = (result.spoilt[kind][strength - 1] if strength else result.whole).metrics
    return f"{metrics.accuracy:.3f} / {metrics.colour_error:.1f}"

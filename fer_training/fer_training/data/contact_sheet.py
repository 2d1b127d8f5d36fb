# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A data set as a picture: some faces of each class, and how the votes fell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fer_color.palette import PAPER
from fer_common.emotions import LABELS
from fer_training.data.ferplus_columns import FERPLUS_INDEX

FACE = 96
"""Side of a face on the sheet, in pixels: twice its own."""
GAP, BAR, LINE, MARGIN = 8, 10, 16, 130
SHOWN = {**dict(zip(FERPLUS_INDEX, LABELS)), 7: "contempt", 8: "unknown", 9: "no face"}
"""FER+'s columns, by number, to what is written of them, in the order of the sheet's rows."""
COLOURS = {
    **dict(zip(FERPLUS_INDEX, PAPER.colors)),
    7: (139, 90, 43),
    8: (150, 150, 150),
    9: (60, 60, 60),
}
"""The column's colour in the bars: the light's own for the seven emotions."""
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
PAGE, INK, FAINT = (236, 238, 241), (20, 22, 26), (110, 115, 122)


@dataclass(frozen=True)
class Shown:
    """A face on the sheet."""

    image: NDArray[np.uint8]
    """[48, 48]."""
    votes: Sequence[int]
    """In FER+'s ten columns."""


def contact_sheet(title: str, rows: Mapping[int, Sequence[Shown]], counts: Mapping[int, int]) -> Image.Image:
    """Draws the sheet.

    Args:
        title: its first line.
        rows: the faces of each class, by the number of FER+'s column; those without a face are left out.
        counts: how many faces the class has in all.
    """
    used = [column for column in SHOWN if rows.get(column)]
    across = max(len(rows[column]) for column in used)
    step = FACE + GAP
    height = FACE + BAR + LINE + GAP
    width = max(MARGIN + across * step + GAP, 760)
    sheet = Image.new("RGB", (width, 3 * LINE + len(used) * height + 3 * LINE), PAGE)
    draw = ImageDraw.Draw(sheet)
    big, small = ImageFont.load_default(16), ImageFont.load_default(10)
    draw.text((GAP, GAP), title, INK, big)
    for place, column in enumerate(used):
        top = 3 * LINE + place * height
        draw.text((GAP, top + FACE / 2 - LINE), SHOWN[column], INK, big)
        draw.text((GAP, top + FACE / 2 + 4), f"{counts[column]:,} face{'s' * (counts[column] != 1)}", FAINT, small)
        for number, shown in enumerate(rows[column]):
            _face(sheet, draw, (MARGIN + number * step, top), shown, small)
    _legend(draw, 3 * LINE + len(used) * height + GAP, small)
    return sheet


def _face(sheet: Image.Image, draw: ImageDraw.ImageDraw, at: tuple[int, int], shown: Shown, font: Font) -> None:
    left, top = at
    sheet.paste(Image.fromarray(shown.image).resize((FACE, FACE), Image.Resampling.BICUBIC), at)
    total, done = sum(shown.votes), 0
    for column in SHOWN:
        if shown.votes[column]:
            begin = left + round(FACE * done / total)
            done += shown.votes[column]
            end = left + round(FACE * done / total)
            draw.rectangle((begin, top + FACE + 1, end - 1, top + FACE + BAR - 1), COLOURS[column])
    largest = sorted(SHOWN, key=lambda column: -shown.votes[column])[:2]
    words = [f"{SHOWN[column][:5]} {shown.votes[column]}" for column in largest if shown.votes[column]]
    draw.text((left, top + FACE + BAR), "  ".join(words), FAINT, font)


def _legend(draw: ImageDraw.ImageDraw, top: int, font: Font) -> None:
    left = GAP
    draw.text((left, top), "votes:", INK, font)
    left += 44
    for column, name in SHOWN.items():
        draw.rectangle((left, top + 2, left + BAR, top + 2 + BAR), COLOURS[column], outline=FAINT)
        draw.text((left + BAR + 4, top), name, INK, font)
        left += BAR + 14 + round(draw.textlength(name, font))

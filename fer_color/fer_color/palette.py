# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Palettes: the prototype colour of each emotion."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_color.errors import ColorError
from fer_common.emotions import LABELS
from fer_common.errors import shown
from fer_common.yaml_file import read_mapping


@dataclass(frozen=True)
class Palette:
    """A prototype colour for each of the seven emotions; ColorError when a colour is missing or out of range."""

    name: str
    colors: tuple[tuple[int, int, int], ...]
    """sRGB, 0 to 255, one triple for each of `LABELS`, in their order."""

    def __post_init__(self) -> None:
        """Check the values."""
        if len(self.colors) != len(LABELS):
            raise ColorError(f"palette '{self.name}' has {len(self.colors)} colours: give {len(LABELS)}")
        for label, color in zip(LABELS, self.colors):
            if len(color) != 3 or not all(type(value) is int and 0 <= value <= 255 for value in color):
                raise ColorError(
                    f"palette '{self.name}', {label}: give three whole numbers from 0 to 255, not {shown(color)}"
                )

    def srgb(self) -> NDArray[np.float64]:
        """Return the colours as sRGB in 0 to 1, [7, 3]."""
        return np.array(self.colors, dtype=np.float64) / 255


PAPER = Palette(
    "paper",
    (
        (231, 30, 36),
        (97, 45, 145),
        (246, 145, 31),
        (74, 184, 71),
        (255, 255, 255),
        (26, 97, 175),
        (251, 233, 37),
    ),
)
"""The paper's Table 5: a simplified Plutchik wheel."""

PLUTCHIK = Palette(
    "plutchik",
    (
        (255, 0, 0),
        (255, 84, 255),
        (0, 150, 0),
        (255, 255, 84),
        (255, 255, 255),
        (81, 81, 255),
        (89, 189, 255),
    ),
)
"""The middle ring of Plutchik's wheel (R. Plutchik, The Nature of Emotions, American Scientist 89, 2001) in the sRGB
values that drawings of it mostly have; joy is happy, and what is not on the wheel, neutral, is white."""

COLORBLIND_SAFE = Palette(
    "colorblind_safe",
    (
        (177, 4, 61),
        (174, 142, 211),
        (209, 116, 26),
        (66, 190, 149),
        (255, 255, 255),
        (9, 47, 205),
        (255, 217, 0),
    ),
)
"""Each emotion keeps the hue that it has in the paper, within 25 degrees of OKLCh, and the seven are as far apart as a
search could bring them for normal vision, protanopia, deuteranopia and tritanopia at once (docs/palettes.md)."""

PALETTES = {palette.name: palette for palette in (PAPER, PLUTCHIK, COLORBLIND_SAFE)}
"""The palettes that are known by name."""


def load_palette(source: str) -> Palette:
    """Load the palette of that name, or the one in a YAML file.

    Args:
        source: a name in `PALETTES`, or a path that ends in .yaml or .yml. The file is a mapping of the seven
            `LABELS` to `[red, green, blue]`, sRGB, 0 to 255, and of `name` to a name (default: the file's).

    Raises:
        ColorError: no such palette, or the file cannot be read or is not as above.
    """
    if source in PALETTES:
        return PALETTES[source]
    if not source.endswith((".yaml", ".yml")):
        known = ", ".join(sorted(PALETTES))
        raise ColorError(f"unknown palette '{source}': use one of {known}, or the path of a .yaml file")
    content = read_mapping(source, "palette file", ColorError)
    name = str(content.pop("name", Path(source).stem))
    missing = [label for label in LABELS if label not in content]
    if missing or len(content) != len(LABELS):
        wrong = f"lacks {', '.join(missing)}" if missing else "has more than name and the seven emotions"
        raise ColorError(f"palette file '{source}' {wrong}: give name and {', '.join(LABELS)}")
    colors = [content[label] for label in LABELS]
    return Palette(name, tuple(tuple(color) if isinstance(color, list) else (color,) for color in colors))

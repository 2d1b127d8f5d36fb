# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draw docs/palettes.md's pictures and print its table: python3 docs/make/palettes.py [FOLDER].

Colour blindness after Brettel, Viénot and Mollon (1997), in full; distance is CIEDE2000. Both are coloraide's.
"""

import sys
from itertools import combinations
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from coloraide import Color

from fer_color.blend import BLENDINGS, blend
from fer_color.palette import PALETTES, Palette
from fer_common.emotions import LABELS

VISIONS = {"normal": "", "protanopia": "protan", "deuteranopia": "deutan", "tritanopia": "tritan"}
PAIRS = (("sad", "happy"), ("angry", "happy"), ("fear", "sad"), ("disgust", "surprise"), ("neutral", "angry"))
BACKGROUND = "#d8d8d8"
"""White is one of the colours."""


def seen(rgb: tuple[int, int, int], vision: str) -> Color:
    """Return an sRGB colour (0 to 255) as somebody with that vision sees it."""
    color = Color("srgb", [value / 255 for value in rgb])
    return color.filter(VISIONS[vision], method="brettel").convert("srgb").clip() if VISIONS[vision] else color


def least(palette: Palette, vision: str) -> tuple[float, str, str]:
    """Return the two emotions whose colours are closest for that vision, and their CIEDE2000."""
    colors = [seen(rgb, vision) for rgb in palette.colors]
    pairs = combinations(range(len(LABELS)), 2)
    distance, a, b = min((colors[i].delta_e(colors[j], method="2000"), i, j) for i, j in pairs)
    return distance, LABELS[a], LABELS[b]


def table() -> str:
    """Return a Markdown table: the least distance within each palette, for each vision."""
    rows = ["| palette | " + " | ".join(VISIONS) + " |", "|---" * (1 + len(VISIONS)) + "|"]
    for name, palette in PALETTES.items():
        cells = [least(palette, vision) for vision in VISIONS]
        rows.append(f"| `{name}` | " + " | ".join(f"{value:.1f} ({a}, {b})" for value, a, b in cells) + " |")
    return "\n".join(rows)


def draw_palette(palette: Palette, path: Path) -> None:
    """Seven swatches in a row, one row a vision."""
    rows = [[seen(rgb, vision).coords() for rgb in palette.colors] for vision in VISIONS]
    figure, axes = plt.subplots(figsize=(9, 2.5), layout="constrained")
    axes.pcolormesh(np.clip(rows, 0, 1), edgecolors=BACKGROUND, linewidth=4)
    axes.set_xticks(np.arange(len(LABELS)) + 0.5, LABELS)
    axes.set_yticks(np.arange(len(VISIONS)) + 0.5, list(VISIONS))
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    figure.savefig(path, dpi=100, facecolor=BACKGROUND)
    plt.close(figure)


def draw_blendings(palette: Palette, path: Path) -> None:
    """Draw the way from one emotion to another, in each space."""
    shares = np.linspace(0, 1, 201)[:, None]
    figure, panels = plt.subplots(len(PAIRS), 1, figsize=(9, 6.2), layout="constrained")
    for axes, (a, b) in zip(panels, PAIRS):
        ends = np.eye(7)[[LABELS.index(a), LABELS.index(b)]]
        mixed = [blend((1 - shares) * ends[0] + shares * ends[1], palette, blending) for blending in BLENDINGS]
        axes.imshow(np.array(mixed), aspect="auto", extent=(0, 1, len(BLENDINGS), 0), interpolation="nearest")
        axes.set_yticks(np.arange(len(BLENDINGS)) + 0.5, list(BLENDINGS))
        axes.set_xticks([0, 1], [a, b])
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
    figure.savefig(path, dpi=100, facecolor=BACKGROUND)
    plt.close(figure)


def main(folder: Path) -> None:
    """Draw everything and print the table."""
    for name, palette in PALETTES.items():
        draw_palette(palette, folder / f"palette_{name}.png")
    draw_blendings(PALETTES["paper"], folder / "blending.png")
    print(table())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "images")

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Colours and patterns of the diagrams, and how a figure becomes a PNG or a part of a page."""

import io
import re

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

COLOURS = ("#d55e00", "#cc79a7", "#e69f00", "#009e73", "#c8ccd0", "#56a3d9", "#f0e442")
"""Of the seven emotions, in order: Okabe and Ito's, which differ in brightness, too (neutral and sad lightened)."""
HATCHES = ("////", "xxxx", "....", "", "", "\\\\\\\\", "||||")
"""Of the seven emotions; the two without one are the green and the grey, far apart in brightness."""
INK, GRID, FIRST, SECOND = "#0b0c0e", "#a9adb5", "#1a61af", "#d95f03"
"""Text, frames, the first and the second curve. In a page they follow its colours, light or dark."""
VARIABLES = {INK: "var(--ink)", GRID: "var(--grid)", FIRST: "var(--first)", SECOND: "var(--second)"}


def to_png(figure: Figure) -> bytes:
    """Write a figure on white, as a PNG file's content; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    figure.set_dpi(110)
    with matplotlib.rc_context({"hatch.linewidth": 0.4}):
        # Not figure.savefig, which draws everything once more beforehand.
        FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def to_svg(figure: Figure, name: str, description: str) -> str:
    """Write a figure as an SVG element of a page, in the page's colours.

    Args:
        figure: drawn in the colours of `VARIABLES`.
        name: differs from that of every other figure of the page.
        description: for who does not see it.
    """
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "none", "hatch.linewidth": 0.4}):
        for patch in (figure.patch, *(axes.patch for axes in figure.axes)):
            patch.set_alpha(0)
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(buffer, metadata=nothing)  # type: ignore[no-untyped-call]
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'<svg ([^>]*?)width="[^"]*" height="[^"]*"|<svg ([^>]*?)height="[^"]*"([^>]*?)width="[^"]*"',
                  lambda m: f"<svg {m[1] or (m[2] or '') + (m[3] or '')}", text, count=1)  # fmt: skip
    text = re.sub(r'<g id="[^"]*"', "<g", text)  # the same in every figure, and nothing points there
    for colour, variable in VARIABLES.items():
        text = text.replace(colour, variable)
    return text.replace("<svg ", f'<svg role="img" aria-label="{description}" ', 1)

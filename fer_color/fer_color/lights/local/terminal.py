# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a terminal can show, and how to tell it."""

from collections.abc import Mapping
from enum import Enum

from fer_color.transfer import Rgb8


class Depth(Enum):
    """How many colours a terminal has."""

    PLAIN = "plain"
    """No terminal, or one that can't even go back to the start of the line."""
    NONE = "none"
    """A terminal without colours, by its own account or by NO_COLOR."""
    ANSI16 = "16"
    ANSI256 = "256"
    TRUE = "truecolor"


_ANSI16: tuple[Rgb8, ...] = (
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
)
"""xterm's defaults."""
_CUBE = (0, 95, 135, 175, 215, 255)


def depth_of(is_terminal: bool, environment: Mapping[str, str]) -> Depth:
    """Return what TERM, COLORTERM and NO_COLOR (no-color.org) say."""
    term = environment.get("TERM", "")
    if not is_terminal or term in ("", "dumb"):
        return Depth.PLAIN
    if environment.get("NO_COLOR"):
        return Depth.NONE
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit") or term.endswith("-direct"):
        return Depth.TRUE
    return Depth.ANSI256 if "256color" in term else Depth.ANSI16


def background(rgb: Rgb8, depth: Depth) -> str:
    """Return the escape sequence that sets the background to the colour, or to the nearest that there is."""
    if depth is Depth.TRUE:
        return f"\x1b[48;2;{rgb[0]};{rgb[1]};{rgb[2]}m"
    if depth is Depth.ANSI256:
        return f"\x1b[48;5;{_nearest256(rgb)}m"
    if depth is Depth.ANSI16:
        index = min(range(16), key=lambda number: _distance(_ANSI16[number], rgb))
        return f"\x1b[{40 + index if index < 8 else 92 + index}m"
    return ""


def _nearest256(rgb: Rgb8) -> int:
    levels = [min(range(6), key=lambda level: abs(_CUBE[level] - value)) for value in rgb]
    cube = _CUBE[levels[0]], _CUBE[levels[1]], _CUBE[levels[2]]
    step = min(23, max(0, round((sum(rgb) / 3 - 8) / 10)))
    grey = 8 + 10 * step
    if _distance((grey, grey, grey), rgb) < _distance(cube, rgb):
        return 232 + step
    return 16 + 36 * levels[0] + 6 * levels[1] + levels[2]


def _distance(a: Rgb8, b: Rgb8) -> int:
    return sum((x - y) ** 2 for x, y in zip(a, b))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draw docs/images/architecture.png, a way from topic to light: python3 docs/make/architecture.py [OUTPUT.png].

The words are those of ARCHITECTURE.md, whose rooms a test holds against what a running image passes through.
"""

import sys
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

INK, PALE, PAPER = "#22303c", "#8a97a3", "#ffffff"
PERCEPTION, COLOR, GROUND, OUTSIDE = "#dbe9f6", "#fdebd0", "#e9ecef", "#ffffff"
ROOM = (1.52, 0.82)
"""A room's width and height."""


def box(axes: Axes, left: float, low: float, size: tuple[float, float], face: str, edge: str = INK) -> None:
    """Draw a rounded box; `left`, `low` and `size` in the picture's units."""
    style = "round,pad=0,rounding_size=0.12"
    axes.add_patch(FancyBboxPatch((left, low), *size, boxstyle=style, facecolor=face, edgecolor=edge, linewidth=1.2))


def room(axes: Axes, left: float, low: float, name: str, says: str) -> None:
    """Draw a room with its name and what it does."""
    box(axes, left, low, ROOM, PAPER)
    middle = left + ROOM[0] / 2
    axes.text(middle, low + 0.56, name, ha="center", va="center", fontsize=10.5, weight="bold", color=INK)
    axes.text(middle, low + 0.25, says, ha="center", va="center", fontsize=8.2, color=INK)


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str = INK) -> None:
    """Draw an arrow."""
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=13, color=color, linewidth=1.4))


def outside(axes: Axes, left: float, low: float, text: str) -> None:
    """Draw what is none of ours."""
    axes.text(left, low, text, ha="center", va="center", fontsize=9.5, style="italic", color=INK)


def chain(axes: Axes, left: float, low: float, rooms: list[tuple[str, str]]) -> None:
    """Draw rooms side by side, with an arrow from each to the next."""
    step = ROOM[0] + 0.3
    for index, (name, says) in enumerate(rooms):
        room(axes, left + index * step, low, name, says)
        if index:
            begin = left + index * step
            arrow(axes, (begin - 0.3, low + ROOM[1] / 2), (begin, low + ROOM[1] / 2))


def package(axes: Axes, place: tuple[float, float], size: tuple[float, float], face: str, title: str) -> None:
    """Draw a package with its title."""
    box(axes, *place, size, face, PALE)
    axes.text(place[0] + 0.2, place[1] + size[1] - 0.25, title, fontsize=10.5, color=INK, va="center")


def main(path: Path) -> None:
    """Draw the picture."""
    figure = plt.figure(figsize=(12.4, 7.2))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, 12.4)
    axes.set_ylim(0, 7.2)
    axes.axis("off")
    _perception(axes)
    _color(axes)
    _beside(axes)
    figure.savefig(path, dpi=110, facecolor="white")


def _perception(axes: Axes) -> None:
    """Draw the upper half, and the way down to the light."""
    outside(axes, 0.75, 6.15, "camera, file\nor bag")
    package(
        axes, (1.5, 4.05), (9.4, 3.0), PERCEPTION, "fer_perception: an image becomes distributions over seven emotions"
    )
    chain(axes, 1.7, 5.7, [("nodes", "hear the topic"), ("images", "message to array")])
    chain(
        axes,
        5.34,
        5.7,
        [("search", "where to look"), ("detectors", "pixels to boxes"), ("classification", "cut each face")],
    )
    arrow(axes, (5.04, 6.11), (5.34, 6.11))
    rooms = [("backends", "run the network"), ("tracking", "who is who"), ("fusion", "over time, faces")]
    chain(axes, 3.52, 4.35, [*rooms, ("nodes", "publish")])
    axes.plot([9.74, 9.74, 4.28], [5.7, 5.42, 5.42], color=INK, linewidth=1.4)
    arrow(axes, (4.28, 5.43), (4.28, 5.17))
    arrow(axes, (1.3, 6.11), (1.7, 6.11))
    axes.text(11.0, 6.1, "core.py calls\nroom after room;\nnone calls back", fontsize=8.6, color=INK, va="center")

    axes.text(
        9.6, 3.87, "faces, emotion (fer_msgs/EmotionDistribution)", fontsize=9, ha="right", va="center", color=INK
    )


def _color(axes: Axes) -> None:
    package(axes, (1.5, 1.95), (9.4, 1.75), COLOR, "fer_color: distributions become light")
    chain(
        axes,
        1.7,
        2.2,
        [
            ("inputs", "what counts"),
            ("mood", "blend, ease"),
            ("control", "on, off, pause"),
            ("flash", "the promise"),
            ("lights", "colour to bytes"),
        ],
    )
    axes.plot([9.74, 9.74, 2.46], [4.35, 3.2, 3.2], color=INK, linewidth=1.4)
    arrow(axes, (2.46, 3.21), (2.46, 3.02))
    arrow(axes, (10.5, 2.61), (11.2, 2.61))
    outside(axes, 11.72, 2.61, "strip, lamp\nor robot")


def _beside(axes: Axes) -> None:
    """Draw what stands beside the way, and what all stand on."""
    beside = (
        "fer_training: votes\nto a model file",
        "fer_evaluation: a bag, the\nsame cores, a report",
        "fer_dashboard: see it\non a live page",
        "fer_bringup: starts them,\nor all in one process",
    )
    for number, text in enumerate(beside):
        left = 1.5 + 2.4 * number
        package(axes, (left, 1.1), (2.2, 0.62), GROUND, "")
        axes.text(left + 1.1, 1.41, text, fontsize=9, ha="center", va="center", color=INK)
    package(axes, (1.5, 0.3), (9.4, 0.58), GROUND, "")
    axes.text(
        6.2,
        0.59,
        "fer_common: the seven emotions, what a distribution is, settings, errors; only its ros/ imports rclpy",
        fontsize=9,
        ha="center",
        va="center",
        color=INK,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "images" / "architecture.png")

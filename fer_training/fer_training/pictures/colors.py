# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The people's light beside the model's, for the best, the median and the worst faces."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_color.blend import blend
from fer_color.palette import PAPER
from fer_common.emotions import LABELS

ACROSS = 8
"""Faces of each group."""

CELL, GAP, LEFT, TOP, BOTTOM = 1.5, 0.06, 0.4, 0.75, 0.35
"""Inches: a face's side, what lies between, and the page's borders."""
LIGHTS, BAR, WORDS = 1.0, 0.2, 0.4
"""Inches: heights of the two lights, of a distribution, and of what is written below."""


Groups: TypeAlias = Mapping[str, Sequence[int]]
"""Name of each row of the picture to its faces, from left to right."""


def extremes(errors: NDArray[np.float64], across: int = ACROSS) -> Groups:
    """Return the faces with the smallest, the middle and the largest colour errors, each in ascending order.

    Args:
        errors: colour errors, [N], N at least 1.
        across: faces of each group; fewer where there are not as many.
    """
    order = np.argsort(errors, kind="stable").tolist()
    across = min(across, len(order))
    middle = (len(order) - across) // 2
    return {"best": order[:across], "median": order[middle : middle + across], "worst": order[len(order) - across :]}


def extremes_by_emotion(errors: NDArray[np.float64], labels: NDArray[np.int64]) -> Groups:
    """Return the best, the median and the worst face of each emotion that the people's majority named, in `LABELS`'
    order.

    Args:
        errors: colour errors, [N].
        labels: the people's majority, [N], 0 to 6.
    """
    picked: dict[str, list[int]] = {"best": [], "median": [], "worst": []}
    for label in range(len(LABELS)):
        rows = np.flatnonzero(labels == label)
        if len(rows):
            for name, (row,) in extremes(errors[rows], 1).items():
                picked[name].append(int(rows[row]))
    return picked


def draw_colours(
    path: Path,
    model: NDArray[np.float64],
    people: NDArray[np.float64],
    errors: NDArray[np.float64],
    chosen: Groups,
    title: str,
    faces: NDArray[np.uint8] | None = None,
) -> None:
    """Write the picture as a PNG.

    Args:
        path: where to.
        model: the model's distributions, [N, 7].
        people: the people's, [N, 7].
        errors: CIEDE2000 between the two lights, [N].
        chosen: the faces to show.
        title: its first line.
        faces: the images, uint8 [N, 48, 48]; None draws no face.
    """
    across = max(len(rows) for rows in chosen.values())
    face_height = 0.0 if faces is None else CELL + GAP
    step = face_height + LIGHTS + 2 * (BAR + GAP) + WORDS
    width, height = LEFT + across * (CELL + GAP) + GAP, TOP + len(chosen) * step + BOTTOM
    figure = Figure(figsize=(width, height), facecolor="#eceef1")
    # One drawing in inches: an axes for each square would take a hundred times as long.
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    low, middle, high = np.percentile(errors, [10, 50, 90])
    heading = (
        f"{title}\ncolour error: mean {errors.mean():.1f}, median {middle:.1f}, a tenth below {low:.1f}, a tenth "
        f"above {high:.1f}\neach square: left the light for the people's votes, right for the model's answer; "
        "bars: people, then model"
    )
    axes.text(width / 2, 0.06, heading, ha="center", va="top", fontsize=10)
    squares = _Squares()
    for block, (name, rows) in enumerate(chosen.items()):
        top = TOP + block * step
        axes.text(LEFT / 2, top + CELL / 2, name, ha="center", va="center", fontsize=12, rotation=90)
        for column, row in enumerate(rows):
            left = LEFT + column * (CELL + GAP)
            if faces is not None:
                extent = (left, left + CELL, top + CELL, top)
                axes.imshow(faces[row], cmap="gray", vmin=0, vmax=255, extent=extent, aspect="auto")
            _lights(axes, squares, left, top + face_height, people[row], model[row], errors[row])
            below = top + face_height + LIGHTS + GAP
            _bar(squares, left, below, people[row])
            _bar(squares, left, below + BAR + GAP / 2, model[row])
            words = _words(people[row], model[row])
            axes.text(left + CELL / 2, below + 2 * BAR + GAP, words, ha="center", va="top", fontsize=7)
    _legend(axes, squares, width, height - BOTTOM / 2)
    squares.draw(axes)
    axes.set(xlim=(0, width), ylim=(height, 0))  # imshow has moved them
    figure.savefig(path, dpi=100)


def lights(distributions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lights' sRGB, 0 to 1, [..., 3], for distributions, [..., 7]: the paper's palette and equation (10)."""
    return np.clip(blend(distributions, PAPER), 0, 1)


class _Squares:
    """Rectangles of one colour each, in inches: drawn at once, which takes a fifth of the time of one after another."""

    def __init__(self) -> None:
        self._corners: list[list[tuple[float, float]]] = []
        self._colors: list[NDArray[np.float64]] = []

    def fill(self, left: float, top: float, width: float, height: float, color: NDArray[np.float64]) -> None:
        right, bottom = left + width, top + height
        self._corners.append([(left, top), (right, top), (right, bottom), (left, bottom)])
        self._colors.append(color)

    def draw(self, axes: Axes) -> None:
        axes.add_collection(PolyCollection(self._corners, facecolors=self._colors, linewidths=0), autolim=False)


def _lights(
    axes: Axes, squares: _Squares, left: float, top: float, people: NDArray[np.float64], model: NDArray[np.float64],
    error: float,
) -> None:  # fmt: skip
    for place, distribution in enumerate((people, model)):
        squares.fill(left + place * CELL / 2, top, CELL / 2, LIGHTS, lights(distribution))
    box = {"color": "white", "alpha": 0.7, "pad": 1.2}
    axes.text(left + CELL / 2, top + 0.85 * LIGHTS, f"{error:.1f}", ha="center", va="center", fontsize=9, bbox=box)


def _bar(squares: _Squares, left: float, top: float, distribution: NDArray[np.float64]) -> None:
    begin = left
    for share, color in zip(distribution, PAPER.srgb()):
        squares.fill(begin, top, CELL * share, BAR, color)
        begin += CELL * share


def _legend(axes: Axes, squares: _Squares, width: float, middle: float) -> None:
    left = width / 2 - len(LABELS) * 0.45
    for label, color in zip(LABELS, PAPER.srgb()):
        squares.fill(left, middle - 0.06, 0.2, 0.12, color)
        axes.text(left + 0.26, middle, label, va="center", fontsize=8)
        left += 0.9


def _words(people: NDArray[np.float64], model: NDArray[np.float64]) -> str:
    def top(distribution: NDArray[np.float64]) -> str:
        place = int(np.argmax(distribution))
        return f"{LABELS[place]} {distribution[place]:.0%}"

    return f"people {top(people)}\nmodel {top(model)}"

"""The people's light beside the model's, for the best, the median and the worst faces."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch
from numpy.typing import NDArray

from fer_color.blend import blend
from fer_color.palette import PAPER
from fer_training.labels import LABELS

ACROSS = 8
"""Faces of each group."""


Groups: TypeAlias = Mapping[str, Sequence[int]]
"""Name of each row of the picture to its faces, from left to right."""


def extremes(errors: NDArray[np.float64], across: int = ACROSS) -> Groups:
    """The faces with the smallest, the middle and the largest colour errors, each in ascending order.

    Args:
        errors: colour errors, [N], N at least 1.
        across: faces of each group; fewer where there are not as many.
    """
    order = np.argsort(errors, kind="stable").tolist()
    across = min(across, len(order))
    middle = (len(order) - across) // 2
    return {"best": order[:across], "median": order[middle : middle + across], "worst": order[len(order) - across :]}


def extremes_by_emotion(errors: NDArray[np.float64], labels: NDArray[np.int64]) -> Groups:
    """The best, the median and the worst face of each emotion that the people's majority named, in `LABELS`' order.

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
    """Writes the picture as a PNG.

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
    heights = [1.0] * (faces is not None) + [0.75, 0.42, 0.28]
    figure = Figure(
        figsize=(1.55 * across + 1.2, 1.45 * sum(heights) * len(chosen) + 1.3),
        layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.01, wspace=0, hspace=0),
    )
    low, middle, high = np.percentile(errors, [10, 50, 90])
    figure.suptitle(
        f"{title}\ncolour error: mean {errors.mean():.1f}, median {middle:.1f}, a tenth below {low:.1f}, a tenth above "
        f"{high:.1f}\neach square: left the light for the people's votes, right for the model's answer; "
        "the bars below: people, then model",
        fontsize=10,
    )
    panels = figure.subplots(len(heights) * len(chosen), across, height_ratios=heights * len(chosen), squeeze=False)
    for block, (name, rows) in enumerate(chosen.items()):
        for column, row in enumerate(rows):
            stack = panels[block * len(heights) : (block + 1) * len(heights), column]
            if faces is not None:
                stack[0].imshow(faces[row], cmap="gray", vmin=0, vmax=255)
            _lights(stack[-3], people[row], model[row], errors[row])
            _distributions(stack[-2], people[row], model[row])
            stack[-1].text(0.5, 0.9, _words(people[row], model[row]), ha="center", va="top", fontsize=7)
            for axes in stack:
                axes.axis("off")
        first = panels[block * len(heights), 0]
        first.text(-0.12, 0.5, name, transform=first.transAxes, ha="right", va="center", fontsize=12, rotation=90)
    handles = [
        Patch(facecolor=tuple(color), edgecolor="#6b7280", linewidth=0.5, label=label)
        for label, color in zip(LABELS, PAPER.srgb())
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(LABELS), fontsize=8, frameon=False)
    figure.savefig(path, dpi=110, facecolor="#eceef1")


def lights(distributions: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lights' sRGB, 0 to 1, [..., 3], for distributions, [..., 7]: the paper's palette and equation (10)."""
    return np.clip(blend(distributions, PAPER), 0, 1)


def _lights(axes: Axes, people: NDArray[np.float64], model: NDArray[np.float64], error: float) -> None:
    axes.imshow(np.stack([lights(people), lights(model)])[None], aspect="auto", extent=(0, 1, 0, 1))
    axes.text(0.5, 0.08, f"{error:.1f}", ha="center", fontsize=9, bbox={"color": "white", "alpha": 0.7, "pad": 1.2})


def _distributions(axes: Axes, people: NDArray[np.float64], model: NDArray[np.float64]) -> None:
    for height, distribution in ((1, people), (0, model)):
        left = np.concatenate([[0], np.cumsum(distribution)[:-1]])
        axes.barh([height] * len(LABELS), distribution, left=left, height=0.8, color=PAPER.srgb())
    axes.set_xlim(0, 1)


def _words(people: NDArray[np.float64], model: NDArray[np.float64]) -> str:
    def top(distribution: NDArray[np.float64]) -> str:
        place = int(distribution.argmax())
        return f"{LABELS[place]} {distribution[place]:.0%}"

    return f"people {top(people)}\nmodel {top(model)}"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces beside what a network's answer to them rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_common.emotions import LABELS

SIGNED = "grey patch"
"""The way of looking whose weights may be negative."""


@dataclass(frozen=True)
class Explained:
    """One face."""

    name: str
    image: NDArray[np.uint8]
    """Grey, [48, 48]."""
    people: NDArray[np.float64] | None
    """The people's votes, [7], summing to 1; None where nobody was asked."""
    model: NDArray[np.float64]
    """The model's answer, [7], summing to 1."""
    maps: Mapping[str, NDArray[np.float64]]
    """What each way of looking says of each place, [48, 48]."""
    pictures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)
    """What the network sees of it inside, [48, 48]: warped by its STN."""


def draw(path: Path, faces: Sequence[Explained], title: str) -> None:
    """Write one row a face: itself, each way of looking, and the answers beside the people's, as one PNG."""
    ways, inside = list(faces[0].maps), list(faces[0].pictures)
    columns = 2 + len(ways) + len(inside)
    figure = Figure(figsize=(1.7 * columns + 0.8, 1.75 * len(faces) + 0.8), layout="constrained")
    figure.suptitle(f"{title}\nred: speaks for the answer; blue: against it", fontsize=10)
    grid = figure.subplots(len(faces), columns, squeeze=False)
    for row, face in zip(grid, faces):
        for axes in row:
            axes.set_axis_off()
        row[0].imshow(face.image, cmap="gray", vmin=0, vmax=255)
        row[0].set_title(f"{LABELS[int(np.argmax(face.model))]} {np.max(face.model):.2f}", fontsize=8)
        for axes, name in zip(row[1:], inside):
            axes.imshow(face.pictures[name], cmap="gray", vmin=0, vmax=255)
            axes.set_title(name, fontsize=8)
        for axes, way in zip(row[1 + len(inside) :], ways):
            _overlay(axes, face.image, face.maps[way], way)
        _bars(row[-1], face)
    figure.savefig(path, dpi=120)


def draw_means(path: Path, faces: Sequence[Explained], title: str) -> None:
    """Write the mean of each way's maps over the faces of each answer, as one PNG."""
    ways = list(faces[0].maps)
    answers = np.array([int(np.argmax(face.model)) for face in faces])
    shown = [label for label in range(len(LABELS)) if (answers == label).any()]
    figure = Figure(figsize=(1.5 * len(shown) + 0.6, 1.6 * len(ways) + 0.7), layout="constrained")
    figure.suptitle(f"{title}: means over the faces of each answer", fontsize=10)
    grid = figure.subplots(len(ways), len(shown), squeeze=False)
    for row, way in zip(grid, ways):
        for axes, label in zip(row, shown):
            own = [face for face, answer in zip(faces, answers) if answer == label]
            image = np.mean([face.image for face in own], axis=0).astype(np.uint8)
            _overlay(axes, image, np.mean([face.maps[way] for face in own], axis=0), f"{LABELS[label]} ({len(own)})")
            axes.set_axis_off()
        row[0].text(-0.12, 0.5, way, transform=row[0].transAxes, rotation=90, va="center", ha="center", fontsize=8)
    figure.savefig(path, dpi=120)


def draw_sheet(
    path: Path, images: NDArray[np.uint8], answers: NDArray[np.float64], labels: NDArray[np.int64], title: str
) -> None:
    """Write the surest right and the surest wrong answers of each emotion, as one PNG.

    Args:
        path: the file.
        images: grey faces, uint8 [N, 48, 48].
        answers: the model's, [N, 7].
        labels: the people's majority, [N].
        title: in front of it.
    """
    many = 6
    top, sure = answers.argmax(axis=1), answers.max(axis=1)
    figure = Figure(figsize=(1.0 * 2 * many + 1.2, 1.2 * len(LABELS) + 0.6), layout="constrained")
    figure.suptitle(f"{title}: the surest right answers (left) and wrong ones (right)", fontsize=10)
    grid = figure.subplots(len(LABELS), 2 * many, squeeze=False)
    for label, row in enumerate(grid):
        own = labels == label
        for part, right in enumerate((True, False)):
            found = np.flatnonzero(own & ((top == label) == right))
            found = found[np.argsort(-sure[found], kind="stable")][:many]
            for axes, number in zip(row[part * many :], [*found, *[None] * (many - len(found))]):
                axes.set_axis_off()
                if number is not None:
                    axes.imshow(images[number], cmap="gray", vmin=0, vmax=255)
                    axes.set_title(f"{LABELS[top[number]]} {sure[number]:.2f}", fontsize=6)
        row[0].text(
            -0.2, 0.5, LABELS[label], transform=row[0].transAxes, rotation=90, va="center", ha="center", fontsize=8
        )
    figure.savefig(path, dpi=120)


def _overlay(axes: Any, image: NDArray[np.uint8], weight: NDArray[np.float64], title: str) -> None:
    most = max(1e-6, float(np.abs(weight).max()))
    axes.imshow(image, cmap="gray", vmin=0, vmax=255)
    axes.imshow(weight, cmap="coolwarm", vmin=-most, vmax=most, alpha=0.45)
    axes.set_title(title, fontsize=8)


def _bars(axes: Any, face: Explained) -> None:
    axes.set_axis_on()
    places = np.arange(len(LABELS))
    axes.barh(places - 0.2, face.model, 0.4, color="#1a61af", label="model")
    if face.people is not None:
        axes.barh(places + 0.2, face.people, 0.4, color="#9ca3af", label="people")
        axes.legend(fontsize=5)
    axes.set_yticks(places, [label[:4] for label in LABELS], fontsize=6)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.tick_params(axis="x", labelsize=6)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces beside what a network's answer to them rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_training.pictures.sheet import Sheet

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
    heading = f"{title}\nred: speaks for the answer; blue: against it"
    sheet = Sheet(len(faces), columns, side=1.5, gap=(0.2, 0.3), left=0.1, top=0.7, title=heading)
    for row, face in enumerate(faces):
        sheet.face(row, 0, face.image)
        sheet.title(row, 0, f"{LABELS[int(np.argmax(face.model))]} {np.max(face.model):.2f}", fontsize=8)
        for column, name in enumerate(inside, 1):
            sheet.face(row, column, face.pictures[name])
            sheet.title(row, column, name, fontsize=8)
        for column, way in enumerate(ways, 1 + len(inside)):
            _overlay(sheet, row, column, face.image, face.maps[way])
            sheet.title(row, column, way, fontsize=8)
        _bars(sheet.axes(row, columns - 1, left=0.25, bottom=0.15), face)
    sheet.save(path, 120)


def draw_means(path: Path, faces: Sequence[Explained], title: str) -> None:
    """Write the mean of each way's maps over the faces of each answer, as one PNG."""
    ways = list(faces[0].maps)
    answers = np.array([int(np.argmax(face.model)) for face in faces])
    shown = [label for label in range(len(LABELS)) if (answers == label).any()]
    heading = f"{title}: means over the faces of each answer"
    sheet = Sheet(len(ways), len(shown), side=1.4, gap=(0.1, 0.25), left=0.3, top=0.55, title=heading)
    for row, way in enumerate(ways):
        for column, label in enumerate(shown):
            own = [face for face, answer in zip(faces, answers) if answer == label]
            image = np.mean([face.image for face in own], axis=0).astype(np.uint8)
            _overlay(sheet, row, column, image, np.mean([face.maps[way] for face in own], axis=0))
            sheet.title(row, column, f"{LABELS[label]} ({len(own)})", fontsize=8)
        sheet.beside(row, way, fontsize=8)
    sheet.save(path, 120)


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
    heading = f"{title}: the surest right answers (left) and wrong ones (right)"
    sheet = Sheet(len(LABELS), 2 * many, side=0.95, gap=(0.05, 0.2), left=0.3, top=0.55, title=heading)
    for label in range(len(LABELS)):
        own = labels == label
        for part, right in enumerate((True, False)):
            found = np.flatnonzero(own & ((top == label) == right))
            found = found[np.argsort(-sure[found], kind="stable")][:many]
            for column, number in enumerate(found, part * many):
                sheet.face(label, column, images[number])
                sheet.title(label, column, f"{LABELS[top[number]]} {sure[number]:.2f}", fontsize=6)
        sheet.beside(label, LABELS[label], fontsize=8)
    sheet.save(path, 120)


def _overlay(sheet: Sheet, row: int, column: int, image: NDArray[np.uint8], weight: NDArray[np.float64]) -> None:
    most = max(1e-6, float(np.abs(weight).max()))
    sheet.face(row, column, image)
    sheet.image(row, column, weight, cmap="coolwarm", vmin=-most, vmax=most, alpha=0.45)


def _bars(axes: Any, face: Explained) -> None:
    places = np.arange(len(LABELS))
    axes.barh(places - 0.2, face.model, 0.4, color="#1a61af", label="model")
    if face.people is not None:
        axes.barh(places + 0.2, face.people, 0.4, color="#9ca3af", label="people")
        axes.legend(fontsize=5)
    axes.set_yticks(places, [label[:4] for label in LABELS], fontsize=6)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.tick_params(axis="x", labelsize=6)

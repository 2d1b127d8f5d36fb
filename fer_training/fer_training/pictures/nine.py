# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A face nine times, each time another ninth of it black, and what a network then calls it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_perception.classification.occlusion import covered
from fer_training.model_file.reader import OnnxModel
from fer_training.pictures.sheet import Sheet

NINTH = 16
"""Side of a ninth of 48x48 pixels."""
FACES = 7
"""In the picture, at most: the first of each answer."""


def draw_nine(path: Path, model: OnnxModel, images: NDArray[np.uint8], answers: Sequence[int]) -> None:
    """Write a row of nine panels for the first face of each answer, as one PNG: red titles where the label turned.

    Source: Minaee et al., 2021 (Deep-Emotion), figure 11.

    Args:
        path: the file.
        model: the model file.
        images: grey faces, uint8 [N, 48, 48].
        answers: what the model calls them, [N], 0 to 6.
    """
    firsts = [list(answers).index(label) for label in sorted(set(answers))][:FACES]
    heading = f"{model.path.name}: what a face is called with a ninth of it black"
    sheet = Sheet(len(firsts), 9, side=1.0, gap=(0.06, 0.2), left=0.06, top=0.55, title=heading)
    for row, number in enumerate(firsts):
        faces, _ = covered(images[number], patch=NINTH, step=NINTH, value=0, inside=True)
        called = np.concatenate([batch for batch, _ in model.answers(faces)])
        for column, (face, answer) in enumerate(zip(faces[1:], called[1:])):
            color = "red" if int(answer.argmax()) != int(called[0].argmax()) else "black"
            sheet.face(row, column, face)
            sheet.title(row, column, f"{LABELS[int(answer.argmax())]} {answer.max():.2f}", fontsize=7, color=color)
    sheet.save(path, 120)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A face nine times, each time another ninth of it black, and what a network then calls it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_perception.classification.occlusion import covered
from fer_training.model_file.reader import OnnxModel

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
    figure = Figure(figsize=(9.6, 1.25 * len(firsts) + 0.5), layout="constrained")
    figure.suptitle(f"{model.path.name}: what a face is called with a ninth of it black", fontsize=10)
    for row, number in zip(figure.subplots(len(firsts), 9, squeeze=False), firsts):
        faces, _ = covered(images[number], patch=NINTH, step=NINTH, value=0, inside=True)
        called = np.concatenate([batch for batch, _ in model.answers(faces)])
        for axes, face, answer in zip(row, faces[1:], called[1:]):
            turned = int(answer.argmax()) != int(called[0].argmax())
            axes.imshow(face, cmap="gray", vmin=0, vmax=255)
            axes.set_title(
                f"{LABELS[int(answer.argmax())]} {answer.max():.2f}", fontsize=7, color="red" if turned else "black"
            )
            axes.set_axis_off()
    figure.savefig(path, dpi=120)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a model file answers to many faces, if wanted averaged with its answers to their mirror images."""

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fer_training.model_file.reader import OnnxModel

BATCH = 64


def answer(
    model: OnnxModel, images: NDArray[np.uint8], *, flip: bool = False, both: bool = False, bar: tqdm | None = None
) -> NDArray[np.float64]:
    """Return the model's probabilities, [N, 7], for grey faces, uint8 [N, 48, 48].

    Args:
        model: the model file.
        images: the faces.
        flip: average each face's probabilities with its mirror image's: twice the work, no part of protocol A.
        both: put the second head's beside them, [N, 14]; the model has one.
        bar: a progress bar to move on by each face.
    """
    answers = []
    for start in range(0, len(images), BATCH):
        batch = images[start : start + BATCH]
        answers.append(_run(model, batch, both))
        if flip:
            answers[-1] = (answers[-1] + _run(model, np.ascontiguousarray(batch[:, :, ::-1]), both)) / 2
        if bar is not None:
            bar.update(len(batch))
    return np.concatenate(answers) if answers else np.empty((0, 14 if both else 7))


def _run(model: OnnxModel, batch: NDArray[np.uint8], both: bool) -> NDArray[np.float64]:
    if both:
        return np.concatenate([head for head in model.both(batch, BATCH) if head is not None], axis=1, dtype=np.float64)
    ((probabilities, _),) = model.answers(batch, BATCH)
    return np.asarray(probabilities, np.float64)

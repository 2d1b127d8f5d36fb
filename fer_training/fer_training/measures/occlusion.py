# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a model file answers with parts of the face covered: it needs the file alone."""

import numpy as np
from numpy.typing import NDArray

from fer_perception.classification.occlusion import covered, mean_where_covered
from fer_training.model_file.reader import OnnxModel

PATCH, STEP = 12, 4
"""Side of the patch that covers a part of the face, and how far it moves, in pixels of 48."""


def occlusion(
    model: OnnxModel, image: NDArray[np.uint8], *, patch: int = PATCH, step: int = STEP
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure by how much a grey patch lowers the probability of the model's top answer.

    A patch of the face's mean grey is moved over it; a pixel's weight is the mean fall of the top probability over the
    patches that cover it. Source: Zeiler and Fergus, 2014, section 4.2.

    Args:
        model: the model file.
        image: a grey face, uint8 [48, 48].
        patch, step: the patch's side and how far it moves, in pixels.

    Returns:
        The model's answer, [7], and each pixel's weight for its top class, [48, 48]; negative where covering it makes
        the answer surer.
    """
    answers, masks = _covered(model, image, patch, step, round(float(image.mean())), inside=False)
    whole, top = answers[0], int(answers[0].argmax())
    falls = whole[top] - answers[1:, top]
    return whole, mean_where_covered(falls, masks)


def turning(model: OnnxModel, image: NDArray[np.uint8], *, patch: int = PATCH, step: int = STEP) -> NDArray[np.float64]:
    """Measure where black turns the model's label: for each pixel the share of the patches over it that do.

    A square of zeros is slid over the face from corner to corner; a place matters where covering it makes the network
    name another emotion. Source: Minaee et al., 2021 (Deep-Emotion), section 4.4.

    Args:
        model, image, patch, step: as for `occlusion`.

    Returns:
        [48, 48], 0 to 1; 0 at places that no square covers.
    """
    answers, masks = _covered(model, image, patch, step, 0, inside=True)
    turned = answers[1:].argmax(axis=1) != answers[0].argmax()
    return mean_where_covered(turned.astype(np.float64), masks)


def lower_half(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share out each map's weight: how much of it lies in the face's lower half, [N]; NaN where it has none.

    Args:
        maps: [N, 48, 48]; negative weights count as 0.
    """
    positive = np.maximum(maps, 0)
    whole = positive.sum(axis=(1, 2))
    with np.errstate(invalid="ignore"):
        return np.asarray(positive[:, maps.shape[1] // 2 :].sum(axis=(1, 2)) / whole)


def correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Correlate two ways of looking: Pearson's r over places, the mean over faces; NaN where none has any weight.

    Args:
        first, second: [N, 48, 48].
    """
    found = []
    for a, b in zip(first, second):
        if a.std() > 0 and b.std() > 0:
            found.append(float(np.corrcoef(a.ravel(), b.ravel())[0, 1]))
    return float(np.mean(found)) if found else float("nan")


def _covered(
    model: OnnxModel, image: NDArray[np.uint8], patch: int, step: int, value: int, *, inside: bool
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Answer for the whole face and for it with each patch, [1 + P, 7]; also what each covers, [P, 48, 48]."""
    faces, masks = covered(image, patch=patch, step=step, value=value, inside=inside)
    return np.concatenate([batch for batch, _ in model.answers(faces)]).astype(np.float64), masks

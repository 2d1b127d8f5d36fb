# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which parts of a face an answer rests on, by covering them one after another: no gradient is wanted. Needs no ROS."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

PATCH, STEP = 12, 6
"""Side of the black square, and how far it moves, in pixels of 48: 49 squares, of which each pixel has up to four."""


def covered(
    face: NDArray[np.uint8], *, patch: int, step: int, value: int, inside: bool
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Cover a face with a square at one place after another.

    Args:
        face: grey, uint8 [H, H].
        patch, step: the square's side and how far it moves, in pixels.
        value: the square's grey, 0 to 255.
        inside: whether the square stays inside the face; else it begins and ends with a pixel of it at the edge.

    Returns:
        The face itself and with each square, [1 + P, H, H], and what each square covers, [P, H, H].
    """
    side = face.shape[0]
    places = range(0, side - patch + 1, step) if inside else range(1 - patch, side, step)
    corners = [(y, x) for y in places for x in places]
    faces = np.repeat(face[None], len(corners) + 1, axis=0)
    masks = np.zeros((len(corners), side, side), bool)
    for number, (y, x) in enumerate(corners):
        masks[number, max(0, y) : y + patch, max(0, x) : x + patch] = True
        faces[number + 1][masks[number]] = value
    return faces, masks


def mean_where_covered(values: NDArray[np.float64], masks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each place the mean of the values, [P], of the squares that cover it, [P, H, H]; 0 where none does."""
    return np.asarray(np.tensordot(values, masks, axes=1) / np.maximum(masks.sum(axis=0), 1))


def rests_on(
    read: Callable[[NDArray[np.uint8]], NDArray[np.float32]], crop: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Measure by how much black squares lower the probability of a network's likeliest answer, in one call.

    Source: Zeiler and Fergus, 2014, with the zeros of Minaee et al., 2021 (Deep-Emotion).

    Args:
        read: gives distributions, [N, 7], for crops, uint8 [N, 1, 48, 48].
        crop: a grey face, uint8 [48, 48].

    Returns:
        The answer, [7], and for each pixel the mean fall over the squares that cover it, [48, 48]; negative where
        covering makes the answer surer.
    """
    faces, masks = covered(crop, patch=PATCH, step=STEP, value=0, inside=True)
    answers = read(faces[:, None])
    top = int(answers[0].argmax())
    return answers[0], mean_where_covered((answers[0, top] - answers[1:, top]).astype(np.float64), masks)

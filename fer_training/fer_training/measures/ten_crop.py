# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Ten-crop testing: a face's four corners, its middle, and their mirror images, answered and averaged."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fer_training.measures.metrics import score
from fer_training.model_file.reader import OnnxModel

CROP = 44
"""Pixels of 48 that a crop shows, as is usual for FER2013."""
FACES = 16
"""At once: 160 crops."""


def ten_crops(images: NDArray[np.uint8], crop: int = CROP) -> NDArray[np.uint8]:
    """Cut ten faces out of each, enlarged to the size of the whole.

    Args:
        images: grey, uint8 [N, H, H].
        crop: their side in pixels, 1 to H.

    Returns:
        uint8 [N, 10, H, H]: corners, middle, and the same mirrored.
    """
    side = images.shape[1]
    end, middle = side - crop, (side - crop) // 2
    places = ((0, 0), (0, end), (end, 0), (end, end), (middle, middle))
    cut = [[cv2.resize(one[y : y + crop, x : x + crop], (side, side)) for y, x in places] for one in images]
    five = np.asarray(cut, np.uint8).reshape(len(images), 5, side, side)
    return np.concatenate([five, five[..., ::-1]], axis=1)


def answer_ten_crops(
    model: OnnxModel, images: NDArray[np.uint8], crop: int = CROP, bar: tqdm | None = None
) -> NDArray[np.float64]:
    """Return the mean of a model's ten answers, [N, 7], for grey faces, uint8 [N, 48, 48]."""
    means = []
    for start in range(0, len(images), FACES):
        crops = ten_crops(images[start : start + FACES], crop)
        flat = crops.reshape(-1, *images.shape[1:])
        answers = np.concatenate([batch for batch, _ in model.answers(flat, len(flat))])
        means.append(answers.astype(np.float64).reshape(len(crops), 10, -1).mean(axis=1))
        if bar is not None:
            bar.update(len(crops))
    return np.concatenate(means) if means else np.empty((0, 7))


@dataclass(frozen=True)
class Gain:
    """By how much one way of asking is ahead of another: mean over the faces, and its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


def gains(
    one: NDArray[np.float64], other: NDArray[np.float64], labels: NDArray[np.int64], shares: NDArray[np.float64],
    *, resamples: int = 1000, seed: int = 0,
) -> dict[str, Gain]:  # fmt: skip
    """Compare two sets of answers to the same faces, face by face: 'accuracy' and 'colour_error'.

    Args:
        one, other: probabilities, [N, 7].
        labels: people's, [N].
        shares: people's distributions, [N, 7].
        resamples: of the faces (Efron, 1979).
        seed: of them.
    """
    first, second = score(one, labels, shares), score(other, labels, shares)
    pairs = {
        "accuracy": (one.argmax(axis=1) == labels).astype(float) - (other.argmax(axis=1) == labels),
        "colour_error": first.colour_error - second.colour_error,
    }
    generator = np.random.default_rng(seed)
    drawn: Sequence[NDArray[np.int64]] = [generator.integers(len(labels), size=len(labels)) for _ in range(resamples)]
    found = {}
    for name, values in pairs.items():
        low, high = np.percentile([values[rows].mean() for rows in drawn], [2.5, 97.5])
        found[name] = Gain(float(values.mean()), float(low), float(high))
    return found

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""From sums to figures; docs/evaluation.md defines each."""

import math

import numpy as np
from numpy.typing import NDArray

from fer_evaluation.answers.series import CLASSES
from fer_evaluation.scores.time_blocks import LEAST, Columns

RESAMPLES = 1000
LEAST_SPREAD = 1e-9
"""An interval that is narrower is none: no resample differed, but for how a processor adds."""
Figure = NDArray[np.float64]


def figures(sums: Columns) -> dict[str, Figure]:
    """Return every figure that is made of sums, by name, [R]; NaN where there is nothing to make it of.

    Args:
        sums: of `blocks.total` or `blocks.resampled`, [R] or [R, width].
    """
    confusion = sums["confusion"].reshape(-1, CLASSES, CLASSES)
    hits, rows = np.diagonal(confusion, axis1=1, axis2=2), confusion.sum(axis=2)
    columns, scored = confusion.sum(axis=1), sums["scored"]
    met = rows > 0
    recall, f1 = ratio(hits, rows), ratio(2 * hits, rows + columns)
    off = np.abs(sums["bin_confidence"] - sums["bin_share"]).sum(axis=1)
    answer = {
        "accuracy": ratio(hits.sum(axis=1), scored),
        "balanced_accuracy": ratio(np.where(met, recall, 0).sum(axis=1), met.sum(axis=1)),
        "macro_f1": ratio(np.where(met, f1, 0).sum(axis=1), met.sum(axis=1)),
        "kl": ratio(sums["kl"], scored),
        "brier": ratio(sums["brier"], scored),
        "calibration_error": ratio(off, scored),
        "colour_error": ratio(sums["colour"], scored),
        "light_colour_error": ratio(sums["light_colour"], sums["lit"]),
        "detection_rate": ratio(scored, sums["labelled"]),
        "changes_a_minute": ratio(60 * sums["changes"], sums["seconds"]),
        "variation_a_second": ratio(sums["variation"], sums["seconds"]),
        "entropy": ratio(sums["entropy"], sums["frames_with_face"]),
        "uncertain": ratio(sums["uncertain"], sums["frames_with_face"]),
    }
    for column, name in enumerate(("valence", "arousal")):
        answer[f"{name}_error"] = ratio(sums["affect_off"][:, column], sums["felt"])
        answer[f"{name}_agreement"] = _agreement(sums, column)
    return answer


def _agreement(sums: Columns, column: int) -> Figure:
    """Lin's concordance correlation coefficient (1989) of answers with labels."""
    n, moments = sums["felt"], sums["affect_moments"]
    x, y, xx, yy, xy = (ratio(moments[:, 2 * k + column], n) for k in range(5))
    return ratio(2 * (xy - x * y), (xx - x * x) + (yy - y * y) + (x - y) ** 2)


def ratio(part: NDArray[np.floating], whole: NDArray[np.floating] | NDArray[np.integer]) -> Figure:
    """Divide part by whole; NaN where the whole is 0."""
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) != 0))


SHARES = ("accuracy", "detection_rate", "uncertain")
"""Figures that are the share of moments that are so: their intervals are Wilson's (1927), which know 0 and 1."""
WITHIN_ONE = ("accuracy", "balanced_accuracy", "macro_f1", "calibration_error", "detection_rate", "uncertain")
SIGNED = ("valence_agreement", "arousal_agreement")
MOST = {
    **dict.fromkeys((*WITHIN_ONE, *SIGNED), 1.0),
    "brier": 2.0,
    "entropy": math.log2(CLASSES),
    "kl": -math.log(LEAST),
    "valence_error": 2.0,  # of -1 to 1
    "arousal_error": 2.0,
}
"""What a figure can be at most; others have no bound, or (colours) none in a formula."""
T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)
"""Student's t at 97.5 %, by degrees of freedom from 1."""
Z_975 = 1.959964


def student(freedom: int) -> float:
    """Return Student's t at 97.5 % for so many degrees of freedom, at least 1."""
    if freedom <= len(T_975):
        return T_975[freedom - 1]
    z = Z_975  # Fisher's series; Abramowitz and Stegun, 26.7.5
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def widened(drawn: Figure, value: float, blocks: int) -> tuple[float, float] | None:
    """Return a 95 % interval of a figure as wide as so few blocks demand; None where it could not be made.

    The further of the percentile interval's two ends counts on both sides, since a few blocks show too little of
    how lopsided a figure is. Student's t takes the place of the normal distribution, with a degree of freedom less for
    the mean, and one for the length of the blocks, which the same data chose.

    Args:
        drawn: the figure over its resamples, [R].
        value: over all blocks.
        blocks: how many were drawn from, at least 2.
    """
    made = drawn[~np.isnan(drawn)]
    if not len(made) or len(made) < len(drawn) / 2:
        return None
    low, high = (float(end) for end in np.percentile(made, [2.5, 97.5]))
    if high - low <= LEAST_SPREAD or not np.isfinite(value):
        return low, high
    reach = max(value - low, high - value) * student(max(1, blocks - 2)) / Z_975 * (blocks / (blocks - 1)) ** 0.5
    return value - reach, value + reach


def bounds(name: str) -> tuple[float, float]:
    """Return what a figure can be at least and at most."""
    return -1.0 if name in SIGNED else 0.0, MOST.get(name, math.inf)


def _wilson(drawn: Figure, value: float, blocks: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, of as many independent moments as the resamples' spread stands for."""
    variance = float(np.nanvar(drawn)) * blocks / (blocks - 1)
    count, t = value * (1 - value) / variance, student(max(1, blocks - 2))
    middle = (value + t * t / (2 * count)) / (1 + t * t / count)
    reach = t / (1 + t * t / count) * (value * (1 - value) / count + t * t / (4 * count * count)) ** 0.5
    return middle - reach, middle + reach


def block_intervals(drawn: dict[str, Figure], values: dict[str, float], blocks: int) -> dict[str, tuple[float, float]]:
    """Make the 95 % interval of each figure, by name; none for what could not be made.

    Args:
        drawn: each figure over its resamples, [R].
        values: each over all blocks.
        blocks: how many were drawn from, at least 2.
    """
    found = {}
    for name, resamples in drawn.items():
        interval = widened(resamples, values[name], blocks)
        if interval is None:
            continue
        if name in SHARES and interval[1] - interval[0] > LEAST_SPREAD and 0 < values[name] < 1:
            interval = _wilson(resamples, values[name], blocks)
        least, most = bounds(name)
        found[name] = max(least, interval[0]), min(most, interval[1])
    return found


def per_class(confusion: NDArray[np.floating]) -> list[dict[str, float | int | None]]:
    """Precision, recall, F1 and number of samples of each emotion, in order; None for what has no value."""
    hits, rows, columns = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    return [
        {
            "precision": float(hit / column) if column else None,
            "recall": float(hit / row) if row else None,
            "f1": float(2 * hit / (row + column)) if row + column else None,
            "samples": int(row),
        }
        for hit, row, column in zip(hits, rows, columns)
    ]

"""From sums to figures; docs/evaluation.md defines each."""

import numpy as np
from numpy.typing import NDArray

from fer_evaluation.answers.series import CLASSES
from fer_evaluation.scores.time_blocks import Columns

RESAMPLES = 1000
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


def intervals(sums: dict[str, Figure]) -> dict[str, tuple[float, float]]:
    """Return the 95 % percentile interval of each figure over its resamples, by name; none for what can't be made."""
    found = {}
    for name, values in sums.items():
        made = values[~np.isnan(values)]
        if len(made) >= len(values) / 2 and len(made):
            low, high = np.percentile(made, [2.5, 97.5])
            found[name] = float(low), float(high)
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

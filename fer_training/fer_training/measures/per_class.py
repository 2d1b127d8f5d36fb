# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Figures by emotion, and their means."""

from typing import Any

import numpy as np

from fer_common.emotions import LABELS
from fer_training.measures.metrics import Metrics


def per_class(metrics: Metrics) -> dict[str, dict[str, Any]]:
    """Precision, recall, F1 and number of faces by emotion; None for what has no value."""
    columns = zip(LABELS, metrics.precision(), metrics.recall(), metrics.f1(), metrics.confusion.sum(axis=1))
    return {
        label: {"precision": _number(p), "recall": _number(r), "f1": float(f), "faces": int(n)}
        for label, p, r, f, n in columns
    }


def macro(metrics: Metrics) -> dict[str, float]:
    """Return the mean over the classes that have faces of precision (0 where it has no value), recall and F1."""
    present = metrics.confusion.sum(axis=1) > 0
    precision = np.nan_to_num(metrics.precision())
    columns = {"precision": precision, "recall": metrics.recall(), "f1": metrics.f1()}
    return {name: float(values[present].mean()) for name, values in columns.items()}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is measured of a model's answers, as the README defines it (protocol A)."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from fer_color.color_difference import color_errors
from fer_common.emotions import LABELS

BINS = 10


@dataclass(frozen=True)
class Metrics:
    """One model on one set of faces."""

    accuracy: float
    """Share of faces whose top class is the people's majority, 0 to 1."""
    macro_f1: float
    """Mean of the seven classes' F1, 0 to 1."""
    balanced_accuracy: float
    """Mean of the seven classes' recall, 0 to 1."""
    kl: float
    """Mean KL(people || model) in nats, 0 at best."""
    calibration_error: float
    """Expected calibration error against people's votes, 0 to 1, 0 at best."""
    colour_error: float
    """Mean CIEDE2000 between the light for the model's answer and for the people's, 0 at best."""
    confusion: NDArray[np.int64]
    """Faces by people's majority (row) and model's top class (column), [7, 7]."""

    def scalars(self) -> dict[str, float]:
        """Return every figure but the confusion matrix, by name."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "confusion"}

    def recall(self) -> NDArray[np.float64]:
        """Return each class's recall, [7]; nan for a class without faces."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.diag(self.confusion) / self.confusion.sum(axis=1))

    def precision(self) -> NDArray[np.float64]:
        """Return each class's precision, [7]; nan for a class that was never answered."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.diag(self.confusion) / self.confusion.sum(axis=0))

    def f1(self) -> NDArray[np.float64]:
        """Return each class's F1, [7]; 0 for a class that was never met, whether in faces or in answers."""
        hits, rows, columns = np.diag(self.confusion), self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return np.asarray(2 * hits / np.maximum(rows + columns, 1))


@dataclass(frozen=True)
class Scores:
    """What the metrics need of each face, so that resampling faces costs next to nothing."""

    label: NDArray[np.int64]
    """The people's majority, [N], 0 to 6."""
    top: NDArray[np.int64]
    """The model's top class, [N], 0 to 6."""
    confidence: NDArray[np.float64]
    """The model's probability of it, [N]."""
    share: NDArray[np.float64]
    """The people's votes for it, [N], 0 to 1."""
    kl: NDArray[np.float64]
    """KL(people || model) in nats, [N]."""
    colour_error: NDArray[np.float64]
    """CIEDE2000 between the two lights, [N]."""

    def take(self, rows: NDArray[np.int64]) -> "Scores":
        """Return the faces of these rows, in their order; one may come up several times."""
        return Scores(**{item.name: getattr(self, item.name)[rows] for item in fields(self)})

    def metrics(self) -> Metrics:
        """Return the figures over these faces. Classes without a face are left out of the means over classes."""
        classes = len(LABELS)
        pairs = np.bincount(self.label * classes + self.top, minlength=classes**2)
        confusion = pairs.reshape(classes, classes).astype(np.int64)
        hits, rows, columns = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
        present = rows > 0
        f1 = 2 * hits / np.maximum(rows + columns, 1)
        return Metrics(
            accuracy=float(hits.sum() / len(self.label)),
            macro_f1=float(f1[present].mean()),
            balanced_accuracy=float((hits[present] / rows[present]).mean()),
            kl=float(self.kl.mean()),
            calibration_error=self.reliability().error(),
            colour_error=float(self.colour_error.mean()),
            confusion=confusion,
        )

    def drawn(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        """Return what `take(row).metrics().scalars()` is for each of many draws, [R], by name.

        Args:
            rows: each draw's faces, [R, N].
        """
        draws, classes = np.arange(len(rows))[:, None], len(LABELS)
        pairs = (draws * classes**2 + (self.label * classes + self.top)[rows]).ravel()
        confusion = np.bincount(pairs, minlength=len(rows) * classes**2).reshape(-1, classes, classes)
        hits, people, answers = confusion.diagonal(axis1=1, axis2=2), confusion.sum(axis=2), confusion.sum(axis=1)
        present = people > 0
        bins = (draws * BINS + np.minimum((self.confidence * BINS).astype(np.int64), BINS - 1)[rows]).ravel()
        confidence, share = (
            np.bincount(bins, each[rows].ravel(), len(rows) * BINS) for each in (self.confidence, self.share)
        )
        return {
            "accuracy": hits.sum(axis=1) / rows.shape[1],
            "macro_f1": (2 * hits / np.maximum(people + answers, 1)).mean(axis=1, where=present),
            "balanced_accuracy": (hits / np.maximum(people, 1)).mean(axis=1, where=present),
            "kl": self.kl[rows].mean(axis=1),
            "calibration_error": np.abs(confidence - share).reshape(-1, BINS).sum(axis=1) / rows.shape[1],
            "colour_error": self.colour_error[rows].mean(axis=1),
        }

    def reliability(self) -> "Reliability":
        """Top probability against the share of votes for that answer, in ten equal bins."""
        bins = np.minimum((self.confidence * BINS).astype(np.int64), BINS - 1)
        return Reliability(
            count=np.bincount(bins, minlength=BINS),
            confidence=np.asarray(np.bincount(bins, self.confidence, BINS), np.float64),
            share=np.asarray(np.bincount(bins, self.share, BINS), np.float64),
        )


@dataclass(frozen=True)
class Reliability:
    """Sums over the faces whose top probability lies in each of ten equal bins."""

    count: NDArray[np.int64]
    """Faces, [10]."""
    confidence: NDArray[np.float64]
    """Sum of their top probabilities, [10]."""
    share: NDArray[np.float64]
    """Sum of the people's votes for those answers, [10]."""

    def error(self) -> float:
        """Return the expected calibration error: each bin's |mean probability - mean share|, counted by its size, 0 to
        1."""
        return float(np.abs(self.confidence - self.share).sum()) / float(self.count.sum())


def score(probabilities: NDArray[np.floating], labels: NDArray[np.int64], people: NDArray[np.float64]) -> Scores:
    """Compare each of a model's distributions with the people's.

    Args:
        probabilities: the model's, [N, 7], rows summing to 1.
        labels: the people's majority, [N], 0 to 6.
        people: the people's votes as distributions, [N, 7].
    """
    model = np.asarray(probabilities, dtype=np.float64)
    rows, top = np.arange(len(model)), model.argmax(axis=1)
    return Scores(
        label=labels,
        top=top,
        confidence=model[rows, top],
        share=people[rows, top],
        kl=kl_divergence(people, model),
        colour_error=color_errors(model, people),
    )


def measure(probabilities: NDArray[np.floating], labels: NDArray[np.int64], people: NDArray[np.float64]) -> Metrics:
    """Measure every figure for a model's distributions; arguments as for `score`."""
    return score(probabilities, labels, people).metrics()


def kl_divergence(people: NDArray[np.float64], model: NDArray[np.float64]) -> NDArray[np.float64]:
    """KL(people || model) of each row, in nats, [N]."""
    ratio = np.log(np.maximum(people, 1e-12)) - np.log(np.maximum(model, 1e-12))
    return np.asarray((people * ratio).sum(axis=1))

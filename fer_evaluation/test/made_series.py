# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Series and labels made by hand, for the tests of what is made of them."""

import numpy as np

from fer_color.palette import PAPER
from fer_common.emotions import LABELS
from fer_evaluation.answers.series import FaceRows, Frames, Series, no_light
from fer_evaluation.scores.labels import parse_labels
from fer_evaluation.scores.metrics import evaluate

ANGRY, DISGUST, FEAR, HAPPY, NEUTRAL, SAD, SURPRISE = range(7)


def series(t, probabilities, *, rgb=None, light=None, faces=None, bag="bag"):
    """Images at times `t`, answered with distributions; a row of NaN: nobody is seen."""
    t, p = np.asarray(t, float), np.asarray(probabilities, np.float32).reshape(-1, 7)
    seen = ~np.isnan(p[:, 0])
    rows = FaceRows(
        np.flatnonzero(seen),
        np.full(seen.sum(), "f1"),
        np.zeros((seen.sum(), 4), int),
        np.ones(seen.sum()),
        p[seen],
    )
    frames = Frames(
        t,
        np.round(t * 1e9).astype(int),
        seen.astype(int),
        np.where(seen, "f1", ""),
        p,
        np.full((len(t), 3), -1) if rgb is None else np.asarray(rgb),
    )
    return Series(bag, "/image", float(t[-1]), frames, rows if faces is None else faces, light or no_light())


def labels(*rows, columns="start_s,end_s,emotion"):
    return parse_labels("\n".join([columns, *rows]).encode(), "labels")


def measure(one, given, **options):
    return evaluate([one], [given], palette=PAPER, about={}, **options).content


def one_hot(*emotions):
    return np.eye(7)[list(emotions)]


def random_answers(count, seed=0):
    generator = np.random.default_rng(seed)
    p = generator.dirichlet(np.full(7, 0.4), size=count)
    truth = generator.choice([ANGRY, HAPPY, NEUTRAL, SAD, SURPRISE], size=count)
    p[np.arange(count), truth] += 0.4
    return (p / p.sum(axis=1, keepdims=True)).astype(np.float32), truth


def labelled_frames(truth):
    """A label for each image, which are a tenth of a second apart."""
    return labels(*(f"{max(0, 10 * k - 5) / 100},{(10 * k + 5) / 100},{LABELS[e]}" for k, e in enumerate(truth)))

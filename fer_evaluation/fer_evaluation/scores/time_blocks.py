# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Sums over blocks of time, from which every mean is made, and made again for its interval.

Images that follow each other are no independent witnesses, so that resampling them would give intervals far too
narrow. What is resampled is whole blocks of time (block bootstrap with blocks that do not overlap; Carlstein, 1986).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_color.blend import blend
from fer_color.color_difference import difference
from fer_color.palette import Palette
from fer_common.rep155 import valence_arousal
from fer_evaluation.answers.series import CLASSES, Series
from fer_evaluation.scores.samples import Samples

BINS = 10
LONGEST_STEP = 1.0
"""Seconds between two images beyond which nothing is said of what happened between them."""
LEAST = 1e-12
"""A lower probability counts as this one in a logarithm."""
UNCERTAIN = 0.5
"""A top probability below this is an uncertain answer."""

Columns = dict[str, NDArray[np.float64]]
"""By name, values a row: [rows] or [rows, width]."""


def block_sums(series: Sequence[Series], samples: Samples, palette: Palette, block: float) -> Columns:
    """Sum what is counted in each block of time.

    Args:
        series: the cameras.
        samples: their labelled moments.
        palette: for the colour error.
        block: its length, seconds.

    Returns:
        Sums by name, [B] or [B, width]; B is the number of blocks in all series together that have an image.
    """
    keys = [(i, int(k)) for i, one in enumerate(series) for k in np.unique(_block_of(one.frames.t, block))]
    index = {key: row for row, key in enumerate(keys)}
    rows = [np.array([index[i, int(k)] for k in _block_of(one.frames.t, block)], int) for i, one in enumerate(series)]
    sums: Columns = {}
    for one, at in zip(series, rows):
        for name, values in frame_columns(one).items():
            _add(sums, name, at, values, len(keys))
    at = np.array([rows[i][frame] for i, frame in zip(samples.series, samples.frame)], int)
    for name, values in sample_columns(samples, shown_to(series, samples), palette).items():
        _add(sums, name, at, values, len(keys))
    return sums


def _block_of(t: NDArray[np.float64], block: float) -> NDArray[np.int64]:
    return np.floor_divide(t, block).astype(np.int64)


def _add(sums: Columns, name: str, at: NDArray[np.int64], values: NDArray[np.float64], blocks: int) -> None:
    total = sums.setdefault(name, np.zeros((blocks, *values.shape[1:])))
    np.add.at(total, at, values)


def frame_columns(series: Series) -> Columns:
    """Return what needs no label, a row an image."""
    frames = series.frames
    seen = ~np.isnan(frames.probabilities[:, 0])
    p = np.where(seen[:, None], frames.probabilities.astype(np.float64), 0.0)
    step = np.diff(frames.t, prepend=np.nan)
    # Both this image and the one before show somebody, and lie close together.
    follows = seen & np.concatenate([[False], seen[:-1]]) & (step <= LONGEST_STEP)
    before = np.concatenate([p[:1], p[:-1]])
    entropy = -(p * np.log2(np.where(p > 0, p, 1.0))).sum(axis=1)
    return {
        "frames": np.ones(len(p)),
        "frames_with_face": seen.astype(float),
        "faces": frames.faces.astype(float),
        "entropy": entropy,
        "uncertain": (seen & (p.max(axis=1) < UNCERTAIN)).astype(float),
        "seconds": np.where(follows, step, 0.0),
        "changes": (follows & (p.argmax(axis=1) != before.argmax(axis=1))).astype(float),
        "variation": np.where(follows, np.abs(p - before).sum(axis=1) / 2, 0.0),
    }


def shown_to(series: Sequence[Series], samples: Samples) -> NDArray[np.float64]:
    """Return the light at each sample, sRGB in 0 to 1, [K, 3]; NaN where it is not known."""
    rgb = np.array([series[i].frames.rgb[frame] for i, frame in zip(samples.series, samples.frame)], np.float64)
    rgb = rgb.reshape(-1, 3)
    return np.where(rgb < 0, np.nan, rgb / 255)


def sample_columns(samples: Samples, shown: NDArray[np.float64], palette: Palette) -> Columns:
    """Return what is held against labels, a row a sample; nothing is counted where there is no label or no answer."""
    labelled = samples.label >= 0
    scored = labelled & samples.answered
    p = np.where(scored[:, None], samples.answer, 0.0)
    wanted = np.where(labelled[:, None], samples.wanted, 0.0)
    top, rows = p.argmax(axis=1), np.arange(len(samples))
    pairs = np.where(scored, np.maximum(samples.label, 0) * CLASSES + top, 0)
    confusion = np.zeros((len(samples), CLASSES**2))
    confusion[rows, pairs] = scored
    confidence = p[rows, top]
    bins = np.zeros((len(samples), BINS))
    bins[rows, np.minimum((confidence * BINS).astype(int), BINS - 1)] = scored
    lit = labelled & (samples.face_id == "") & ~np.isnan(shown[:, 0])
    goal = blend(wanted, palette)
    kl = (wanted * (np.log(np.maximum(wanted, LEAST)) - np.log(np.maximum(p, LEAST)))).sum(axis=1)
    columns = {
        "labelled": labelled.astype(float),
        "scored": scored.astype(float),
        "confusion": confusion,
        "kl": np.where(scored, kl, 0.0),
        "brier": np.where(scored, ((p - wanted) ** 2).sum(axis=1), 0.0),
        "colour": np.where(scored, difference(blend(p, palette), goal), 0.0),
        "bin_count": bins,
        "bin_confidence": bins * confidence[:, None],
        "bin_share": bins * wanted[rows, top][:, None],
        "lit": lit.astype(float),
        "light_colour": np.where(lit, difference(np.nan_to_num(shown), goal), 0.0),
    }
    felt = ~np.isnan(samples.affect[:, 0]) & samples.answered
    answer = valence_arousal(np.where(felt[:, None], samples.answer, 0.0))
    label = np.where(felt[:, None], samples.affect, 0.0)
    columns["felt"] = felt.astype(float)
    columns["affect_off"] = np.abs(answer - label)
    columns["affect_moments"] = np.concatenate([answer, label, answer**2, label**2, answer * label], axis=1)
    return columns


def errors(samples: Samples) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return what tells how errors hang together.

    Returns:
        The rows that count: those with a labelled emotion and an answer, or else with valence and arousal and one.
        A number for each row's label, the same for the same label, [K]. Whether each answer is right, or else by how
        much it misses valence and arousal, [K].
    """
    answer = np.where(samples.answered[:, None], samples.answer, 0.0)
    named = (samples.label >= 0) & samples.answered
    if named.any() or np.isnan(samples.affect).all():
        return np.flatnonzero(named), samples.label, (answer.argmax(axis=1) == samples.label).astype(float)
    felt = ~np.isnan(samples.affect[:, 0]) & samples.answered
    off = np.abs(valence_arousal(answer) - samples.affect).sum(axis=1)
    pairs = np.unique(np.nan_to_num(samples.affect, nan=2.0), axis=0, return_inverse=True)[1]
    return np.flatnonzero(felt), pairs.reshape(-1).astype(np.int64), off


def resampled(sums: Columns, *, resamples: int, seed: int = 0) -> Columns:
    """Sum over as many blocks as there are, drawn with repetition, `resamples` times: [R] or [R, width]."""
    blocks = len(sums["frames"])
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(blocks, np.full(blocks, 1 / blocks), size=resamples).astype(float)
    return {name: weights @ values for name, values in sums.items()}


def total(sums: Columns) -> Columns:
    """Sum over all blocks, once: [1] or [1, width]."""
    return {name: values.sum(axis=0, keepdims=True) for name, values in sums.items()}

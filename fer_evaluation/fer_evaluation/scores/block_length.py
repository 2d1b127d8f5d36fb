# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How long a block of the bootstrap must be: by how errors hang together, and by how long a label lasts.

D. N. Politis and H. White, Automatic block-length selection for the dependent bootstrap, Econometric Reviews 23 (2004),
53-70, with the correction by A. Patton, D. N. Politis and H. White, Econometric Reviews 28 (2009), 372-375.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST = 2.0
"""Seconds of a block at least."""
FEWEST = 5
"""Blocks that all recordings together are cut into at least, where that leaves blocks of `LEAST`."""
DEPENDENCE, LABELS = 2.0, 2.0
"""Times the rule's length, and times the labels' median length, that a block has at least. By simulation
(docs/make/interval_coverage.py): the rule balances bias and variance of a mean's variance; an interval needs more."""
GAP = 5.0
"""Usual steps between two moments beyond which they are no run of one label."""


@dataclass(frozen=True)
class Track:
    """One face, or the room, in one recording; N labelled moments in the order of time."""

    t: NDArray[np.float64]
    """Seconds, [N]."""
    error: NDArray[np.float64]
    """What the figures are means of, such as 1 where an answer is right, [N]."""
    label: NDArray[np.int64]
    """[N]; alike as long as one label lasts."""


@dataclass(frozen=True)
class BlockLength:
    """A block's length, and what it comes from; seconds all."""

    seconds: float
    dependence: float
    """By Politis and White's rule, the longest of all tracks weighed by their moments; 0: none is seen."""
    labels: float
    """The median time that a label lasts; 0: there is none."""


def choose_block(tracks: Sequence[Track], whole: float) -> BlockLength:
    """Choose a block's length.

    Args:
        tracks: those that have a moment.
        whole: seconds of all recordings together.
    """
    lengths, weights, runs = [], [], list[float]()
    for track in tracks:
        if len(track.t) < 2:
            continue
        step = float(np.median(np.diff(track.t))) or LEAST / 10
        lengths.append(optimal_length(track.error) * step)
        weights.append(len(track.t))
        runs += _runs(track, step)
    dependence = float(np.average(lengths, weights=weights)) if lengths else 0.0
    labels = float(np.median(runs)) if runs else 0.0
    wanted = max(DEPENDENCE * dependence, LABELS * labels)
    return BlockLength(round(max(LEAST, min(wanted, whole / FEWEST)), 1), dependence, labels)


def _runs(track: Track, step: float) -> list[float]:
    """Return how long each label lasts."""
    cuts = np.flatnonzero((np.diff(track.label) != 0) | (np.diff(track.t) > GAP * step)) + 1
    starts, ends = [0, *cuts.tolist()], [*(cuts - 1).tolist(), len(track.t) - 1]
    return [float(track.t[b] - track.t[a] + step) for a, b in zip(starts, ends)]


def optimal_length(values: NDArray[np.float64]) -> float:
    """Return Politis and White's length of a block for the circular block bootstrap, in values; at least 1.

    Args:
        values: a series at equal steps, [N].
    """
    count = len(values)
    centred = values - values.mean()
    spectrum = np.fft.rfft(centred, 2 * count)
    covariance = np.fft.irfft(spectrum * np.conj(spectrum))[:count] / count
    if count < 8 or covariance[0] <= 1e-12:
        return 1.0
    # The lag beyond which `quiet` correlations in a row are as small as chance makes them.
    quiet = max(5, int(np.sqrt(np.log10(count))))
    most = min(int(np.ceil(np.sqrt(count))) + quiet, count - quiet - 1)
    small = np.abs(covariance / covariance[0])[1:] < 2 * np.sqrt(np.log10(count) / count)
    lag = next((k for k in range(1, most + 1) if small[k - 1 : k - 1 + quiet].all()), most)
    width = min(2 * lag, count - 1)
    lags = np.arange(-width, width + 1)
    window = np.minimum(1.0, 2 * (1 - np.abs(lags) / width))  # flat in the middle, then falling to 0
    weighted = window * covariance[np.abs(lags)]
    spread = float(weighted.sum())
    if spread <= 0:
        return 1.0
    slope = float((np.abs(lags) * weighted).sum())
    return float(max(1.0, (1.5 * slope**2 / spread**2) ** (1 / 3) * count ** (1 / 3)))

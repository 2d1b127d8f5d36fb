# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Two evaluations of the same moments: the difference of each figure, with the interval of the difference."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_color.palette import Palette
from fer_evaluation.errors import EvaluationError
from fer_evaluation.report.tables import read_scored
from fer_evaluation.scores.block_length import Track, choose_block
from fer_evaluation.scores.samples import Samples
from fer_evaluation.scores.statistics import LEAST_SPREAD, RESAMPLES, bounds, figures, widened
from fer_evaluation.scores.time_blocks import Columns, errors, sample_columns

UP = ("accuracy", "balanced_accuracy", "macro_f1", "valence_agreement", "arousal_agreement")
"""Better when larger."""
DOWN = ("kl", "brier", "calibration_error", "colour_error", "valence_error", "arousal_error")
"""Better when smaller."""
Key = tuple[str, str, int, str, int]
"""Bag, topic, stamp in nanoseconds, face id, and how many moments before have all these alike."""


@dataclass(frozen=True)
class Difference:
    """One figure of A and of B, on the moments that both answered."""

    name: str
    a: float
    b: float
    low: float
    """95 % interval of b - a."""
    high: float
    blocks: int
    """From so many blocks of time."""

    @property
    def verdict(self) -> str:
        """What B is: 'better', 'worse', or 'not told apart'."""
        if self.why_none or self.low <= 0 <= self.high:
            return "not told apart"
        return "better" if (self.low > 0) == (self.name in UP) else "worse"

    @property
    def why_none(self) -> str:
        """Why `low` and `high` are no interval; empty when they are one."""
        if self.blocks < 2:
            return "a single block of time gives no interval"
        return "" if self.high - self.low > LEAST_SPREAD else "no resample differs, so there is no interval"


@dataclass(frozen=True)
class Span:
    """A block of time of one camera."""

    bag: str
    topic: str
    start: float
    """Seconds from the bag's start."""
    end: float
    gain: float
    """Mean probability of the label: B's less A's."""


@dataclass(frozen=True)
class Comparison:
    """Two evaluations held against each other."""

    pairs: int
    """Moments that both labelled alike and both answered."""
    alone_a: int
    """Labelled moments that only A answered."""
    alone_b: int
    blocks: int
    block_s: float
    """Seconds of a block."""
    differences: tuple[Difference, ...]
    spans: tuple[Span, ...]
    """Every block of time, the largest gain of B first."""


def compare(
    a: Path, b: Path, palette: Palette, block: float | None = None, *, by_stamp_alone: bool = False
) -> Comparison:
    """Pair the moments of two evaluations and measure B - A.

    Args:
        a: a folder of evaluate_bag.
        b: another one.
        palette: for the colour error.
        block: seconds of a block of the bootstrap; None: chosen by the data (block_length.py).
        by_stamp_alone: whatever bag and topic are called; for recordings of one scene under two names.

    Raises:
        EvaluationError: a table is missing, or they have no moment in common.
    """
    keys_a, samples_a = read_scored(a)
    keys_b, samples_b = read_scored(b)
    rows_a, rows_b = _index(keys_a, samples_a, by_stamp_alone), _index(keys_b, samples_b, by_stamp_alone)
    common = sorted(rows_a.keys() & rows_b.keys())
    pairs = [(rows_a[key], rows_b[key]) for key in common]
    pairs = [(i, j) for i, j in pairs if _alike(samples_a, i, samples_b, j)]
    if not pairs:
        raise EvaluationError(
            f"'{a}' and '{b}' have no labelled and answered moment in common: were they made from the same bag with "
            "the same labels? (--by-stamp pairs whatever the bags and topics are called)"
        )
    one = samples_a.take(np.array([i for i, _ in pairs]))
    other = samples_b.take(np.array([j for _, j in pairs]))
    for each, beside in ((one, other), (other, one)):
        each.affect[np.isnan(beside.affect)] = np.nan  # only what both were held against
    names = [keys_a[i][:2] for i, _ in pairs]
    if block is None:
        block = choose_block(*_tracks(names, one, other)).seconds
    at, places = _blocks(names, one.t, block)
    differences = _differences(_sums(one, at, palette), _sums(other, at, palette))
    named = np.flatnonzero(one.label >= 0)
    spans = _spans(places, at[named], _given(other.take(named)) - _given(one.take(named)), block)
    return Comparison(
        len(pairs), len(rows_a) - len(pairs), len(rows_b) - len(pairs), len(places), block, differences, tuple(spans)
    )


def _alike(a: Samples, i: int, b: Samples, j: int) -> bool:
    """Tell whether two moments have one label; valence and arousal may be there for one of them alone."""
    affect = a.affect[i], b.affect[j]
    return np.allclose(a.wanted[i], b.wanted[j], equal_nan=True) and (
        bool(np.isnan(affect).any()) or np.allclose(*affect)
    )


def _index(keys: list[tuple[str, str, int, str]], samples: Samples, by_stamp_alone: bool) -> dict[Key, int]:
    """Return each answered moment's row; of moments that have one stamp, the first, the second, ... are told apart."""
    found: dict[Key, int] = {}
    times: Counter[tuple[str, str, int, str]] = Counter()
    for row, (key, answered) in enumerate(zip(keys, samples.answered)):
        name = ("", "", *key[2:]) if by_stamp_alone else key
        if answered:
            bag, topic, stamp, face_id = name
            found[bag, topic, stamp, face_id, times[name]] = row
        times[name] += 1
    return found


def _tracks(names: list[tuple[str, str]], one: Samples, other: Samples) -> tuple[list[Track], float]:
    """Return by how much more B was right (where only valence and arousal are labelled: off), by camera and face, and
    the time of all cameras together, seconds."""
    counted, label, _ = errors(one)
    gain = errors(other)[2] - errors(one)[2]
    rows: dict[tuple[str, str, str], list[int]] = {}
    for row in counted.tolist():
        rows.setdefault((*names[row], str(one.face_id[row])), []).append(row)
    found, spans = [], dict[tuple[str, str], tuple[float, float]]()
    for (bag, topic, _), mine in rows.items():
        order = np.array(mine)[np.argsort(one.t[mine], kind="stable")]
        found.append(Track(one.t[order], gain[order], label[order]))
        first, last = spans.get((bag, topic), (np.inf, -np.inf))
        spans[bag, topic] = min(first, float(one.t[order[0]])), max(last, float(one.t[order[-1]]))
    return found, sum(last - first for first, last in spans.values())


def _blocks(
    names: list[tuple[str, str]], t: NDArray[np.float64], block: float
) -> tuple[NDArray[np.int64], list[tuple[str, str, int]]]:
    """Find which block each moment lies in, and each block's camera and number."""
    places = [(bag, topic, int(k)) for (bag, topic), k in zip(names, np.floor_divide(t, block))]
    order = sorted(set(places))
    index = {place: row for row, place in enumerate(order)}
    return np.array([index[place] for place in places]), order


def _sums(samples: Samples, at: NDArray[np.int64], palette: Palette) -> Columns:
    sums = {}
    for name, values in sample_columns(samples, np.full((len(samples), 3), np.nan), palette).items():
        sums[name] = np.zeros((int(np.max(at)) + 1, *values.shape[1:]))
        np.add.at(sums[name], at, values)
    for name in ("frames", "frames_with_face", "faces", "entropy", "uncertain", "seconds", "changes", "variation"):
        sums[name] = np.zeros(int(np.max(at)) + 1)
    return sums


def _differences(a: Columns, b: Columns) -> tuple[Difference, ...]:
    blocks = len(a["scored"])
    # The same blocks are drawn for both, so that what both find hard cancels out.
    weights = np.random.default_rng(0).multinomial(blocks, np.full(blocks, 1 / blocks), size=RESAMPLES).astype(float)
    whole = np.ones((1, blocks))
    found = []
    values = [figures({name: whole @ item for name, item in sums.items()}) for sums in (a, b)]
    drawn = [figures({name: weights @ item for name, item in sums.items()}) for sums in (a, b)]
    for name in (*UP, *DOWN):
        a_value, b_value = float(values[0][name][0]), float(values[1][name][0])
        if np.isnan(a_value) or np.isnan(b_value):  # no emotion, or no valence and arousal, is labelled
            continue
        gain = drawn[1][name] - drawn[0][name]
        interval = widened(gain, b_value - a_value, blocks) if blocks > 1 else None
        low, high = interval or (b_value - a_value,) * 2
        least, most = bounds(name)
        low, high = max(low, least - most), min(high, most - least)
        found.append(Difference(name, a_value, b_value, low, high, blocks))
    return tuple(found)


def _given(samples: Samples) -> NDArray[np.float64]:
    """Return the probability that each answer gave to the label."""
    return np.asarray(samples.answer[np.arange(len(samples)), samples.label])


def _spans(
    places: list[tuple[str, str, int]], at: NDArray[np.int64], gain: NDArray[np.float64], block: float
) -> list[Span]:
    count, total = np.bincount(at, minlength=len(places)), np.bincount(at, gain, minlength=len(places))
    spans = [
        Span(bag, topic, k * block, (k + 1) * block, float(total[row] / count[row]))
        for row, (bag, topic, k) in enumerate(places)
        if count[row]
    ]
    return sorted(spans, key=lambda span: -span.gain)

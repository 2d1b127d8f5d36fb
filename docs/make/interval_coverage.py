# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How often the intervals of docs/evaluation.md hold the truth: python3 docs/make/interval_coverage.py [--trials N].

Simulated recordings of 120 and 600 s with ten answers a second, of which 70 % (where errors are rare 95 %) are right,
and labels of about 10 s. What makes them alike differs: nothing, how long errors hang together, or that some moods are
harder than others. Each is evaluated with blocks as `evaluate_bag` chooses them, and compared with a second network of
the same quality as `compare` does it. Prints the table.
"""

import argparse

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fer_evaluation.scores.block_length import Track, choose_block
from fer_evaluation.scores.statistics import block_intervals, widened

RATE, LABEL = 10, 10.0
"""Answers a second, and seconds of a label on average."""
BEYOND = {0.7: -0.5244005, 0.95: -1.6448536}
"""What a standard normal number exceeds in that share of cases."""
LENGTHS = (120, 600)
RESAMPLES = 400
KINDS = {
    "nothing": (0.0, 0.0, 0.7),
    "errors over 1 s": (1.0, 0.0, 0.7),
    "errors over 3 s": (3.0, 0.0, 0.7),
    "harder and easier labels": (0.0, 0.8, 0.7),
    "both, over 3 s": (3.0, 0.8, 0.7),
    "rare errors (5 %) over 3 s": (3.0, 0.0, 0.95),
}
"""What makes answers alike: the time constant of errors, seconds, the labels' share of what decides, and how many
answers are right."""


def errors(generator: np.random.Generator, rows: int, count: int, constant: float) -> NDArray[np.float64]:
    """Draw normal numbers that hang together over `constant` seconds, [rows, count]: they decide what is right."""
    keep = np.exp(-1 / (RATE * constant)) if constant else 0.0
    value = generator.standard_normal((rows, count))
    value[:, 1:] *= np.sqrt(1 - keep**2)
    for k in range(1, count):
        value[:, k] += keep * value[:, k - 1]
    return value


def right(
    generator: np.random.Generator, own: NDArray[np.float64], labels: NDArray[np.int64], share: float, beyond: float
) -> NDArray[np.float64]:
    """Draw whether each answer is right, 1 or 0, [count]."""
    moods = generator.standard_normal(labels.max() + 1)[labels]
    return (np.sqrt(1 - share**2) * own + share * moods > beyond).astype(float)


def interval(t: NDArray[np.float64], values: NDArray[np.float64], labels: NDArray[np.int64], block: float | None,
             generator: np.random.Generator, *, difference: bool) -> tuple[float, float]:  # fmt: skip
    """Make the interval of a mean as the commands do; `block` None: chosen."""
    length = choose_block([Track(t, values, labels)], float(t[-1])).seconds if block is None else block
    at = np.floor_divide(t, length).astype(int)
    sums, counts = np.bincount(at, values), np.bincount(at).astype(float)
    blocks = len(counts)
    weights = generator.multinomial(blocks, np.full(blocks, 1 / blocks), size=RESAMPLES)
    drawn, value = (weights @ sums) / (weights @ counts), float(sums.sum() / counts.sum())
    if difference:
        return widened(drawn, value, blocks) or (value, value)
    return block_intervals({"accuracy": drawn}, {"accuracy": value}, blocks)["accuracy"]


def measure(kind: str, seconds: int, trials: int, block: float | None, seed: int) -> tuple[float, float]:
    """Return the share of intervals that hold the truth, and of differences that are told where there is none."""
    generator = np.random.default_rng(seed)
    t = np.arange(seconds * RATE) / RATE
    covered = false = 0
    constant, share, truth = KINDS[kind]
    own = errors(generator, 2 * trials, len(t), constant)
    for trial in tqdm(range(trials), desc=f"{kind}, {seconds} s", leave=False, mininterval=1):
        edges = np.cumsum(generator.gamma(4, LABEL / 4, size=seconds))
        labels = np.searchsorted(edges, t)
        one, other = (right(generator, own[2 * trial + k], labels, share, BEYOND[truth]) for k in range(2))
        low, high = interval(t, one, labels, block, generator, difference=False)
        covered += low <= truth <= high
        low, high = interval(t, other - one, labels, block, generator, difference=True)
        false += not low <= 0 <= high
    return covered / trials, false / trials


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=400, help="recordings a cell (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the recordings (default: %(default)s)")
    parser.add_argument("--kind", default="", help="only those that have this in their name")
    given = parser.parse_args()
    print("| what makes answers alike | seconds | holds the truth | false difference | with blocks of 2 s |")
    print("|---|---|---|---|---|")
    for kind in (kind for kind in KINDS if given.kind in kind):
        for seconds in LENGTHS:
            covered, false = measure(kind, seconds, given.trials, None, given.seed)
            before, told = measure(kind, seconds, given.trials, 2.0, given.seed)
            print(f"| {kind} | {seconds} | {covered:.1%} | {false:.1%} | {before:.1%}, {told:.1%} |", flush=True)


if __name__ == "__main__":
    main()

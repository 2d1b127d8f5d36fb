# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The best pairs: against trying every choice, and by hand."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_perception.tracking.assignment import assign


def best_by_trying(costs, limit):
    """Most pairs first, then the least sum, by trying every choice."""
    rows, columns = costs.shape
    best = (0, 0.0)
    for chosen in itertools.product(range(-1, columns), repeat=rows):
        used = [column for column in chosen if column >= 0]
        if len(set(used)) < len(used):
            continue
        values = [costs[row, column] for row, column in enumerate(chosen) if column >= 0]
        if all(value <= limit for value in values):
            best = max(best, (len(values), -sum(values)))
    return best


@given(
    st.integers(0, 4).flatmap(
        lambda rows: st.integers(0, 4).flatmap(
            lambda columns: st.lists(
                st.lists(st.one_of(st.floats(0, 2), st.just(math.inf)), min_size=columns, max_size=columns),
                min_size=rows,
                max_size=rows,
            ).map(lambda table: np.asarray(table, dtype=np.float64).reshape(rows, columns))
        )
    )
)
@settings(max_examples=150)
def test_the_assignment_is_the_best_there_is(costs):
    pairs = assign(costs, limit=1.0)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(costs[pair] <= 1.0 for pair in pairs)
    count, total = best_by_trying(costs, 1.0)
    assert len(pairs) == count
    assert sum(costs[pair] for pair in pairs) == pytest.approx(-total, abs=1e-6)


@pytest.mark.parametrize(
    ("costs", "pairs"),
    [
        ([[0.5]], [(0, 0)]),
        ([[0.51]], []),
        ([[0.3, 0.2, 0.4]], [(0, 1)]),
        ([[0.3], [0.2], [0.4]], [(1, 0)]),
        ([[0.1, 0.2], [0.1, 0.5]], [(0, 1), (1, 0)]),  # 0.3 in all; each row's own best would meet in one column
        ([[0.6, 0.5], [0.5, 0.7]], [(0, 1), (1, 0)]),  # what costs as much as the limit is paired
        ([[0.0, 0.4], [0.4, 0.6]], [(0, 1), (1, 0)]),  # two pairs, though one alone would cost nothing
        ([[0.9, 0.2, 0.1], [0.9, 0.9, 0.1], [0.3, 0.9, 0.2]], [(0, 1), (1, 2), (2, 0)]),
        ([[0.1, 0.9], [0.9, 0.9], [0.2, 0.1]], [(0, 0), (2, 1)]),
    ],
)
def test_pairs_by_hand(costs, pairs):
    assert assign(np.array(costs), limit=0.5) == pairs


def test_two_pairs_count_more_than_a_good_one_whatever_the_limit():
    for limit in (0.5, 1.0, 3.0, 50.0):
        assert assign(np.array([[0.0, limit], [limit, math.inf]]), limit) == [(0, 1), (1, 0)]


@given(st.integers(0, 2**32 - 1), st.integers(5, 12), st.integers(5, 12))
@settings(max_examples=20)
def test_many_faces_are_paired_as_scipy_does(seed, rows, columns):
    """All costs are allowed: then as many pairs as can be, at the least sum."""
    from scipy.optimize import linear_sum_assignment

    costs = np.random.default_rng(seed).random((rows, columns))
    pairs = assign(costs, limit=1.0)
    best = linear_sum_assignment(costs)
    assert len(pairs) == min(rows, columns)
    assert sum(costs[pair] for pair in pairs) == pytest.approx(costs[best].sum())
    assert pairs == sorted(pairs)

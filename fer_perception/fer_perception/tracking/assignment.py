# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which goes with which at the least total cost: the Hungarian algorithm, for the few faces of an image."""

import numpy as np
from numpy.typing import NDArray


def assign(costs: NDArray[np.float64], limit: float) -> list[tuple[int, int]]:
    """Pair as many as the limit allows, and of these choices take the one with the least sum of costs.

    Args:
        costs: float [rows, columns], not negative; infinite where a pair is out of the question.
        limit: pairs that cost more are not made.

    Returns:
        Pairs (row, column), by row; no row and no column twice.

    Source: Kuhn, 1955, in the form with potentials (Jonker and Volgenant, 1987); time rows squared x columns.
    """
    if costs.size == 0:
        return []
    if costs.shape[0] > costs.shape[1]:
        return sorted((row, column) for column, row in assign(costs.T, limit))
    if costs.shape[0] == 1:
        column = int(costs[0].argmin())
        return [(0, column)] if costs[0, column] <= limit else []
    # What is out of the question costs more than any choice of pairs that is not.
    forbidden = (limit + 1.0) * (costs.shape[0] + 1)
    weighed = np.where(costs <= limit, costs, forbidden)
    return [(row, column) for row, column in _complete(weighed) if costs[row, column] <= limit]


def _complete(costs: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Choose a column for each row at the least sum; there are at least as many columns as rows."""
    rows, columns = costs.shape
    row_potential, column_potential = np.zeros(rows + 1), np.zeros(columns + 1)
    row_of = np.full(columns + 1, rows)  # the row that holds each column; `rows` for none; the last column is the start
    for row in range(rows):
        row_of[columns] = row
        column = columns
        least, before = np.full(columns, np.inf), np.full(columns, columns)
        seen = np.zeros(columns + 1, dtype=bool)
        while row_of[column] != rows:
            seen[column] = True
            current = row_of[column]
            slack = costs[current] - row_potential[current] - column_potential[:columns]
            better = ~seen[:columns] & (slack < least)
            least[better], before[better] = slack[better], column
            open_least = np.where(seen[:columns], np.inf, least)
            following = int(np.argmin(open_least))
            step = open_least[following]
            row_potential[row_of[seen]] += step
            column_potential[seen] -= step
            least[~seen[:columns]] -= step
            column = following
        while column != columns:  # shift each row along the path that was found
            row_of[column] = row_of[before[column]]
            column = int(before[column])
    return sorted((int(row_of[column]), column) for column in range(columns) if row_of[column] != rows)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Times of functions, taken in turns so that a machine that slows down slows all of them."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """What some calls of one function took."""

    milliseconds: list[float]

    @property
    def median(self) -> float:
        """In milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def spread(self) -> float:
        """Half the range between the quartiles, as a share of the median."""
        low, _, high = statistics.quantiles(self.milliseconds, n=4)
        return (high - low) / 2 / self.median


def in_turns(functions: Mapping[str, Callable[[], object]], rounds: int, calls: int = 5) -> dict[str, Times]:
    """Time each function: in each round each is called so often, and its quickest call counts.

    The quickest of a few is what the work takes; the rest of a call's time is other programs'.
    """
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for function in functions.values():
        function()  # the first call loads and allocates
    for _ in range(rounds):
        for name, function in functions.items():
            best = float("inf")
            for _ in range(calls):
                begun = time.perf_counter()
                function()
                best = min(best, time.perf_counter() - begun)
            taken[name].append(1000 * best)
    return {name: Times(values) for name, values in taken.items()}

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Answers that are no distribution: left out of every figure, counted, and told in one line a topic."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_common.distribution import fault


class Refusals:
    """What was left out, by topic."""

    def __init__(self) -> None:
        """Start with nothing refused."""
        self._found: dict[str, tuple[int, str]] = {}

    def distribution(self, topic: str, probabilities: Any) -> NDArray[np.float32] | None:
        """Return an answer as the light takes it, summing to 1, [7]; None: it is none, and counted.

        Args:
            topic: where it was said.
            probabilities: any numbers.
        """
        values = np.asarray(probabilities, np.float64)
        why = fault(values)
        if why:
            self.add(topic, why)
            return None
        return np.asarray(values / values.sum(), np.float32)

    def add(self, topic: str, why: str) -> None:
        """Count an answer that is left out; `why` goes on from 'the first one'."""
        count, first = self._found.get(topic, (0, why))
        self._found[topic] = count + 1, first

    @property
    def count(self) -> int:
        """Answers left out, on all topics."""
        return sum(count for count, _ in self._found.values())

    @property
    def notices(self) -> tuple[str, ...]:
        """A line a topic."""
        return tuple(
            f"{count} of the answers on {topic} {'is' if count == 1 else 'are'} left out: the first one {why}; "
            "check what publishes them"
            for topic, (count, why) in sorted(self._found.items())
        )

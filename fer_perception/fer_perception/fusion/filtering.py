# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Distributions steady over time: a first-order low-pass with a time constant in seconds, at any and varying rates."""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WORTHLESS = 1e-9
"""A weight below counts as 0: its products would be lost to rounding, and one long step not be many short ones."""


@dataclass(frozen=True)
class _Held:
    stamp_ns: int
    weight: float
    probabilities: NDArray[np.float64]


class DistributionFilter:
    """Filters each face's distributions by themselves.

    An answer of weight w stands for the time since the one before it. Of what is held, exp(-w dt / time_constant)
    remains, so one long step says just the same as many short ones with the same answer, and 10 and 30 answers a
    second lead to the same. A weight below 1 makes a face slower by that much; 0 holds it. What is held carries its
    weight, too: a face that was first seen badly believes the first good answer almost at once.

    Args:
        time_constant: seconds; 0: each answer stands for itself (one of weight 0 still holds).
    """

    def __init__(self, time_constant: float = 0.15) -> None:
        """Start without anyone."""
        self.time_constant = time_constant
        self._held: dict[str, _Held] = {}

    def update(
        self, face_id: str, answer: NDArray[np.float32], stamp_ns: int, weight: float = 1.0
    ) -> NDArray[np.float32]:
        """Take an answer and return the face's filtered distribution.

        Args:
            face_id: whose.
            answer: float32 [7], summing to 1.
            stamp_ns: of its image, nanoseconds; one before the last starts the face anew.
            weight: what the answer is worth, 0 to 1; less than `WORTHLESS` is 0.

        Returns:
            Float32 [7], summing to 1.
        """
        wanted = np.asarray(answer, dtype=np.float64)
        weight = weight if weight >= WORTHLESS else 0.0
        before = self._held.get(face_id)
        if before is None or stamp_ns < before.stamp_ns:
            held = _Held(stamp_ns, weight, wanted)
        else:
            kept, gone = self._shares((stamp_ns - before.stamp_ns) / 1e9, weight)
            old, new = kept * before.weight, gone * weight
            share = new / (old + new) if old + new > 0 else 0.0
            held = _Held(stamp_ns, old + new, before.probabilities + share * (wanted - before.probabilities))
        self._held[face_id] = held
        return held.probabilities.astype(np.float32)

    def forget_all_but(self, face_ids: Collection[str]) -> None:
        """Let go of the faces that are not followed any more."""
        self._held = {face_id: held for face_id, held in self._held.items() if face_id in face_ids}

    def _shares(self, seconds: float, weight: float) -> tuple[float, float]:
        """Return what remains of what is held, and what goes; each exact, also where 1 minus the other would be 0."""
        if self.time_constant > 0:
            steps = weight * seconds / self.time_constant
            return math.exp(-steps), -math.expm1(-steps)
        return (0.0, 1.0) if weight > 0 else (1.0, 0.0)

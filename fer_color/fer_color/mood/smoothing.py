# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Smoothing in time, the same at any rate."""

import math
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from fer_color.settings import DEFAULT_TIME_CONSTANT

Value = TypeVar("Value", float, NDArray[np.float64])


class Smoother(Generic[Value]):
    """An exponential moving average with a time constant in seconds: the first-order low pass, exactly discretised.

    A step of dt seconds closes the share 1 - exp(-dt / time_constant) of the gap to the target, so that two steps of
    dt / 2 equal one of dt, whatever the rate.
    """

    def __init__(self, start: Value, time_constant: float = DEFAULT_TIME_CONSTANT) -> None:
        """Start there, a number or an array; `time_constant` in seconds, 0: no smoothing."""
        self.time_constant = time_constant
        self.value: Value = start
        self._now: float | None = None

    def reset(self, value: Value, now: float) -> None:
        """Go on from `value` at `now` (seconds)."""
        self.value = value
        self._now = now if self._now is None else max(self._now, now)

    def step(self, target: Value, now: float) -> Value:
        """Move toward `target` for the time since the last call and return the value.

        A new target counts from the last call on, so that the very call that brings it moves the value. A time before
        the last one counts as no time at all.
        """
        elapsed = 0.0 if self._now is None else max(0.0, now - self._now)
        self._now = now if self._now is None else max(self._now, now)
        share = -math.expm1(-elapsed / self.time_constant) if self.time_constant > 0 else 1.0
        self.value = self.value + (target - self.value) * share
        return self.value

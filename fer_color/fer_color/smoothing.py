"""Smoothing in time, the same at any rate."""

import math

import numpy as np
from numpy.typing import NDArray

DEFAULT_TIME_CONSTANT = 0.4
"""Seconds. A change of mood is half way after 0.28 s and there (95 %) after 1.2 s, which reads as a light that turns
rather than switches; the jitter of a classifier at 24 images a second, independent from image to image, is down to
a quarter. Below 0.2 s the light looks nervous, above 1 s it no longer belongs to the face."""


class Smoother:
    """An exponential moving average with a time constant in seconds: the first-order low pass, exactly discretised.

    A step of dt seconds closes the share 1 - exp(-dt / time_constant) of the gap to the target, so that two steps of
    dt / 2 equal one of dt, whatever the rate.
    """

    def __init__(self, time_constant: float = DEFAULT_TIME_CONSTANT) -> None:
        """Start at black; `time_constant` in seconds, 0: no smoothing."""
        self.time_constant = time_constant
        self.value: NDArray[np.float64] = np.zeros(3)
        self._now: float | None = None

    def reset(self, value: NDArray[np.float64], now: float) -> None:
        """Go on from `value` [3] at `now` (seconds)."""
        self.value = value
        self._now = now if self._now is None else max(self._now, now)

    def step(self, target: NDArray[np.float64], now: float) -> NDArray[np.float64]:
        """Move toward `target` [3] for the time since the last call and return the value [3].

        A new target counts from the last call on, so that the very call that brings it moves the value. A time before
        the last one counts as no time at all.
        """
        elapsed = 0.0 if self._now is None else max(0.0, now - self._now)
        self._now = now if self._now is None else max(self._now, now)
        share = -math.expm1(-elapsed / self.time_constant) if self.time_constant > 0 else 1.0
        self.value = self.value + (target - self.value) * share
        return self.value

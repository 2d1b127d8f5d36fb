# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How long images take, as percentiles over the last of them. Needs no ROS."""

import threading
from collections import deque

import numpy as np

PERCENTILES = (50, 95, 99)
KEPT = 600
"""Values: 20 s at 30 a second."""
STRANGE_LATENCY = 3600.0
"""Seconds from which on an image's stamp is of another clock than ours (a bag without use_sim_time)."""


class Latency:
    """Collects durations in one thread and tells their percentiles in another."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._values: deque[float] = deque(maxlen=KEPT)

    def add(self, seconds: float) -> None:
        """Add one latency."""
        with self._lock:
            self._values.append(seconds)

    def milliseconds(self) -> dict[str, float]:
        """Return 'p50', 'p95', 'p99' of the last 600, in milliseconds; empty where there are none."""
        with self._lock:
            values = list(self._values)
        if not values:
            return {}
        found = np.percentile(np.asarray(values) * 1e3, PERCENTILES)
        return {f"p{percent}": float(value) for percent, value in zip(PERCENTILES, found)}

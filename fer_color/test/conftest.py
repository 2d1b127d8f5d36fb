# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The judge of the flash promise."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from strip_judge import LAMPS

Received = Sequence[tuple[float, Sequence[int]]]

# The table in the design: seconds, luminance, saturated red.
PROMISE = ((1.0, 0.6, 0.4), (6.0, 1.5, 0.9))


def light_of(values: np.ndarray, lamp: str) -> np.ndarray:
    scaled = values / 255
    if lamp == "linear":
        return scaled
    if lamp.startswith("gamma"):
        return scaled ** float(lamp.removeprefix("gamma"))
    return np.where(scaled <= 0.04045, scaled / 12.92, ((scaled + 0.055) / 1.055) ** 2.4)


def spent(received: Received, lamp: str) -> dict[tuple[float, str], float]:
    """The most that was changed in any window, by seconds and quantity, of a lamp that was dark before."""
    times = np.array([time for time, _ in received], dtype=float)
    light = light_of(np.array([(0, 0, 0), *[tuple(rgb) for _, rgb in received]], dtype=float), lamp)
    luminance = light @ np.array([0.2126, 0.7152, 0.0722])
    red = np.maximum(0, light[:, 0] - light[:, 1] - light[:, 2])
    assert np.all(np.diff(times) >= 0), "the judge wants frames in the order of their arrival"
    worst = {}
    for seconds, _, _ in PROMISE:
        # Closed at both ends: a change exactly `seconds` after the first one of a window belongs to it.
        ends = np.searchsorted(times, times + seconds + 1e-9, side="right")
        for name, series in (("luminance", luminance), ("red", red)):
            total = np.concatenate([[0], np.cumsum(np.abs(np.diff(series)))])
            worst[seconds, name] = float(np.max(total[ends] - total[np.arange(len(times))], initial=0))
    return worst


def check_promise(received: Received, lamp: str) -> None:
    """Assert that the design's promise holds for what a lamp received: (arrival in seconds, bytes), in order."""
    worst = spent(received, lamp)
    for seconds, luminance, red in PROMISE:
        assert worst[seconds, "luminance"] <= luminance, f"{worst} for a {lamp} lamp"
        assert worst[seconds, "red"] <= red, f"{worst} for a {lamp} lamp"


@pytest.fixture(scope="session")
def judge() -> Callable[[Received, str], None]:
    return check_promise


@pytest.fixture(scope="session")
def lamps() -> dict[str, list[str]]:
    """The lamps that a transfer option stands for."""
    return LAMPS


@pytest.fixture(scope="module")
def color_graph():
    """A ROS graph for one file's tests."""
    import rclpy

    rclpy.init()
    yield
    rclpy.try_shutdown()


@pytest.fixture
def node_bench(color_graph):
    """Makes colour nodes with a peer each, and closes them: see color_bench.Bench."""
    from color_bench import Bench

    made = []

    def make(*args, **kwargs):
        made.append(Bench(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.close()

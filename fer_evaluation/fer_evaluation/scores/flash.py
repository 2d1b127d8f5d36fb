# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise, held against every frame that a light got."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_color.flash.promise import PROMISE
from fer_evaluation.answers.series import Light

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
_EDGE = 1e-9
"""Seconds for which a window's end, closed, forgives rounding."""


@dataclass(frozen=True)
class Travel:
    """How much a light changed."""

    seconds: float
    """From its first frame to its last."""
    luminance_a_second: float
    """Mean, of relative luminance, of a lamp that takes sRGB."""
    worst: dict[str, float]
    """The most in any window, over lamps that take the bytes as sRGB and as linear light: `luminance_1s`, `red_1s`,
    `luminance_6s`, `red_6s`."""

    @property
    def kept(self) -> bool:
        """Whether the promise was."""
        return all(self.worst[name] <= limit for name, limit in limits().items())


def limits() -> dict[str, float]:
    """Return what is promised, by the names of `Travel.worst`."""
    return {
        name: limit
        for window, luminance, red in PROMISE
        for name, limit in ((f"luminance_{window:g}s", luminance), (f"red_{window:g}s", red))
    }


def travel(lights: list[Light]) -> Travel:
    """Measure the most that any of these lights did; each starts dark, and anew at its `restarts`."""
    worst = dict.fromkeys(limits(), 0.0)
    seconds = moved = 0.0
    for light in lights:
        for begin, end in zip(light.restarts, [*light.restarts[1:], len(light.t)]):
            times, rgb = light.t[begin:end], light.rgb[begin:end]
            if not len(times):
                continue
            seconds += float(times[-1] - times[0])
            for curve, linear in (("srgb", _from_srgb(rgb)), ("linear", rgb / 255.0)):
                luminance, red = _changes(linear)
                if curve == "srgb":
                    moved += float(luminance.sum())
                for window, *_ in PROMISE:
                    for name, changes in (("luminance", luminance), ("red", red)):
                        key = f"{name}_{window:g}s"
                        worst[key] = max(worst[key], _most(times, changes, window))
    return Travel(seconds, moved / seconds if seconds else 0.0, worst)


def luminance_of(rgb: NDArray[np.integer]) -> NDArray[np.float64]:
    """Relative luminance, 0 to 1, of a lamp that takes bytes as sRGB, [..., 3] to [...]."""
    return np.asarray(_from_srgb(rgb) @ _WEIGHTS)


def _from_srgb(rgb: NDArray[np.integer]) -> NDArray[np.float64]:
    value = rgb / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _changes(linear: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the changes of luminance and of saturated red, from dark at first, [L] each."""
    before = np.concatenate([np.zeros((1, 3)), linear])
    luminance = before @ _WEIGHTS
    red = np.maximum(0, before[:, 0] - before[:, 1] - before[:, 2])
    return np.abs(np.diff(luminance)), np.abs(np.diff(red))


def _most(times: NDArray[np.float64], changes: NDArray[np.float64], window: float) -> float:
    ends = np.searchsorted(times, times + window + _EDGE, side="right")
    sums = np.concatenate([[0.0], np.cumsum(changes)])
    return float(np.max(sums[ends] - sums[:-1]))

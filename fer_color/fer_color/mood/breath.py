# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A breath: the light swells and ebbs, at a pace that follows arousal."""

import math

import numpy as np
from numpy.typing import NDArray

from fer_color.flash.promise import LUMINANCE, RED, WINDOWS
from fer_color.mood.smoothing import Smoother
from fer_color.transfer import LINEAR, SRGB, Rgb, luminance, saturated_red
from fer_common.emotions import VALENCE_AROUSAL

AROUSAL = tuple(arousal for _, arousal in VALENCE_AROUSAL)
"""Arousal of each of `LABELS`, -1 to 1."""
SLOWEST = 0.1
FASTEST = 0.33
"""Breaths a second at an arousal of -1 and of 1: 6 a minute is slow breathing, 20 the upper end of an adult at rest."""
_SHARE = 0.4
"""Of the budget of six seconds that breathing may use; the rest is for changes of mood."""
_LAMPS = ((LINEAR, 1.0), (SRGB, 2.4))
"""By how much the light changes, in shares of it, when the value does."""
_EASE = 1.0
"""Seconds, time constant, in which a breath begins and dies away."""
_HALF = 0.5


def pace(probabilities: NDArray[np.float64]) -> float:
    """Breaths a second for a distribution [7]."""
    arousal = float(probabilities @ np.array(AROUSAL))
    return SLOWEST + (FASTEST - SLOWEST) * (arousal + 1) / 2


def deepest(value: Rgb, breaths: float) -> float:
    """Return how deep, 0 to 1, a light of that `value` (byte / 255) may breathe so that it leaves budget for its moods.

    A breath goes down and up by the depth's share of the light, `breaths` times a second.
    """
    seconds, *limits = WINDOWS[-1]
    changes = 2 * breaths * seconds
    depth = 1.0
    for curve, steepness in _LAMPS:
        light = curve.to_light(value[0]), curve.to_light(value[1]), curve.to_light(value[2])
        for kind, amount in ((LUMINANCE, luminance(light)), (RED, saturated_red(light))):
            if amount > 0:
                depth = min(depth, _SHARE * limits[kind] / (changes * amount * steepness))
    return depth


class Breath:
    """Times are seconds of a steady clock; one that goes back counts as no time."""

    def __init__(self) -> None:
        """Start at the top of a breath."""
        self._phase = 0.0
        self._now: float | None = None
        self._depth = Smoother(0.0, _EASE)

    def gain(self, value: Rgb, probabilities: NDArray[np.float64] | None, most: float, now: float) -> float:
        """Return the factor on the brightness, 0 to 1.

        Args:
            value: what the light shows, byte / 255.
            probabilities: [7], what is seen; None: nothing, the breath dies away.
            most: the depth that is asked for, 0 to 1; less where `deepest` says so.
            now: seconds.
        """
        elapsed = 0.0 if self._now is None else max(0.0, now - self._now)
        self._now = now if self._now is None else max(self._now, now)
        breaths = pace(probabilities) if probabilities is not None else SLOWEST
        self._phase = (self._phase + elapsed * breaths) % 1.0
        wanted = min(most, deepest(value, breaths)) if probabilities is not None else 0.0
        depth = self._depth.step(wanted, now)
        return 1.0 - depth * _HALF * (1.0 - math.cos(2 * math.pi * self._phase))

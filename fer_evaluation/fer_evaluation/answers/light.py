# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light of a replay: the very core that drives real lights, with a lamp that only writes down what it gets."""

from array import array
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fer_color.core import ColorCore
from fer_color.lights.base import DirectLight, Frame
from fer_color.settings import Settings
from fer_evaluation.answers.series import Light

SETTLED = 30.0
"""Seconds without an image after which the light has come to rest: 2 until it fades, 1.5 of the fade, at most 15 of
the flash limiter. The rest of a longer gap is passed over."""


class _Lamp(DirectLight):
    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        # 'either' keeps the flash promise for every kind of lamp, as the topic `color` does.
        super().__init__("replay", settings.light_options(), "either", clock)
        self.times, self.bytes = array("d"), bytearray()

    def write(self, frame: Frame) -> None:
        self.times.append(self._clock())
        self.bytes += bytes(frame.rgb)


class ReplayedLight:
    """Drives the colour core by a bag's times, with the frames between images that a node's timer gives.

    Args:
        settings: of fer_color.

    Raises:
        ColorError: the palette does not exist.
    """

    def __init__(self, settings: Settings) -> None:
        """Dark, nothing seen yet."""
        self._now = 0.0
        self._lamp = _Lamp(settings, lambda: self._now)
        self._core = ColorCore(settings, [self._lamp])
        self._period = 1 / settings.rate
        self._ticked = 0.0

    def show(self, t: float, faces: int, stamp_ns: int, probabilities: Sequence[float] | None) -> None:
        """Take an image's result.

        Args:
            t: when, seconds from the bag's start, never going back.
            faces: how many were seen.
            stamp_ns: the image's.
            probabilities: the room's seven; None: nobody is seen.
        """
        self._run_until(t)
        self._now = t
        self._core.on_faces(faces, stamp_ns, t)
        if probabilities is not None:
            self._core.on_emotion(probabilities, stamp_ns, t)

    def shown(self) -> tuple[int, int, int]:
        """Return what the light shows now, as sent."""
        rgb = self._lamp.bytes[-3:] or bytes(3)
        return rgb[0], rgb[1], rgb[2]

    def light(self) -> Light:
        """Return everything that it has shown."""
        rgb = np.frombuffer(bytes(self._lamp.bytes), np.uint8).reshape(-1, 3)
        return Light(np.array(self._lamp.times), rgb, np.zeros(1 if len(rgb) else 0, np.int64))

    def notices(self) -> list[str]:
        """Warnings of the core since the last call."""
        return [notice.text for notice in self._core.take_notices() if notice.warning]

    def _run_until(self, t: float) -> None:
        """Make the frames that a steady timer gives between two images."""
        if self._core.started:
            self._tick_until(min(t, self._now + SETTLED))
        self._ticked = t

    def _tick_until(self, t: float) -> None:
        """Tick at each whole multiple of the period after the last one and before `t`."""
        step = int(self._ticked / self._period) + 1
        while step * self._period < t:
            self._now = step * self._period
            if self._core.is_due(self._now):
                self._core.tick(self._now)
            step += 1


def light_at(light: Light, times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return what a light shows at some times (seconds, [N]): bytes, [N, 3]; dark before its first frame."""
    index = np.searchsorted(light.t, times, side="right")
    return np.concatenate([np.zeros((1, 3), np.int64), light.rgb.astype(np.int64)])[index]

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The colour that is wanted: a face's while one is seen, else on the way to the idle colour, at the end to dark."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_color.mood.smoothing import Smoother
from fer_color.settings import Settings

LIVE = "live"
FADING = "fading"
IDLE = "idle"

_BLACK = np.zeros(3)


@dataclass(frozen=True)
class _Fade:
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    begun: float
    duration: float

    def share(self, now: float) -> float:
        share = min(1.0, (now - self.begun) / self.duration) if self.duration > 0 else 1.0
        # Eased at both ends, so that neither is seen as a jerk.
        return share * share * (3 - 2 * share)

    def at(self, now: float) -> NDArray[np.float64]:
        return self.start + (self.end - self.start) * self.share(now)

    def done(self, now: float) -> bool:
        return now - self.begun >= self.duration


class Mood:
    """Colours are sRGB, [3], 0 to 1; times are seconds of a steady clock. It starts dark, waiting for its first input.

    A time before the last one counts as the last one.
    """

    def __init__(self, settings: Settings) -> None:
        """Start with nothing seen."""
        self._settings = settings
        self._smoother = Smoother(_BLACK, settings.smoothing_time)
        self._arrival = Smoother(1.0, settings.smoothing_time)
        self._value = _BLACK
        self._target: NDArray[np.float64] | None = None
        self._fade: _Fade | None = None
        self._leaving = False
        self._now = float("-inf")
        self._input_at: float | None = None
        self._face_at = float("-inf")
        self._face_is_gone = False
        """Whether the newest image showed nobody."""

    @property
    def started(self) -> bool:
        """Whether anything has arrived yet."""
        return self._input_at is not None

    @property
    def mode(self) -> str:
        """What the colour stands for, by the contract: live, fading or idle."""
        if self._target is not None:
            return LIVE
        done = self._fade is not None and self._fade.done(self._now) and not self._leaving
        return IDLE if done else FADING

    @property
    def target(self) -> NDArray[np.float64] | None:
        """The emotion's colour that is on its way; None while no face is seen."""
        return self._target

    def configure(self, settings: Settings) -> None:
        """Go on with other settings, from the colour there is."""
        moved = settings.idle_color != self._settings.idle_color
        self._settings = settings
        self._smoother.time_constant = self._arrival.time_constant = settings.smoothing_time
        if moved and self._fade is not None and not self._leaving:
            self._start_fade(self._idle_color(), settings.fade_time)

    def on_input(self, now: float, *, face: bool) -> None:
        """Note that a processed image's result has arrived, with or without a face."""
        now = self._advance(now)
        if self._input_at is None or face:
            self._face_at = now
        self._input_at, self._face_is_gone = now, not face

    def on_color(self, color: NDArray[np.float64], now: float) -> None:
        """Take an emotion's colour."""
        self.on_input(now, face=True)
        if self._leaving:
            return
        if self._target is None:
            self._smoother.reset(self._value, self._now)
            self._arrival.reset(self.arriving(now), self._now)
            self._fade = None
        self._target = color

    def recolor(self, color: NDArray[np.float64]) -> None:
        """Give the emotion that is being shown another colour from now on."""
        if self._target is not None:
            self._target = color

    def leave(self, now: float) -> None:
        """Fade to dark, whatever arrives from now on."""
        self._advance(now)
        if not self._leaving:
            self._start_fade(_BLACK, self._settings.hand_back_time)
            self._leaving = True

    def left(self, now: float) -> float:
        """Return how far `leave` has faded, 0 to 1."""
        if not self._leaving or self._fade is None:
            return 0.0
        return self._fade.share(self._advance(now))

    def arriving(self, now: float) -> float:
        """Return how much of the way from dark to what is wanted there still is at the start, 1 to 0.

        So much of what a lamp showed before belongs to the colour: it then goes from there, not by way of dark.
        """
        if self._target is not None:
            return self._arrival.value
        if self._fade is not None:
            return self._arrival.value * (1 - self._fade.share(self._advance(now)))
        return self._arrival.value

    def input_age(self, now: float) -> float:
        """Return seconds since anything arrived; 0 before the first input."""
        return 0.0 if self._input_at is None else max(0.0, now - self._input_at)

    def color(self, now: float) -> NDArray[np.float64]:
        """Return the colour at `now`."""
        now = self._advance(now)
        # Between two images nobody has left, however short `idle_after` and however slow the machine is.
        gone = self._face_is_gone and now - self._face_at > self._settings.idle_after
        away = self.started and (gone or self.input_age(now) > self._settings.input_timeout)
        if away and self._fade is None:
            self._start_fade(self._idle_color(), self._settings.fade_time)
        if self._target is not None:
            self._value = self._smoother.step(self._target, now)
            self._arrival.step(0.0, now)
        elif self._fade is not None:
            self._value = self._fade.at(now)
        return self._value

    def _advance(self, now: float) -> float:
        self._now = max(self._now, now)
        return self._now

    def _idle_color(self) -> NDArray[np.float64]:
        return np.array(self._settings.idle_color, dtype=np.float64) / 255

    def _start_fade(self, end: NDArray[np.float64], duration: float) -> None:
        self._arrival.reset(self.arriving(self._now), self._now)
        self._target = None
        self._fade = _Fade(self._value, end, self._now, duration)

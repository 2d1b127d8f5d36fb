# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""User controls (on/off, brightness, pause, quiet hours) with smooth transitions."""

import numpy as np
from numpy.typing import NDArray

from fer_color.control.commands import Command, Control
from fer_color.control.quiet_hours import QuietHours
from fer_color.mood.smoothing import Smoother

DIM_TIME = 0.4
"""Seconds, time constant: on and off read as a dimmer, not as a switch."""

DARK_BELOW = 1 / 512
"""Of a factor: half of a step of 8 bits."""


class ManualControl:
    """Holds what was asked for, and eases the way there. Times are seconds of a steady clock."""

    def __init__(self, quiet_hours: str, quiet_brightness: float, pause_fade: float) -> None:
        """Start on, full, not paused; `pause_fade`: seconds from the held colour back to what is seen."""
        self.control = Control()
        self._dimmer = Smoother(0.0, DIM_TIME)
        self._dimmed = False
        self._held: NDArray[np.float64] | None = None
        """What a pause shows, and what its end fades from."""
        self._returned: NDArray[np.float64] | None = None
        self._resumed_at = float("-inf")
        self._return_time = 0.0
        """Seconds that the way back from the last pause takes, as it was asked for when that ended."""
        self.configure(quiet_hours, quiet_brightness, pause_fade)

    def configure(self, quiet_hours: str, quiet_brightness: float, pause_fade: float) -> None:
        """Go on with other quiet hours; as for the constructor."""
        self._quiet = QuietHours.parse(quiet_hours)
        self._quiet_brightness = quiet_brightness
        self._pause_fade = pause_fade

    @property
    def dark(self) -> bool:
        """Whether it is switched off and has come to less than a lamp's last step."""
        return not self.control.on and self._dimmer.value < DARK_BELOW

    def obey(self, command: Command, now: float) -> None:
        """Do what is asked from `now` on."""
        before, self.control = self.control, self.control.after(command)
        if before.paused and not self.control.paused:
            self._resumed_at, self._return_time = now, self._pause_fade
        elif self.control.paused and not before.paused:
            self._held = self._returned

    def brightness(self, now: float, minute: float | None) -> float:
        """Return the factor, 0 to 1, at `now`; `minute` of the day by the wall's clock, None: nobody knows."""
        wanted = self.control.brightness if self.control.on else 0.0
        if self._quiet and minute is not None and self._quiet.hold(minute):
            wanted *= self._quiet_brightness
        if not self._dimmed:
            self._dimmed = True
            self._dimmer.reset(wanted, now)
        return self._dimmer.step(wanted, now)

    def color(
        self, live: NDArray[np.float64], now: float, leaving: float, target: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return what to show.

        Args:
            live: what is seen, [..., 3].
            now: seconds.
            leaving: 0 to 1, how far it was left.
            target: what `live` is on its way to, [..., 3]; None: no face has been seen, or not lately.
        """
        if self.control.paused:
            if self._held is None:
                # Paused before there was anything: `live` still starts from dark, which nobody asked to hold.
                self._held = target
            if self._held is None:
                return live
            self._returned = self._held
            return self._held * (1 - leaving)
        left = self._return_time - (now - self._resumed_at)
        self._returned = live
        if left > 0 and self._held is not None:
            # The held colour gives way in proportion to the time that is left.
            self._returned = live + (self._held - live) * (left / self._return_time)
        return self._returned

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where a face that moves should be next: a Kalman filter for its centre, right at any and at varying rates."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

COAST = 0.4
"""Seconds after which a face that is not seen has come to rest: its expected speed decays with this time constant."""
USUAL_SPEED = 1.5
"""Standard deviation of a face's speed on each axis, in sides of its box a second: what is believed of one that is
seen for the first time, and to where the belief returns while it is not seen."""
DETECTOR_NOISE = 0.02
"""Standard deviation of a detected centre, in sides of the box."""


@dataclass
class Motion:
    """A face's centre and speed, with their uncertainty, which both axes share.

    The speed is an Ornstein-Uhlenbeck process, whose mean and covariance over any time are known in closed form:
    two steps of 50 ms say the same as one of 100 ms.

    Source: Kalman, 1960; the covariance of an integrated Ornstein-Uhlenbeck process, Uhlenbeck and Ornstein, 1930.
    """

    centre: NDArray[np.float64]
    """Float [2], pixels."""
    side: float
    """Of the face's box, pixels; the unit of all that is believed of it."""
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    """Float [2], pixels a second."""
    covariance: NDArray[np.float64] = field(init=False)
    """Float [2, 2], of centre and velocity on one axis."""

    def __post_init__(self) -> None:
        """Know what a first sight tells: the place, not the speed."""
        self.covariance = np.diag([(DETECTOR_NOISE * self.side) ** 2, (USUAL_SPEED * self.side) ** 2])

    def expected(self, seconds: float) -> NDArray[np.float64]:
        """Return the centre after a time, float [2] in pixels; a negative time counts as none."""
        return self.centre + self.velocity * COAST * (1.0 - math.exp(-max(0.0, seconds) / COAST))

    def follow(self, measured: NDArray[np.float64], side: float, seconds: float) -> None:
        """Take in where the face was found.

        Args:
            measured: the centre, float [2], pixels.
            side: of its box, pixels, more than 0.
            seconds: since the last time; not negative.
        """
        # Numbers, not arrays: of two by two these cost ten times as much.
        rest = math.exp(-seconds / COAST)
        (place, both), (_, speed) = self.covariance.tolist()
        reach, usual = COAST * (1.0 - rest), (USUAL_SPEED * side) ** 2
        more_place, more_both, more_speed = _unrest(seconds, rest)
        place += reach * (2 * both + reach * speed) + more_place * usual
        both = rest * (both + reach * speed) + more_both * usual
        speed = rest * rest * speed + more_speed * usual
        noise = (DETECTOR_NOISE * side) ** 2
        gain, drive = place / (place + noise), both / (place + noise)
        surprise = measured - self.expected(seconds)
        self.centre = measured - (1.0 - gain) * surprise
        self.velocity = rest * self.velocity + drive * surprise
        left = (1.0 - gain) * both
        self.covariance = np.array([[(1.0 - gain) * place, left], [left, speed - drive * both]])
        self.side = side

    def stop(self) -> None:
        """Forget the speed, where time itself is in doubt."""
        self.velocity = np.zeros(2)
        self.covariance = np.diag([self.covariance[0, 0], (USUAL_SPEED * self.side) ** 2])


def _unrest(seconds: float, rest: float) -> tuple[float, float, float]:
    """Return what the time adds to the covariance (of place, of both, of speed), in units of the squared usual
    speed."""
    place = COAST**2 * max(0.0, 2 * seconds / COAST - 3 + 4 * rest - rest**2)
    both = COAST * (1 - rest) ** 2
    return place, both, 1 - rest**2

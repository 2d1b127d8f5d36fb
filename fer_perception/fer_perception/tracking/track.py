# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A face that is followed: how it looked last, where it is going, and when it was seen."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_perception.detectors.base import Detection
from fer_perception.tracking.motion import Motion


@dataclass
class Track:
    """A face that is followed."""

    face_id: str
    detection: Detection
    """As it was last seen."""
    seen_ns: int
    """When, by the images' stamps."""
    motion: Motion
    """Where it is going."""
    history: deque[bool]
    """Whether it was seen in each of the last images, at least one."""

    @property
    def velocity(self) -> NDArray[np.float64]:
        """Of its centre, float [2], pixels a second."""
        return self.motion.velocity

    def unseen(self, stamp_ns: int) -> float:
        """Return for how many seconds it has not been seen at a time."""
        return (stamp_ns - self.seen_ns) / 1e9

    def expected(self, stamp_ns: int) -> NDArray[np.float64]:
        """Return where its centre should be at a time, float [2] in pixels."""
        return self.motion.expected(self.unseen(stamp_ns))

    def expected_box(self, stamp_ns: int) -> tuple[float, float, float, float]:
        """Return where its box should be at a time, as large as it was: x, y, width, height in pixels."""
        (x, y), (_, _, width, height) = self.expected(stamp_ns), self.detection.box
        return float(x) - width / 2, float(y) - height / 2, width, height

    def find(self, detection: Detection, stamp_ns: int) -> None:
        """Take in where it is seen, in the last of the images of its history; not before it was seen last."""
        self.motion.follow(np.asarray(detection.centre), detection.side, self.unseen(stamp_ns))
        self.detection, self.seen_ns = detection, stamp_ns
        self.history[-1] = True

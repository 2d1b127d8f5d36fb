# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The faces whose expressions (REP-155) arrive, and what they are together. Needs no ROS."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FORGET = 2.0
"""Seconds after which a face whose expression does not arrive any more counts no longer."""


@dataclass
class _Face:
    distribution: NDArray[np.float64]
    at: float


class Faces:
    """The faces whose expressions arrive; ids come and go. Times are seconds of a steady clock."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._faces: dict[str, _Face] = {}

    def see(self, face_id: str, distribution: NDArray[np.float64], now: float) -> None:
        """Take a face's newest distribution."""
        self._faces[face_id] = _Face(distribution, now)

    def keep(self, face_ids: set[str]) -> None:
        """Only these are still there."""
        self._faces = {face_id: face for face_id, face in self._faces.items() if face_id in face_ids}

    def room(self, now: float) -> NDArray[np.float64] | None:
        """Return the mean of all that were heard of within `FORGET`; None: nobody is."""
        self._faces = {face_id: face for face_id, face in self._faces.items() if now - face.at <= FORGET}
        if not self._faces:
            return None
        return np.asarray(np.mean([face.distribution for face in self._faces.values()], axis=0))

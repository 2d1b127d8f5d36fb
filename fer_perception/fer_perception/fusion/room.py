# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the room feels: the largest, the nearest or the most certain steady face, or the mean of all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_perception.classification.quality import apparent_size

ROOM_ID = "room"
"""The face_id of a mixture of several faces."""


@dataclass(frozen=True)
class FaceEmotion:
    """One face that was seen in an image."""

    face_id: str
    """The same while the face is tracked, never given to another one."""
    box: tuple[int, int, int, int]
    """x, y, width, height in pixels, within the image."""
    detection_score: float
    """The detector's confidence, 0 to 1."""
    probabilities: NDArray[np.float32]
    """float32 [7], summing to 1, in the order of `LABELS`."""
    landmarks: NDArray[np.float32] | None
    """float32 [5, 2] in pixels, or None; see `Detection`."""
    steady: bool
    """Whether it was seen in most of the last images, so is no passing false alarm."""
    weight: float = 1.0
    """What its picture is worth, 0 to 1; 1 where no quality gate is on."""

    @property
    def area(self) -> int:
        """The box's, in square pixels."""
        return self.box[2] * self.box[3]


@dataclass(frozen=True)
class RoomEmotion:
    """What the room feels in an image."""

    face_id: str
    """The face's that it comes from; 'room' for a mixture."""
    box: tuple[int, int, int, int]
    """The face's; all zero for a mixture."""
    detection_score: float
    """The face's; for a mixture the largest of its faces."""
    probabilities: NDArray[np.float32]
    """float32 [7], summing to 1."""


def _certainty(face: FaceEmotion) -> float:
    """Return one over the distribution's entropy in nats."""
    shares = np.clip(face.probabilities.astype(np.float64), 1e-9, 1.0)
    return 1.0 / max(1e-6, float(-(shares * np.log(shares)).sum()))


SPEAKERS: dict[str, Callable[[FaceEmotion], float]] = {
    "largest": lambda face: float(face.area),
    "nearest": lambda face: apparent_size(face.box, face.landmarks) ** 2,
    "most_certain": lambda face: face.weight * _certainty(face),
}
"""By what one face speaks for the room: the more the better. The nearest head is the one that appears largest however
it is turned; a turned head's box is narrow."""
WAYS = (*SPEAKERS, "mean")


class Room:
    """Makes one emotion of an image's faces.

    Steady faces come first; where there is none, those that there are serve, so that nobody waits for the light.

    Args:
        way: one of `SPEAKERS`: one face, and it stays until another one is clearly ahead; or 'mean': all faces,
            weighted by area, score and what their pictures are worth.
        switch: how many times the merit (the area; one over the entropy) of the face that speaks another one must
            have to take over, at least 1.
    """

    def __init__(self, *, way: str = "largest", switch: float = 1.3) -> None:
        """Start without anyone."""
        self.way, self.switch = way, switch
        self._speaker = ""

    def update(self, faces: Sequence[FaceEmotion]) -> RoomEmotion | None:
        """Take an image's faces and return the room's emotion; None without a face."""
        chosen = [face for face in faces if face.steady] or list(faces)
        if not chosen:
            return None
        if self.way == "mean" and len(chosen) > 1:
            return _mixture(chosen)
        face = self._foremost(chosen)
        self._speaker = face.face_id
        return RoomEmotion(face.face_id, face.box, face.detection_score, face.probabilities)

    def _foremost(self, faces: Sequence[FaceEmotion]) -> FaceEmotion:
        merit = SPEAKERS.get(self.way, SPEAKERS["largest"])
        best = max(faces, key=merit)
        speaker = next((face for face in faces if face.face_id == self._speaker), best)
        return best if merit(best) > self.switch * merit(speaker) else speaker


def _mixture(faces: Sequence[FaceEmotion]) -> RoomEmotion:
    weights = np.asarray(
        [max(1, face.area) * max(face.detection_score, 1e-6) * max(face.weight, 1e-6) for face in faces]
    )
    mean = np.average([face.probabilities for face in faces], axis=0, weights=weights)
    score = max(face.detection_score for face in faces)
    return RoomEmotion(ROOM_ID, (0, 0, 0, 0), score, (mean / mean.sum()).astype(np.float32))

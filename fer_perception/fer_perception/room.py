"""What the room feels: the largest steady face, or the mean of all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROOM_ID = "room"
"""The face_id of a mixture of several faces."""
WAYS = ("largest", "mean")


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


class Room:
    """Makes one emotion of an image's faces.

    Steady faces come first; where there is none, those that there are serve, so that nobody waits for the light.

    Args:
        way: 'largest': the largest face, and it stays until another one is clearly larger; 'mean': all faces,
            weighted by area times score.
        switch: how many times the area of the face that speaks another one must have to take over, at least 1.
    """

    def __init__(self, *, way: str = "largest", switch: float = 1.3) -> None:
        """Start without anyone."""
        self.way, self.switch = way, switch
        self._speaker = ""

    def update(self, faces: Sequence[FaceEmotion]) -> RoomEmotion | None:
        """The room's emotion in an image with these faces; None without a face."""
        chosen = [face for face in faces if face.steady] or list(faces)
        if not chosen:
            return None
        if self.way == "mean" and len(chosen) > 1:
            return _mixture(chosen)
        face = self._largest(chosen)
        self._speaker = face.face_id
        return RoomEmotion(face.face_id, face.box, face.detection_score, face.probabilities)

    def _largest(self, faces: Sequence[FaceEmotion]) -> FaceEmotion:
        largest = max(faces, key=lambda face: face.area)
        speaker = next((face for face in faces if face.face_id == self._speaker), largest)
        return largest if largest.area > self.switch * speaker.area else speaker


def _mixture(faces: Sequence[FaceEmotion]) -> RoomEmotion:
    weights = np.asarray([max(1, face.area) * max(face.detection_score, 1e-6) for face in faces])
    mean = np.average([face.probabilities for face in faces], axis=0, weights=weights)
    score = max(face.detection_score for face in faces)
    return RoomEmotion(ROOM_ID, (0, 0, 0, 0), score, (mean / mean.sum()).astype(np.float32))

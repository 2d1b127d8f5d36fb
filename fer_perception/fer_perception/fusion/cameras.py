# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One emotion of what several cameras see. Needs no ROS; the clock is passed in."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from fer_perception.fusion.room import FaceEmotion, Room, RoomEmotion

STEADY_SIGHTS = 3
"""A face that was told of so many times is no passing false alarm."""


@dataclass(frozen=True)
class Fused:
    """What the cameras see together."""

    faces: tuple[FaceEmotion, ...]
    """Largest first; each id begins with its camera's name and a slash."""
    room: RoomEmotion | None
    """None: nobody is seen."""


@dataclass
class _View:
    heard_ns: int
    faces: tuple[FaceEmotion, ...]
    sights: dict[str, int]


class Fusion:
    """Keeps what each camera saw last and makes one room of it. A person whom two cameras see counts twice.

    Args:
        max_age: seconds for which what a camera saw counts after its last word.
    """

    def __init__(self, *, max_age: float = 1.0) -> None:
        """Start without a camera."""
        self.max_age = max_age
        self.room = Room(way="mean")
        self._views: dict[str, _View] = {}

    def update(self, camera: str, faces: Sequence[FaceEmotion], now_ns: int) -> None:
        """Take in what a camera sees now; an empty sequence: nobody.

        Args:
            camera: its name, the same each time.
            faces: as the camera told of them; `steady` is found out here.
            now_ns: when it was heard, nanoseconds.
        """
        before = self._views.get(camera)
        sights = before.sights if before is not None else {}
        sights = {face.face_id: sights.get(face.face_id, 0) + 1 for face in faces}
        known = tuple(
            dataclasses.replace(face, face_id=f"{camera}/{face.face_id}", steady=sights[face.face_id] >= STEADY_SIGHTS)
            for face in faces
        )
        self._views[camera] = _View(now_ns, known, sights)

    def fused(self, now_ns: int) -> Fused:
        """Fuse what the cameras that spoke within `max_age` see."""
        faces = [face for name in self.heard(now_ns) for face in self._views[name].faces]
        faces.sort(key=lambda face: -face.area)
        return Fused(tuple(faces), self.room.update(faces))

    def heard(self, now_ns: int) -> list[str]:
        """Return the cameras that spoke within `max_age`, or after a clock that was set back; by name."""
        oldest = now_ns - int(self.max_age * 1e9)
        return sorted(name for name, view in self._views.items() if view.heard_ns >= oldest)

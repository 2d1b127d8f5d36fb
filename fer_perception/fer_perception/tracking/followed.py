# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The faces of an image that were found and are followed, before they are read."""

from dataclasses import dataclass

from fer_perception.detectors.base import Detection


@dataclass(frozen=True)
class FollowedFace:
    """A face that was found, and who it is."""

    face_id: str
    box: tuple[int, int, int, int]
    """Within the image, in whole pixels: x, y, width, height."""
    found: Detection
    steady: bool
    weight: float
    """What the quality gate says of it, 0 to 1."""


@dataclass(frozen=True)
class Followed:
    """The faces of one image, followed and not yet read."""

    stamp_ns: int
    faces: tuple[FollowedFace, ...]
    alive: frozenset[str]
    """Everybody who is followed still, seen or not."""
    notices: tuple[str, ...]

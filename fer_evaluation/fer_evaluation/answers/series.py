# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What was perceived and shown over time, from one camera of one bag, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSES = 7


@dataclass(frozen=True)
class Frames:
    """A row an image; N of them, in the order in which they were recorded."""

    t: NDArray[np.float64]
    """Seconds from the bag's start to when the image was recorded, [N]."""
    stamp_ns: NDArray[np.int64]
    """The images' stamps, [N]."""
    faces: NDArray[np.int64]
    """How many were seen, [N]."""
    face_id: NDArray[np.str_]
    """Whose emotion the room's is, [N]; '' where nobody is seen."""
    probabilities: NDArray[np.float32]
    """The room's, [N, 7]; NaN where nobody is seen."""
    rgb: NDArray[np.int64]
    """The light right after the image, 0 to 255, [N, 3]; -1 where it is not known."""


@dataclass(frozen=True)
class FaceRows:
    """A row a face in an image; M of them, in the order of the images and then of size."""

    frame: NDArray[np.int64]
    """Which image, an index into `Frames`, [M]."""
    face_id: NDArray[np.str_]
    """[M]."""
    box: NDArray[np.int64]
    """x, y, width, height in pixels, [M, 4]."""
    score: NDArray[np.float64]
    """The detector's, 0 to 1, [M]."""
    probabilities: NDArray[np.float32]
    """[M, 7]."""


@dataclass(frozen=True)
class Light:
    """Every frame that the light got; L of them. It was dark before."""

    t: NDArray[np.float64]
    """Seconds from the bag's start, [L]."""
    rgb: NDArray[np.uint8]
    """As sent, [L, 3]."""
    restarts: NDArray[np.int64]
    """Where a shard begins, and so a light that was dark before, as indices into `t`; the first is 0."""


@dataclass(frozen=True)
class Series:
    """One camera of one bag."""

    bag: str
    """Its name."""
    topic: str
    duration: float
    """Of the bag, seconds."""
    frames: Frames
    faces: FaceRows
    light: Light
    refused: int = 0
    """Images that could not be read."""
    notices: tuple[str, ...] = ()
    """Lines of warning, each once."""
    processing_ms: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    """How long perception and light took an image, [N]; not the same twice."""
    latency_ms: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    """From an image's stamp to its answer, as recorded or as measured live; empty when replayed offline."""
    answers_refused: int = 0
    """Recorded answers that are no distribution, and so left out."""

    @property
    def name(self) -> str:
        """Bag and topic, for people."""
        return f"{self.bag} {self.topic}"


def empty_frames() -> Frames:
    """Return no frame."""
    return Frames(
        np.empty(0),
        np.empty(0, np.int64),
        np.empty(0, np.int64),
        np.empty(0, np.str_),
        np.empty((0, CLASSES), np.float32),
        np.empty((0, 3), np.int64),
    )


def no_faces() -> FaceRows:
    """Return no row."""
    return FaceRows(
        np.empty(0, np.int64),
        np.empty(0, np.str_),
        np.empty((0, 4), np.int64),
        np.empty(0),
        np.empty((0, CLASSES), np.float32),
    )


def no_light() -> Light:
    """Return a light that showed nothing."""
    return Light(np.empty(0), np.empty((0, 3), np.uint8), np.empty(0, np.int64))


def join(parts: Sequence[Series]) -> Series:
    """Join the parts (shards) of a series, in their order."""
    first = parts[0]
    frames = Frames(**{item.name: _stack([getattr(p.frames, item.name) for p in parts]) for item in fields(Frames)})
    offsets = np.cumsum([0, *(len(part.frames.t) for part in parts)])
    shifted = [replace(part.faces, frame=part.faces.frame + offset) for part, offset in zip(parts, offsets)]
    faces = FaceRows(**{item.name: _stack([getattr(p, item.name) for p in shifted]) for item in fields(FaceRows)})
    starts = np.cumsum([0, *(len(part.light.t) for part in parts)])
    light = Light(
        _stack([part.light.t for part in parts]),
        _stack([part.light.rgb for part in parts]),
        _stack([part.light.restarts + start for part, start in zip(parts, starts)]),
    )
    notices = dict.fromkeys(line for part in parts for line in part.notices)
    return replace(
        first,
        frames=frames,
        faces=faces,
        light=light,
        refused=sum(part.refused for part in parts),
        notices=tuple(notices),
        processing_ms=_stack([part.processing_ms for part in parts]),
        latency_ms=_stack([part.latency_ms for part in parts]),
        answers_refused=sum(part.answers_refused for part in parts),
    )


def _stack(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(list(arrays))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a strip shows: where along it stands which distribution. Pure functions; the colours come from the blend.

A strip is divided into columns of equal length; position 0 is its first LED, 1 its last.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_color.errors import ColorError

COLOR = "color"
GRADIENT = "gradient"
FACES = "faces"
BREATH = "breath"
COLUMNS = 60
"""Columns of a strip at most: with more LEDs neighbours share a colour. A metre of the usual strips."""


@dataclass(frozen=True)
class SeenFace:
    """A face in the picture; ColorError when its distribution has not seven numbers of 0 or more that sum to 1."""

    position: float
    """Of its centre in the picture, 0 (left edge) to 1."""
    probabilities: NDArray[np.float64]
    """[7], in the order of `palette.LABELS`."""

    def __post_init__(self) -> None:
        """Check the values."""
        values = self.probabilities.tolist() if self.probabilities.shape == (7,) else [math.nan]
        if not (min(values) >= 0 and abs(sum(values) - 1) <= 1e-3 and 0 <= self.position <= 1):  # false of any NaN
            raise ColorError("a face has no distribution over the seven emotions, or lies outside of the picture")


def centers(columns: int) -> NDArray[np.float64]:
    """Return the middles of the columns, [columns]."""
    return np.asarray((np.arange(columns) + 0.5) / columns)


def gradient(probabilities: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """Lay out a way from the one of the two leading emotions to the other, as distributions [columns, 7].

    Each has as much of the strip as it has of the probability of both; between them the one goes over into the other
    as softly as there is room. The earlier one in `palette.LABELS` stands first, so that nothing jumps when the second
    overtakes the first.
    """
    one, other = sorted(np.argsort(probabilities)[-2:])
    share = probabilities[one] / (probabilities[one] + probabilities[other])
    width = max(2 * min(share, 1 - share), 1e-6)
    mix = np.clip((centers(columns) - share) / width + 0.5, 0.0, 1.0)
    weights = np.zeros((columns, len(probabilities)))
    weights[:, one], weights[:, other] = 1 - mix, mix
    return weights


def faces(seen: Sequence[SeenFace], columns: int) -> NDArray[np.float64]:
    """Lay out a segment a face, as distributions [columns, 7]: every column takes the face nearest in the picture."""
    places = np.array([face.position for face in seen])
    nearest = np.abs(centers(columns)[:, None] - places).argmin(axis=1)
    return np.asarray(np.stack([face.probabilities for face in seen])[nearest])


Layout = Callable[[NDArray[np.float64], Sequence[SeenFace], int], "NDArray[np.float64] | None"]

SHOWS: dict[str, Layout] = {
    COLOR: lambda room, seen, columns: None,
    GRADIENT: lambda room, seen, columns: gradient(room, columns),
    FACES: lambda room, seen, columns: faces(seen, columns) if len(seen) > 1 else None,
    BREATH: lambda room, seen, columns: None,
}
"""The values of the parameter `show`: the strip's distributions [columns, 7], or None: the room's for all of it."""


def layout(show: str, room: NDArray[np.float64], seen: Sequence[SeenFace]) -> NDArray[np.float64]:
    """Lay out what is to be blended: the room's distribution [7], or [1 + COLUMNS, 7], the room's first, then the
    strip's."""
    strip = SHOWS[show](room, seen, COLUMNS)
    return room if strip is None else np.concatenate([room[None], strip])


def spread_positions(count: int) -> NDArray[np.float64]:
    """Return where `count` faces stand when the picture's width is not known: side by side."""
    return centers(count)


def resample(columns: NDArray[np.float64], segments: int) -> NDArray[np.float64]:
    """Resample the columns' colours to so many segments (COLUMNS at most), [segments, 3]: each takes the one at its
    middle."""
    return np.asarray(columns[(centers(segments) * len(columns)).astype(int)])


def sizes(leds: int) -> list[int]:
    """Count the LEDs of each segment of a strip: one, or as equally many as can be."""
    segments = min(leds, COLUMNS)
    edges = np.arange(segments + 1) * leds // segments
    return [int(size) for size in np.diff(edges)]

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How unlikely it is that a face that was found is one that is followed."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_perception.detectors.base import Detection
from fer_perception.detectors.boxes import overlap
from fer_perception.tracking.track import Track

REACH, REACH_A_SECOND = 0.3, 2.0
"""How far from where it is expected a face may be found, in sides of its box: at once, and more for each second that
it was not seen, up to `REACH_MOST`."""
REACH_MOST = 1.6
SIZE_RATIO = 2.0
"""How much larger or smaller than it was a face may be found."""
LANDMARKS_APART = 0.25
"""The mean distance of two faces' landmarks, in sides of the box, at which they tell nothing any more."""
WEIGHTS = (0.3, 0.15, 0.1, 0.2, 0.25)
"""What distance, overlap, size, landmarks and absence count in the cost of a pair. Absence: where the one face in front
of two tracks could be either, it is the one that was seen a moment ago, and the other is still hidden."""
ABSENT_AT_ONCE, ABSENT = 0.4, 0.8
"""What being missed in one image counts of the most for absence, and the seconds that count as the whole of it."""


def costs(
    tracks: Sequence[Track], detections: Sequence[Detection], stamp_ns: int, before_ns: int
) -> NDArray[np.float64]:
    """Return what each pair costs, float [tracks, detections]: 0 is just as expected, 1 the least likely, infinite out
    of the question.

    Args:
        tracks: none of which was seen after `stamp_ns`.
        detections: of one image.
        stamp_ns: the image's stamp, nanoseconds.
        before_ns: that of the image before.
    """
    found_costs = np.full((len(tracks), len(detections)), np.inf)
    for row, track in enumerate(tracks):
        expected, side = track.expected(stamp_ns), track.detection.side
        x, y = expected.tolist()
        box = track.expected_box(stamp_ns)
        away = track.unseen(before_ns)
        absent = min(1.0, ABSENT_AT_ONCE + away / ABSENT) if away > 0 else 0.0
        reach = min(REACH_MOST, REACH + REACH_A_SECOND * track.unseen(stamp_ns)) * side
        for column, found in enumerate(detections):
            distance = math.hypot(found.centre[0] - x, found.centre[1] - y) / reach
            if distance > 1.0:
                continue
            ratio = abs(math.log(found.side / side)) / math.log(SIZE_RATIO)
            if ratio > 1.0:
                continue
            apart = _landmarks_apart(track, found, expected)
            shape = distance if apart is None else apart
            terms = distance, 1.0 - overlap(box, found.box), ratio, shape, absent
            found_costs[row, column] = sum(weight * term for weight, term in zip(WEIGHTS, terms))
    return found_costs


def _landmarks_apart(track: Track, found: Detection, expected: NDArray[np.float64]) -> float | None:
    """Return how differently the landmarks lie from where they are expected, 0 to 1; None where either face has
    none."""
    before = track.detection.landmarks
    if before is None or found.landmarks is None:
        return None
    moved = before + (expected - np.asarray(track.detection.centre))
    mean = float(np.linalg.norm(found.landmarks - moved, axis=1).mean())
    return min(1.0, mean / (LANDMARKS_APART * track.detection.side))

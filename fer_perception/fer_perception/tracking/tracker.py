# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces keep their ids from image to image, through a second of occlusion. The clock is the images' stamps."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fer_perception.detectors.base import Detection
from fer_perception.detectors.boxes import overlap
from fer_perception.tracking.assignment import assign
from fer_perception.tracking.motion import Motion

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
    history: deque[bool] = field(default_factory=deque)
    """Whether it was seen in each of the last images."""

    @property
    def velocity(self) -> NDArray[np.float64]:
        """Of its centre, float [2], pixels a second."""
        return self.motion.velocity

    def expected(self, stamp_ns: int) -> NDArray[np.float64]:
        """Return where its centre should be at a time, float [2] in pixels."""
        return self.motion.expected((stamp_ns - self.seen_ns) / 1e9)

    def expected_box(self, stamp_ns: int) -> tuple[float, float, float, float]:
        """Return where its box should be at a time, as large as it was: x, y, width, height in pixels."""
        (x, y), (_, _, width, height) = self.expected(stamp_ns), self.detection.box
        return float(x) - width / 2, float(y) - height / 2, width, height


class Tracker:
    """Follows up to some dozens of faces (SORT-like: motion, overlap, landmarks, the best assignment).

    Args:
        keep_id: seconds for which a face that is not seen keeps its id, at least 1.
        steady_hits: a face counts as steady once it was seen in this many ...
        steady_window: ... of this many recent images.

    Source: Bewley et al., 2016, with landmarks, and a speed that decays while a face is not seen.
    """

    def __init__(self, *, keep_id: float = 1.5, steady_hits: int = 3, steady_window: int = 5) -> None:
        """Start without anyone."""
        self.keep_id, self.steady_hits, self.steady_window = keep_id, steady_hits, steady_window
        self.tracks: list[Track] = []
        """Every face that has an id, seen in the last image or not."""
        self._given = 0
        self._last_ns: int | None = None
        self._before_ns = 0

    def update(self, detections: Sequence[Detection], stamp_ns: int) -> tuple[list[Track], str]:
        """Take in one image's faces.

        Args:
            detections: the faces.
            stamp_ns: the image's stamp, nanoseconds.

        Returns:
            The track of each detection, in their order, and a line of warning where the stamp went backwards.
        """
        notice = self._check_clock(stamp_ns)
        kept_ns = int(self.keep_id * 1e9)
        self.tracks = [track for track in self.tracks if stamp_ns - track.seen_ns <= kept_ns]
        pairs = assign(_costs(self.tracks, detections, stamp_ns, self._before_ns), limit=1.0)
        track_of = {column: self.tracks[row] for row, column in pairs}
        for track in self.tracks:
            self._remember(track, seen=False)
        answer = []
        for index, detection in enumerate(detections):
            track = track_of.get(index) or self._begin(detection, stamp_ns)
            centre, seconds = np.asarray(detection.centre), max(0.0, (stamp_ns - track.seen_ns) / 1e9)
            track.motion.follow(centre, detection.side, seconds)
            track.detection, track.seen_ns = detection, stamp_ns
            track.history[-1] = True
            answer.append(track)
        self._before_ns = stamp_ns
        return answer, notice

    def is_steady(self, track: Track) -> bool:
        """Tell whether the face was seen in enough of the last images."""
        return sum(track.history) >= self.steady_hits

    def _begin(self, detection: Detection, stamp_ns: int) -> Track:
        self._given += 1
        motion = Motion(np.asarray(detection.centre), detection.side)
        track = Track(f"f{self._given}", detection, stamp_ns, motion)
        self._remember(track, seen=True)
        self.tracks.append(track)
        return track

    def _remember(self, track: Track, *, seen: bool) -> None:
        track.history.append(seen)
        while len(track.history) > self.steady_window:
            track.history.popleft()

    def _check_clock(self, stamp_ns: int) -> str:
        """Stamps that go back by less than `keep_id` are a hiccup: the faces go on, at rest. More is another time."""
        last, self._last_ns = self._last_ns, stamp_ns
        if last is None or stamp_ns >= last:
            return ""
        back = (last - stamp_ns) / 1e9
        if back > self.keep_id:
            self.tracks = []
        for track in self.tracks:
            track.seen_ns = min(track.seen_ns, stamp_ns)
            track.motion.stop()
        what = "every face gets a new id" if back > self.keep_id else "faces keep their ids"
        return f"the image's stamp went back by {back:.3f} s; {what} (a looped bag, or two publishers?)"


def _costs(
    tracks: Sequence[Track], detections: Sequence[Detection], stamp_ns: int, before_ns: int
) -> NDArray[np.float64]:
    """Return the costs, [tracks, detections]: 0 is just as expected, 1 the least likely, infinite out of the
    question."""
    costs = np.full((len(tracks), len(detections)), np.inf)
    if not costs.size:
        return costs
    for row, track in enumerate(tracks):
        expected, side = track.expected(stamp_ns), track.detection.side
        x, y = expected.tolist()
        gone, away = (stamp_ns - track.seen_ns) / 1e9, (before_ns - track.seen_ns) / 1e9
        absent = min(1.0, ABSENT_AT_ONCE + away / ABSENT) if away > 0 else 0.0
        reach = min(REACH_MOST, REACH + REACH_A_SECOND * max(0.0, gone)) * side
        for column, found in enumerate(detections):
            distance = math.hypot(found.centre[0] - x, found.centre[1] - y) / reach
            if distance > 1.0:
                continue
            ratio = abs(math.log(found.side / side)) / math.log(SIZE_RATIO)
            if ratio > 1.0:
                continue
            apart = _landmarks_apart(track, found, expected)
            shape = distance if apart is None else apart
            terms = distance, 1.0 - overlap(track.expected_box(stamp_ns), found.box), ratio, shape, absent
            costs[row, column] = sum(weight * term for weight, term in zip(WEIGHTS, terms))
    return costs


def _landmarks_apart(track: Track, found: Detection, expected: NDArray[np.float64]) -> float | None:
    """Return how differently the landmarks lie from where they are expected, 0 to 1; None where either face has
    none."""
    before = track.detection.landmarks
    if before is None or found.landmarks is None:
        return None
    moved = before + (expected - np.asarray(track.detection.centre))
    mean = float(np.linalg.norm(found.landmarks - moved, axis=1).mean())
    return min(1.0, mean / (LANDMARKS_APART * track.detection.side))

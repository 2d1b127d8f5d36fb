"""Faces keep their ids from image to image, through a second of occlusion. The clock is the images' stamps."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fer_perception.assignment import assign
from fer_perception.detectors.base import Detection

COAST = 0.3
"""Seconds after which a face that is not seen has come to rest: its speed decays with this time constant."""
FOLLOW = 0.4
"""Share of a surprise that goes into the speed; what a position filter calls beta."""
REACH, REACH_A_SECOND = 0.5, 1.0
"""How far from where it is expected a face may be found, in sides of its box: at once, and more for each second that
it was not seen, up to one second."""
SIZE_RATIO = 2.0
"""How much larger or smaller than it was a face may be found."""


@dataclass
class Track:
    """A face that is followed."""

    face_id: str
    detection: Detection
    """Where it was last seen."""
    seen_ns: int
    """When, by the images' stamps."""
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    """Of its centre, pixels a second."""
    history: deque[bool] = field(default_factory=deque)
    """Whether it was seen in each of the last images."""

    def expected(self, stamp_ns: int) -> NDArray[np.float64]:
        """Where its centre should be at a time, in pixels."""
        seconds = max(0.0, (stamp_ns - self.seen_ns) / 1e9)
        travelled = COAST * (1.0 - math.exp(-seconds / COAST))
        return np.asarray(self.detection.centre) + self.velocity * travelled


class Tracker:
    """Follows up to some dozens of faces (SORT-like: motion, place and size, the best assignment).

    Args:
        keep_id: seconds for which a face that is not seen keeps its id, at least 1.
        steady_hits: a face is steady when it was seen in so many ...
        steady_window: ... of the last so many images.

    Source: Bewley et al., 2016, with a decaying speed in place of a Kalman filter.
    """

    def __init__(self, *, keep_id: float = 1.5, steady_hits: int = 3, steady_window: int = 5) -> None:
        """Start without anyone."""
        self.keep_id, self.steady_hits, self.steady_window = keep_id, steady_hits, steady_window
        self.tracks: list[Track] = []
        """Every face that has an id, seen in the last image or not."""
        self._given = 0
        self._last_ns: int | None = None

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
        pairs = assign(_costs(self.tracks, detections, stamp_ns), limit=1.0)
        track_of = {column: self.tracks[row] for row, column in pairs}
        for track in self.tracks:
            self._remember(track, seen=False)
        answer = []
        for index, detection in enumerate(detections):
            track = track_of.get(index) or self._begin(detection, stamp_ns)
            _follow(track, detection, stamp_ns)
            track.history[-1] = True
            answer.append(track)
        return answer, notice

    def is_steady(self, track: Track) -> bool:
        """Whether the face was seen in enough of the last images."""
        return sum(track.history) >= self.steady_hits

    def _begin(self, detection: Detection, stamp_ns: int) -> Track:
        self._given += 1
        track = Track(f"f{self._given}", detection, stamp_ns)
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
            track.velocity = np.zeros(2)
        what = "every face gets a new id" if back > self.keep_id else "faces keep their ids"
        return f"the image's stamp went back by {back:.3f} s; {what} (a looped bag, or two publishers?)"


def _follow(track: Track, detection: Detection, stamp_ns: int) -> None:
    seconds = (stamp_ns - track.seen_ns) / 1e9
    if seconds > 0:
        surprise = np.asarray(detection.centre) - track.expected(stamp_ns)
        before = track.velocity if seconds <= COAST else np.zeros(2)  # after a gap it says nothing any more
        track.velocity = before + FOLLOW * surprise / seconds
    track.detection, track.seen_ns = detection, stamp_ns


def _costs(tracks: Sequence[Track], detections: Sequence[Detection], stamp_ns: int) -> NDArray[np.float64]:
    """float [tracks, detections]: 0 is where and as large as expected, 1 is just possible, infinite is not."""
    costs = np.full((len(tracks), len(detections)), np.inf)
    for row, track in enumerate(tracks):
        expected, side = track.expected(stamp_ns), math.sqrt(max(track.detection.area, 1.0))
        gone = (stamp_ns - track.seen_ns) / 1e9
        reach = (REACH + REACH_A_SECOND * min(1.0, max(0.0, gone))) * side
        for column, detection in enumerate(detections):
            distance = float(np.hypot(*(np.asarray(detection.centre) - expected))) / reach
            ratio = abs(math.log(math.sqrt(max(detection.area, 1.0)) / side)) / math.log(SIZE_RATIO)
            if distance <= 1.0 and ratio <= 1.0:
                costs[row, column] = 0.75 * distance + 0.25 * ratio
    return costs

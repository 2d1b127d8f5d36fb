# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces keep their ids from image to image, through a second of occlusion. The clock is the images' stamps."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from fer_perception.detectors.base import Detection
from fer_perception.tracking.assignment import assign
from fer_perception.tracking.cost import costs
from fer_perception.tracking.motion import Motion
from fer_perception.tracking.track import Track


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

    def update(self, detections: Sequence[Detection], stamp_ns: int) -> tuple[list[Track], str]:
        """Take in one image's faces.

        Args:
            detections: the faces.
            stamp_ns: the image's stamp, nanoseconds.

        Returns:
            The track of each detection, in their order, and a line of warning where the stamp went backwards.
        """
        last_ns = stamp_ns if self._last_ns is None else self._last_ns
        self._last_ns = stamp_ns
        notice = self._check_clock(stamp_ns, last_ns)
        self.tracks = [track for track in self.tracks if track.unseen(stamp_ns) <= self.keep_id]
        pairs = assign(costs(self.tracks, detections, stamp_ns, min(last_ns, stamp_ns)), limit=1.0)
        track_of = {column: self.tracks[row] for row, column in pairs}
        for track in self.tracks:
            track.history.append(False)
            while len(track.history) > self.steady_window:
                track.history.popleft()
        answer = []
        for index, detection in enumerate(detections):
            if known := track_of.get(index):
                known.find(detection, stamp_ns)
            answer.append(known or self._begin(detection, stamp_ns))
        return answer, notice

    def is_steady(self, track: Track) -> bool:
        """Tell whether the face was seen in enough of the last images."""
        return sum(track.history) >= self.steady_hits

    def _begin(self, detection: Detection, stamp_ns: int) -> Track:
        self._given += 1
        motion = Motion(np.asarray(detection.centre), detection.side)
        track = Track(f"f{self._given}", detection, stamp_ns, motion, deque([True]))
        self.tracks.append(track)
        return track

    def _check_clock(self, stamp_ns: int, last_ns: int) -> str:
        """Stamps that go back by less than `keep_id` are a hiccup: the faces go on, at rest. More is another time."""
        if stamp_ns >= last_ns:
            return ""
        back = (last_ns - stamp_ns) / 1e9
        if back > self.keep_id:
            self.tracks = []
        for track in self.tracks:
            track.seen_ns = min(track.seen_ns, stamp_ns)
            track.motion.stop()
        what = "every face gets a new id" if back > self.keep_id else "faces keep their ids"
        return f"the image's stamp went back by {back:.3f} s; {what} (a looped bag, or two publishers?)"

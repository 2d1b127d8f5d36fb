# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is written down of a replay, image by image."""

import time
from array import array
from collections.abc import Iterator

import numpy as np

from fer_evaluation.answers.camera import Camera, Found
from fer_evaluation.answers.light import ReplayedLight
from fer_evaluation.answers.series import CLASSES, FaceRows, Frames, Series
from fer_evaluation.bags.log_times import LogTimes
from fer_perception import Perceived, PerceptionError

LEFT_OUT = "an image is left out"
"""How a line begins that says why."""
MOST_NOTICES = 100
"""Different lines that a part keeps: each torn image may word its own."""


class Table:
    """Grows by a hundred bytes an image and as many a face.

    Args:
        light: what shows it.
        prefix: of the faces' ids.
    """

    def __init__(self, light: ReplayedLight, prefix: str) -> None:
        """Begin with no image."""
        self._light, self._prefix = light, prefix
        self._t, self._ms, self._score = array("d"), array("f"), array("d")
        self._stamp, self._count, self._rgb = array("q"), array("q"), array("q")
        self._probabilities, self._face_probabilities = array("f"), array("f")
        self._frame, self._box = array("q"), array("q")
        self._speaker: list[str] = []
        self._face_id: list[str] = []
        self._notices: dict[str, None] = {}
        self._refused = 0
        self._waiting: list[Found] = []

    def take(self, found: Found, camera: Camera, times: LogTimes) -> None:
        """Take an image, and answer those that wait once that is worth a call of the network."""
        for _ in self.taking(found, camera, times):
            pass

    def taking(self, found: Found, camera: Camera, times: LogTimes) -> Iterator[None]:
        """Do as `take` does, with a moment after each image that is written down, for what is more urgent."""
        self._waiting.append(found)
        crops = sum(crop is not None for one in self._waiting for crop in one.crops)
        if crops >= camera.together or len(self._waiting) >= camera.waiting:
            yield from self.catching_up(camera, times)

    def catch_up(self, camera: Camera, times: LogTimes) -> None:
        """Read the faces of the images that wait, show the light what they say, and write both down."""
        for _ in self.catching_up(camera, times):
            pass

    def catching_up(self, camera: Camera, times: LogTimes) -> Iterator[None]:
        """Do as `catch_up` does, with a moment after each image that is written down, for what is more urgent."""
        waiting, self._waiting = self._waiting, []
        readable = [found for found in waiting if found.followed is not None]
        begun = time.perf_counter()
        answers = iter(camera.answers(readable) if readable else [])
        share = (time.perf_counter() - begun) / max(1, len(readable))
        for found in waiting:
            begun = time.perf_counter()
            answer = PerceptionError(found.picture.fault) if found.followed is None else next(answers)
            if isinstance(answer, PerceptionError):
                self._leave_out(str(answer))
            else:
                self._show(found, answer, times, begun - share)
            yield

    def _show(self, found: Found, perceived: Perceived, times: LogTimes, begun: float) -> None:
        picture = found.picture
        t = times.seconds(picture.log_ns)
        t = max(t, self._t[-1]) if self._t else t  # the files of a bag may overlap by a moment
        if found.notice:
            self._notices[found.notice] = None
        stamp = picture.stamp_ns or picture.log_ns
        room = perceived.room
        self._light.show(t, len(perceived.faces), stamp, None if room is None else room.probabilities.tolist())
        self._ms.append((found.seconds + time.perf_counter() - begun) * 1e3)
        self._enter(t, stamp, perceived)

    def _leave_out(self, why: str) -> None:
        self._refused += 1
        if len(self._notices) < MOST_NOTICES:
            self._notices[f"{LEFT_OUT}: {why}"] = None

    def _enter(self, t: float, stamp: int, perceived: Perceived) -> None:
        room = perceived.room
        self._notices.update(dict.fromkeys([*perceived.notices, *self._light.notices()]))
        for face in perceived.faces:
            self._frame.append(len(self._t))
            self._face_id.append(self._prefix + face.face_id)
            self._box.extend(face.box)
            self._score.append(face.detection_score)
            self._face_probabilities.extend(face.probabilities.tolist())
        self._t.append(t)
        self._stamp.append(stamp)
        self._count.append(len(perceived.faces))
        self._speaker.append("" if room is None else self._prefix + room.face_id)
        self._probabilities.extend([float("nan")] * CLASSES if room is None else room.probabilities.tolist())
        self._rgb.extend(self._light.shown())

    def series(self, bag: str, topic: str, duration: float) -> Series:
        """Return everything, as of a bag of that name and of so many seconds."""
        frames = Frames(
            np.array(self._t),
            np.array(self._stamp, np.int64),
            np.array(self._count, np.int64),
            np.array(self._speaker, np.str_),
            np.array(self._probabilities, np.float32).reshape(-1, CLASSES),
            np.array(self._rgb, np.int64).reshape(-1, 3),
        )
        faces = FaceRows(
            np.array(self._frame, np.int64),
            np.array(self._face_id, np.str_),
            np.array(self._box, np.int64).reshape(-1, 4),
            np.array(self._score),
            np.array(self._face_probabilities, np.float32).reshape(-1, CLASSES),
        )
        return Series(
            bag,
            topic,
            duration,
            frames,
            faces,
            self._light.light(),
            self._refused,
            tuple(self._notices),
            processing_ms=np.array(self._ms, np.float32),
        )

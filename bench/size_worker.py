# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What images of some size cost, in this checkout or an older one; the same file serves both, by each one's Python.

Reads a line of JSON for each piece of work, {"kind": "core" or "jpeg", "size": [width, height], "first", "count"}, and
answers with one: processor seconds of each image, and how many faces and which emotion first it shows.
"""

import json
import os
import sys
import time
from types import SimpleNamespace

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("ROS_DOMAIN_ID", "88")

import cv2
import numpy as np

from fer_perception import Perception, Settings, compressed_to_array

try:
    from fer_common.ros.memory import keep_freed_images
    from fer_perception.images.stream import ImageStream
except ImportError:  # before there were rooms
    from fer_perception.memory import keep_freed_images

    ImageStream = None  # type: ignore[assignment, misc]

NS = 1_000_000_000
QUALITY = 90


class Line:
    """A perception, and how images of one kind and size reach it."""

    def __init__(self, kind: str) -> None:
        """Begin with nobody known."""
        self._compressed = kind == "jpeg"
        model = os.environ.get("FER_BENCH_MODEL")  # the same in both, where answers are compared
        self._perception = Perception.create(Settings(model=model) if model else Settings())
        self._stream = (
            ImageStream(compressed=True, reduced=True) if self._compressed and ImageStream is not None else None
        )
        self._next = 0

    def take(self, image: np.ndarray) -> tuple[float, int, int]:
        """Perceive one image, 30 a second; processor seconds, faces, and the room's first emotion, -1 for none."""
        stamp = NS + self._next * NS // 30
        self._next += 1
        message = None
        if self._compressed:
            data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
            header = SimpleNamespace(stamp=SimpleNamespace(sec=stamp // NS, nanosec=stamp % NS))
            message = SimpleNamespace(format="jpeg", data=data, header=header)
        begun = time.process_time()
        if message is None:
            seen = self._perception.process(image, stamp)
        elif self._stream is None:
            seen = self._perception.process(compressed_to_array(message), stamp)
        else:
            picture = self._stream.read(message, stamp, **self._colours())
            seen = self._perception.process(picture.pixels, picture.time_ns, picture.size)
            self._stream.saw([min(face.box[2:]) for face in seen.faces])
        cost = time.process_time() - begun
        return cost, len(seen.faces), -1 if seen.room is None else int(np.argmax(seen.room.probabilities))

    def _colours(self) -> dict[str, bool]:
        wanted = getattr(self._perception, "colours_wanted", None)  # since 0.7: whether a JPEG's colours are needed
        return {} if wanted is None else {"colours": wanted}


def main(clip: str) -> None:
    """Serve lines of work until the input ends."""
    keep_freed_images()
    cv2.setNumThreads(1)
    capture, frames = cv2.VideoCapture(clip), []
    while True:
        there, frame = capture.read()
        if not there:
            break
        frames.append(frame)
    lines: dict[tuple[str, int, int], Line] = {}
    print("ready", flush=True)
    for text in sys.stdin:
        work = json.loads(text)
        width, height = work["size"]
        line = lines.setdefault((work["kind"], width, height), Line(work["kind"]))
        rows = []
        for number in range(work["first"], work["first"] + work["count"]):
            frame = frames[number % len(frames)]
            rows.append(line.take(cv2.resize(frame, (width, height), interpolation=cv2.INTER_CUBIC)))
        print(json.dumps({"cpu": [row[0] for row in rows], "seen": [row[1:] for row in rows]}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

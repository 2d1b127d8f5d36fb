# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the page shows now. Needs no ROS; written by one thread, read by another."""

import math
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fer_common.emotions import LABELS

WINDOW = 2.0
"""Seconds over which rates and latency are taken."""
STALE = 3.0
"""Seconds without a message after which what was seen is no longer shown."""
NOTICES = 5
"""Lines of the nodes' own that are kept."""
LONGEST = 300
"""Characters of a notice, or of any other text, that are shown: messages may be anybody's."""
MOST = 100
"""Faces, and lights, that are shown."""
PICTURE_PERIOD = 0.2
"""Seconds between two pictures of the camera that are shown."""
LARGEST_PICTURE = 1 << 19
"""Bytes of a picture; a larger one is not shown."""


@dataclass(frozen=True)
class Face:
    """One face in the image."""

    id: str
    box: tuple[int, int, int, int]
    """x, y, width, height in pixels of the image."""
    score: float
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Lamp:
    """How one light is doing, in the colour node's words."""

    spec: str
    """Its notation."""
    text: str
    """One line: what it shows, or what is wrong with it."""
    color: str = ""
    """What it was sent last, #rrggbb; empty: nothing."""
    lost: bool = False
    strip: tuple[str, ...] = ()
    """What LEDs along a strip were sent, #rrggbb each, where they differ."""


@dataclass
class _Shown:
    rgb: tuple[float, float, float] | None = None
    mode: str = ""
    emotion: tuple[float, ...] | None = None
    speaks: str = ""
    faces: tuple[Face, ...] = ()
    size: tuple[int, int] = (0, 0)
    lamps: tuple[Lamp, ...] = ()
    notices: deque[str] = field(default_factory=lambda: deque(maxlen=NOTICES))


class View:
    """Takes what arrives, and gives the newest of all of it as one JSON-ready value."""

    def __init__(self) -> None:
        """Begin with nothing seen, and without the camera's picture."""
        self.camera = False
        """Whether the camera's picture may be shown; where it is not, none is taken."""
        self._picture: bytes | None = None
        self._pictures = 0
        self._too_large = False
        self._lock = threading.Lock()
        self._shown = _Shown()
        self._at = dict.fromkeys(("light", "emotion", "faces", "lamps", "picture"), -math.inf)
        self._images: deque[float] = deque(maxlen=1000)
        self._delays: deque[tuple[float, float]] = deque(maxlen=1000)
        self.version = 0
        """Grows with everything that arrives: whoever sent this one has nothing new to send."""

    def light(self, rgb: Sequence[float], mode: str, delay: float | None, now: float) -> None:
        """Take the light's colour.

        Args:
            rgb: sRGB, 0 to 1 each.
            mode: 'live', 'fading' or 'idle'.
            delay: seconds from the image's stamp; None where no image caused it.
            now: seconds of a clock that never goes back.
        """
        if not all(map(math.isfinite, rgb)):
            return
        with self._lock:
            self._shown.rgb, self._shown.mode = (rgb[0], rgb[1], rgb[2]), mode[:LONGEST]
            self._at["light"] = now
            if delay is not None and 0 <= delay < 60:  # else the stamps are of another clock
                self._delays.append((now, delay))
            self.version += 1

    def emotion(self, probabilities: Sequence[float], speaks: str, now: float) -> None:
        """Take the room's distribution, [7], and the id of the face that it is of."""
        if len(probabilities) != len(LABELS) or not all(math.isfinite(one) for one in probabilities):
            return
        with self._lock:
            self._shown.emotion, self._shown.speaks = tuple(probabilities), speaks[:LONGEST]
            self._at["emotion"] = now
            self.version += 1

    def faces(self, faces: Sequence[Face], size: tuple[int, int], now: float) -> None:
        """Take one image's faces and its width and height in pixels, 0 where they are not known."""
        whole = [one for one in faces[:MOST] if all(map(math.isfinite, (one.score, *one.probabilities)))]
        with self._lock:
            self._shown.faces, self._shown.size = tuple(replace(one, id=one.id[:LONGEST]) for one in whole), size
            self._at["faces"] = now
            self._images.append(now)
            if not faces:
                self._shown.emotion = None
            self.version += 1

    def lamps(self, lamps: Sequence[Lamp], now: float) -> None:
        """Take how each light is doing."""
        shown = tuple(replace(one, spec=one.spec[:LONGEST], text=one.text[:LONGEST]) for one in lamps[:MOST])
        with self._lock:
            self._at["lamps"] = now
            if shown != self._shown.lamps:
                self._shown.lamps = shown
                self.version += 1

    def picture(self, jpeg: bytes, now: float) -> None:
        """Take the camera's picture where it may be shown: a JPEG, not too soon after the last one, and not too large.

        One that is too large is told of, once.
        """
        if not self.camera or now - self._at["picture"] < PICTURE_PERIOD or not jpeg.startswith(b"\xff\xd8\xff"):
            return
        if len(jpeg) > LARGEST_PICTURE:
            if not self._too_large:
                self._too_large = True
                self.notice("dashboard", "the camera's picture is too large to be shown: set perception's debug_width")
            return
        with self._lock:
            self._at["picture"], self._picture = now, jpeg
            self._pictures += 1
            self.version += 1

    def newest_picture(self, now: float) -> bytes | None:
        """Give the picture that is shown now; None: there is none, or it is stale."""
        with self._lock:
            return self._picture if now - self._at["picture"] < STALE else None

    def notice(self, node: str, text: str) -> None:
        """Take a line of warning of a node's."""
        line = " ".join(f"{node}: {text}".split())
        with self._lock:
            if not self._shown.notices or self._shown.notices[-1] != line[:LONGEST]:
                self._shown.notices.append(line[:LONGEST])
                self.version += 1

    def state(self, now: float) -> dict[str, Any]:
        """Give the newest of everything.

        Args:
            now: as above.

        Returns:
            `rgb` [3] of 0 to 1 or None, `mode`, `emotion` [7] or None, `speaks`, `faces` (each `id`, `box`, `score`,
            `probabilities`), `size`, `lamps` (each `spec`, `text`, `color`, `lost`, `strip`), `rate` in images a
            second, `latency_ms` (median) or None, `notices`, newest last, `camera`: whether the picture may be shown,
            and `picture`, its number or None.
        """
        with self._lock:
            shown, fresh = self._shown, {name: now - at < STALE for name, at in self._at.items()}
            images = [at for at in self._images if now - at < WINDOW]
            delays = sorted(delay for at, delay in self._delays if now - at < WINDOW)
            return {
                "rgb": shown.rgb if fresh["light"] else None,
                "mode": shown.mode if fresh["light"] else "",
                "emotion": shown.emotion if fresh["emotion"] else None,
                "speaks": shown.speaks,
                "faces": [asdict(face) for face in shown.faces] if fresh["faces"] else [],
                "size": shown.size,
                "lamps": [asdict(lamp) for lamp in shown.lamps] if fresh["lamps"] else [],
                "rate": len(images) / WINDOW,
                "latency_ms": 1000 * delays[len(delays) // 2] if delays else None,
                "notices": list(shown.notices),
                "camera": self.camera,
                "picture": self._pictures if fresh["picture"] else None,
            }

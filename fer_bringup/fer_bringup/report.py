# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the one-process runner writes down: a row for every processed image, and how long the light took."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from fer_bringup.errors import BringupError
from fer_common.whole_file import write_whole
from fer_perception.nodes.latency import STRANGE_LATENCY

_Rgb = tuple[int, int, int]


@dataclass(slots=True)
class _Image:
    """A processed image, and what the light was sent for it."""

    at_ns: int
    stamped: bool
    t: float
    """Seconds from the first image."""
    told: float
    """Steady seconds at which it had been processed."""
    faces: int
    probabilities: list[float] | None
    rgb: _Rgb | None = None
    sent_ns: int = 0

    @property
    def latency_ms(self) -> float | None:
        """From its stamp to its light, milliseconds; None: no light, or the stamp is of another clock than ours."""
        if self.rgb is None or not self.stamped:
            return None
        milliseconds = (self.sent_ns - self.at_ns) / 1e6
        return milliseconds if 0 <= milliseconds < STRANGE_LATENCY * 1e3 else None


@dataclass
class Report:
    """Collects what perception and colour tell, from their own threads."""

    rows: bool = True
    """Whether each image is kept, which takes about 600 bytes; False: `first_at` alone, for a run without an end."""
    clock: Callable[[], float] = time.monotonic
    """Gives steady seconds."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _images: list[_Image] = field(default_factory=list)
    first_at: float | None = None
    """Steady seconds at which the first image had been processed, or None before."""
    _closed: bool = False
    _unlit: dict[int, _Image] = field(default_factory=dict)
    """The newest image of each stamp, as long as the light was sent nothing for it."""
    _early: tuple[int, _Rgb, int] | None = None
    """The stamp, bytes and time of a frame that was sent before its image was told of."""

    def processed(self, stamp_ns: int, faces: int, probabilities: Any, *, at_ns: int, stamped: bool) -> None:
        """Note that an image was processed.

        Args:
            stamp_ns: of its header, nanoseconds; images may share it.
            faces: how many were seen.
            probabilities: the room's, [7], or None without a face.
            at_ns: when it was taken, nanoseconds.
            stamped: whether `at_ns` is its stamp, not made of its arrival.
        """
        values = None if probabilities is None else [float(value) for value in probabilities]
        with self._lock:
            if self._closed:
                return
            now = self.clock()
            if self.first_at is None:
                self.first_at = now
            if not self.rows:
                return
            image = _Image(at_ns, stamped, self._t(at_ns, stamped, now), now, faces, values)
            self._images.append(image)
            self._unlit[stamp_ns] = image
            early, self._early = self._early, None
            if early is not None and early[0] == stamp_ns:
                self._light(*early)

    def _t(self, at_ns: int, stamped: bool, now: float) -> float:
        if not self._images:
            return 0.0
        last = self._images[-1]
        step = (at_ns - last.at_ns) / 1e9
        # A clock that was set back, or stamps that are trusted from here on: the two times are not of one clock.
        return last.t + (step if step >= 0 and stamped == last.stamped else now - last.told)

    def sent(self, stamp_ns: int | None, rgb: _Rgb, sent_ns: int) -> None:
        """Note that bytes for an image of this stamp were handed over to the light; only the first time counts.

        Of several images of one stamp it is the newest.
        """
        if self.rows and stamp_ns is not None:
            with self._lock:
                if stamp_ns in self._unlit:
                    self._light(stamp_ns, rgb, sent_ns)
                elif self._early is None or self._early[0] != stamp_ns:
                    self._early = (stamp_ns, rgb, sent_ns)

    def _light(self, stamp_ns: int, rgb: _Rgb, sent_ns: int) -> None:
        image = self._unlit.pop(stamp_ns)
        image.rgb, image.sent_ns = rgb, sent_ns

    def close(self) -> None:
        """Count nothing from here on: the light is being handed back."""
        with self._lock:
            self._closed = True

    def content(self, frames_in: int) -> dict[str, Any]:
        """Return the report as the README defines it: times in seconds, latencies in milliseconds, rgb as sent.

        Without `rows` it knows of no image.

        Args:
            frames_in: images that the source published, or that arrived when it is not ours.
        """
        rows: list[dict[str, Any]] = []
        rgb: _Rgb | None = None
        with self._lock:
            images = list(self._images)
            for image in images:
                rgb = rgb if image.rgb is None else image.rgb
                row = {"t": image.t, "probabilities": image.probabilities, "rgb": rgb and list(rgb)}
                rows.append(row)
            latencies = [latency for image in images if (latency := image.latency_ms) is not None]
        return {
            "frames_in": frames_in,
            "frames_processed": len(images),
            "frames_dropped": max(0, frames_in - len(images)),
            "faces": sum(image.faces for image in images),
            "latency_ms": {
                f"p{share}": round(float(np.percentile(latencies, share)), 3) if latencies else None
                for share in (50, 95, 99)
            },
            "rows": rows,
        }

    def write(self, path: Path, frames_in: int) -> None:
        """Write the report as JSON, whole or not at all, for this user alone to read: it says how somebody felt.

        Raises:
            BringupError: the file cannot be written.
        """
        try:
            write_whole(path, json.dumps(self.content(frames_in), indent=1) + "\n", private=True)
        except OSError as error:
            raise BringupError(f"cannot write the report '{path}': {error.strerror}") from error

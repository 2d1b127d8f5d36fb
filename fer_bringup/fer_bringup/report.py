# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the one-process runner writes down: a row for every processed image, and how long the light took."""

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from fer_bringup.errors import BringupError
from fer_common.whole_file import write_whole


@dataclass
class Report:
    """Collects what perception and colour tell, from their own threads."""

    rows: bool = True
    """Whether each image is kept, which takes about 600 bytes; False: `first_at` alone, for a run without an end."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _processed: list[tuple[int, int, list[float] | None]] = field(default_factory=list)
    first_at: float | None = None
    """Steady seconds at which the first image had been processed, or None before."""
    _closed: bool = False
    _sent: dict[int, tuple[tuple[int, int, int], int]] = field(default_factory=dict)

    def processed(self, stamp_ns: int, faces: int, probabilities: Any) -> None:
        """Note that an image was processed; `probabilities` are the room's, [7], or None without a face."""
        values = None if probabilities is None else [float(value) for value in probabilities]
        with self._lock:
            if self._closed:
                return
            if self.first_at is None:
                self.first_at = time.monotonic()
            if self.rows:
                self._processed.append((stamp_ns, faces, values))

    def sent(self, stamp_ns: int | None, rgb: tuple[int, int, int], sent_ns: int) -> None:
        """Note that bytes for the image of this stamp were handed over to the light; only the first time counts."""
        if self.rows and stamp_ns is not None:
            with self._lock:
                self._sent.setdefault(stamp_ns, (rgb, sent_ns))

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
        with self._lock:
            processed, sent = list(self._processed), dict(self._sent)
        latencies = [(sent[stamp][1] - stamp) / 1e6 for stamp, _, _ in processed if stamp in sent]
        rows, rgb = [], None
        for stamp, _, probabilities in processed:
            rgb = sent[stamp][0] if stamp in sent else rgb
            row = {"t": (stamp - processed[0][0]) / 1e9, "probabilities": probabilities, "rgb": rgb and list(rgb)}
            rows.append(row)
        return {
            "frames_in": frames_in,
            "frames_processed": len(processed),
            "frames_dropped": max(0, frames_in - len(processed)),
            "faces": sum(faces for _, faces, _ in processed),
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

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A video file."""

from pathlib import Path

import cv2
import numpy as np

from fer_bringup.errors import BringupError
from fer_bringup.sources.base import Frame, Source


class VideoSource(Source):
    """A video file, with the times that it holds."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            BringupError: OpenCV finds no video in it.
        """
        self._file = str(path.absolute())  # FFmpeg takes what stands before a colon for a protocol
        self._capture = cv2.VideoCapture(self._file)
        self._rate = self._capture.get(cv2.CAP_PROP_FPS) or 25.0
        self._count, self._last_due = 0, 0.0
        if not self._capture.isOpened() or not self._capture.grab():
            raise BringupError(
                f"'{path}' holds no video that OpenCV can read; name a video, an image folder or a camera"
            )
        self.rewind()
        self.description = f"video '{path}'"

    @property
    def length(self) -> float:
        """Seconds to the last image that was read, and its own time."""
        return self._last_due + 1 / self._rate

    def read(self) -> Frame | None:
        """Return the next image, or None at the end."""
        got, image = self._capture.read()
        if not got:
            return None
        # Some containers report 0 for every image; the nominal rate serves then.
        due = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 or self._count / self._rate
        self._count, self._last_due = self._count + 1, due
        return Frame(np.asarray(image, dtype=np.uint8), due)

    def rewind(self) -> None:
        """Open the file again: seeking is inexact in some containers."""
        self._capture.release()
        self._capture = cv2.VideoCapture(self._file)
        self._count, self._last_due = 0, 0.0

    def close(self) -> None:
        """Frees the file."""
        self._capture.release()

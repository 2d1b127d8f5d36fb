"""A camera that the operating system knows by a number."""

from pathlib import Path

import cv2
import numpy as np

from fer_bringup.errors import BringupError
from fer_bringup.sources.base import Frame, Source


class CameraSource(Source):
    """A camera by its index, through OpenCV."""

    live = True

    def __init__(self, index: int, *, width: int = 640, height: int = 480) -> None:
        """Open camera `index` and ask it for `width` x `height` pixels; it may give others.

        Raises:
            BringupError: there is no such camera, or it cannot be opened.
        """
        if not Path(f"/dev/video{index}").exists():
            there = ", ".join(sorted(path.name[5:] for path in Path("/dev").glob("video*"))) or "none"
            raise BringupError(f"no camera {index} (cameras here: {there}); name another --source")
        self._capture = cv2.VideoCapture(index)
        if not self._capture.isOpened():
            raise BringupError(
                f"camera {index} cannot be opened: another program has it, or it needs the group 'video' "
                "(sudo usermod -aG video $USER, then log in again)"
            )
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest image, not one of half a second ago
        self.description = f"camera {index}"

    def read(self) -> Frame | None:
        """Return the next image; due at once."""
        got, image = self._capture.read()
        if not got:
            raise BringupError(f"{self.description} stopped giving images; is it still plugged in?")
        return Frame(np.asarray(image, dtype=np.uint8), 0.0)

    def rewind(self) -> None:
        """Do nothing: a camera has no beginning."""

    def close(self) -> None:
        """Frees the camera."""
        self._capture.release()

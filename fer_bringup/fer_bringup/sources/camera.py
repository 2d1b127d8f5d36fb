# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A camera that the operating system knows by a number."""

from pathlib import Path

import cv2
import numpy as np

from fer_bringup.errors import BringupError
from fer_bringup.sources.base import Frame, Source

CAMERA_SIZE = (640, 480)
"""Width and height, pixels, that a camera is asked for unless told."""
NAMES = Path("/dev/v4l/by-path")
"""Where udev names cameras by the port that they are plugged into; numbers change when one is plugged in again."""


def lasting_name(index: int, names: Path = NAMES) -> Path | None:
    """Give a camera's name that stays when it is plugged in again; None where there is none.

    Args:
        index: the number of its device.
        names: the folder of such names.
    """
    found = [path for path in sorted(names.glob("*")) if path.resolve().name == f"video{index}"]
    return found[0] if found else None


def index_of(name: Path) -> int | None:
    """Give the number that a lasting name means now; None while the camera is away."""
    number = name.resolve().name.removeprefix("video")
    return int(number) if name.exists() and number.isdigit() else None


class CameraSource(Source):
    """A camera by its index, through OpenCV."""

    live = True

    def __init__(
        self, index: int, *, size: tuple[int, int] = CAMERA_SIZE, rate: float = 0.0, name: Path | None = None
    ) -> None:
        """Open a camera.

        Args:
            index: the number of its device.
            size: width and height, pixels, that it is asked for; it may give others.
            rate: images a second that it is asked for; 0: its own.
            name: a name that stays when it is plugged in again; None: the one of its port, if it has one.

        Raises:
            BringupError: there is no such camera, or it cannot be opened.
        """
        self._wanted, self._rate = size, rate
        self._lasting = name or lasting_name(index)
        self._capture = self._opened(index)
        self.description = f"camera {index}"

    @classmethod
    def named(cls, name: Path, *, size: tuple[int, int] = CAMERA_SIZE, rate: float = 0.0) -> "CameraSource":
        """Open a camera by its device or a name of it, such as /dev/v4l/by-id/...; the rest as for an index.

        Raises:
            BringupError: no camera has this name, or it cannot be opened.
        """
        index = index_of(name)
        if index is None:
            there = ", ".join(str(path) for path in sorted(Path("/dev/v4l/by-id").glob("*index0"))) or "none"
            raise BringupError(f"no camera '{name}' (names here: {there}); name another --source")
        return cls(index, size=size, rate=rate, name=name)

    def _opened(self, index: int) -> cv2.VideoCapture:
        if not Path(f"/dev/video{index}").exists():
            there = ", ".join(sorted(path.name[5:] for path in Path("/dev").glob("video*"))) or "none"
            raise BringupError(f"no camera {index} (cameras here: {there}); name another --source")
        capture = cv2.VideoCapture(index)
        if not capture.isOpened():
            raise BringupError(
                f"camera {index} cannot be opened: another program has it, or it needs the group 'video' "
                "(sudo usermod -aG video $USER, then log in again)"
            )
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._wanted[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._wanted[1])
        if self._rate:
            capture.set(cv2.CAP_PROP_FPS, self._rate)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest image, not one of half a second ago
        return capture

    def read(self) -> Frame | None:
        """Return the next image; due at once."""
        got, image = self._capture.read()
        if not got:
            raise BringupError(f"{self.description} stopped giving images; is it still plugged in?")
        return Frame(np.asarray(image, dtype=np.uint8), 0.0)

    def rewind(self) -> None:
        """Do nothing: a camera has no beginning."""

    def reopen(self) -> bool:
        """Open it again, under whatever number it has come back."""
        self._capture.release()
        index = index_of(self._lasting) if self._lasting else int(self.description.rpartition(" ")[2])
        if index is None:
            return False
        try:
            self._capture = self._opened(index)
        except BringupError:
            return False
        if not self._capture.read()[0]:
            return False
        self.description = f"camera {index}"
        return True

    def close(self) -> None:
        """Frees the camera."""
        self._capture.release()

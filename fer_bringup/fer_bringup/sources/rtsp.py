# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A camera that sends by RTSP, through OpenCV's FFmpeg."""

import os
from urllib.parse import urlsplit

import cv2
import numpy as np

from fer_bringup.errors import BringupError
from fer_bringup.sources.address import Address
from fer_bringup.sources.base import Frame, Source

OPEN_MS = 8000
"""Milliseconds that the connection may take; FFmpeg looks at the first seconds to know what comes."""
STALL_MS = 3000
"""Milliseconds without an image after which the stream counts as cut."""


class RtspSource(Source):
    """The images of an `rtsp://` address, over TCP."""

    live = True

    def __init__(self, address: Address) -> None:
        """Connect.

        Raises:
            BringupError: it does not answer, or nothing can be read from it.
        """
        self._address = address
        self.description = f"camera at {address.shown}"
        self._capture = self._opened()

    def _opened(self) -> cv2.VideoCapture:
        times = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, STALL_MS]
        _go_straight_to(urlsplit(self._address.plain).hostname or "")
        capture = cv2.VideoCapture(self._address.url, cv2.CAP_FFMPEG, times)
        if not capture.isOpened():
            raise BringupError(
                f"{self._address.shown} gives no video within {OPEN_MS / 1000:g} s: is the camera on, are path, name "
                "and password right (rtsp://NAME:PASSWORD@HOST:554/PATH)?"
            )
        return capture

    def read(self) -> Frame | None:
        """Return the next image; due at once."""
        got, image = self._capture.read()
        if not got:
            raise BringupError(f"{self.description} stopped giving images")
        return Frame(np.asarray(image, dtype=np.uint8), 0.0)

    def rewind(self) -> None:
        """Do nothing: a camera has no beginning."""

    def reopen(self) -> bool:
        """Connect again."""
        self._capture.release()
        try:
            self._capture = self._opened()
        except BringupError:
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        self._capture.release()


def _go_straight_to(host: str) -> None:
    """Keep FFmpeg from `rtsps://` by way of the environment's `http_proxy`: as it checks no certificate, the proxy
    could read the images and the password. It reads `no_proxy`, in small letters alone."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")
    if host not in known.split(","):
        os.environ["no_proxy"] = f"{known},{host}" if known else host

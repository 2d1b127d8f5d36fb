# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Video in a bag (Foxglove's, ffmpeg_image_transport's, an image that says h264), by PyAV where it is installed."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_perception import PerceptionError

CODECS = {
    "h264": "h264",
    "x264": "h264",
    "x265": "hevc",
    "h265": "hevc",
    "hevc": "hevc",
    "vp9": "vp9",
    "av1": "libdav1d",
}
"""A format's name, and FFmpeg's of what decodes it; its own 'av1' only hands on to a graphics card."""


def is_video(message: Any) -> bool:
    """Tell whether a compressed message is video, by its format's name."""
    return _codec(message) is not None


def _codec(message: Any) -> str | None:
    found = re.search("|".join(CODECS), str(message.format).lower().replace(".", ""))
    return CODECS[found[0]] if found else None


class VideoDecoder:
    """Decodes one camera's video, message by message; what comes before its first whole picture can't be read."""

    def __init__(self) -> None:
        """Wait for the first message."""
        self._context: Any = None
        self._name = ""

    def decode(self, message: Any) -> NDArray[np.uint8]:
        """Return the picture that a message ends, BGR [H, W, 3].

        Raises:
            PerceptionError: PyAV is not installed, or the bytes give no picture.
        """
        try:
            import av
        except ImportError as error:
            raise PerceptionError(
                f"the images are video ('{message.format}'), which PyAV reads: pip install av"
            ) from error
        name = _codec(message) or ""
        try:
            if self._context is None or name != self._name:
                self._context, self._name = av.CodecContext.create(name, "r"), name
                self._context.thread_count = 1  # several threads hand pictures out late
            frames = self._context.decode(av.Packet(bytes(message.data)))
        except Exception as error:  # of FFmpeg's many, and where this FFmpeg lacks the decoder
            raise PerceptionError(f"a message of the video can't be decoded ({error!s:.80})") from error
        if not frames:
            late = "B-frames lean on later ones, so that all its pictures come a few images late; record without them"
            why = late if self._context.has_b_frames else "it leans on one that is not there"
            raise PerceptionError(f"a message of the video gives no picture: {why}")
        return np.asarray(frames[-1].to_ndarray(format="bgr24"), np.uint8)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The raw image encodings that are understood, and how each lies in memory. Needs no ROS."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.errors import PerceptionError
from fer_perception.wording import shown

Pixels = NDArray[np.uint8]
"""BGR uint8 [H, W, 3] or grey uint8 [H, W]."""


@dataclass(frozen=True)
class Encoding:
    """How an encoding lies in memory."""

    channels: int
    """Values a pixel; 1 for the luma plane of a planar encoding."""
    code: int | None = None
    """OpenCV's conversion to BGR; None: it is BGR or grey already."""
    values: str = "u1"
    """NumPy's name of a value's type, without the byte order."""
    even_width: bool = False
    """Whether two pixels side by side share their colour."""
    planes: str = ""
    """Of what follows the luma plane, where something does: 'uv' both colours in one plane of half the height and of
    pairs (NV12), 'u,v' one after the other, a quarter of the luma each (I420), 'uv444' pairs for every pixel (NV24)."""

    @property
    def bytes_per_value(self) -> int:
        """1, 2, 4 or 8."""
        return int(self.values[1])

    @property
    def even_height(self) -> bool:
        """Whether two rows share their colour."""
        return self.planes in ("uv", "u,v")


def _patterns() -> dict[str, Encoding]:
    # OpenCV names a pattern by the second and third pixel of its second row: RGGB is its BG.
    codes = {"rggb": cv2.COLOR_BayerBG2BGR, "bggr": cv2.COLOR_BayerRG2BGR, "gbrg": cv2.COLOR_BayerGR2BGR,
             "grbg": cv2.COLOR_BayerGB2BGR}  # fmt: skip
    return {
        f"bayer_{pattern}{8 * size}": Encoding(1, code, f"u{size}")
        for pattern, code in codes.items()
        for size in (1, 2)
    }


def _types() -> dict[str, Encoding]:
    """'8UC3', '32FC1' and the like: numbers of which nothing is said; taken for grey, BGR and BGRA, OpenCV's order."""
    kinds = {"8U": "u1", "16U": "u2", "32F": "f4", "64F": "f8"}
    codes = {1: None, 3: None, 4: cv2.COLOR_BGRA2BGR}
    return {f"{kind}C{count}".lower(): Encoding(count, codes[count], kinds[kind]) for kind in kinds for count in codes}


_UYVY = Encoding(2, cv2.COLOR_YUV2BGR_UYVY, even_width=True)
_YUYV = Encoding(2, cv2.COLOR_YUV2BGR_YUY2, even_width=True)
ENCODINGS: dict[str, Encoding] = {
    "rgb8": Encoding(3, cv2.COLOR_RGB2BGR),
    "bgr8": Encoding(3),
    "rgba8": Encoding(4, cv2.COLOR_RGBA2BGR),
    "bgra8": Encoding(4, cv2.COLOR_BGRA2BGR),
    "rgb16": Encoding(3, cv2.COLOR_RGB2BGR, "u2"),
    "bgr16": Encoding(3, None, "u2"),
    "rgba16": Encoding(4, cv2.COLOR_RGBA2BGR, "u2"),
    "bgra16": Encoding(4, cv2.COLOR_BGRA2BGR, "u2"),
    "mono8": Encoding(1),
    "mono16": Encoding(1, None, "u2"),
    **_types(),
    **_patterns(),
    "yuv422": _UYVY,
    "uyvy": _UYVY,
    "yuyv": _YUYV,
    "yuv422_yuy2": _YUYV,
    "nv12": Encoding(1, cv2.COLOR_YUV2BGR_NV12, even_width=True, planes="uv"),
    "nv21": Encoding(1, cv2.COLOR_YUV2BGR_NV21, even_width=True, planes="uv"),
    "nv24": Encoding(1, cv2.COLOR_YUV2BGR_UYVY, planes="uv444"),
    "i420": Encoding(1, cv2.COLOR_YUV2BGR_I420, even_width=True, planes="u,v"),
    "yv12": Encoding(1, cv2.COLOR_YUV2BGR_YV12, even_width=True, planes="u,v"),
}
"""By the names of sensor_msgs/Image (`image_encodings.hpp`) in lower case, and those that camera drivers use beside."""

LARGEST = 1 << 28
"""Pixels; an image said to be larger (16384x16384) is taken for a broken header."""
LISTED = "rgb8, bgr8, mono8, mono16, yuv422, nv12"
"""Of the encodings, those that an error recommends."""


def named(name: str) -> Encoding:
    """Find the encoding of that name, in any case.

    Raises:
        PerceptionError: there is none, or it is no picture.
    """
    encoding = ENCODINGS.get(name.strip().lower())
    if encoding is None:
        raise PerceptionError(
            f"encoding '{shown(name)}' is not understood; have the camera publish {LISTED}, or another of the README's"
        )
    return encoding


def view(name: str, height: int, width: int, step: int, bigendian: bool, data: Any) -> tuple[Encoding, NDArray[Any]]:
    """Lay an array over the message's bytes, whatever the padding and the byte order; planes with padding are copied.

    Args:
        name: the encoding's name, in any case.
        height: rows, in pixels.
        width: columns, in pixels.
        step: bytes from one row to the next.
        bigendian: of values of several bytes: the high byte comes first.
        data: a buffer of bytes (array.array, bytes, NumPy array).

    Returns:
        The encoding, and its values as [H, W] or [H, W, C]; of planes uint8 [H * 3/2, W], of NV24 [H * 3, W], as if
        there were no padding.

    Raises:
        PerceptionError: the encoding is unknown, or size, step and data contradict each other.
    """
    encoding = named(name)
    if height <= 0 or width <= 0:
        raise PerceptionError(f"the image is {width}x{height} pixels, so empty; check the camera's driver")
    if height * width > LARGEST:
        raise PerceptionError(f"the image claims {width}x{height} pixels, more than {LARGEST}; its header is broken")
    if (encoding.even_width and width % 2) or (encoding.even_height and height % 2):
        raise PerceptionError(f"{name} needs an even size, the image is {width}x{height}; crop it at its source")
    values = np.frombuffer(data, dtype=np.uint8) if len(data) else np.empty(0, np.uint8)
    row = width * encoding.channels * encoding.bytes_per_value
    if step < row:
        raise PerceptionError(f"step is {step} bytes, but {width} pixels of {name} take {row}; the header is wrong")
    rows = height * 3 // 2 if encoding.even_height else height * 3 if encoding.planes else height
    if values.size != step * rows:
        raise PerceptionError(
            f"the image is torn: {values.size} bytes of data, but {rows} rows of {step} bytes make {step * rows}"
        )
    if encoding.planes:
        return encoding, _planes(encoding, values, height, width, step)
    size = encoding.bytes_per_value
    kind = np.dtype((">" if bigendian else "<") + encoding.values)
    if encoding.channels == 1:
        return encoding, np.ndarray((height, width), kind, values, strides=(step, size))
    shape = (height, width, encoding.channels)
    return encoding, np.ndarray(shape, kind, values, strides=(step, size * encoding.channels, size))


def _planes(encoding: Encoding, values: NDArray[np.uint8], height: int, width: int, step: int) -> NDArray[np.uint8]:
    """Put the planes under each other, each row as wide as the image."""
    if step == width:
        return values.reshape(-1, width)
    if encoding.planes == "uv":
        return values.reshape(-1, step)[:, :width]
    luma, rest = values[: height * step].reshape(height, step)[:, :width], values[height * step :]
    if encoding.planes == "uv444":
        colour = rest.reshape(height, 2 * step)[:, : 2 * width].reshape(2 * height, width)
    else:
        if step % 2:
            raise PerceptionError(f"step is {step} bytes, but rows of half of it follow; the header is wrong")
        colour = rest.reshape(height, step // 2)[:, : width // 2].reshape(height // 2, width)
    return np.concatenate([luma, colour])

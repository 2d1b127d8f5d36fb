"""The raw image encodings that are understood, and how each becomes BGR or grey. Needs no ROS."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.errors import PerceptionError

Pixels = NDArray[np.uint8]
"""BGR uint8 [H, W, 3] or grey uint8 [H, W]."""


@dataclass(frozen=True)
class Encoding:
    """How an encoding lies in memory."""

    channels: int
    """Values a pixel; 1 for the luma plane of a planar encoding."""
    bytes_per_value: int
    """1 or 2."""
    code: int | None
    """OpenCV's conversion to BGR; None: it is BGR or grey already."""
    even_width: bool = False
    """Whether two pixels side by side share their colour."""
    planar: bool = False
    """Whether a half-height plane of shared colour (NV12) follows the luma plane."""


_UYVY = Encoding(2, 1, cv2.COLOR_YUV2BGR_UYVY, even_width=True)
_YUYV = Encoding(2, 1, cv2.COLOR_YUV2BGR_YUY2, even_width=True)
ENCODINGS: dict[str, Encoding] = {
    "rgb8": Encoding(3, 1, cv2.COLOR_RGB2BGR),
    "bgr8": Encoding(3, 1, None),
    "rgba8": Encoding(4, 1, cv2.COLOR_RGBA2BGR),
    "bgra8": Encoding(4, 1, cv2.COLOR_BGRA2BGR),
    "mono8": Encoding(1, 1, None),
    "mono16": Encoding(1, 2, None),
    "yuv422": _UYVY,
    "uyvy": _UYVY,
    "yuyv": _YUYV,
    "yuv422_yuy2": _YUYV,
    "nv12": Encoding(1, 1, cv2.COLOR_YUV2BGR_NV12, even_width=True, planar=True),
}
"""By the names of sensor_msgs/Image (`image_encodings.hpp`), and the aliases that camera drivers use."""

LARGEST = 1 << 28
"""Pixels; an image said to be larger (16384x16384) is taken for a broken header."""


def view(
    name: str, height: int, width: int, step: int, bigendian: bool, data: Any
) -> tuple[Encoding, NDArray[np.uint8] | NDArray[np.uint16]]:
    """View the message's bytes as an array, without a copy, whatever the padding and the byte order.

    Args:
        name: the encoding's name, in any case.
        height: rows, in pixels.
        width: columns, in pixels.
        step: bytes from one row to the next.
        bigendian: of 16-bit values: the high byte comes first.
        data: a buffer of bytes (array.array, bytes, NumPy array).

    Returns:
        The encoding, and uint8 [H, W] or [H, W, C] or uint16 [H, W]; for a planar encoding uint8 [H * 3/2, W].

    Raises:
        PerceptionError: the encoding is unknown, or size, step and data contradict each other.
    """
    encoding = ENCODINGS.get(name.strip().lower())
    if encoding is None:
        raise PerceptionError(
            f"encoding '{name}' is not understood; publish one of {', '.join(ENCODINGS)} "
            "(image_proc makes colour of a Bayer pattern)"
        )
    if height <= 0 or width <= 0:
        raise PerceptionError(f"the image is {width}x{height} pixels, so empty; check the camera's driver")
    if height * width > LARGEST:
        raise PerceptionError(f"the image claims {width}x{height} pixels, more than {LARGEST}; its header is broken")
    if (encoding.even_width and width % 2) or (encoding.planar and height % 2):
        raise PerceptionError(f"{name} needs an even size, the image is {width}x{height}; crop it at its source")
    values = np.frombuffer(data, dtype=np.uint8) if len(data) else np.empty(0, np.uint8)
    row = width * encoding.channels * encoding.bytes_per_value
    if step < row:
        raise PerceptionError(f"step is {step} bytes, but {width} pixels of {name} take {row}; the header is wrong")
    rows = height * 3 // 2 if encoding.planar else height
    if values.size != step * rows:
        raise PerceptionError(
            f"the image is torn: {values.size} bytes of data, but {rows} rows of {step} bytes make {step * rows}"
        )
    if encoding.bytes_per_value == 2:
        return encoding, np.ndarray((rows, width), ">u2" if bigendian else "<u2", values, strides=(step, 2))
    shape, strides = (rows, width), (step, 1)
    if encoding.channels == 1:
        return encoding, np.ndarray(shape, np.uint8, values, strides=strides)
    return encoding, np.ndarray((*shape, encoding.channels), np.uint8, values, strides=(step, encoding.channels, 1))


def to_bgr_or_grey(encoding: Encoding, array: NDArray[np.uint8] | NDArray[np.uint16]) -> Pixels:
    """Convert what `view` returned; BGR and grey pass through without a copy.

    16-bit grey is scaled from its whole range, 65535 to 255, as cv_bridge does.
    """
    if encoding.bytes_per_value == 2:
        native = array.astype(np.uint16)  # byte order and padding gone
        return np.asarray(cv2.convertScaleAbs(native, alpha=255.0 / 65535.0), dtype=np.uint8)
    if encoding.code is None:
        return np.asarray(array, dtype=np.uint8)
    # OpenCV copies where rows are padded; it needs each pixel's bytes together, which they are.
    return np.asarray(cv2.cvtColor(array, encoding.code), dtype=np.uint8)

"""sensor_msgs/Image out of the bytes that came over the wire, without a copy of its pixels.

A subscription that builds messages copies every image twice more: into the middleware's own structure and into an
array of Python's. Layout: OMG DDS-XTypes 1.3, 7.4 (XCDR, final types) and sensor_msgs/msg/Image.
"""

import struct
from dataclasses import dataclass
from typing import Any

from rclpy.serialization import deserialize_message
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from fer_perception.errors import PerceptionError

LITTLE_ENDIAN = (0x0001, 0x0007)
"""Encapsulations that are read here: plain CDR of XCDR1 and of XCDR2, low byte first. Fast DDS, Cyclone DDS and Zenoh
write the first."""
ENCAPSULATION = 4
"""Bytes before the message itself; alignment counts from behind them."""


@dataclass(frozen=True)
class RawImage:
    """The fields of sensor_msgs/Image; `data` is a view of the bytes that arrived."""

    header: Header
    height: int
    width: int
    encoding: str
    is_bigendian: int
    step: int
    data: Any


def read_image(content: bytes) -> Any:
    """The message: a `RawImage`, or where the bytes have another layout what rclpy makes of them.

    Args:
        content: as a subscription with `raw=True` hands it over.

    Raises:
        PerceptionError: the bytes are no sensor_msgs/Image.
    """
    try:
        return _read(content)
    except (struct.error, IndexError, ValueError):
        pass
    try:
        return deserialize_message(content, Image)
    except Exception as error:  # whatever the middleware's serializer raises
        raise PerceptionError(
            f"{len(content)} bytes arrived that are no sensor_msgs/Image; check what publishes it"
        ) from error


def _read(content: bytes) -> RawImage:
    """ValueError or struct.error for any other layout than the usual one."""
    (encapsulation,) = struct.unpack_from(">H", content)
    if encapsulation not in LITTLE_ENDIAN:
        raise ValueError(f"encapsulation {encapsulation:#06x}")
    header = Header()
    at = ENCAPSULATION
    header.stamp.sec, header.stamp.nanosec = struct.unpack_from("<iI", content, at)
    header.frame_id, at = _text(content, at + 8)
    height, width = struct.unpack_from("<II", content, at)
    encoding, at = _text(content, at + 8, aligned=False)
    is_bigendian, at = content[at], _aligned(at + 1)
    step, size = struct.unpack_from("<II", content, at)
    at += 8
    if len(content) - at < size:
        raise ValueError(f"{len(content) - at} bytes of {size}")
    return RawImage(header, height, width, encoding, is_bigendian, step, memoryview(content)[at : at + size])


def _text(content: bytes, at: int, *, aligned: bool = True) -> tuple[str, int]:
    """The string at `at`, and where the next field begins."""
    (size,) = struct.unpack_from("<I", content, at)
    end = at + 4 + size
    if size < 1 or end > len(content):
        raise ValueError(f"a string of {size} bytes")
    return content[at + 4 : end - 1].decode(), _aligned(end) if aligned else end


def _aligned(at: int) -> int:
    return ENCAPSULATION + (at - ENCAPSULATION + 3) // 4 * 4

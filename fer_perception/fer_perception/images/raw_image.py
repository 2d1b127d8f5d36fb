# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Image messages out of the bytes that came over the wire, without a copy of their pixels.

A subscription that builds messages copies every image twice more: into the middleware's own structure and into an
array of Python's. And what builds them trusts the lengths that the bytes claim; here each is held against what arrived,
so that bytes which are no whole message end in one line and nowhere else.
"""

from dataclasses import dataclass
from typing import Any

from std_msgs.msg import Header

from fer_perception.errors import PerceptionError
from fer_perception.images.cdr import Reader


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


@dataclass(frozen=True)
class RawCompressedImage:
    """The fields of sensor_msgs/CompressedImage; `data` is a view of the bytes that arrived."""

    header: Header
    format: str
    data: Any


def read_image(content: bytes) -> RawImage:
    """Read the sensor_msgs/Image that a subscription with `raw=True` hands over.

    Whether size, step and data agree is `encodings.view`'s to say.

    Raises:
        PerceptionError: the bytes are no whole sensor_msgs/Image.
    """
    try:
        return _image(Reader(content))
    except ValueError as error:
        raise _refusal(content, "Image", error) from error


def read_compressed_image(content: bytes) -> RawCompressedImage:
    """Read the sensor_msgs/CompressedImage that a subscription with `raw=True` hands over.

    Raises:
        PerceptionError: the bytes are no whole sensor_msgs/CompressedImage.
    """
    try:
        return _compressed_image(Reader(content))
    except ValueError as error:
        raise _refusal(content, "CompressedImage", error) from error


def _image(reader: Reader) -> RawImage:
    header = _header(reader)
    height, width, encoding, is_bigendian, step = (
        reader.integer(), reader.integer(), reader.text(), reader.octet(), reader.integer()
    )  # fmt: skip
    data = reader.octets()
    reader.end()
    return RawImage(header, height, width, encoding, is_bigendian, step, data)


def _compressed_image(reader: Reader) -> RawCompressedImage:
    header, kind, data = _header(reader), reader.text(), reader.octets()
    reader.end()
    return RawCompressedImage(header, kind, data)


def _header(reader: Reader) -> Header:
    header = Header()
    header.stamp.sec, header.stamp.nanosec = reader.integer("i"), reader.integer()
    header.frame_id = reader.text()
    return header


def _refusal(content: bytes, kind: str, reason: ValueError) -> PerceptionError:
    return PerceptionError(
        f"{len(content)} bytes arrived that are no whole sensor_msgs/{kind} ({reason}); check what publishes it"
    )

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Images out of the bytes on the wire, against what rclpy writes; what is not whole is refused by our own reader.

Nothing that is refused here is handed to the middleware's reader: it is not the one that is tested.
"""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import CompressedImage, Image

from fer_perception import PerceptionError
from fer_perception.images.messages import image_to_array
from fer_perception.images.raw_image import read_compressed_image, read_image

FIELDS = ("header", "height", "width", "encoding", "is_bigendian", "step")
READERS = (read_image, read_compressed_image)

texts = st.text(st.characters(min_codepoint=1, exclude_categories=("Cs",)), max_size=9)
names = st.one_of(texts, st.just("n" * 1000))
seconds = st.integers(-(2**31), 2**31 - 1)
unsigned = st.integers(0, 2**32 - 1)


def message(encoding: str, frame_id: str, data: bytes, *, big: int = 0, size: int = 0, sec: int = 0) -> Image:
    image = Image(height=size, width=size + 1, encoding=encoding, is_bigendian=big, step=size + 2)
    image.header.stamp.sec, image.header.stamp.nanosec, image.header.frame_id = sec, 2**32 - 1, frame_id
    image.data = data
    return image


def by_hand(order: str, *fields: Any, padding: int = 0) -> bytes:
    """CDR by its rules, written here once more: ints aligned to four bytes, texts with their NUL, bytes counted."""
    out = b""
    for field in fields:
        if isinstance(field, int):
            out += bytes(-len(out) % 4) + struct.pack(order + ("I" if field >= 0 else "i"), field)
        elif isinstance(field, str):
            text = field.encode() + b"\0"
            out += bytes(-len(out) % 4) + struct.pack(order + "I", len(text)) + text
        elif len(field) == 1 and isinstance(field, bytearray):  # an octet
            out += bytes(field)
        else:
            out += bytes(-len(out) % 4) + struct.pack(order + "I", len(field)) + field
    return (b"\0\1" if order == "<" else b"\0\0") + b"\0\0" + out + bytes(padding)


def image_by_hand(order: str = "<", data: bytes = b"\5\6", padding: int = 0) -> bytes:
    return by_hand(order, 7, 9, "cam", 1, 2, "mono8", bytearray(1), 2, data, padding=padding)


@given(names, names, st.binary(max_size=40), st.integers(0, 255), st.integers(0, 2**32 - 3), seconds)
def test_every_image_that_rclpy_writes_is_read(
    encoding: str, frame_id: str, data: bytes, big: int, size: int, sec: int
) -> None:
    written = message(encoding, frame_id, data, big=big, size=size, sec=sec)
    read = read_image(serialize_message(written))
    assert [getattr(read, name) for name in FIELDS] == [getattr(written, name) for name in FIELDS]
    assert bytes(read.data) == data


@given(names, names, st.binary(max_size=40), seconds, unsigned)
def test_every_compressed_image_that_rclpy_writes_is_read(
    kind: str, frame_id: str, data: bytes, sec: int, nanosec: int
) -> None:
    written = CompressedImage(format=kind, data=data)
    written.header.stamp.sec, written.header.stamp.nanosec, written.header.frame_id = sec, nanosec, frame_id
    read = read_compressed_image(serialize_message(written))
    assert (read.header, read.format, bytes(read.data)) == (written.header, kind, data)


@given(st.binary(max_size=120), st.sampled_from([b"", b"\0\0\0\0", b"\0\1\0\0", b"\0\7\0\0"]))
def test_what_is_passed_is_whole_and_says_the_same_when_rclpy_writes_it_again(tail: bytes, start: bytes) -> None:
    try:
        read = read_image(start + tail)
    except PerceptionError:
        return
    again = Image(height=read.height, width=read.width, encoding=read.encoding, step=read.step)
    again.header, again.is_bigendian, again.data = read.header, read.is_bigendian, bytes(read.data)
    same = read_image(serialize_message(again))
    assert [getattr(same, name) for name in FIELDS] == [getattr(read, name) for name in FIELDS]
    assert len(read.data) <= len(tail)


@given(st.data())
def test_a_whole_message_with_one_number_changed_is_read_within_its_bytes_or_refused(data: st.DataObject) -> None:
    content = bytearray(image_by_hand(data=bytes(8)))
    at = 4 * data.draw(st.integers(1, len(content) // 4 - 1))
    struct.pack_into("<I", content, at, data.draw(unsigned))
    try:
        read = read_image(bytes(content))
    except PerceptionError:
        return
    assert len(read.data) + len(read.encoding) + len(read.header.frame_id) < len(content)


def test_the_pixels_are_the_bytes_that_arrived() -> None:
    pixels = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    content = serialize_message(Image(height=4, width=5, encoding="bgr8", step=15, data=pixels.tobytes()))
    array = image_to_array(read_image(content))
    assert (array == pixels).all()
    assert np.shares_memory(array, np.frombuffer(content, np.uint8))


@pytest.mark.parametrize("padding", [0, 1, 2, 3])
@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read_and_padding_is_none_of_the_message(order: str, padding: int) -> None:
    content = image_by_hand(order, padding=padding)
    assert deserialize_message(content, Image).encoding == "mono8"  # whole, so rclpy may judge it
    read = read_image(content)
    assert (read.header.stamp.sec, read.header.frame_id, read.height, read.width) == (7, "cam", 1, 2)
    assert bytes(read.data) == b"\x05\x06"


@pytest.mark.parametrize("kind", range(len(READERS)), ids=["Image", "CompressedImage"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_message_cut_short_is_one_line_at_every_length(kind: int, order: str) -> None:
    whole = (image_by_hand(order), by_hand(order, 7, 9, "cam", "jpeg", b"\5\6\7"))[kind]
    READERS[kind](whole)
    for length in range(len(whole)):
        with pytest.raises(PerceptionError, match=f"^{length} bytes arrived that are no whole sensor_msgs/") as refused:
            READERS[kind](whole[:length])
        assert "\n" not in str(refused.value)


LONG = "a text of 4294967295 bytes"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (by_hand("<", 7, 9, 2**32 - 1), LONG),
        (by_hand("<", 7, 9, 5000, "n" * 5000), "a text of 5000 bytes"),
        (by_hand("<", 7, 9, 4, 0x61616161), "a text without its end"),
        (by_hand("<", 7, 9, "cam", 1, 2, 2**32 - 1), LONG),
        (
            by_hand("<", 7, 9, "cam", 1, 2, "mono8", bytearray(1), 2, 2**32 - 1),
            "0 bytes where 4294967295 are to follow",
        ),
        (by_hand("<", 7, 9, "cam", 1, 2, "mono8", bytearray(1), 2, 3, 0)[:-2], "2 bytes where 3 are to follow"),
        (image_by_hand(padding=4), "4 bytes behind its end"),
        (b"\0\3" + image_by_hand()[2:], "encapsulation 0x0003 is not plain CDR"),
    ],
)
def test_lengths_that_the_bytes_do_not_hold_are_named(content: bytes, says: str) -> None:
    with pytest.raises(PerceptionError, match=says):
        read_image(content)


def test_a_text_of_another_code_page_is_read_as_rclpy_does() -> None:
    content = by_hand("<", 7, 9, "cam", "jpeg", b"\5").replace(b"cam", b"c\xe4m")
    assert read_compressed_image(content).header.frame_id == "c�m"

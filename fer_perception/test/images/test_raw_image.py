"""Images out of the bytes on the wire, against what rclpy writes and reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import Image

from fer_perception import PerceptionError
from fer_perception.images.messages import image_to_array
from fer_perception.images.raw_image import RawImage, read_image

FIELDS = ("header", "height", "width", "encoding", "is_bigendian", "step")

texts = st.text(st.characters(min_codepoint=1, exclude_categories=("Cs",)), max_size=9)


def message(encoding: str, frame_id: str, data: bytes, *, big: int = 0, size: int = 0, seconds: int = 0) -> Image:
    image = Image(height=size, width=size + 1, encoding=encoding, is_bigendian=big, step=size + 2)
    image.header.stamp.sec, image.header.stamp.nanosec, image.header.frame_id = seconds, 2**32 - 1, frame_id
    image.data = data
    return image


@given(texts, texts, st.binary(max_size=40), st.integers(0, 1), st.integers(0, 2**31), st.integers(-(2**31), 2**31 - 1))
def test_every_field_is_what_rclpy_wrote(
    encoding: str, frame_id: str, data: bytes, big: int, size: int, seconds: int
) -> None:
    written = message(encoding, frame_id, data, big=big, size=size, seconds=seconds)
    read = read_image(serialize_message(written))
    assert isinstance(read, RawImage)
    assert [getattr(read, name) for name in FIELDS] == [getattr(written, name) for name in FIELDS]
    assert bytes(read.data) == data


def test_the_pixels_are_the_bytes_that_arrived() -> None:
    pixels = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    content = serialize_message(Image(height=4, width=5, encoding="bgr8", step=15, data=pixels.tobytes()))
    array = image_to_array(read_image(content))
    assert (array == pixels).all()
    assert np.shares_memory(array, np.frombuffer(content, np.uint8))


def test_big_endian_images_are_read() -> None:
    head = b"\x00\x00\x00\x00" + bytes([0, 0, 0, 7, 0, 0, 0, 9]) + b"\x00\x00\x00\x04cam\x00"
    size = b"\x00\x00\x00\x01\x00\x00\x00\x02"
    tail = b"\x00\x00\x00\x06mono8\x00" + b"\x00\x00" + b"\x00\x00\x00\x02" + b"\x00\x00\x00\x02\x05\x06"
    content = head + size + tail
    assert deserialize_message(content, Image).encoding == "mono8"
    read = read_image(content)
    assert (read.header.stamp.sec, read.header.frame_id, read.height, read.width) == (7, "cam", 1, 2)
    assert bytes(read.data) == b"\x05\x06"


@pytest.mark.parametrize("length", [0, 1, 3, 10, 30, 50])
def test_a_message_cut_short_is_one_line(length: int) -> None:
    content = serialize_message(message("mono8", "camera", bytes(40)))
    with pytest.raises(PerceptionError, match=f"{length} bytes arrived that are no sensor_msgs/Image"):
        read_image(content[:length])

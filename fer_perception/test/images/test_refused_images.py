# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Images that contradict themselves or claim too much are refused in one line, and before they cost memory."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_messages import compressed, image

from fer_perception import PerceptionError, compressed_to_array, image_to_array
from fer_perception.images.encodings import ENCODINGS

pytestmark = pytest.mark.usefixtures("converter")
GOOD = {"encoding": "bgr8", "height": 4, "width": 4, "step": 12, "data": bytes(48)}
REFUSED = {
    "torn": ({"data": bytes(40)}, "torn"),
    "too long": ({"data": bytes(49)}, "torn"),
    "empty": ({"data": b""}, "torn"),
    "step too small": ({"step": 11, "data": bytes(44)}, "step"),
    "step zero": ({"step": 0}, "step"),
    "step too large": ({"step": 13}, "torn"),
    "unknown encoding": ({"encoding": "Gray7"}, "encoding 'Gray7'"),
    "encoding without end": ({"encoding": "x" * 4000 + "\x1b[2J"}, "xxx…"),
    "bayer of 8 bits": ({"encoding": "bayer_rggb16", "step": 4, "data": bytes(16)}, "step"),
    "i420 of an odd step": ({"encoding": "i420", "step": 5, "data": bytes(30)}, "half of it"),
    "no encoding": ({"encoding": ""}, "encoding"),
    "no height": ({"height": 0, "data": b""}, "empty"),
    "no width": ({"width": 0, "step": 0, "data": b""}, "empty"),
    "gigantic": ({"height": 1 << 31, "width": 1 << 31, "step": 1 << 31}, "header is broken"),
    "odd yuyv": ({"encoding": "yuyv", "width": 3, "step": 6, "data": bytes(24)}, "even"),
    "odd nv12": ({"encoding": "nv12", "height": 3, "width": 4, "step": 4, "data": bytes(16)}, "even"),
    "nv12 without colour": ({"encoding": "nv12", "step": 4, "data": bytes(16)}, "torn"),
    "mono16 of 8 bits": ({"encoding": "mono16", "step": 4, "data": bytes(16)}, "step"),
}


def one_line(error):
    text = str(error)
    assert text.strip()
    assert "\n" not in text
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize("name", REFUSED)
def test_what_contradicts_itself_is_refused_in_one_line(name):
    change, word = REFUSED[name]
    with pytest.raises(PerceptionError) as caught:
        image_to_array(SimpleNamespace(**{"is_bigendian": 0, **GOOD, **change}))
    assert word in one_line(caught.value)


def test_good_data_that_was_broken_above_passes():
    assert image_to_array(SimpleNamespace(is_bigendian=0, **GOOD)).shape == (4, 4, 3)


def jpeg(size=64):
    noise = np.random.default_rng(3).integers(0, 255, (size, size, 3), dtype=np.uint8)
    return cv2.imencode(".jpg", noise)[1].tobytes()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (jpeg()[: len(jpeg()) // 2], "torn"),
        (cv2.imencode(".png", np.zeros((9, 9, 3), np.uint8))[1].tobytes()[:-20], "torn"),
        (b"\xff\xd8" + bytes(100) + b"\xff\xd9", "decoded"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50) + b"IEND", "decoded"),
        (b"II*\0" + bytes(50), "decoded"),
        (b"RIFF\x30\0\0\0WEBPVP8X" + bytes(30), "decoded"),
        (b"BM" + bytes(60), "decoded"),
        (b"GIF89a" + bytes(50), "neither"),
        (b"hello", "neither"),
    ],
)
def test_compressed_data_that_is_none_is_refused_in_one_line(data, word):
    with pytest.raises(PerceptionError) as caught:
        compressed_to_array(compressed(data))
    assert word in one_line(caught.value)


def claiming(size):
    """A small JPEG whose header says that it is `size` x `size` pixels."""
    content = bytearray(jpeg())
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = size.to_bytes(2, "big") * 2
    return bytes(content)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (claiming(20000), "header is broken"),  # 1.2 GB and seconds, if it was decoded
        (b"\x89PNG\r\n\x1a\n\x7f\xff\xff\xd9IEND", "decoded"),  # a chunk of 2 GB
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\0\x7f\xff" * 2 + b"\x08\0\0\0\0" + b"\0" * 8 + b"IEND" + b"\0" * 4,
         "header is broken"),
    ],
)  # fmt: skip
def test_a_header_that_claims_too_much_is_refused_before_it_costs_memory(data, word):
    with pytest.raises(PerceptionError) as caught:
        compressed_to_array(compressed(data))
    assert word in one_line(caught.value)


@given(data=st.binary(max_size=200), start=st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", jpeg(8)[:200]]))
@settings(max_examples=60)
def test_no_bytes_bring_anything_but_our_own_error(data, start):
    try:
        answer = compressed_to_array(compressed(start + data + b"\xff\xd9IEND"))
    except PerceptionError as error:
        one_line(error)
    else:
        assert answer.dtype == np.uint8


@given(
    encoding=st.sampled_from([*ENCODINGS, "32SC1", "8UC2"]),
    height=st.integers(0, 9),
    width=st.integers(0, 9),
    step=st.integers(0, 40),
    data=st.binary(max_size=200),
    bigendian=st.booleans(),
)
@settings(max_examples=100)
def test_no_header_brings_anything_but_our_own_error(encoding, height, width, step, data, bigendian):
    try:
        answer = image_to_array(image(encoding, height, width, data, step, bigendian))
    except PerceptionError as error:
        one_line(error)
    else:
        assert answer.shape[:2] == (height, width)

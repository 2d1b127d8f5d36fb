# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Compressed images: each kind, cut in every way, claiming what it can't hold, and what is no picture."""

import struct
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_perception import PerceptionError, compressed_to_array
from fer_perception.images.claims import claim_of, kind_of
from fer_perception.images.compressed import decode

SCENE = np.kron(np.random.default_rng(5).integers(0, 256, (6, 8, 3), dtype=np.uint8), np.ones((8, 8, 1), np.uint8))
"""BGR uint8 [48, 64, 3]."""
KINDS = {"JPEG": ".jpg", "PNG": ".png", "TIFF": ".tiff", "WebP": ".webp", "BMP": ".bmp"}


def compressed(data, kind="jpeg"):
    return SimpleNamespace(format=kind, data=bytes(data))


def coded(kind, pixels=SCENE, *parameters):
    try:
        fits, data = cv2.imencode(KINDS[kind], pixels, parameters)
    except cv2.error as error:
        pytest.skip(f"this OpenCV can't write {kind}: {error.err}")
    assert fits
    return data.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_and_its_claim_is_its_size(kind):
    content = coded(kind, SCENE, *([cv2.IMWRITE_WEBP_QUALITY, 101] if kind == "WebP" else []))
    answer = compressed_to_array(compressed(content, "whatever"))
    assert answer.shape == SCENE.shape
    if kind != "JPEG":
        assert (answer == SCENE).all()
    claim = claim_of(content, kind_of(content))
    assert (claim.width, claim.height) == (64, 48)
    assert claim.least <= len(content)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_picture_however_well_it_compresses_is_believed(kind, value):
    """The hardest for the weighing: one colour, as large as a camera's."""
    for channels in ((1080, 1920, 3), (1080, 1920)):
        content = coded(kind, np.full(channels, value, np.uint8), *(
            [cv2.IMWRITE_JPEG_OPTIMIZE, 1, cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_QUALITY, 1]
            if kind == "JPEG" else [cv2.IMWRITE_PNG_COMPRESSION, 9] if kind == "PNG" else []
        ))  # fmt: skip
        assert compressed_to_array(compressed(content)).shape[:2] == (1080, 1920)


def claiming(kind, width, height):
    """An image of that kind whose header, and nothing else, is changed to say so."""
    content = bytearray(coded(kind, SCENE, *([cv2.IMWRITE_WEBP_QUALITY, 80] if kind == "WebP" else [])))
    if kind == "JPEG":
        struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, height, width)
    elif kind == "PNG":
        struct.pack_into(">II", content, 16, width, height)
    elif kind == "BMP":
        struct.pack_into("<ii", content, 18, width, height)
    elif kind == "WebP":
        assert content[12:16] == b"VP8 "
        struct.pack_into("<HH", content, 26, width, height)
    else:
        (place,) = struct.unpack_from("<I", content, 4)
        for at in range(place + 2, len(content), 12):
            tag, form = struct.unpack_from("<HH", content, at)
            if tag in (256, 257):
                struct.pack_into("<H" if form == 3 else "<I", content, at + 8, width if tag == 256 else height)
    return bytes(content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_claim_beyond_max_pixels_is_not_decoded(kind):
    with pytest.raises(PerceptionError) as caught:
        decode(compressed(claiming(kind, 16000, 16000)))
    assert f"the {kind} image claims 16000x16000 pixels, more than max_pixels (33554432)" in str(caught.value)
    assert decode(compressed(coded(kind)), 64 * 48).shape == (48, 64, 3)
    with pytest.raises(PerceptionError, match=r"64x48 pixels, more than max_pixels \(3071\)"):
        decode(compressed(coded(kind)), 64 * 48 - 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
def test_a_claim_that_the_bytes_can_not_hold_is_not_decoded(kind):
    with pytest.raises(PerceptionError) as caught:
        decode(compressed(claiming(kind, 5000, 6000)))
    assert "claims 5000x6000 pixels, which its " in str(caught.value)
    assert "header is broken" in str(caught.value)


def test_a_jpeg_that_lacks_its_end_alone_is_read():
    content = coded("JPEG")
    assert content.endswith(b"\xff\xd9")
    assert (compressed_to_array(compressed(content[:-2])) == compressed_to_array(compressed(content))).all()


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_torn_jpeg_is_refused(share):
    content = coded("JPEG", np.random.default_rng(3).integers(0, 255, (128, 128, 3), dtype=np.uint8))
    with pytest.raises(PerceptionError, match="torn"):
        decode(compressed(content[: int(len(content) * share)]))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bits_stay_16_bits_until_they_are_scaled(kind):
    values = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    assert (decode(compressed(coded(kind, values))) == values).all()
    answer = compressed_to_array(compressed(coded(kind, values)))
    assert (answer == np.rint(values * (255 / 4095)).astype(np.uint8)).all()


@pytest.mark.parametrize(
    ("said", "data", "says"),
    [
        ("h264", b"\0\0\0\1\x67" + bytes(40), "is video"),
        ("video/H.265", bytes(40), "is video"),
        ("", b"\0\0\1\x09" + bytes(40), "is video"),
        ("16UC1; compressedDepth png", bytes(12) + b"\x89PNG", "is a depth image"),
        ("gif", b"GIF89a" + bytes(20), "neither JPEG, PNG, TIFF, WebP nor BMP"),
        ("x" * 5000 + "\x1b[2J", bytes(20), "neither"),
    ],
)
def test_what_is_no_picture_is_named_in_a_line_of_its_own(said, data, says):
    with pytest.raises(PerceptionError) as caught:
        decode(compressed(data, said))
    line = str(caught.value)
    assert says in line
    assert len(line) < 400
    assert line.isprintable()


@given(data=st.binary(max_size=80), kind=st.sampled_from(sorted(KINDS)), at=st.integers(0, 100))
@settings(max_examples=100)
def test_no_header_brings_anything_but_a_claim_or_none(data, kind, at):
    start = {
        "JPEG": b"\xff\xd8",
        "PNG": b"\x89PNG\r\n\x1a\n",
        "TIFF": b"II*\0",
        "WebP": b"RIFF....WEBPVP8",
        "BMP": b"BM",
    }
    content = start[kind] + data
    assert kind_of(content) == kind
    claim = claim_of(content, kind)
    assert claim is None or (claim.width > 0 and claim.height > 0 and claim.least >= 0)
    cut = coded(kind)[:at]
    claim_of(cut, kind)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Image messages as arrays, against pixels that are put together by hand."""

import struct
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from plain_messages import compressed, image

from fer_perception import PerceptionError, compressed_to_array, image_to_array, message_to_array
from fer_perception.images.encodings import ENCODINGS, named

pytestmark = pytest.mark.usefixtures("converter")
RED, GREEN, BLUE, WHITE, BLACK, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255,) * 3, (0,) * 3, (128,) * 3
SCENE = np.asarray([[RED, RED, GREEN, GREEN], [RED, RED, GREEN, GREEN], [BLUE, BLUE, WHITE, WHITE],
                    [BLUE, BLUE, GREY, GREY]], dtype=np.uint8)  # fmt: skip
"""RGB; the columns 2n and 2n + 1 share a colour, as the YUV encodings need it."""


def yuv_of(rgb):
    """ITU-R BT.601, video range, which is what cameras send and OpenCV takes them to send."""
    r, g, b = (float(value) for value in rgb)
    y = 16 + (65.738 * r + 129.057 * g + 25.064 * b) / 256
    u = 128 + (-37.945 * r - 74.494 * g + 112.439 * b) / 256
    v = 128 + (112.439 * r - 94.154 * g - 18.285 * b) / 256
    return round(y), round(u), round(v)


def packed_yuv(rgb, order):
    """Two pixels as four bytes, in the order of the letters; both Y are the pixels' own."""
    rows = []
    for row in rgb:
        line = []
        for left, right in zip(row[0::2], row[1::2]):
            (first, u, v), (second, _, _) = yuv_of(left), yuv_of(right)
            luma = iter((first, second))
            line += [{"u": u, "v": v}.get(letter) if letter != "y" else next(luma) for letter in order]
        rows.append(bytes(line))
    return rows


ORDERS = {"rgb": "rgb", "bgr": "bgr", "rgba": "rgba", "bgra": "bgra", "uc3": "bgr", "uc4": "bgra", "fc3": "bgr",
          "fc4": "bgra"}  # fmt: skip
"""The letters of a pixel, by the encoding's name without its bits."""
PACKS = {"8": ("B", 1), "16": ("<H", 257), "32": ("<f", 1 / 255), "64": ("<d", 1 / 255)}
"""How a value of a name with these digits is written, and what 1 of 255 is there."""


def rows_of(encoding, rgb):
    """The rows of an encoding, without padding, put together value by value."""
    if encoding in ("yuv422", "uyvy"):
        return packed_yuv(rgb, "uyvy")
    if encoding in ("yuyv", "yuv422_yuy2"):
        return packed_yuv(rgb, "yuyv")
    if encoding in PLANAR:
        return planes_of(encoding, rgb)
    bits = next(bits for bits in ("16", "32", "64", "8") if bits in encoding)
    letters = ORDERS[encoding.replace(bits, "", 1)]
    kind, unit = PACKS[bits]
    named = [[dict(zip("rgb", (int(v) for v in pixel))) | {"a": 7} for pixel in row] for row in rgb]
    return [b"".join(struct.pack(kind, pixel[letter] * unit) for pixel in row for letter in letters) for row in named]


def planes_of(encoding, rgb):
    """Every row of every plane: those of pairs for every pixel are twice as long as the luma's, a colour's half."""
    luma = [bytes(yuv_of(pixel)[0] for pixel in row) for row in rgb]
    if encoding == "nv24":
        return luma + [bytes(value for pixel in row for value in yuv_of(pixel)[1:]) for row in rgb]
    shared = [[yuv_of(pixel)[1:] for pixel in row[0::2]] for row in rgb[0::2]]
    if encoding in ("nv12", "nv21"):
        order = slice(None) if encoding == "nv12" else slice(None, None, -1)
        return luma + [bytes(value for pair in row for value in pair[order]) for row in shared]
    places = (0, 1) if encoding == "i420" else (1, 0)
    return luma + [bytes(pair[place] for pair in row) for place in places for row in shared]


PLANAR = ("nv12", "nv21", "nv24", "i420", "yv12")
# Both rows of a pair share their colour in four of them.
NV12_SCENE = SCENE[[0, 0, 2, 2]]
PATTERNS = [name for name in ENCODINGS if name.startswith("bayer")]
GREYS = [name for name in ENCODINGS if name.startswith("mono") or name.endswith("c1")]
COLOURS = [name for name in ENCODINGS if name not in PATTERNS + GREYS]
EXACT = [name for name in COLOURS if not name.startswith("yuv") and name not in ("uyvy", "yuyv", *PLANAR)]


@pytest.mark.parametrize("encoding", COLOURS)
@pytest.mark.parametrize("padding", [0, 2, 8, 64])
def test_colour_encodings_give_the_same_bgr(encoding, padding):
    scene = NV12_SCENE if encoding in PLANAR else SCENE
    rows = rows_of(encoding, scene)
    step = len(rows[0]) + padding  # and of longer or shorter rows as much in proportion
    data = b"".join(row.ljust(step * len(row) // len(rows[0]), b"\xee") for row in rows)
    answer = image_to_array(image(encoding, 4, 4, data, step=step))
    assert answer.shape == (4, 4, 3)
    assert answer.dtype == np.uint8
    tolerance = 0 if encoding in EXACT else 3  # YUV in 8 bits is no more exact
    assert np.abs(answer.astype(int) - scene[..., ::-1].astype(int)).max() <= tolerance


@pytest.mark.parametrize("encoding", PATTERNS)
@pytest.mark.parametrize("colour", [RED, GREEN, BLUE, WHITE])
def test_a_pattern_of_one_colour_is_that_colour(encoding, colour):
    """Written as its name says: the first two letters are the first row, from the left."""
    letters = encoding.removeprefix("bayer_")
    size = 2 if letters.endswith("16") else 1
    values = np.empty((8, 8), f"<u{size}")
    for place, letter in enumerate(letters[:4]):
        values[place // 2 :: 2, place % 2 :: 2] = dict(zip("rgb", colour))[letter] * (257 if size == 2 else 1)
    answer = image_to_array(image(encoding, 8, 8, values.tobytes()))
    assert (answer[2:-2, 2:-2] == np.array(colour[::-1])).all()


@pytest.mark.parametrize("encoding", GREYS)
def test_grey_stays_grey(encoding):
    greys = np.arange(256, dtype=np.uint8).reshape(16, 16)
    kind, unit = PACKS[next(bits for bits in ("16", "32", "64", "8") if bits in encoding)]
    data = b"".join(struct.pack(kind, int(value) * unit) for value in greys.flat)
    assert (image_to_array(image(encoding, 16, 16, data)) == greys).all()


def test_every_picture_of_image_encodings_is_understood():
    """Names out of sensor_msgs' image_encodings.hpp; those with two channels or signs are no pictures."""
    names = (
        "rgb8 rgba8 rgb16 rgba16 bgr8 bgra8 bgr16 bgra16 mono8 mono16 8UC1 8UC3 8UC4 16UC1 16UC3 16UC4 32FC1 32FC3 "
        "32FC4 64FC1 64FC3 64FC4 bayer_rggb8 bayer_bggr8 bayer_gbrg8 bayer_grbg8 bayer_rggb16 bayer_bggr16 "
        "bayer_gbrg16 bayer_grbg16 uyvy yuyv yuv422 yuv422_yuy2 nv21 nv24"
    )
    for name in names.split():
        assert named(name) is ENCODINGS[name.lower()]
    for name in ("8UC2", "8SC1", "16SC1", "32SC3", "32FC2", "jpeg"):
        with pytest.raises(PerceptionError, match=f"encoding '{name}' is not understood"):
            named(name)


@pytest.mark.filterwarnings("error")
def test_distances_that_no_float32_holds_are_no_warning():
    values = np.array([[0.0, 1e300, np.nan, -1e300], [0.5, 1.0, 0.25, 0.75]], "<f8")
    answer = image_to_array(image("64FC1", 2, 4, values.tobytes()))
    assert answer[1].tolist() == [128, 255, 64, 191]
    assert answer[0].tolist() == [0, 255, 0, 0]


@pytest.mark.parametrize("padding", [0, 1, 3, 64])
def test_mono8_is_its_bytes(padding):
    rows = [bytes([10 * y + x for x in range(5)]) for y in range(3)]
    data = b"".join(row + b"\xee" * padding for row in rows)
    answer = image_to_array(image("mono8", 3, 5, data, step=5 + padding))
    assert answer.tolist() == [list(row) for row in rows]


@pytest.mark.parametrize("bigendian", [0, 1])
@pytest.mark.parametrize("padding", [0, 1, 2, 64])
def test_mono16_is_scaled_from_its_whole_range(bigendian, padding):
    values = [[0, 257, 32768, 65535], [100, 1000, 10000, 50000], [65407, 128, 129, 255]]
    order = "big" if bigendian else "little"
    rows = [b"".join(value.to_bytes(2, order) for value in row) for row in values]
    data = b"".join(row + b"\xee" * padding for row in rows)
    answer = image_to_array(image("mono16", 3, 4, data, step=8 + padding, bigendian=bigendian))
    assert answer.tolist() == [[round(value * 255 / 65535) for value in row] for row in values]


def test_bgr8_and_mono8_are_not_copied():
    for encoding, channels in (("bgr8", 3), ("mono8", 1)):
        data = np.zeros(4 * 4 * channels, dtype=np.uint8)
        message = image(encoding, 4, 4, data)
        message.data = data
        assert np.shares_memory(image_to_array(message), data)


def test_names_are_taken_in_any_case():
    assert image_to_array(image(" BGR8 ", 1, 1, [1, 2, 3])).tolist() == [[[1, 2, 3]]]


def test_only_grey_data_stays_grey():
    _, coded = cv2.imencode(".png", np.full((3, 5), 9, np.uint8))
    assert message_to_array(compressed(coded, "png")).tolist() == [[9] * 5] * 3


@pytest.mark.parametrize("extension", [".jpg", ".png"])
@pytest.mark.parametrize("said", ["jpeg", "png", "rgb8; jpeg compressed bgr8", ""])
def test_compressed_images_are_told_by_their_bytes(extension, said):
    scene = np.kron(SCENE[..., ::-1], np.ones((16, 16, 1), np.uint8))  # JPEG blurs what is smaller than its blocks
    _, coded = cv2.imencode(extension, scene, [cv2.IMWRITE_JPEG_QUALITY, 100])
    answer = compressed_to_array(compressed(coded, said))
    assert answer.shape == scene.shape
    off = np.abs(answer.astype(int) - scene.astype(int))
    if extension == ".png":
        assert off.max() == 0
    else:
        assert off[4:12, 4:12].max() <= 3  # within one block, away from its neighbours


def test_progressive_and_padded_jpegs_are_read():
    scene = np.full((20, 30, 3), 99, np.uint8)
    coded = cv2.imencode(".jpg", scene, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes()
    for content in (coded, coded[:2] + b"\xff\xff" + coded[2:], coded[:2] + b"\xff\xfe\x00\x04hi" + coded[2:]):
        assert compressed_to_array(compressed(content)).shape == (20, 30, 3)


@pytest.mark.parametrize("encoding", ["rgb8", "mono8"])
def test_8000x6000_pixels_pass(encoding):
    channels = ENCODINGS[encoding].channels
    data = np.zeros(8000 * 6000 * channels, dtype=np.uint8)
    data[-1] = 200
    message = SimpleNamespace(
        height=6000, width=8000, encoding=encoding, is_bigendian=0, step=8000 * channels, data=data
    )
    answer = image_to_array(message)
    assert answer.shape[:2] == (6000, 8000)
    assert answer[-1, -1].max() == 200

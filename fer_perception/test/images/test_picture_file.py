# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Picture files: what OpenCV reads of them is what comes, and a claim is weighed before."""

import os
import struct
import zlib

import cv2
import numpy as np
import pytest

from fer_perception.images.picture_file import decode_picture, read_picture

PIXELS = np.arange(48 * 64 * 3, dtype=np.uint32).reshape(48, 64, 3).astype(np.uint8)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".bmp", ".tif", ".webp"])
def test_every_kind_is_read_as_opencv_reads_it(tmp_path, ending):
    path = tmp_path / f"näher{ending}"
    cv2.imwrite(str(path), PIXELS)
    got = read_picture(path)
    assert got is not None
    assert np.array_equal(got, cv2.imread(str(path), cv2.IMREAD_COLOR))
    grey = read_picture(path, cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    assert grey.shape == (48, 64)


def test_a_name_that_is_no_text_is_one_like_others(tmp_path):
    path = tmp_path / os.fsdecode(b"\xff.png")
    path.write_bytes(cv2.imencode(".png", PIXELS)[1].tobytes())
    assert np.array_equal(read_picture(path), PIXELS)


def test_what_is_no_picture_is_none_and_not_waited_for(tmp_path):
    (tmp_path / "x.png").write_bytes(b"no image")
    (tmp_path / "empty.png").touch()
    (tmp_path / "dangling.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")  # that nobody will ever write to
    for name in ("x.png", "empty.png", "dangling.png", "folder.png", "pipe.png", "nothing.png"):
        assert read_picture(tmp_path / name) is None, name
    assert read_picture("/dev/zero") is None


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def test_a_claim_is_weighed():
    """A small grey PNG, whole, and one whose header says more than its bytes can hold."""
    content = cv2.imencode(".png", PIXELS)[1].tobytes()
    assert decode_picture(content, 48 * 64) is not None
    assert decode_picture(content, 48 * 64 - 1) is None
    header = struct.pack(">IIBBBBB", 12_000, 12_000, 8, 0, 0, 0, 0)
    little = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    assert decode_picture(b"\x89PNG\r\n\x1a\n" + little) is None

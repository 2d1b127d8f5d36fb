# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One photograph."""

import cv2
import numpy as np
import pytest

from fer_bringup.errors import BringupError
from fer_bringup.sources import open_source


def test_it_stays(tmp_path) -> None:
    path = tmp_path / "one.PNG"
    path.write_bytes(cv2.imencode(".png", np.full((4, 6, 3), 70, np.uint8))[1].tobytes())
    source = open_source(str(path), rate=4.0)
    frames = [source.read() for _ in range(50)]
    assert [frame.due for frame in frames[:3]] == [0.0, 0.25, 0.5]
    assert all(frame.image[0, 0, 0] == 70 for frame in frames)
    assert "until Ctrl-C" in source.description


@pytest.mark.parametrize("name", ["one.jpg", "IMG_1.HEIC", "one.avif"])
def test_what_holds_no_image_is_one_line(tmp_path, name) -> None:
    path = tmp_path / name
    path.write_bytes(b"no image")
    with pytest.raises(BringupError, match="holds no image that OpenCV can read; save it as JPEG or PNG"):
        open_source(str(path))

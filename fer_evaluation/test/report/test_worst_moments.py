# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Pictures of the worst moments."""

import base64
import re

import cv2
import numpy as np
import pytest
from video_bags import VIDEO, video_bag

from fer_evaluation.bags.messages import PACKET
from fer_evaluation.evaluate_bag import main


@pytest.mark.usefixtures("blank_pictures")
@pytest.mark.parametrize(("kind", "keyint"), [(VIDEO, 5), (PACKET, 5), (PACKET, 250)])
def test_of_a_video_the_very_images_are_shown(tmp_path, kind, keyint):
    """The last one leans on a whole picture more than ten seconds before it."""
    images = [np.full((240, 320, 3), 20 + k, np.uint8) for k in range(130)]
    video_bag(tmp_path / "bag", images, kind, "h264", keyint)
    (tmp_path / "labels.csv").write_text("start_s,end_s,emotion\n1.0,1.1,sad\n12.4,12.5,sad\n")
    given = ["--labels", tmp_path / "labels.csv", "--detector", "haar", "--thumbnails", "--output", tmp_path / "out"]
    assert main([str(tmp_path / "bag"), *map(str, given)]) == 0
    page = (tmp_path / "out" / "report.html").read_text()
    shown = [base64.b64decode(data) for data in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', page)]
    means = [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).mean() for data in shown]
    assert means == pytest.approx([30, 144], abs=4)
    assert "no picture" not in page

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The last image of a source, which may be its only one, becomes light before the run ends."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def photograph(tmp_path):
    cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed")
    data = pytest.importorskip("skimage.data", reason="scikit-image, which has the picture, is not installed")
    folder = tmp_path / "photographs"
    folder.mkdir()
    cv2.imwrite(str(folder / "astronaut.png"), data.astronaut()[:, :, ::-1])
    return folder


@pytest.mark.parametrize("time", range(3))
def test_one_photograph_becomes_light(photograph, tmp_path, time):
    """Thrice: without the wait for the light it came to nothing once in three to six runs."""
    light, report = tmp_path / "light.jsonl", tmp_path / "report.json"
    command = [sys.executable, "-m", "fer_bringup.ambient", "--source", photograph, "--light", f"record:{light}"]
    done = subprocess.run([*command, "--report", report], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(report.read_text())["rows"]
    assert row["rgb"] is not None
    frames = [json.loads(line) for line in light.read_text().splitlines()]
    # A machine so busy that two seconds pass before the first frame is sent shows it fading already: it was heard.
    assert frames[0]["mode"] in ("live", "fading")

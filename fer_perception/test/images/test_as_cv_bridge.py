# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Our own conversion gives the pixels that cv_bridge gives, judged by Debian's (python3-cv-bridge, 1.16.2)."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from fer_perception.images.convert import to_bgr_or_grey
from fer_perception.images.encodings import ENCODINGS, view
from fer_perception.images.levels import Levels

PYTHON = "/usr/bin/python3"
JUDGED = [
    "rgb8", "bgr8", "rgba8", "bgra8", "rgb16", "bgr16", "rgba16", "bgra16", "mono8", "mono16", "yuv422",
    *(name for name in ENCODINGS if name.startswith("bayer")),
]  # fmt: skip
"""What cv_bridge of this age makes BGR of; the YUV planes and NumPy-like types have no conversion there."""
HEIGHT, WIDTH = 48, 64


@pytest.fixture(scope="module")
def judged(made_once):
    """By encoding: noise and a slope as its bytes, and what cv_bridge makes of it."""
    folder = made_once("judged by cv_bridge", judge)
    if (folder / "missing").exists():
        pytest.skip("Debian's python3-cv-bridge and python3-sensor-msgs are not installed for the system's Python")
    return {
        name: (np.load(folder / f"{name}.npz")["data"].tobytes(), np.load(folder / f"{name}.npy")) for name in JUDGED
    }


def judge(folder):
    if not Path(PYTHON).exists() or subprocess.run([PYTHON, "-c", "import cv_bridge"], capture_output=True).returncode:
        (folder / "missing").touch()
        return
    rng = np.random.default_rng(7)
    for name in JUDGED:
        encoding = ENCODINGS[name]
        shape = (HEIGHT, WIDTH, encoding.channels)
        values = rng.integers(0, 256**encoding.bytes_per_value, shape).astype(f"<u{encoding.bytes_per_value}")
        values[:24] = np.linspace(0, 256**encoding.bytes_per_value - 1, WIDTH)[:, None]
        step = WIDTH * encoding.channels * encoding.bytes_per_value
        data = np.frombuffer(values.tobytes(), np.uint8)
        np.savez(folder / f"{name}.npz", height=HEIGHT, width=WIDTH, step=step, data=data)
    script = Path(__file__).with_name("judge_cv_bridge.py")
    done = subprocess.run([PYTHON, str(script), str(folder)], capture_output=True, text=True, timeout=60, env={})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", JUDGED)
def test_the_pixels_are_cv_bridges(judged, name):
    data, theirs = judged[name]
    encoding = ENCODINGS[name]
    message = SimpleNamespace(step=WIDTH * encoding.channels * encoding.bytes_per_value, data=data)
    ours = to_bgr_or_grey(*view(name, HEIGHT, WIDTH, message.step, False, message.data), Levels(16))
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype == np.uint8
    assert (ours == theirs).all()

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Why a message of a video gives no picture."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from fer_evaluation.bags.video import VideoDecoder
from fer_perception import PerceptionError

av = pytest.importorskip("av")


def coded(b_frames):
    """Twelve pictures by x264, each message a packet in the order in which they are sent."""
    coder = av.CodecContext.create("libx264", "w")
    coder.width, coder.height, coder.pix_fmt, coder.time_base = 64, 48, "yuv420p", Fraction(1, 10)
    coder.options = {"bf": str(b_frames), "preset": "ultrafast", "x264-params": f"bframes={b_frames}:b-adapt=0"}
    generator, packets = np.random.default_rng(0), []
    for k in range(12):
        frame = av.VideoFrame.from_ndarray(generator.integers(0, 255, (48, 64, 3), np.uint8), format="bgr24")
        frame.pts = k
        packets += coder.encode(frame)
    packets += coder.encode(None)
    return [SimpleNamespace(format="h264", data=bytes(packet)) for packet in packets]


def faults(messages):
    decoder, found = VideoDecoder(), []
    for message in messages:
        try:
            decoder.decode(message)
        except PerceptionError as error:
            found.append(str(error))
    return found


def test_pictures_that_come_late_are_told_as_that():
    found = faults(coded(2))
    assert found, "the first ones wait for those that they lean on"
    assert all("B-frames lean on later ones, so that all its pictures come a few images late" in why for why in found)


def test_a_video_without_them_is_read_from_its_first_message_on():
    assert faults(coded(0)) == []

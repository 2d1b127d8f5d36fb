# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags of video, by PyAV."""

import numpy as np
import pytest
from made_bags import START
from rosbags.rosbag2 import StoragePlugin, Writer

from fer_evaluation.bags.messages import typestore

VIDEO = "foxglove_msgs/msg/CompressedVideo"


CODERS = {
    "h264": ("libx264", {"tune": "zerolatency", "preset": "ultrafast", "x264-params": "repeat-headers=1"}),
    "av1": ("libsvtav1", {"preset": "12", "svtav1-params": "pred-struct=1"}),
}


def video_bag(path, images, kind, codec, keyint=5):
    """Video by PyAV, an access unit a message, as Foxglove and ffmpeg_image_transport have it."""
    av = pytest.importorskip("av")
    store = typestore()
    encoder, options = CODERS[codec]
    coder = av.CodecContext.create(encoder, "w")
    coder.width, coder.height, coder.pix_fmt = images[0].shape[1], images[0].shape[0], "yuv420p"
    coder.time_base = coder.framerate = 10
    coder.time_base = 1 / coder.framerate
    coder.options = {k: f"{v}:keyint={keyint}" if k == "x264-params" else v for k, v in options.items()}
    coder.open()
    with Writer(path, version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        connection = writer.add_connection("/video", kind, typestore=store)
        for k, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts = k
            data = b"".join(bytes(packet) for packet in coder.encode(frame))
            log = START + k * 100_000_000
            time = store.types["builtin_interfaces/msg/Time"](sec=log // 10**9, nanosec=log % 10**9)
            data = np.frombuffer(data, np.uint8)
            if kind == VIDEO:
                message = store.types[kind](timestamp=time, frame_id="", data=data, format=codec)
            else:
                header = store.types["std_msgs/msg/Header"](stamp=time, frame_id="")
                coded = {"encoding": f"{codec};yuv420p;bgr8;bgr8", "pts": k, "flags": 0, "is_bigendian": False}
                message = store.types[kind](header=header, width=320, height=240, data=data, **coded)
            writer.write(connection, log, store.serialize_cdr(message, kind))

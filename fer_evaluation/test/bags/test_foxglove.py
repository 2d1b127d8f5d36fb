# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Images by Foxglove's own writers."""

import base64
import json
import sqlite3

import cv2
import numpy as np
import pytest
from bag_files import read
from grey_bags import GREY, evaluated, same
from made_bags import START, STEP
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Rosbag2Writer

from fer_evaluation.bags.messages import typestore

pytestmark = pytest.mark.usefixtures("blank_pictures")


def png(image):
    return cv2.imencode(".png", image)[1].tobytes()


def test_foxglove_compressed_images_by_its_own_writer(tmp_path):
    foxglove = pytest.importorskip("foxglove")
    channels, messages = pytest.importorskip("foxglove.channels"), pytest.importorskip("foxglove.messages")
    path, context = tmp_path / "fox.mcap", foxglove.Context()
    with foxglove.open_mcap(str(path), context=context):
        protobuf = channels.CompressedImageChannel("/camera", context=context)
        raw = channels.RawImageChannel("/raw", context=context)
        schema = {"type": "object", "title": "foxglove.CompressedImage"}
        spelt = foxglove.Schema(
            name="foxglove.CompressedImage", encoding="jsonschema", data=json.dumps(schema).encode()
        )
        spoken = foxglove.Channel("/spoken", message_encoding="json", schema=spelt, context=context)
        for k, image in enumerate(GREY):
            stamp = START + STEP * k
            at = messages.Timestamp(sec=stamp // 10**9, nsec=stamp % 10**9)
            one = messages.CompressedImage(timestamp=at, frame_id="c", data=png(image), format="png")
            protobuf.log(one, log_time=stamp)
            values = {"timestamp": {"sec": stamp // 10**9, "nsec": stamp % 10**9}, "frame_id": "c", "format": "png"}
            spoken.log(json.dumps(values | {"data": base64.b64encode(png(image)).decode()}).encode(), log_time=stamp)
            one = messages.RawImage(
                timestamp=at, frame_id="c", width=32, height=24, encoding="mono8", step=32, data=image.tobytes()
            )
            raw.log(one, log_time=stamp)
    for topic in ("/camera", "/spoken", "/raw"):
        same(read(path, topic), GREY)
    content, _ = evaluated(tmp_path, path, "--topic", "/camera", "--topic", "/spoken", "--topic", "/raw")
    assert content["frames"] == 36


@pytest.mark.parametrize("brought", [True, False])
def test_foxglove_messages_in_ros(tmp_path, brought):
    kind, store = "foxglove_msgs/msg/CompressedImage", typestore()
    with Rosbag2Writer(tmp_path / "bag", version=8, storage_plugin=StoragePlugin.SQLITE3) as writer:
        connection = writer.add_connection("/camera", kind, typestore=store)
        for k, image in enumerate(GREY):
            stamp = START + STEP * k
            time = store.types["builtin_interfaces/msg/Time"](sec=stamp // 10**9, nanosec=stamp % 10**9)
            data = np.frombuffer(png(image), np.uint8)
            message = store.types[kind](timestamp=time, frame_id="c", data=data, format="png")
            writer.write(connection, stamp, store.serialize_cdr(message, kind))
    if not brought:
        with sqlite3.connect(next((tmp_path / "bag").glob("*.db3"))) as database:
            database.execute("DELETE FROM message_definitions")
        database.close()
    same(read(tmp_path / "bag", "/camera"), GREY)

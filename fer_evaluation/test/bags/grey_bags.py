# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Twelve grey images, a bag with another topic beside its images, and an evaluation."""

import json

import numpy as np
from made_bags import START, STEP, pictures
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Rosbag2Writer

from fer_evaluation.bags.messages import IMAGE, typestore
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import image_message

STRING = "std_msgs/msg/String"

GREY = [np.full((24, 32), 10 * k, np.uint8) for k in range(12)]


def same(found, images, start=START):
    assert [stamp for stamp, _ in found] == [start + STEP * k for k in range(len(images))]
    assert all(np.array_equal(one, other) for (_, one), other in zip(found, images))


def evaluated(tmp_path, *arguments):
    """metrics.json and the report of an evaluation that must succeed; Haar needs no weights."""
    out = tmp_path / "out"
    assert main([*map(str, arguments), "--detector", "haar", "--output", str(out)]) == 0
    return json.loads((out / "metrics.json").read_text()), (out / "report.html").read_text()


def bag_of_many(path, storage):
    """Three images, and a topic of strings beside them."""
    store = typestore()
    with Rosbag2Writer(path, version=8, storage_plugin=StoragePlugin[storage.upper()]) as writer:
        image = writer.add_connection("/image", IMAGE, typestore=store)
        other = writer.add_connection("/other", STRING, typestore=store)
        for k, picture in enumerate(pictures(3)):
            message = image_message(picture, START + k * STEP, None)
            writer.write(image, START + k * STEP, store.serialize_cdr(message, IMAGE))
            text = store.types[STRING](data="hello")
            writer.write(other, START + k * STEP + 1, store.serialize_cdr(text, STRING))

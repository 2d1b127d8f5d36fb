# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags of answers, and what is in them."""

import numpy as np
from rosbags.rosbag2 import StoragePlugin, Writer

from fer_common.emotions import LABELS
from fer_evaluation.bags.messages import EMOTION, IMAGE, typestore
from fer_evaluation.make_bag import image_message

SIZE = {"image_width": 640, "image_height": 480}
START = 1_700_000_000_000_000_000
STEP = 100_000_000
LATE = 30_000_000


def make(kind, **values):
    return typestore().types[kind](**values)


def header(stamp):
    time = make("builtin_interfaces/msg/Time", sec=stamp // 10**9, nanosec=stamp % 10**9)
    return make("std_msgs/msg/Header", stamp=time, frame_id="camera")


def emotion(stamp, name, face_id="f1", width=50):
    roi = make("sensor_msgs/msg/RegionOfInterest", x_offset=1, y_offset=2, width=width, height=50, do_rectify=False)
    p = np.where(np.array(LABELS) == name, 0.7, 0.05).astype(np.float32)
    return make(EMOTION, header=header(stamp), face_id=face_id, roi=roi, detection_score=0.9, probabilities=p)


class Recording:
    """Writes a bag of answers; 40 images a tenth of a second apart."""

    def __init__(self, path):
        self.writer, self.connections = Writer(path, version=8, storage_plugin=StoragePlugin.MCAP), {}
        self.writer.open()

    def add(self, topic, kind, log_ns, message):
        if topic not in self.connections:
            self.connections[topic] = self.writer.add_connection(topic, kind, typestore=typestore())
        self.writer.write(self.connections[topic], log_ns, typestore().serialize_cdr(message, kind))

    def close(self):
        self.writer.close()


def truth(number):
    """What is to be seen in the image of that number."""
    return "sad" if number < 20 else "happy"


def with_images(recording, topic, count=40, stamp=None):
    """Add a small grey image each tenth of a second, stamped when it is recorded or all alike."""
    for number in range(count):
        at = START + number * STEP
        recording.add(topic, IMAGE, at, image_message(np.full((30, 40, 3), 90, np.uint8), stamp or at, None))

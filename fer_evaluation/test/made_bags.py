# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What bags made by tests hold."""

import numpy as np
from rosbags.rosbag2 import StoragePlugin, Writer

from fer_evaluation.bags.messages import IMAGE, typestore
from fer_evaluation.make_bag import image_message

START = 1_700_000_000_000_000_000
STEP = 100_000_000


def pictures(count=12):
    generator = np.random.default_rng(0)
    return [generator.integers(0, 255, (24, 32, 3), dtype=np.uint8) for _ in range(count)]


def timed(images):
    return [(image, number / 10) for number, image in enumerate(images)]


def two_topics(path, other="/depth"):
    store = typestore()
    with Writer(path, version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        for topic in ("/image", other):
            connection = writer.add_connection(topic, IMAGE, typestore=store)
            for number, image in enumerate(pictures(3)):
                message = image_message(image, START + number * STEP, None)
                writer.write(connection, START + number * STEP, store.serialize_cdr(message, IMAGE))

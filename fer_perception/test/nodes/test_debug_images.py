# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The debug image's rate and width."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import rclpy
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage
from std_msgs.msg import Header

from fer_common.ros.executor import make_executor
from fer_perception.nodes.debug_images import DebugImages

PICTURE = np.full((30, 80, 3), 200, np.uint8)


@pytest.fixture
def node() -> Iterator[Node]:
    rclpy.init()
    made = rclpy.create_node("perception")
    yield made
    made.destroy_node()
    rclpy.try_shutdown()


def test_it_is_drawn_no_more_often_and_no_wider_than_wanted(node: Node) -> None:
    images, came = DebugImages(node), []
    node.create_subscription(CompressedImage, "debug_image/compressed", came.append, 10)
    executor = make_executor()
    executor.add_node(node)

    def until(there) -> None:
        for _ in range(1200):
            if there():
                return
            executor.spin_once(timeout_sec=0.05)
        raise AssertionError("it did not come about")

    until(lambda: images._compressed.get_subscription_count())
    for number in range(60):
        images.publish(Header(), lambda: PICTURE, 100 + number / 30, rate=5.0, width=40)
    assert images.published in (10, 11)
    until(lambda: came)
    seen = cv2.imdecode(np.frombuffer(bytes(came[0].data), np.uint8), cv2.IMREAD_COLOR)
    assert seen.shape == (15, 40, 3)
    for number in range(5):
        images.publish(Header(), lambda: PICTURE, 103 + number / 1000)
    assert images.published in (15, 16)
    until(lambda: cv2.imdecode(np.frombuffer(bytes(came[-1].data), np.uint8), cv2.IMREAD_COLOR).shape == (30, 80, 3))
    executor.shutdown()
    images.close()

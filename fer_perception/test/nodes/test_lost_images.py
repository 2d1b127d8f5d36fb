# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a node says of images that are lost on the way, and of two cameras on one topic; over real topics."""

import array

import pytest
import rclpy
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.serialization import serialize_message
from sensor_msgs.msg import Image
from waiting import Patience

from fer_perception.nodes.loss import PATIENCE, Loss, _stamp


@pytest.fixture
def node():
    rclpy.init()
    node = rclpy.create_node("perception")
    yield node
    node.destroy_node()
    rclpy.shutdown()


def image(seconds):
    message = Image(height=1, width=1, encoding="mono8", step=1, data=array.array("B", [7]))
    message.header.stamp.sec, message.header.stamp.nanosec = int(seconds), round(seconds % 1 * 1e9)
    return message


@pytest.mark.parametrize("seconds", [0.0, 12.5, 1_800_000_000.25])
def test_a_stamp_is_read_from_the_bytes_as_the_middleware_writes_them(seconds):
    message = image(seconds)
    assert _stamp(serialize_message(message)) == _stamp(message) == pytest.approx(seconds, abs=1e-6)


def publisher(node, name, reliability):
    other = rclpy.create_node(name)
    other.create_publisher(Image, "image", QoSProfile(depth=1, reliability=reliability))
    patience = Patience()
    while name not in [info.node_name for info in node.get_publishers_info_by_topic("/image")]:
        assert patience.lasts()
        rclpy.spin_once(node, timeout_sec=0.05)
    return other


@pytest.mark.parametrize(
    ("reliability", "says"),
    [
        (ReliabilityPolicy.RELIABLE, "it offers reliable, so set qos_reliability to reliable"),
        (ReliabilityPolicy.BEST_EFFORT, "net.core.rmem_max"),
    ],
)
def test_lost_images_are_named_once_with_what_helps(node, capfd, reliability, says):
    camera = publisher(node, "camera", reliability)
    loss = Loss(node)
    for number in range(400):
        if number % 3 != 1:
            loss.heard(serialize_message(image(100 + number / 30)))
    for _ in range(3 * PATIENCE):
        loss.look("/image", best_effort=True)
    camera.destroy_node()
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "lost" in line]
    assert "at least 33% of the images on /image are lost on their way from /camera: " in line
    assert says in line


@pytest.mark.parametrize(("every", "best_effort"), [(1, True), (3, False)])
def test_where_nothing_is_lost_or_all_is_sent_again_nothing_is_said(node, capfd, every, best_effort):
    loss = Loss(node)
    for number in range(400):
        if every == 1 or number % every != 1:
            loss.heard(image(100 + number / 30))
    for _ in range(2 * PATIENCE):
        loss.look("/image", best_effort=best_effort)
    assert "lost" not in capfd.readouterr().err


def test_two_cameras_on_one_topic_are_named_once(node, capfd):
    one, two = (publisher(node, name, ReliabilityPolicy.RELIABLE) for name in ("front", "rear"))
    loss = Loss(node)
    for _ in range(5):
        loss.look("/image", best_effort=True)
    one.destroy_node()
    two.destroy_node()
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "publish on" in line]
    assert "2 publish on /image (/front, /rear), whose images get mixed" in line


def test_a_second_perception_on_our_topics_is_named_once_and_again_when_it_comes_back(node, capfd):
    def beside():
        other = rclpy.create_node("perception")
        other.create_publisher(Image, "faces", 1)
        return other

    def until(count):
        patience = Patience()
        while len(node.get_publishers_info_by_topic("/faces")) != count:
            assert patience.lasts()
            rclpy.spin_once(node, timeout_sec=0.05)
        for _ in range(3):
            loss.look_beside("/faces")

    loss = Loss(node)
    node.create_publisher(Image, "faces", 1)
    until(1)
    for _ in range(2):
        other = beside()
        until(2)
        other.destroy_node()
        until(1)
    lines = [line for line in capfd.readouterr().err.splitlines() if "publish on" in line]
    assert len(lines) == 2
    assert "2 publish on /faces (/perception 2 times), whose faces and colours get mixed: start each" in lines[0]

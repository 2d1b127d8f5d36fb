# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Subscribers and cameras that ask for another quality of service, or fall silent, are named with the remedy."""

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

from node_bench import BEST_EFFORT, image, seen
from rclpy.qos import DurabilityPolicy, QoSProfile
from sensor_msgs.msg import Image

from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray


def test_a_subscriber_with_the_wrong_qos_is_named_with_the_remedy(bench, log):
    room = bench()
    wanting = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    room.peer.create_subscription(EmotionDistribution, "emotion", lambda _: None, wanting)
    assert room.until(lambda: log.lines("[perception]", "gets nothing from /emotion"))
    (line,) = log.lines("[perception]", "gets nothing")
    assert "/camera" in line
    assert "durability" in line
    assert "volatile" in line
    assert seen(room, 1)


def test_best_effort_outputs_name_the_reliable_subscriber(bench, log):
    room = bench(output_reliability="best_effort")
    assert room.until(lambda: log.lines("[perception]", "gets nothing from /faces", "reliability", "best_effort"))
    heard = []
    room.peer.create_subscription(EmotionDistributionArray, "faces", heard.append, BEST_EFFORT)
    assert room.until(lambda: room.node.count_subscribers("/faces") == 2)
    camera = room.camera()
    for stamp in range(1, 20):
        camera.publish(image(stamp))
        if room.until(lambda: heard, 1.0):
            break
    assert heard


def test_a_camera_that_is_not_transient_local_is_named(bench, log):
    room = bench(qos_durability="transient_local")
    room.peer.create_publisher(Image, "image", QoSProfile(depth=1))
    assert room.until(lambda: log.lines("[perception]", "/camera offers durability volatile"))
    assert "-p qos_durability:=volatile" in log.lines("[perception]", "does not match")[0]


def test_a_camera_that_stops_is_named_and_one_that_comes_back_too(bench, log):
    room = bench(input_timeout=0.5)
    assert seen(room, 1)
    assert room.until(lambda: log.lines("no image on /image"))
    assert room.until(lambda: [status for status in room.diagnostics if status.message == "no image arrives"])
    assert seen(room, 2)
    assert room.until(lambda: log.lines("images arrive on /image again"))
    assert len({message.faces[0].face_id for message in room.faces}) == 1

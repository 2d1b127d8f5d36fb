# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What both nodes make of a camera's stamps: the node of one camera, and the one of several, over real DDS."""

import pytest
from waiting import PATIENCE, Patience

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from node_bench import RELIABLE, Bright, image, value
from rclpy.parameter import Parameter
from sensor_msgs.msg import Image

from fer_common.ros.executor import make_executor
from fer_msgs.msg import EmotionDistributionArray
from fer_perception import Perception, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.node import PerceptionNode
from fer_perception.shared_node import SharedPerceptionNode

NODES = {"one": (PerceptionNode, "", {}), "several": (SharedPerceptionNode, "left/", {"cameras": ["left", "right"]})}


class Watched:
    """A node, one of its cameras, and who listens to it."""

    def __init__(self, model, kind):
        make, self.prefix, parameters = NODES[kind]
        parameters = {**parameters, "filter_time": 0.0, "qos_reliability": "reliable"}
        self.node = make(
            perception=Perception(Bright(), EmotionClassifier.load(model), Settings()),
            parameter_overrides=[Parameter(name, value=given) for name, given in parameters.items()],
        )
        self.peer = rclpy.create_node("eye")
        self.executor = make_executor()
        for node in (self.node, self.peer):
            self.executor.add_node(node)
        self.camera = self.peer.create_publisher(Image, f"{self.prefix}image", RELIABLE)
        self.faces, self.diagnostics = [], []
        self.peer.create_subscription(EmotionDistributionArray, f"{self.prefix}faces", self.faces.append, 10)
        self.peer.create_subscription(
            DiagnosticArray, "/diagnostics", lambda array: self.diagnostics.extend(array.status), 10
        )
        assert self.until(self.camera.get_subscription_count)
        assert self.until(lambda: self.peer.count_publishers(f"{self.prefix}faces"))

    def until(self, condition, seconds=PATIENCE):
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.executor.spin_once(timeout_sec=0.02)
        return result

    def show(self, message):
        before = len(self.faces)
        self.camera.publish(message)
        assert self.until(lambda: len(self.faces) > before)
        return self.faces[-1]

    def told(self, count):
        """The diagnostics after so many images."""
        found = []
        self.until(
            lambda: found.extend(one for one in self.diagnostics if value(one, "processed") == str(count)) or found
        )
        return found[-1]

    def close(self):
        self.executor.shutdown()
        for node in (self.node, self.peer):
            node.destroy_node()


@pytest.fixture(params=sorted(NODES))
def watched(graph, tiny_model, request):
    made = Watched(tiny_model, request.param)
    yield made
    made.close()


def now(node, offset=0):
    message = image(0)
    message.header.stamp = node.get_clock().now().to_msg()
    message.header.stamp.sec += offset
    return message


def test_images_without_a_stamp_are_taken_named_once_and_have_no_latency(watched, capfd):
    for _ in range(3):
        message = image(0)
        message.header.stamp.nanosec = 0
        assert len(watched.show(message).faces) == 1
    status = watched.told(3)
    assert value(status, "latency p50 (ms)") is None
    assert float(value(status, "processing p50 (ms)")) > 0
    said = capfd.readouterr().err
    assert said.count(f"/{watched.prefix}image: images carry no stamp; their arrival counts instead") == 1


@pytest.mark.parametrize("offset", [-86_400, 86_400], ids=["of yesterday", "of tomorrow"])
def test_stamps_of_another_clock_count_for_no_latency(watched, offset, capfd):
    watched.show(now(watched.peer, offset))
    assert value(watched.told(1), "latency p50 (ms)") is None
    watched.show(now(watched.peer))
    assert 0 < float(value(watched.told(2), "latency p50 (ms)")) < 3_600_000
    assert "carry no stamp" not in capfd.readouterr().err


def test_an_image_that_is_none_is_named_and_counted_and_the_next_one_is_taken(watched, capfd):
    watched.camera.publish(image(1, encoding="nonsense"))
    assert watched.until(lambda: watched.node.frames_refused == 1)
    of = " of left" if watched.prefix else ""
    assert f"an image{of} is left out: " in capfd.readouterr().err
    watched.show(image(2))
    assert watched.until(lambda: watched.node.frames_processed == 1)

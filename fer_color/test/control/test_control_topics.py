# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Switching, dimming and pausing over real DDS."""

import json

import pytest
from waiting import PATIENCE, Patience

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from rclpy.parameter import Parameter
from robot_bench import PATIENT
from std_msgs.msg import Bool, Float32
from std_srvs.srv import SetBool

from fer_color.node import ColorNode
from fer_common.ros.executor import make_executor
from fer_msgs.msg import EmotionDistribution
from fer_msgs.srv import SetBrightness

SAD = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]


@pytest.fixture(scope="module", autouse=True)
def graph():
    rclpy.init()
    yield
    rclpy.try_shutdown()


class Bench:
    """A color node with a recorder, somebody who sees a sad face all the time, and a remote control."""

    def __init__(self, path):
        self.path = path
        parameters = {"lights": [f"record:{path}"], "smoothing_time": 0.05} | PATIENT
        overrides = [Parameter(name, value=value) for name, value in parameters.items()]
        self.node = ColorNode(parameter_overrides=overrides, namespace="/room")
        self.peer = rclpy.create_node("remote", namespace="/room")
        self.emotion = self.peer.create_publisher(EmotionDistribution, "emotion", 10)
        self.topics = {
            name: self.peer.create_publisher(kind, f"light/{name}", 10)
            for name, kind in (("on", Bool), ("brightness", Float32), ("paused", Bool))
        }
        self.services = {
            name: self.peer.create_client(kind, f"light/set_{name}")
            for name, kind in (("on", SetBool), ("brightness", SetBrightness), ("paused", SetBool))
        }
        self.peer.create_timer(0.05, lambda: self.emotion.publish(EmotionDistribution(probabilities=SAD)))
        self.executor = make_executor()
        self.executor.add_node(self.node)
        self.executor.add_node(self.peer)
        assert self.until(lambda: all(topic.get_subscription_count() for topic in self.topics.values()))
        assert self.until(lambda: all(service.service_is_ready() for service in self.services.values()))
        assert self.until(lambda: self.rgb() == (26, 97, 175))

    def until(self, condition, seconds=PATIENCE):
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.executor.spin_once(timeout_sec=0.02)
        return result

    def rgb(self):
        lines = self.path.read_text().splitlines()
        return tuple(json.loads(lines[-1])["rgb"]) if lines else None

    def call(self, name, request):
        future = self.services[name].call_async(request)
        assert self.until(future.done)
        return future.result()

    def close(self):
        self.node.close()
        self.executor.shutdown()
        for node in (self.node, self.peer):
            node.destroy_node()


@pytest.fixture(scope="module")
def bench(graph, tmp_path_factory):
    bench = Bench(tmp_path_factory.mktemp("control") / "light.jsonl")
    yield bench
    bench.close()


def test_topics(bench):
    bench.topics["on"].publish(Bool(data=False))
    assert bench.until(lambda: bench.rgb() == (0, 0, 0))
    bench.topics["brightness"].publish(Float32(data=0.5))
    bench.topics["on"].publish(Bool(data=True))
    assert bench.until(lambda: bench.rgb() in ((13, 48, 88), (13, 49, 88), (13, 48, 87)))
    bench.topics["brightness"].publish(Float32(data=1.0))
    assert bench.until(lambda: bench.rgb() == (26, 97, 175))
    bench.topics["paused"].publish(Bool(data=True))
    assert bench.until(lambda: bench.node._core.control.paused)
    bench.topics["paused"].publish(Bool(data=False))
    assert bench.until(lambda: not bench.node._core.control.paused)


def test_services(bench):
    assert bench.call("on", SetBool.Request(data=False)).success
    assert bench.until(lambda: bench.rgb() == (0, 0, 0))
    assert bench.call("on", SetBool.Request(data=True)).success
    assert bench.call("paused", SetBool.Request(data=True)).success
    assert bench.node._core.control.paused
    assert bench.call("paused", SetBool.Request(data=False)).success
    assert bench.call("brightness", SetBrightness.Request(brightness=1.0)).success
    assert bench.until(lambda: bench.rgb() == (26, 97, 175))


def test_wrong_brightness_is_refused_with_the_reason(bench, capfd):
    answer = bench.call("brightness", SetBrightness.Request(brightness=2.0))
    assert not answer.success
    assert "give a number from 0 to 1" in answer.message
    bench.topics["brightness"].publish(Float32(data=float("nan")))
    seen = []

    def named():
        seen.append(capfd.readouterr().err)
        return "ignored what came on '/room/light/brightness'" in "".join(seen)

    assert bench.until(named)
    assert bench.node._core.control.brightness == 1.0

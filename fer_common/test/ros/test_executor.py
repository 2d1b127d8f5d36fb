# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The executor that is chosen, and that each of them does what the nodes ask of it."""

import sys
import threading

import pytest

rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")

from rclpy.executors import SingleThreadedExecutor  # noqa: E402

from fer_common.ros import executor as chosen  # noqa: E402
from fer_common.ros.executor import make_executor, withdraw  # noqa: E402


@pytest.fixture
def context():
    context = rclpy.Context()
    rclpy.init(context=context)
    yield context
    rclpy.try_shutdown(context=context)


def test_events_are_the_default_where_they_are_known(context, monkeypatch):
    monkeypatch.delenv(chosen.VARIABLE, raising=False)
    events = pytest.importorskip("rclpy.experimental.events_executor", reason="rclpy is older than Kilted's")
    assert type(make_executor(context)) is type(events.EventsExecutor(context=context))


def test_the_other_serves_where_they_are_not(context, monkeypatch):
    monkeypatch.setitem(sys.modules, "rclpy.experimental.events_executor", None)
    assert isinstance(make_executor(context), SingleThreadedExecutor)


def test_the_other_serves_where_it_is_asked_for(context, monkeypatch):
    monkeypatch.setenv(chosen.VARIABLE, "single")
    assert isinstance(make_executor(context), SingleThreadedExecutor)


@pytest.mark.parametrize("which", ["events", "single"])
def test_what_another_thread_asks_for_is_done_by_the_one_that_spins(context, monkeypatch, which):
    monkeypatch.setenv(chosen.VARIABLE, which)
    executor = make_executor(context)
    node = rclpy.create_node("asked", context=context)
    executor.add_node(node)
    done = []
    asking = threading.Timer(0.2, lambda: executor.create_task(lambda: done.append(threading.get_ident())))
    asking.start()
    for _ in range(200):
        executor.spin_once(timeout_sec=0.05)
        if done:
            break
    asking.join()
    assert done == [threading.get_ident()]
    executor.shutdown()
    node.destroy_node()


@pytest.mark.parametrize("which", ["events", "single"])
def test_subscriptions_that_watch_their_qos_come_and_go_while_messages_arrive(context, monkeypatch, which):
    from rclpy.qos import QoSProfile, ReliabilityPolicy
    from std_msgs.msg import String

    from fer_common.ros import qos

    monkeypatch.setenv(chosen.VARIABLE, which)
    executor = make_executor(context)
    node, peer = (rclpy.create_node(name, context=context) for name in ("one", "other"))
    executor.add_node(node)
    publisher = peer.create_publisher(String, "words", 10)
    peer.create_publisher(String, "words", QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT))
    asked, heard, left = qos.profile("reliable"), [], 0
    for number in range(100):
        events = qos.on_subscription(node, lambda: "/words", asked, "qos_")
        subscription = node.create_subscription(String, "words", heard.append, asked, event_callbacks=events)
        for _ in range(number % 7):
            publisher.publish(String(data="hear"))
            executor.spin_once(timeout_sec=0.01)
        withdraw(node, subscription)
        publisher.publish(String(data="hear"))
        for _ in range(400):
            executor.spin_once(timeout_sec=0.01)
            if subscription not in node.subscriptions:
                left += 1
                break
    assert left == 100
    assert heard
    executor.shutdown()
    for one in (node, peer):
        one.destroy_node()

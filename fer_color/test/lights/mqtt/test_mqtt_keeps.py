# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What was asked for over MQTT holds over restarts and new connections, through a real broker."""

import json
import time

import pytest
from waiting import until

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
from mqtt_stage import SAD, Driver, lose_broker

from fer_color.control.commands import Command


def test_retained_command_holds_over_a_restart(broker, listener):
    listener.say("home/ambient/set", {"state": "OFF"}, retain=True)
    with Driver(broker.port, "home/ambient", SAD) as driver:
        assert until(lambda: not driver.core.control.on)
        assert until(lambda: listener.on("home/ambient"))
        assert not until(lambda: any(any(color) for _, color in listener.light("home/ambient")), 0.5)


def test_retained_command_is_not_obeyed_again_at_each_new_connection(broker, listener):
    topic = "home/ambient"
    listener.say(f"{topic}/set", {"state": "ON", "brightness": 128}, retain=True)
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.control.brightness == 128 / 255)
        driver.core.obey(Command(on=False), time.monotonic())
        lose_broker(driver.light)
        assert until(lambda: len(driver.told) == 2), "is lost, is back"
        listener.say(f"{topic}/set", {"brightness": 64})
        assert until(lambda: driver.core.control.brightness == 64 / 255)
        assert not driver.core.control.on
        listener.say(f"{topic}/set", {"state": "ON", "brightness": 128})
        assert until(lambda: driver.core.control.on), "said anew it holds"


def test_retained_command_is_not_obeyed_again_when_the_node_takes_the_light_again(
    broker, listener, monkeypatch, request
):
    rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    from robot_bench import RobotBench, change_state

    from fer_color import node as node_module

    monkeypatch.setattr(node_module, "REST", 0.0)
    topic = "home/ambient"
    listener.say(f"{topic}/set", {"state": "ON", "brightness": 128}, retain=True)
    rclpy.init()
    request.addfinalizer(rclpy.try_shutdown)
    room = RobotBench(f"mqtt:127.0.0.1:{broker.port}:{topic}")
    control = lambda: room.node._core.control  # noqa: E731 - the core is another one after a while
    assert room.show_until(SAD, lambda: control().brightness == 128 / 255)
    room.node._core.obey(Command(on=False), time.monotonic())
    assert change_state(room, "deactivate")
    assert room.until(room.node.handed_back)
    assert room.until(lambda: room.node._handed_back_at is not None)
    assert change_state(room, "activate")
    listener.say(f"{topic}/set", {"brightness": 64})
    assert room.show_until(SAD, lambda: control().brightness == 64 / 255)
    assert not control().on
    room.close()


def restarted(broker, listener, before, then=None):
    """What is held after a start, when `before` was asked for in the run before (`then`: without the broker)."""
    topic = "home/ambient"
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: listener.on(topic))
        for command in before:
            listener.say(f"{topic}/set", command, retain=True)
            asked = json.loads(json.dumps(command))
            level = asked.get("brightness")
            assert until(lambda level=level: level is None or driver.core.control.brightness == level / 255)
            assert until(lambda asked=asked: driver.core.control.on == (asked.get("state", "ON") == "ON"))
            paused = asked.get("effect") == "hold"
            assert until(lambda paused=paused: driver.core.control.paused == paused)
        if then is not None:
            driver.core.obey(then, time.monotonic())
        control = driver.core.control
        kept = lambda: [json.loads(text) for _, text in listener.on(f"{topic}/control")]  # noqa: E731
        assert until(lambda: kept() and kept()[-1]["state"] == ("ON" if control.on else "OFF"))
        assert until(lambda: abs(kept()[-1]["brightness"] - 255 * control.brightness) < 0.01)
        driver.hand_back()
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.started)
        return driver.core.control


def test_what_was_asked_for_holds_over_a_restart(broker, listener):
    dimmed = {"state": "ON", "brightness": 51}
    control = restarted(broker, listener, [dimmed, {"state": "ON", "effect": "hold"}])
    assert (control.on, control.brightness, control.paused) == (True, 51 / 255, True), "the last one says nothing of it"


def test_off_by_ros_wins_over_an_older_retained_command(broker, listener):
    control = restarted(broker, listener, [{"state": "ON", "brightness": 40}], Command(on=False))
    assert (control.on, control.brightness) == (False, pytest.approx(40 / 255, abs=1e-5))


def test_a_command_that_came_while_we_were_away_wins(broker, listener):
    topic = "home/ambient"
    restarted(broker, listener, [{"state": "ON", "brightness": 40}], Command(on=False))
    listener.say(f"{topic}/set", {"state": "ON"}, retain=True)
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.control.brightness == pytest.approx(40 / 255, abs=1e-5))
        assert until(lambda: driver.core.control.on)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What was asked for over MQTT holds over restarts and new connections, through a real broker."""

import json
import time
from types import SimpleNamespace

import pytest
from waiting import until

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
from mqtt_stage import SAD, Driver, lose_broker

from fer_color.control.commands import Command, Control
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.base import Event, EventKind


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


def test_the_same_command_once_more_while_we_were_away_wins_too(broker, listener):
    topic = "home/ambient"
    off = {"state": "OFF"}
    listener.say(f"{topic}/set", off, retain=True)
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: not driver.core.control.on)
        driver.core.obey(Command(on=True), time.monotonic())
        assert until(lambda: kept(listener)["state"] == "ON")
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.started)
        assert driver.core.control.on, "the retained one is older"
        assert until(lambda: listener.on(topic)[-1][1] != b'{"state": "OFF"}')
    listener.say(f"{topic}/set", off, retain=True)
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: not driver.core.control.on)


@pytest.mark.parametrize("way", ["restart", "connection"])
def test_a_retained_command_loses_against_a_newer_one_that_was_not_retained(broker, listener, way):
    topic = "home/ambient"
    listener.say(f"{topic}/set", {"state": "ON", "brightness": 128}, retain=True)
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.control.brightness == 128 / 255)
        listener.say(f"{topic}/set", {"state": "OFF"})
        assert until(lambda: kept(listener)["state"] == "OFF")
        if way == "connection":
            lose_broker(driver.light)
            assert until(lambda: len(driver.told) == 2), "is lost, is back"
            listener.say(f"{topic}/set", {"brightness": 64})
            assert until(lambda: driver.core.control.brightness == 64 / 255)
            assert not driver.core.control.on
            return
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.started)
        assert not driver.core.control.on


def kept(listener):
    """What stands at the control topic."""
    return json.loads((listener.on("home/ambient/control") or [(0, b'{"state": ""}')])[-1][1])


class Told:
    """A light, and what arrives at it, without a broker."""

    def __init__(self):
        self.light = make_light("mqtt:127.0.0.1:home/x", LightOptions(), clock=lambda: 1.0)
        self.put = []
        self.light._sender = SimpleNamespace(put=lambda message, sent: self.put.append((message, sent)))

    def hears(self, topic, content, *, retained=True):
        self.light._hear(f"home/x/{topic}", content, retained)
        return [event.command for event in self.light.take_events() if event.command]

    def shows(self, control=Control()):  # noqa: B008 - nothing changes it
        self.light.send(Frame((1, 2, 3), control=control), lambda: None)
        self.put[-1][1]()
        return [(message.topic.rpartition("/")[2], message.payload) for message in self.put[-1][0].before]

    def connects_again(self):
        self.light._note(Event(EventKind.LOST, 1.0))


OFF = b'{"state": "OFF"}'


def test_a_command_that_was_obeyed_is_taken_away_once():
    told = Told()
    assert told.hears("set", OFF) == [Command(on=False)]
    (control, before), (where, nothing), (again, after) = told.shows()
    assert (control, where, nothing, again) == ("control", "set", b"", "control")
    assert json.loads(before)["obeyed"]
    assert json.loads(after)["obeyed"] == ""
    assert told.shows() == [("control", after)]


def test_a_broker_that_has_forgotten_what_stood_there_brings_no_old_command_back():
    told = Told()
    assert told.hears("set", OFF) == [Command(on=False)]
    *_, (_, stands) = told.shows()
    told.connects_again()
    assert told.hears("control", stands) == []
    assert told.hears("set", OFF) == [Command(on=False)], "the broker has all, so it is a new one"
    told.shows()
    told.connects_again()
    assert told.hears("set", OFF) == [], "the broker was killed, and has what its file had"
    told.connects_again()
    assert told.hears("control", b'{"state": "ON", "brightness": 3}') == []
    assert told.hears("set", OFF) == []
    assert told.hears("set", OFF, retained=False) == [Command(on=False)]


def test_a_command_that_may_not_be_taken_away_is_told_by_its_digest():
    told = Told()
    told.light._broker._complaints.add("write to 'home/x/set'")
    assert told.hears("set", OFF) == [Command(on=False)]
    ((control, first),) = told.shows()
    assert told.shows() == [(control, first)]
    told.connects_again()
    assert told.hears("control", first) == []
    assert told.hears("set", OFF) == []

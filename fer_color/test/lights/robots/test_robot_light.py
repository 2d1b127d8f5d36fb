# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Robots' own lights over real DDS: a robot in the test, with the published message definitions, reads them."""

import time
from importlib import import_module

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from interface_packages import provide
from robot_bench import NEUTRAL, SAD, change_state
from robot_readers import ROBOTS, read
from std_msgs.msg import ColorRGBA
from waiting import Patience

from fer_color import node as node_module
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.robots import load_profile

pytestmark = [
    pytest.mark.timeout(900),  # the first run builds the robots' messages
    pytest.mark.usefixtures("graph"),
]


@pytest.mark.parametrize("option", ["?rate=2", "?rate=200", ""])
def test_rate_is_the_slower_of_the_profiles_and_the_options(option):
    period = 0.5 if option == "?rate=2" else 1 / load_profile("rgba").rate
    now, node = [100.0], rclpy.create_node("paced")
    node.create_subscription(ColorRGBA, "cmd_color", lambda message: None, 10)
    light = make_light(f"robot:rgba{option}", LightOptions(), clock=lambda: now[0])
    light.attach(node)
    light.open()
    patience = Patience(30)
    while not light.ready() and patience.lasts():
        time.sleep(0.005)
    light.send(Frame((1, 2, 3)), lambda: None)
    now[0] += 0.9 * period
    assert not light.ready()
    now[0] += 0.1 * period
    assert light.ready()
    light.close()
    node.destroy_node()


@pytest.mark.parametrize("name", ROBOTS)
def test_a_robot_sees_the_colour_and_never_a_flash(bench, judge, lamps, name):
    provide(*{package for _, package, _, _ in ROBOTS[name]})
    room = bench(f"robot:{name}", smoothing_time=0.0)
    heard = read(room.robot(), name)
    room.until(lambda: False, 0.3)
    assert not any(colors for colors, _ in heard), "left alone before the first image"
    white = 241 if load_profile(name).transfer == "any" else 255  # the brightest that such a lamp can be lost in
    for probabilities, wanted in ((SAD, (26, 97, 175)), (NEUTRAL, (white, white, white))):
        near = lambda wanted=wanted: all(  # noqa: E731
            colors and max(abs(a - b) for a, b in zip(colors[-1][1], wanted)) <= 1 for colors, _ in heard
        )
        assert room.show_until(probabilities, near), [colors[-1:] for colors, _ in heard]
    room.hand_back()
    assert room.until(lambda: all(colors[-1][1] == (0, 0, 0) for colors, _ in heard))
    for colors, _ in heard:
        for lamp in lamps[load_profile(name).transfer]:
            judge(colors, lamp)
    # What one LED shows the others show at the same time.
    assert room.until(lambda: len({len(colors) for colors, _ in heard}) == 1)
    shown = [[color for _, color in colors] for colors, _ in heard]
    assert all(other == shown[0] for other in shown)


def test_create3_gets_its_ring_back(bench):
    provide("irobot_create_msgs")
    room = bench("robot:create3")
    ((_, raw),) = read(room.robot(), "create3")
    assert room.show_until(SAD, lambda: len(raw) > 5)
    assert all(message.override_system for message in raw)
    assert raw[-1].header.stamp.sec > 1_000_000
    room.hand_back()
    assert room.until(lambda: not raw[-1].override_system)
    assert [message.override_system for message in raw].count(False) == 1


def test_released_it_is_given_back_once_and_stays_so(bench, monkeypatch):
    provide("irobot_create_msgs")
    room = bench("robot:create3")
    ((_, raw),) = read(room.robot(), "create3")
    assert room.show_until(SAD, lambda: len(raw) > 5)
    (light,) = room.node._lights
    light.release()
    assert room.until(lambda: not raw[-1].override_system)
    count = len(raw)
    room.show_until(SAD, lambda: len(raw) > count, 1.0)
    light.release()
    monkeypatch.setattr("fer_color.core.GIVE_UP", 0.5)  # it is not to be led to dark any more, and would be waited for
    room.hand_back()
    assert len(raw) == count


def test_deactivated_it_is_given_back_and_activated_it_is_taken_again(bench, monkeypatch):
    provide("irobot_create_msgs")
    monkeypatch.setattr(node_module, "REST", 0.1)
    room = bench("robot:create3")
    ((_, raw),) = read(room.robot(), "create3")
    assert room.show_until(SAD, lambda: len(raw) > 5)
    assert change_state(room, "deactivate")
    assert room.until(lambda: not raw[-1].override_system)
    assert room.until(lambda: change_state(room, "activate"))
    count = len(raw)
    assert room.show_until(SAD, lambda: len(raw) > count + 5)
    assert raw[-1].override_system
    assert [message.override_system for message in raw].count(False) == 1


def test_nothing_is_handed_back_that_was_never_taken(bench):
    provide("irobot_create_msgs")
    room = bench("robot:create3")
    ((_, raw),) = read(room.robot(), "create3")
    assert room.until(lambda: room.node.count_subscribers("cmd_lightring"))
    room.hand_back()
    room.until(lambda: False, 0.5)
    assert raw == []


@pytest.mark.parametrize(
    ("light", "namespace", "topic"),
    [
        ("robot:rgba:/tb4", "", "/tb4/cmd_color"),
        ("robot:rgba:tb4/", "", "/tb4/cmd_color"),
        ("robot:rgba", "/house", "/house/cmd_color"),
    ],
)
def test_a_robot_in_a_namespace(bench, light, namespace, topic):
    room = bench(light, namespace=namespace)
    colors = []
    room.robot().create_subscription(ColorRGBA, topic, colors.append, 10)
    assert room.show_until(SAD, lambda: colors)


def test_any_topic_by_a_profile_of_ones_own(bench, tmp_path):
    path = tmp_path / "lamp.yaml"
    path.write_text(
        "targets:\n"
        "  - topic: lamp/set\n"
        "    type: std_msgs/msg/String\n"
        "    fields:\n"
        """      data: '{"color": "$hex", "mode": "$mode", "emotion": "$top", "red": $red8}'\n"""
        "    hand_back: {data: mine again}\n"
    )
    room = bench(f"robot:{path}")
    texts = []
    room.robot().create_subscription(import_module("std_msgs.msg").String, "lamp/set", texts.append, 10)
    wanted = '{"color": "#1a61af", "mode": "live", "emotion": "sad", "red": 26}'
    assert room.show_until(SAD, lambda: texts and texts[-1].data == wanted)
    room.hand_back()
    assert room.until(lambda: texts[-1].data == "mine again")

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Robots that go, come back, or are driven by somebody else as well."""

from importlib import import_module

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

from interface_packages import provide
from robot_bench import NEUTRAL, SAD
from robot_readers import Log, corners, read
from sensor_msgs.msg import Image
from stranger import stranger

from fer_common.ros.executor import withdraw

pytestmark = [
    pytest.mark.timeout(900),  # the first run builds the robots' messages
    pytest.mark.usefixtures("graph"),
]


@pytest.mark.parametrize("lamp", ["linear", "srgb"])
def test_robot_away_and_back_is_one_line_each_way(bench, capfd, judge, lamp, monkeypatch):
    log = Log(capfd)
    room = bench(f"robot:rgba?transfer={lamp}")
    reach = "LOCALHOST" if lamp == "linear" else "SUBNET"
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", reach)  # read for the line alone, now that the node is there
    missing = "nobody listens on '/cmd_color' (std_msgs/msg/ColorRGBA): start the robot's driver, or remap the topic"
    assert room.show_until(SAD, lambda: log.count(missing) == 1)
    for times in (1, 2):
        robot = room.robot()
        ((colors, _),) = read(robot, "rgba")
        assert room.show_until(SAD, lambda colors=colors: colors and colors[-1][1][2] > 150)
        assert log.count("light 'robot:rgba' is back") == times
        assert log.count(missing) == times
        judge(colors, lamp)
        room.leave(robot)
        assert room.show_until(SAD, lambda times=times: log.count(missing) == times + 1)
    room.show_until(SAD, lambda: False, 1.0)
    assert log.count(missing) == 3
    assert log.count(f"{missing}; this machine alone is heard") == (3 if reach == "LOCALHOST" else 0)


@pytest.mark.parametrize("lamp", ["linear", "srgb"])
def test_a_second_reader_may_be_the_robot_restarted_and_dark(bench, judge, lamp):
    """A robot that died is known to be gone only much later: until then its successor comes in beside it."""
    room = bench(f"robot:rgba?transfer={lamp}", smoothing_time=0.0)
    ((first, _),) = read(room.robot("dead"), "rgba")
    assert room.show_until(NEUTRAL, lambda: first and first[-1][1] == (255, 255, 255))
    ((second, _),) = read(room.robot("new"), "rgba")
    assert room.show_until(NEUTRAL, lambda: second and second[-1][1] == (255, 255, 255))
    judge(second, lamp)
    judge(first, lamp)


def test_who_expects_another_type_is_named_however_late_it_comes(bench, capfd):
    log = Log(capfd)
    room = bench("robot:rgba")
    assert room.show_until(SAD, lambda: log.count("nobody listens on '/cmd_color'") == 1)
    words = "who listens on '/cmd_color' expects sensor_msgs/msg/Image, not std_msgs/msg/ColorRGBA"
    with stranger(Image, "cmd_color", "listens"):
        assert room.show_until(SAD, lambda: log.count(words) == 1)


def test_panels_are_left_alone_while_their_own_controller_publishes(bench, capfd):
    log = Log(capfd)
    room = bench("robot:husarion_lynx")
    robot = room.robot("lights_controller")
    heard = read(robot, "husarion_lynx")
    own = robot.create_publisher(Image, "lights/channel_1_frame", 10)
    assert room.until(lambda: room.node.count_publishers("lights/channel_1_frame") == 2)
    words = "'lights_controller' publishes on '/lights/channel_1_frame', too, and both together would flash"
    assert room.show_until(SAD, lambda: log.count(words) == 1)
    assert not any(colors for colors, _ in heard)
    withdraw(robot, own)
    assert room.show_until(SAD, lambda: all(colors and max(colors[-1][1]) > 150 for colors, _ in heard))
    assert log.count(words) == 1
    assert log.count("is back") == 1


def test_clearpath_safety_colours_win_and_ours_come_back(bench):
    """A platform that does as the published lighting node: user commands count while no state of its own forbids it."""
    provide("clearpath_platform_msgs")
    room = bench("robot:clearpath")
    robot = room.robot("clearpath_lighting")
    state = {"stopped": False}
    shown, went_round = [], []
    lights = import_module("clearpath_platform_msgs.msg").Lights

    def command(message):
        shown.append("stop" if state["stopped"] else corners(4)(message))

    robot.create_subscription(lights, "platform/cmd_lights", command, 10)
    robot.create_subscription(lights, "platform/mcu/_cmd_lights", went_round.append, 10)
    assert room.show_until(SAD, lambda: shown and shown[-1] == (26, 97, 175))
    state["stopped"] = True
    count = len(shown)
    assert room.show_until(SAD, lambda: len(shown) > count + 20)
    assert set(shown[count:]) == {"stop"}
    state["stopped"] = False
    assert room.show_until(SAD, lambda: shown[-1] == (26, 97, 175))
    assert went_round == []

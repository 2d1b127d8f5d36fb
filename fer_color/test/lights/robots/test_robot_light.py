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
from robot_bench import NEUTRAL, SAD, RobotBench, byte, change_state
from sensor_msgs.msg import Image
from std_msgs.msg import ColorRGBA
from stranger import stranger

from fer_color import node as node_module
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.robots import load_profile
from fer_common.ros.executor import withdraw

pytestmark = pytest.mark.timeout(900)  # the first run builds the robots' messages


@pytest.fixture(scope="module", autouse=True)
def graph():
    rclpy.init()
    yield
    rclpy.try_shutdown()


@pytest.fixture
def bench():
    made = []

    def make(*args, **kwargs):
        made.append(RobotBench(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.close()


def one_of(colors):
    """The one colour that all LEDs show."""
    assert len(set(colors)) == 1
    return colors[0]


def ring(message):
    assert len(message.leds) == 6
    return one_of([(led.red, led.green, led.blue) for led in message.leds])


def corners(count):
    def read(message):
        assert len(message.lights) == count
        return one_of([(light.red, light.green, light.blue) for light in message.lights])

    return read


def plain(color):
    assert color.a == 1
    return byte(color.r), byte(color.g), byte(color.b)


def eye(message):
    assert len(message.colors) == 8
    return one_of([plain(color) for color in message.colors])


def panel(leds):
    def read(message):
        assert (message.encoding, message.height, message.width, message.step) == ("rgba8", 1, leds, 4 * leds)
        assert len(message.data) == 4 * leds
        pixels = [tuple(message.data[start : start + 4]) for start in range(0, 4 * leds, 4)]
        *color, alpha = one_of(pixels)
        assert alpha == 255
        return tuple(color)

    return read


@pytest.mark.parametrize("option", ["?rate=2", "?rate=200", ""])
def test_rate_is_the_slower_of_the_profiles_and_the_options(option):
    period = 0.5 if option == "?rate=2" else 1 / load_profile("rgba").rate
    now, node = [100.0], rclpy.create_node("paced")
    node.create_subscription(ColorRGBA, "cmd_color", lambda message: None, 10)
    light = make_light(f"robot:rgba{option}", LightOptions(), clock=lambda: now[0])
    light.attach(node)
    light.open()
    deadline = time.monotonic() + 30
    while not light.ready() and time.monotonic() < deadline:
        time.sleep(0.005)
    light.send(Frame((1, 2, 3)), lambda: None)
    now[0] += 0.9 * period
    assert not light.ready()
    now[0] += 0.1 * period
    assert light.ready()
    light.close()
    node.destroy_node()


ALL = 10_000
"""So many messages are kept for a test that comes to read them late."""

NAO = [
    ("effectors/left_eye_leds", "nao_lola_command_msgs", "LeftEyeLeds", eye),
    ("effectors/right_eye_leds", "nao_lola_command_msgs", "RightEyeLeds", eye),
    ("effectors/chest_led", "nao_lola_command_msgs", "ChestLed", lambda message: plain(message.color)),
]
ROBOTS = {
    "create3": [("cmd_lightring", "irobot_create_msgs", "LightringLeds", ring)],
    "nao": NAO,
    "pepper": NAO,
    "clearpath": [("platform/cmd_lights", "clearpath_platform_msgs", "Lights", corners(4))],
    "clearpath_ridgeback": [("platform/cmd_lights", "clearpath_platform_msgs", "Lights", corners(8))],
    "husarion_panther": [(f"lights/channel_{k}_frame", "sensor_msgs", "Image", panel(46)) for k in (1, 2)],
    "husarion_lynx": [(f"lights/channel_{k}_frame", "sensor_msgs", "Image", panel(24)) for k in (1, 2)],
    "rgba": [("cmd_color", "std_msgs", "ColorRGBA", plain)],
}


def read(robot, name, namespace=""):
    """What each topic of a robot receives: lists of (time, colour), and of the messages.

    The time is that at which the light handed it to DDS: what keeps a busy machine from calling us is no network.
    """
    heard = []
    for topic, package, kind, decode in ROBOTS[name]:
        provide(package)
        colors, raw = [], []

        def take(message, info, *, colors=colors, raw=raw, decode=decode):
            raw.append(message)
            colors.append((info["source_timestamp"] / 1e9, decode(message)))

        robot.create_subscription(getattr(import_module(f"{package}.msg"), kind), f"{namespace}{topic}", take, ALL)
        heard.append((colors, raw))
    return heard


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


def test_released_it_is_given_back_once_and_stays_so(bench):
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


class Log:
    """What the node said on the standard error so far."""

    def __init__(self, capfd):
        self.capfd, self.text = capfd, ""

    def count(self, words):
        self.text += self.capfd.readouterr().err
        return self.text.count(words)


@pytest.mark.parametrize("lamp", ["linear", "srgb"])
def test_robot_away_and_back_is_one_line_each_way(bench, capfd, judge, lamp):
    log = Log(capfd)
    room = bench(f"robot:rgba?transfer={lamp}")
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

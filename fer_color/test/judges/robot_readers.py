# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Robots that read their lights by the published message definitions."""

from importlib import import_module

from interface_packages import provide
from robot_bench import byte


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


class Log:
    """What the node said on the standard error so far."""

    def __init__(self, capfd):
        self.capfd, self.text = capfd, ""

    def count(self, words):
        self.text += self.capfd.readouterr().err
        return self.text.count(words)

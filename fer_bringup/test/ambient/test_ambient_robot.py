# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The ring of a robot shows the clip, and is handed back."""

import numpy as np
import pytest
from ambient_process import start
from interface_packages import provide
from programs import ends
from waiting import PATIENCE, Patience


@pytest.mark.timeout(900)  # the first run builds the robot's messages
def test_a_robot_shows_the_clip_and_has_its_ring_back(clip):
    provide("irobot_create_msgs")
    import rclpy
    from irobot_create_msgs.msg import LightringLeds

    rclpy.init()
    node = rclpy.create_node("create3")
    heard = []
    node.create_subscription(LightringLeds, "cmd_lightring", heard.append, 10)
    process = start("--source", clip, "--robot", "create3", "--duration", 6)
    patience = Patience()
    while not heard or heard[-1].override_system:
        assert patience.lasts(), process.communicate()
        rclpy.spin_once(node, timeout_sec=0.1)
    assert process.wait(PATIENCE) == 0, process.stderr.read()
    colors = [(message.leds[0].red, message.leds[0].green, message.leds[0].blue) for message in heard]
    assert len(colors) > 30
    assert colors[-2] == (0, 0, 0)
    seen = np.array([color for color in colors if max(color) > 60])
    assert seen.mean(axis=0).argmax() == 2, "leans to blue while she is sad"
    node.destroy_node()
    rclpy.shutdown()


WRONG = [
    ("c3po", "color: unknown robot 'c3po': use one of clearpath, "),
    ("mine.yaml", "color: robot profile 'mine.yaml' cannot be read"),
]


@pytest.fixture(scope="module")
def refusals(made_once):
    return ends(made_once, "fer_bringup.ambient", [("--source", "ros:/camera", "--robot", robot) for robot, _ in WRONG])


@pytest.mark.parametrize(("robot", "says"), WRONG)
def test_a_wrong_robot_is_one_line(refusals, robot, says):
    done = refusals["--source", "ros:/camera", "--robot", robot]
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"ambient: {says}"), done.stderr

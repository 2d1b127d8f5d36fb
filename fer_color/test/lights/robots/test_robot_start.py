# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is wrong with a robot's profile is said in one line when the node starts, before anything moves."""

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from rclpy.parameter import Parameter

from fer_color.errors import ColorError
from fer_color.node import ColorNode

GOOD = "targets:\n- topic: lamp\n  type: std_msgs/msg/ColorRGBA\n  fields: {r: $red}\n"


@pytest.fixture(scope="module", autouse=True)
def graph():
    rclpy.init()
    yield
    rclpy.try_shutdown()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            GOOD.replace("std_msgs/", "r2d2_light_msgs/"),
            "robot 'mine': topic 'lamp': package 'r2d2_light_msgs' is not installed: "
            r"sudo apt install ros-\w+-r2d2-light-msgs, or source the workspace",
        ),
        (
            GOOD.replace("std_msgs/", "r2d2_light_msgs/") + "install: {r2d2_light_msgs: ask your droid}\n",
            "'r2d2_light_msgs' is not installed: ask your droid, or source",
        ),
        (GOOD.replace("ColorRGBA", "ColorRGB"), "package 'std_msgs' has no msg 'ColorRGB': it has Bool, Byte"),
        (GOOD.replace("std_msgs/msg", "json/msg"), "package 'json' is not installed"),
        (GOOD.replace("lamp", "my lamp"), "topic 'my lamp' is no valid name"),
        (GOOD.replace("lamp", "faces"), "topic 'faces' is the colour node's own: name the robot's"),
        (GOOD.replace("lamp", "/color_rgba"), "topic '/color_rgba' is the colour node's own"),
        (GOOD.replace("lamp", "'0/lamp'"), "topic '0/lamp' is no valid name"),
        (GOOD.replace("lamp", "''"), "topic '' is no valid name"),
        (GOOD.replace("{r: $red}", "{red: $red}"), "topic 'lamp': ColorRGBA has no field 'red': use r, g, b, a"),
        (GOOD.replace("{r: $red}", "{r: $hex}"), "ColorRGBA.r is of type float"),
        (GOOD + "  hand_back: {x: 1}\n", "ColorRGBA has no field 'x'"),
        (
            GOOD.replace("topic: lamp", "action: lamp").replace("std_msgs/msg/ColorRGBA", "r2d2_msgs/action/Glow"),
            "action 'lamp': package 'r2d2_msgs' is not installed",
        ),
    ],
)
def test_wrong_profile_ends_the_start_in_one_line(tmp_path, text, says):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ColorError, match=says) as caught:
        ColorNode(parameter_overrides=[Parameter("lights", value=[f"robot:{path}"])])
    assert "\n" not in str(caught.value)


def test_of_several_types_the_first_that_is_installed_is_taken(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("std_msgs/msg/ColorRGBA", "[r2d2_msgs/msg/Glow, std_msgs/msg/ColorRGBA]"))
    node = ColorNode(parameter_overrides=[Parameter("lights", value=[f"robot:{path}"])])
    assert dict(node.get_topic_names_and_types())["/lamp"] == ["std_msgs/msg/ColorRGBA"]
    node.close()
    node.destroy_node()

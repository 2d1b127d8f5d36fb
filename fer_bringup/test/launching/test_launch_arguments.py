# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Launch arguments, without launch."""

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.launching.arguments import Arguments, check_known


def arguments(**texts):
    return Arguments(lambda name: texts.get(name, ""))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0", str, "0"),
        ("1", float, 1.0),
        ("0.5", float, 0.5),
        ("true", bool, True),
        ("3", int, 3),
        ("[a]", list, ["a"]),
    ],
)
def test_values(text, kind, value):
    read = arguments(x=text).value("x", kind)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("much", float, "x is 'much'; give a number"),
        ("true", float, "give a number"),
        ("1", bool, "give true or false"),
        ("1.5", int, "give a whole number"),
        ("true", int, "give a whole number"),
        ("a", list, "give a YAML list"),
        ("[", list, "^x: no YAML value"),
    ],
)
def test_another_type_is_one_line(text, kind, says):
    with pytest.raises(BringupError, match=says):
        arguments(x=text).value("x", kind)


def test_what_is_not_given_is_left_out():
    assert arguments(a="0.5").given({"a": float, "b": str}) == {"a": 0.5}


@pytest.mark.parametrize(
    ("lights", "robot", "found"),
    [
        ("", "", None),
        ("[]", "", []),
        ("", "create3", ["robot:create3"]),
        ("[console]", "create3", ["console", "robot:create3"]),
        ("['ddp:10.0.0.2:60', none]", "", ["ddp:10.0.0.2:60", "none"]),
    ],
)
def test_lights_and_a_robot(lights, robot, found):
    assert arguments(lights=lights, robot=robot).lights() == found


@pytest.mark.parametrize(
    "topic", ["image", "/camera/image_raw", "camera/color/image_raw/compressed", "~/image", "_a/b2"]
)
def test_topics(topic):
    assert arguments(image_topic=topic).topic("image_topic") == topic


@pytest.mark.parametrize("topic", ["", "/", "/camera/image_raw/", "image raw", "camera//image", "/2/image", "käse"])
def test_what_is_no_topic_is_one_line(topic):
    with pytest.raises(BringupError, match=f"^image_topic is '{topic}'; give a topic's name, as /camera/image_raw$"):
        arguments(image_topic=topic).topic("image_topic")


def test_of_two_underscores_together_it_is_said():
    """rcl keeps them for itself, and would name neither the argument nor them."""
    for text in ("/cam__era/image", "__image", "image__"):
        with pytest.raises(BringupError, match=rf"^image_topic is '{text}'; give a topic's name \(no two _ together\)"):
            arguments(image_topic=text).topic("image_topic")
    with pytest.raises(BringupError, match=r"^namespace is '/r__1'; .* \(no two _ together\), as kitchen$"):
        arguments(namespace="/r__1").namespace("namespace")
    assert arguments(image_topic="/_a_/_b").topic("image_topic") == "/_a_/_b"


@pytest.mark.parametrize(("text", "found"), [("", ""), ("/", ""), ("/kitchen/", "kitchen"), ("house/b2", "house/b2")])
def test_namespaces(text, found):
    assert arguments(namespace=text).namespace("namespace") == found


@pytest.mark.parametrize("text", ["my kitchen", "7up", "house//kitchen", "~/a/"])
def test_what_is_no_namespace_is_one_line(text):
    with pytest.raises(BringupError, match=f"^namespace is '{text}'; give a namespace of letters, digits and _"):
        arguments(namespace=text).namespace("namespace")


KNOWN = {"brightness", "lights"}
FILE = "/install/share/fer_bringup/launch/ambient.launch.py"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["ros2", "launch", "fer_bringup", "ambient.launch.py", "brigthness:=0.3"],
            "'brigthness'; is 'brightness' meant",
        ),
        (["ros2", "launch", FILE, "x:=1"], "there is no argument 'x'; --show-args lists them$"),
        (["ros2", "launch", FILE, "lights:=[]", "light:=a:=b"], "no argument 'light'; is 'lights' meant?"),
        ([FILE, "x:=1", FILE], "'x'; --show-args lists them"),
        ([FILE, "x:="], "'x'; --show-args lists them"),
    ],
)
def test_an_unknown_argument_is_refused(words, says):
    with pytest.raises(BringupError, match=says):
        check_known(words, FILE, KNOWN)


@pytest.mark.parametrize(
    "words",
    [
        ["ros2", "launch", "fer_bringup", "ambient.launch.py", "brightness:=0.3", "lights:=[]"],
        ["ros2", "launch", "robot", "all.launch.py", "robot_name:=r1"],
        ["ros2", "launch", "fer_bringup", "ambient.launch.py", "--debug"],
        ["pytest"],
        ["ros2", "launch", "my_robot", "ambient.launch.py", "robot_name:=r1"],  # which includes ours
        ["ros2", "launch", "/home/me/ambient.launch.py", "robot_name:=r1"],
        ["speed:=1", FILE, "lights:=[]"],  # what stands before the file is launch's own
        ["ros2", "launch", "fer_bringup", "ambient.launch.py", "a:b", "plain=1"],
    ],
)
def test_what_is_known_or_somebody_elses_passes(words):
    check_known(words, FILE, KNOWN)


def test_no_nodes_parameter_passes_for_a_misspelt_one_of_another_node():
    """One file of parameters for every node (`/**`) has all of them."""
    parameters = pytest.importorskip("fer_common.ros.parameters", reason="ROS 2's rclpy is not installed")
    from fer_bringup.launching.known import parameters_of

    names = ("source", "perception", "shared_perception", "fuser", "color", "dashboard")
    known = {name: parameters_of(f"{name}_node") for name in names}
    every = set().union(*known.values())
    assert {name: parameters.misspelt(every, own) for name, own in known.items()} == {name: {} for name in names}
    assert parameters.misspelt(["brigthness", "light", "idle_colour"], every) == {
        "brigthness": "brightness", "light": "lights", "idle_colour": "idle_color",
    }  # fmt: skip

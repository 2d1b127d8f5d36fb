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
        ["speed:=1", FILE, "lights:=[]"],  # what stands before the file is launch's own
        ["ros2", "launch", "fer_bringup", "ambient.launch.py", "a:b", "plain=1"],
    ],
)
def test_what_is_known_or_somebody_elses_passes(words):
    check_known(words, FILE, KNOWN)

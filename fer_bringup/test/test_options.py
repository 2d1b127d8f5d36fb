# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from pathlib import Path

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.options import parse


def test_nothing_asked_for_is_the_defaults():
    options = parse([])
    assert options.topic is None
    assert options.duration is None
    assert options.parameters == {
        "source": {"source": "auto", "loop": False},
        "perception": {"qos_reliability": "reliable"},
        "color": {},
    }


def test_arguments_become_parameters_of_their_nodes(tmp_path):
    words = "--source 7 --light none --light console --model m.onnx --detector haar --palette paper --mode discrete "
    words += "--show faces "
    words += "--brightness 0.5 --duration 3 --param color.idle_color=[0,0,9] --param perception.room=mean"
    options = parse([*words.split(), "--report", str(tmp_path / "r.json")])
    assert options.parameters == {
        "source": {"source": "7", "loop": False},
        "perception": {"model": "m.onnx", "detector": "haar", "room": "mean", "qos_reliability": "reliable"},
        "color": {
            "lights": ["none", "console"],
            "palette": "paper",
            "mode": "discrete",
            "show": "faces",
            "brightness": 0.5,
            "idle_color": [0, 0, 9],
        },
    }
    assert (options.duration, options.report) == (3.0, Path(tmp_path / "r.json"))


@pytest.mark.parametrize(
    ("words", "lights"),
    [
        ("--robot create3", ["robot:create3"]),
        ("--light console --robot nao:/nao1 --robot my.yaml", ["console", "robot:nao:/nao1", "robot:my.yaml"]),
    ],
)
def test_a_robot_is_a_light_in_place_of_the_console(words, lights):
    assert parse(words.split()).parameters["color"] == {"lights": lights}


@pytest.mark.parametrize(
    ("spec", "topic", "compressed"),
    [
        ("ros", "image", None),
        ("ros:/camera/image_raw", "/camera/image_raw", None),
        ("ros:/camera/image_raw/compressed", "/camera/image_raw", True),
        ("ros:~/left_2", "~/left_2", None),
    ],
)
def test_topics_that_exist(spec, topic, compressed):
    options = parse(["--source", spec])
    assert options.topic == topic
    assert options.parameters["perception"].get("compressed") is compressed
    assert "qos_reliability" not in options.parameters["perception"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--source", "a.mp4", "--source", "0"], "2 times"),
        (["--duration", "0"], "more than 0"),
        (["--duration", "soon"], "invalid float value"),
        (["--report", "/no/such/folder/r.json"], "no folder"),
        (["--param", "brightness=1"], "NODE.NAME=VALUE"),
        (["--param", "lamp.brightness=1"], "source, perception, color"),
        (["--param", "color.lights=[a"], "no YAML"),
        (["--source", "ros:/camera/image_raw/"], "'ros:/camera/image_raw/' names no topic"),
        (["--source", "ros:camera.image"], "names no topic"),
        (["--source", "ros:/camera 1/image"], "names no topic"),
        (["--source", "ros:/1a"], "names no topic"),
        (["--source", "ros:a//b"], "names no topic"),
        (["--source", "ros:{node}/image"], "names no topic"),
        (["--source", "ros:/compressed"], "names no topic"),
        (["--mode", "wild"], "invalid choice"),
        (["--frobnicate"], "unrecognized arguments"),
    ],
)
def test_wrong_arguments_are_one_line(arguments, said):
    with pytest.raises(BringupError, match=said) as caught:
        parse(arguments)
    assert "\n" not in str(caught.value)

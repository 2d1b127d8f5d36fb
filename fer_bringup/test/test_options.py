# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from pathlib import Path

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.options import HELP, parse


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
        (["--param", "color.lights=[a"], r"^--param 'color\.lights=\[a': no YAML"),
        (["--source", "ros:/cam\u00e9ra/image"], "stand letters.*; as in ros:/camera/image_raw$"),
        (["--source", "ros:/camera/image_raw/"], "'ros:/camera/image_raw/' names no topic"),
        (["--source", "ros:camera.image"], "names no topic"),
        (["--source", "ros:/camera 1/image"], "names no topic"),
        (["--source", "ros:/1a"], "names no topic"),
        (["--source", "ros:a//b"], "names no topic"),
        (["--source", "ros:/my__camera/image"], "no two '_' together; as in ros:/camera/image_raw"),
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


def test_the_pages_port():
    assert parse([]).page is None
    assert parse(["--page"]).page == 8088
    assert parse(["--page", "0"]).page == 0


def test_in_a_terminal_the_page_is_served_unasked_and_a_preview_opens_nothing():
    assert (parse([], terminal=True).page, parse([], terminal=True).preview) == (8088, False)
    assert parse(["--no-page"], terminal=True).page is None
    assert (parse(["--preview"]).page, parse(["--preview"]).preview) == (8088, True)
    assert parse(["--preview", "--page", "0"]).page == 0
    assert (parse(["--page"]).foxglove, parse(["--page", "--foxglove"]).foxglove) == (None, 8765)
    with pytest.raises(BringupError, match="add --page"):
        parse(["--foxglove"])
    with pytest.raises(BringupError, match="--no-page is the opposite"):
        parse(["--no-page", "--preview"])


def test_the_camera_is_shown_with_the_page_alone_and_drawn_no_more_than_it_takes():
    assert not parse(["--page"]).show_camera
    asked = parse(["--page", "--show-camera", "--param", "perception.debug_width=320"])
    assert asked.show_camera
    assert (asked.parameters["perception"]["debug_rate"], asked.parameters["perception"]["debug_width"]) == (5.0, 320)
    with pytest.raises(BringupError, match="add --page"):
        parse(["--show-camera"])


@pytest.mark.parametrize("option", ["page", "foxglove"])
def test_a_port_is_from_0_to_65535(option):
    words = ["--page"] if option == "foxglove" else []
    for port in (0, 65535):
        assert getattr(parse([*words, f"--{option}", str(port)]), option) == port
    for port in (-1, 65536):
        with pytest.raises(BringupError, match=f"--{option} {port} is no port; give 0 to 65535"):
            parse([*words, f"--{option}={port}"])


def test_a_parameter_named_by_itself_wins_over_its_option_and_the_last_of_one_name_wins():
    words = "--param color.brightness=0.3 --brightness 0.9 --param color.brightness=0.4 --param perception.reading=1"
    found = parse([*words.split(), "--reading", "0.5", "--param", "perception.qos_reliability=best_effort"]).parameters
    assert (found["color"]["brightness"], found["perception"]["reading"]) == (0.4, 1)
    assert found["perception"]["qos_reliability"] == "best_effort"


def test_a_value_is_yaml_and_may_hold_what_else_parts_a_parameter():
    found = parse(["--param", "color.lights=[a=b.c]", "--param", "source.source=a.b=c", "--param", "color.show="])
    assert found.parameters["color"] == {"lights": ["a=b.c"], "show": None}
    assert found.parameters["source"]["source"] == "a.b=c"


@pytest.mark.parametrize("text", ["color.brightness", "color=1", "color.=1", ".brightness=1", "", "=", "page.port=1"])
def test_a_parameter_wants_a_node_a_name_and_a_value(text):
    with pytest.raises(BringupError) as caught:
        parse(["--param", text])
    wanted = "expected NODE.NAME=VALUE with NODE one of source, perception, color"
    assert str(caught.value) == f"--param '{text}': {wanted}"


def test_images_over_http_stay_compressed():
    for source in ("http://camera.local/stream", "https://camera.local/stream"):
        found = parse(["--source", source]).parameters
        assert found["source"] == {"source": source, "loop": False, "compressed": True}
        assert found["perception"] == {"qos_reliability": "reliable", "compressed": True}


def test_what_else_is_asked_for_is_kept(tmp_path):
    assert parse(["--loop"]).parameters["source"]["loop"] is True
    given = parse(["--namespace", "kitchen", "--reach", "network", "--duration", "0.5"])
    assert (given.namespace, given.reach, given.duration) == ("kitchen", "network", 0.5)
    nothing = parse([])
    assert (nothing.namespace, nothing.reach, nothing.report, nothing.preview) == (None, "", None, False)
    found = parse(["--reading", "0", "--brightness", "0"]).parameters
    assert (found["perception"]["reading"], found["color"]["brightness"]) == (0, 0)


@pytest.mark.parametrize(
    ("words", "movable"),
    [
        ("", True),
        ("--source ros", False),
        ("--source ros:camera", False),
        ("--light none", True),
        ("--light none --robot create3", False),
        ("--param color.lights=[]", True),
    ],
)
def test_a_namespace_is_ours_to_choose_where_no_name_is_given(words, movable):
    assert parse(words.split()).movable is movable


def test_what_an_error_says_names_what_was_given(tmp_path):
    for words, says in (
        (["--source", "a.mp4", "--source", "0"], "--source was given 2 times (a.mp4, 0); name one"),
        (["--duration", "-1"], "--duration is -1, expected more than 0 seconds"),
        (["--report", f"{tmp_path}/none/r.json"], f"--report: there is no folder '{tmp_path}/none'"),
        (["--report", str(tmp_path)], f"--report: '{tmp_path}' is a folder; name a file in it"),
        (["--no-page", "--page"], "--no-page is the opposite of --page and --preview: give one"),
        (["--foxglove"], "--foxglove comes with the live page: add --page"),
        (["--show-camera"], "--show-camera is for the live page: add --page"),
        (["--duration", "nan"], "--duration is nan, expected more than 0 seconds"),
    ):
        with pytest.raises(BringupError) as caught:
            parse(words)
        assert str(caught.value) == says
    with pytest.raises(BringupError, match=r"--mode.* \(see --help\)$"):
        parse(["--mode", "wild"])


def test_a_parameter_within_another_has_dots_of_its_own():
    assert parse(["--param", "color.qos_overrides.a=1"]).parameters["color"] == {"qos_overrides.a": 1}


def test_one_command_line_leaves_nothing_to_the_next():
    shown, pictures = ["--page", "--show-camera"], {"debug_rate": 5.0, "debug_width": 640}
    first = parse([*shown, "--param", "perception.room=mean"]).parameters["perception"]
    assert parse(shown).parameters["perception"] == {**pictures, "qos_reliability": "reliable"}
    assert first == {**pictures, "qos_reliability": "reliable", "room": "mean"}


def test_the_help_begins_with_how_it_is_called_and_ends_with_0(capsys):
    with pytest.raises(SystemExit) as ended:
        parse(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: make ambient ARGS=\u2026 ")
    assert HELP in said, "line by line as it is written"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The launch file, read and run by ROS 2's own launch; skipped where it is not installed (the wheels lack it)."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from interface_packages import provide

# launch_ros first: without ROS 2 a built package's folder `launch` passes for the module.
pytest.importorskip("launch_ros", reason="ROS 2's launch and launch_ros are not installed (package 'launch_ros')")

from launches import FILE, MANY, RUN, child, end_all, is_lit, launched, until

launch = pytest.importorskip("launch", reason="ROS 2's launch is not installed (package 'launch')")


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    end_all()


AMBIENT_ARGUMENTS = {"source", "image_topic", "lights", "robot", "model", "detector", "palette", "mode", "brightness"}
MANY_ARGUMENTS = {"cameras", "sources", "shared", "room", "lights", "image_topic", "qos_reliability"}


@pytest.mark.parametrize(("file", "expected"), [(FILE, AMBIENT_ARGUMENTS), (MANY, MANY_ARGUMENTS)])
def test_every_argument_is_described_and_has_a_default(file, expected):
    source = launch.launch_description_sources.PythonLaunchDescriptionSource(str(file))
    description = source.try_get_launch_description_without_context()
    arguments = {argument.name: argument for argument in description.get_launch_arguments()}
    assert expected <= set(arguments)
    for argument in arguments.values():
        assert argument.description != "no description given"
        assert argument.default_value is not None


def test_launched_it_lights_up_and_interrupted_it_goes_dark(clip, tmp_path):
    frames = tmp_path / "light.jsonl"
    process = launched(FILE, tmp_path, f"source:={clip}", "loop:=true", f"lights:=['record:{frames}']")
    until(is_lit(frames, 50), process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert '"rgb": [0, 0, 0]' in frames.read_text().splitlines()[-1]


def values_of(node, *names):
    """What a launched node has, asked of itself by its service."""
    rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    from rcl_interfaces.srv import GetParameters
    from rclpy.parameter import parameter_value_to_python

    rclpy.init()
    asker = rclpy.create_node("asker")
    client = asker.create_client(GetParameters, f"{node}/get_parameters")
    assert client.wait_for_service(30)
    answer = client.call_async(GetParameters.Request(names=list(names)))
    rclpy.spin_until_future_complete(asker, answer, timeout_sec=20)
    found = [parameter_value_to_python(value) for value in answer.result().values]
    asker.destroy_node()
    rclpy.shutdown()
    return found


@pytest.mark.parametrize("form", [None, "/color", "/**", "color", "/**/color"])
def test_arguments_win_over_a_params_file_which_wins_where_none_is_given(clip, tmp_path, form):
    """By the file that ships, and by one of each form."""
    frames, file = tmp_path / "light.jsonl", tmp_path / "mine.yaml"
    more = []
    if form:
        file.write_text(f"{form}:\n  ros__parameters: {{brightness: 0.1, smoothing_time: 0.5, palette: plutchik}}\n")
        more = [f"params_file:={file}"]
    process = launched(
        FILE, tmp_path, f"source:={clip}", "loop:=true", f"lights:=['record:{frames}']", "brightness:=0.3", *more
    )
    until(is_lit(frames), process)
    found = values_of("/color", "brightness", "smoothing_time", "palette", "lights")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[0]
    assert process.returncode == 0, said
    rest = [0.5, "plutchik"] if form else [0.4, "paper"]
    assert found == [0.3, *rest, [f"record:{frames}"]]
    brightest = max(max(json.loads(line)["rgb"]) for line in frames.read_text().splitlines())
    assert 0 < brightest <= round(0.3 * 255) + 1


def test_a_params_file_counts_where_no_argument_is_given(clip, tmp_path):
    frames, file = tmp_path / "light.jsonl", tmp_path / "mine.yaml"
    file.write_text(
        f"/**/color:\n  ros__parameters: {{lights: ['record:{frames}'], brightness: 0.1, brigthness: 0.5}}\n"
        f"/**/perception:\n  ros__parameters: {{detector: haar, qos_reliability: best_effort}}\n"
        "/**/source:\n  ros__parameters: {loop: true}\n/kitchen/color:\n  ros__parameters: {mode: discrete}\n"
    )
    process = launched(FILE, tmp_path, f"source:={clip}", f"params_file:={file}")
    until(is_lit(frames), process)
    found = values_of("/perception", "detector", "qos_reliability")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[0]
    assert found == ["haar", "best_effort"]
    assert "detector haar" in said
    assert "listening to /image (best_effort)" in said
    assert "/color: no parameter 'brigthness'; is 'brightness' meant?" in said
    assert "'/kitchen/color' is none of the nodes here (/color, /perception, /source)" in said


def test_the_console_prints_lines_that_end(clip, tmp_path):
    process = launched(FILE, tmp_path, f"source:={clip}")
    said = process.communicate(timeout=90)[0]
    assert process.returncode == 0, said
    lines = [line for line in said.splitlines() if line.startswith("[color_node-") and "#" in line]
    assert 5 <= len(lines) <= 30, "a line a second at most, over a clip of 20 s"
    assert not any("\r" in line[:-1] or "\x1b" in line for line in lines)


@pytest.mark.parametrize("name", ["color", "perception", "source"])
def test_killed_a_node_starts_again_and_the_light_is_right_again(clip, tmp_path, name):
    frames = tmp_path / "light.jsonl"
    process = launched(FILE, tmp_path, f"source:={clip}", "loop:=true", f"lights:=['record:{frames}']")
    until(is_lit(frames), process)
    killed = child(process, name)
    os.kill(killed, signal.SIGKILL)
    # How long the light goes without, if at all, is the machine's matter; that somebody new lights it, is not.
    until(lambda: child(process, name) not in (killed, None), process)
    if name == "color":
        until(lambda: frames.read_text().count('"live"') < 20, process)  # the file is written anew
    count = frames.read_text().count('"live"')
    # More than what the light shows of the last image before it counts as old: 2 s, 40 frames a second.
    until(is_lit(frames, count + 150), process)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[0]
    assert process.returncode == 0, said
    assert f"/{name} was killed by signal 9; it starts again" in said
    assert '"rgb": [0, 0, 0]' in frames.read_text().splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["brightness:=2"], "brightness is 2"),
        (["lights:=['disco:9']"], "disco"),
        (["source:=/no/clip.mp4"], "no source '/no/clip.mp4'"),
        (["model:=/no/model.onnx"], "/no/model.onnx"),
        (["brigthness:=0.2"], "there is no argument 'brigthness'; is 'brightness' meant?"),
        (["params_file:=/no/file.yaml"], "params_file '/no/file.yaml' is not there"),
        (["reach:=town"], "reach is 'town', expected one of machine, network"),
    ],
)
def test_what_is_refused_ends_with_another_code_than_0(clip, tmp_path, arguments, says):
    arguments = [f"source:={clip}", "lights:=[none]", *arguments]
    names = [word.split(":=")[0] for word in arguments]
    words = [word for number, word in enumerate(arguments) if word.split(":=")[0] not in names[number + 1 :]]
    process = launched(FILE, tmp_path, *words)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 1, said
    lines = said.splitlines()
    (refused, *_) = [line.split("]")[0] for line in lines if says in line]
    assert not [
        line for line in lines if line.startswith(refused) and "Traceback" in line
    ]  # others are stopped as they load


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("brightness:=much", "brightness is 'much'; give a number"),
        ("loop:=often", "loop is 'often'; give true or false"),
    ],
)
def test_an_argument_of_another_type_is_one_line(tmp_path, argument, says):
    process = subprocess.run(
        [sys.executable, "-c", RUN, str(FILE), argument],
        capture_output=True, text=True, timeout=60, env={**os.environ, "ROS_LOG_DIR": str(tmp_path)},
    )  # fmt: skip
    assert len([line for line in (process.stdout + process.stderr).splitlines() if says in line]) == 1


@pytest.mark.timeout(900)  # the first run builds the robot's messages
def test_a_robot_is_lit_and_its_ring_handed_back(clip, tmp_path):
    provide("irobot_create_msgs")
    rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    from irobot_create_msgs.msg import LightringLeds

    rclpy.init()
    node = rclpy.create_node("create3")
    heard = []
    node.create_subscription(LightringLeds, "/tb4/cmd_lightring", heard.append, 10)
    process = launched(FILE, tmp_path, f"source:={clip}", "loop:=true", "robot:=create3:/tb4")
    deadline = time.monotonic() + 60
    while sum(message.override_system for message in heard) < 20:
        assert time.monotonic() < deadline, "the ring stayed dark"
        assert process.poll() is None, process.communicate()[0]
        rclpy.spin_once(node, timeout_sec=0.1)
    process.send_signal(signal.SIGINT)
    while heard[-1].override_system:
        assert time.monotonic() < deadline + 30, "the ring was not handed back"
        rclpy.spin_once(node, timeout_sec=0.1)
    process.communicate(timeout=30)
    last = heard[-2].leds[0]
    assert (last.red, last.green, last.blue) == (0, 0, 0)
    node.destroy_node()
    rclpy.shutdown()


@pytest.mark.parametrize("shared", ["false", "true"])
def test_two_cameras_make_one_light(clip, tmp_path, shared):
    frames = tmp_path / "light.jsonl"
    process = launched(
        MANY, tmp_path, "cameras:=2", f"sources:={clip}", "loop:=true", f"shared:={shared}",
        f"lights:=['record:{frames}']",
    )  # fmt: skip
    until(is_lit(frames, 50), process)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[0]
    assert "the room is the mean of /camera_0/faces, /camera_1/faces" in said
    assert "Traceback" not in said


def test_many_cameras_end_with_their_last_source(clip, tmp_path):
    frames, file, pictures = tmp_path / "light.jsonl", tmp_path / "mine.yaml", tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "grey.png").write_bytes(picture())
    file.write_text("/**/color: {ros__parameters: {smoothing_time: 0.5, brightness: 1.0}}\n")
    process = launched(
        MANY, tmp_path, f"sources:={pictures},{clip}", f"lights:=['record:{frames}']", "brightness:=0.3",
        "palette:=plutchik", f"params_file:={file}",
    )  # fmt: skip
    until(is_lit(frames), process)
    found = values_of("/color", "brightness", "palette", "smoothing_time")
    said = process.communicate(timeout=90)[0]
    assert process.returncode == 0, said
    assert found == [0.3, "plutchik", 0.5]
    assert "/camera_0/source ended with code 0; the others go on" in said
    assert '"rgb": [0, 0, 0]' in frames.read_text().splitlines()[-1]


def picture():
    import cv2
    import numpy as np

    return cv2.imencode(".png", np.full((48, 64, 3), 128, np.uint8))[1].tobytes()


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("cameras:=some", "cameras is 'some'"),
        ("cameras:=0", "cameras is '0'"),
        ("sources:=a,b,c", "sources names 3 for 2 cameras"),
        ("brightness:=2", "brightness is 2"),
        ("camera:=2", "there is no argument 'camera'; is 'cameras' meant?"),
        ("image_topic:=/camera/image_raw", "image_topic is '/camera/image_raw'; give its name within camera_0"),
        ("params_file:=/no.yaml", "params_file '/no.yaml' is not there"),
    ],
)
def test_arguments_that_make_no_sense_are_one_line(tmp_path, argument, says):
    process = subprocess.run(
        [sys.executable, "-c", RUN, str(MANY), argument],
        capture_output=True, text=True, timeout=60, env={**os.environ, "ROS_LOG_DIR": str(tmp_path)},
    )  # fmt: skip
    lines = [line for line in (process.stdout + process.stderr).splitlines() if says in line]
    assert len(lines) == 1

"""The launch file, read and run by ROS 2's own launch; skipped where it is not installed (the wheels lack it)."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from interface_packages import provide

# launch_ros first: without ROS 2 a built package's folder `launch` passes for the module.
pytest.importorskip("launch_ros", reason="ROS 2's launch and launch_ros are not installed (package 'launch_ros')")
launch = pytest.importorskip("launch", reason="ROS 2's launch is not installed (package 'launch')")

FOLDER = Path(__file__).resolve().parents[1] / "launch"
FILE, MANY = FOLDER / "ambient.launch.py", FOLDER / "many.launch.py"
RUN = """
import sys
from launch import LaunchDescription, LaunchService
from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
arguments = [tuple(text.split(":=", 1)) for text in sys.argv[2:]]
service = LaunchService()
source = PythonLaunchDescriptionSource(sys.argv[1])
service.include_launch_description(
    LaunchDescription([IncludeLaunchDescription(source, launch_arguments=arguments)])
)
sys.exit(service.run())
"""


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
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(FILE), f"source:={clip}", "loop:=true", f"lights:=['record:{frames}']"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "ROS_LOG_DIR": str(tmp_path)},
    )
    deadline = time.monotonic() + 60
    while not (frames.exists() and frames.read_text().count('"live"') > 50):
        assert time.monotonic() < deadline, "the light stayed dark"
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert '"rgb": [0, 0, 0]' in frames.read_text().splitlines()[-1]


def test_a_params_file_counts_where_no_argument_is_given(clip, tmp_path):
    frames, file = tmp_path / "light.jsonl", tmp_path / "mine.yaml"
    file.write_text(
        f"/**/color:\n  ros__parameters: {{lights: ['record:{frames}'], brightness: 0.1, mode: discrete}}\n"
        f"/**/perception:\n  ros__parameters: {{detector: haar, qos_reliability: best_effort}}\n"
        "/**/source:\n  ros__parameters: {loop: true}\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(FILE), f"source:={clip}", f"params_file:={file}", "brightness:=0.2"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "ROS_LOG_DIR": str(tmp_path)},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (frames.exists() and frames.read_text().count('"live"') > 20):
        assert time.monotonic() < deadline, "the light stayed dark"
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[0]
    assert "detector haar" in said
    assert "listening to /image (best_effort)" in said
    brightest = max(max(json.loads(line)["rgb"]) for line in frames.read_text().splitlines())
    assert 0 < brightest <= round(0.2 * 255) + 1  # the argument's 0.2, and not the file's 0.1 or the default


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
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(FILE), f"source:={clip}", "loop:=true", "robot:=create3:/tb4"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "ROS_LOG_DIR": str(tmp_path)},
    )
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
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(MANY), "cameras:=2", f"sources:={clip}", "loop:=true", f"shared:={shared}",
         f"lights:=['record:{frames}']"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "ROS_LOG_DIR": str(tmp_path)},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (frames.exists() and frames.read_text().count('"live"') > 50):
        assert time.monotonic() < deadline, "the light stayed dark"
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[0]
    assert "the room is the mean of /camera_0/faces, /camera_1/faces" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("argument", "says"), [("cameras:=some", "cameras is 'some'"), ("sources:=a,b,c", "sources names 3 for 2 cameras")]
)
def test_arguments_that_make_no_sense_are_one_line(tmp_path, argument, says):
    process = subprocess.run(
        [sys.executable, "-c", RUN, str(MANY), argument],
        capture_output=True, text=True, timeout=60, env={**os.environ, "ROS_LOG_DIR": str(tmp_path)},
    )  # fmt: skip
    lines = [line for line in (process.stdout + process.stderr).splitlines() if says in line]
    assert len(lines) == 1

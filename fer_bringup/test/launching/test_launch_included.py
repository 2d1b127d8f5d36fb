# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The launch files within somebody else's: what a group around them says holds for as long as the nodes run."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# launch_ros first: without ROS 2 a built package's folder `launch` passes for the module.
pytest.importorskip("launch_ros", reason="ROS 2's launch and launch_ros are not installed (package 'launch_ros')")

from launches import FILE, FOLDER, RUN, child, end_all, launched, until

ROBOT = """
from launch import LaunchDescription
from launch.actions import GroupAction, IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch_ros.actions import PushRosNamespace, SetParameter, SetRemap

ARGUMENTS = {"source": "none", "lights": "[none]", "compressed": "true", "params_file": "%s"}


def generate_launch_description():
    source = PythonLaunchDescriptionSource("%s")
    ours = IncludeLaunchDescription(source, launch_arguments=ARGUMENTS.items())
    around = [PushRosNamespace("r1"), SetParameter("use_sim_time", True), SetRemap("color_rgba", "/lamp")]
    return LaunchDescription([GroupAction([*around, ours])])
"""


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    end_all()


def words_of(pid):
    """What a node was started with."""
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def test_started_again_a_node_is_where_the_group_put_it(tmp_path):
    mine, robot = tmp_path / "mine.yaml", tmp_path / "ambient.launch.py"
    mine.write_text(
        "/r1/color: {ros__parameters: {brightness: 0.5}}\n/r2/color: {ros__parameters: {brightness: 0.1}}\n"
    )
    robot.write_text(ROBOT % (mine, FILE))
    process = launched(robot, tmp_path)
    until(lambda: child(process, "color") and child(process, "perception"), process)
    first = child(process, "color")
    before = words_of(first)
    assert {"__ns:=/r1", "use_sim_time:=True", "color_rgba:=/lamp"} <= set(before)
    os.kill(first, signal.SIGKILL)
    until(lambda: child(process, "color") not in (first, None), process)
    assert words_of(child(process, "color")) == before
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert "/r1/color was killed by signal 9; it starts again" in said
    assert "'/r2/color' is none of the nodes here (/r1/color, /r1/perception)" in said
    assert "'/r1/color' is none" not in said


def test_an_argument_that_a_recording_has_not_is_refused(tmp_path):
    process = subprocess.run(
        [sys.executable, "-c", RUN, str(FOLDER / "record.launch.py"), "image:=keep"],
        capture_output=True, text=True, timeout=60, env={**os.environ, "ROS_LOG_DIR": str(tmp_path)},
    )  # fmt: skip
    assert "there is no argument 'image'; is 'images' meant?" in process.stdout + process.stderr

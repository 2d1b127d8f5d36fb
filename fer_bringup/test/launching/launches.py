# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A launch file in a process of its own, and what its light shows."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

# launch_ros first: without ROS 2 a built package's folder `launch` passes for the module.
pytest.importorskip("launch_ros", reason="ROS 2's launch and launch_ros are not installed (package 'launch_ros')")


FOLDER = Path(__file__).resolve().parents[2] / "launch"
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


def launched(file, log, *arguments):
    """The launch file's process, all that it says in one stream."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(file), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "ROS_LOG_DIR": str(log)},
    )  # fmt: skip


def until(condition, process, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)


def is_lit(frames, times=20):
    return lambda: frames.exists() and frames.read_text().count('"live"') > times

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A launch file in a process of its own, and what its light shows."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from waiting import Patience

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


_launched = []


def launched(file, log, *arguments):
    """The launch file's process, all that it says in one stream; `end_all` ends what a test that failed left of it."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(file), *arguments], start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "ROS_LOG_DIR": str(log)},
    )  # fmt: skip
    _launched.append(process)
    return process


def end_all():
    """End every launch of this process with its nodes, which would light up the next test's graph."""
    while _launched:
        process = _launched.pop()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def child(process, name):
    """The process id of the launch's node of that name; None while it has none."""
    ids = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False).stdout.split()
    for pid in map(int, ids):
        with contextlib.suppress(OSError):  # gone meanwhile
            if f"__node:={name}" in Path(f"/proc/{pid}/cmdline").read_text():
                return pid
    return None


def until(condition, process, seconds=60.0):
    patience = Patience(seconds)
    while not condition():
        assert patience.lasts(), "waited in vain"
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)


def is_lit(frames, times=20):
    return lambda: frames.exists() and frames.read_text().count('"live"') > times

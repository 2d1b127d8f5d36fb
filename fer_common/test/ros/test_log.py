# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The first line of rclpy's logger, in a process of its own."""

import subprocess
import sys

ASKED = """
import inspect, os, rclpy, sys
from fer_common.ros.log import quicken_first_line
from rclpy.logging import get_logger
if sys.argv[1] == "quick":
    quicken_first_line()
real, paths = os.path.realpath, []
os.path.realpath = lambda path, **more: (paths.append(path), real(path, **more))[1]
get_logger("here").info("said")
print(len(paths))
"""


def said(how, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(ASKED)
    done = subprocess.run([sys.executable, str(program), how], capture_output=True, text=True, timeout=60)
    assert "said" in done.stderr, done.stderr
    return int(done.stdout)


def test_the_first_line_follows_no_modules_path(tmp_path):
    assert said("quick", tmp_path) <= 10
    assert said("slow", tmp_path) > 100, (
        "rclpy's logger does not look for its caller any more: quicken_first_line may go"
    )

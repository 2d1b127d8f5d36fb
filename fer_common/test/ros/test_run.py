# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What ROS refuses is told in one line."""

import subprocess
import sys

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")

from fer_common.ros.run import refusal

NODE = """
import sys
from rclpy.node import Node
from fer_common.ros.run import run
sys.exit(run("node", lambda: Node("node")))
"""


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"ROS_LOG_DIR": "/dev/null"}, "name a folder that can be written in ROS_LOG_DIR"),
        ({"ROS_SECURITY_ENABLE": "true", "ROS_SECURITY_STRATEGY": "Enforce"}, "ROS_SECURITY_KEYSTORE names no folder"),
        ({"ROS_SECURITY_ENABLE": "true", "ROS_SECURITY_KEYSTORE": "/no", "ROS_SECURITY_STRATEGY": "Enforce"}, "'/no"),
        ({"ROS_DOMAIN_ID": "x"}, "ROS_DOMAIN_ID"),
    ],
)
def test_a_node_that_cannot_start_says_why_in_one_line(environment, says, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = subprocess.run([sys.executable, "-c", NODE], capture_output=True, text=True, timeout=60, check=False)
    lines = [line for line in done.stderr.splitlines() if line.startswith("node: ")]
    assert (done.returncode, len(lines)) == (2, 1), done.stderr
    assert says in lines[0]
    assert "Traceback" not in done.stderr


def test_too_little_memory_is_told():
    assert refusal(MemoryError("std::bad_alloc")) == (
        "there is too little memory; end something else, or raise the limit (ulimit -v)"
    )

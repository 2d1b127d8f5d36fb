# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The nodes can be imported where rclpy's Parameter takes no type in brackets: before 7.6, so on Humble and Jazzy."""

import subprocess
import sys

import pytest

NODES = (
    "fer_perception.node", "fer_perception.shared_node", "fer_perception.fuser_node", "fer_color.node",
    "fer_bringup.source_node", "fer_bringup.ambient",
)  # fmt: skip

IMPORT = """
import importlib, sys
import rclpy.node, rclpy.parameter
plain = type("Parameter", (), {"Type": rclpy.parameter.Parameter.Type})
rclpy.parameter.Parameter = rclpy.Parameter = plain
sys.modules.pop("rclpy.clock_type", None)
sys.modules["rclpy.clock_type"] = None  # Humble has it in rclpy.clock only
importlib.import_module(sys.argv[1])
"""


@pytest.mark.parametrize("node", NODES)
def test_a_parameter_without_a_type_is_enough(node: str) -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT, node], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr

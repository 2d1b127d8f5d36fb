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
import importlib, sys, traceback
import rclpy.node, rclpy.parameter
plain = type("Parameter", (), {"Type": rclpy.parameter.Parameter.Type})
rclpy.parameter.Parameter = rclpy.Parameter = plain
sys.modules.pop("rclpy.clock_type", None)
sys.modules["rclpy.clock_type"] = None  # Humble has it in rclpy.clock only
for node in sys.argv[1:]:
    for name in [name for name in sys.modules if name.startswith("fer_") and not name.startswith("fer_msgs")]:
        del sys.modules[name]
    try:
        importlib.import_module(node)
    except BaseException:
        traceback.print_exc()
    else:
        print(node)
"""
"""Each node is imported with all of ours that it imports, as in a process of its own."""


@pytest.fixture(scope="module")
def imported() -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([sys.executable, "-c", IMPORT, *NODES], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("node", NODES)
def test_a_parameter_without_a_type_is_enough(imported: "subprocess.CompletedProcess[str]", node: str) -> None:
    assert node in imported.stdout.splitlines(), imported.stderr

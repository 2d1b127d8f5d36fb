# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""`--help` of every executable that is a node."""

import subprocess
import sys

import pytest
from programs import ends_of_several

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")


HELP = {
    "fer_color.main": ["usage: color_node", "brightness:=1.0, 0 to 1"],
    "fer_perception.node": ["usage: perception_node", "qos_reliability:="],
    "fer_perception.shared_node": ["usage: shared_perception_node", "cameras:="],
    "fer_perception.fuser_node": ["usage: fuser_node", "max_age:="],
    "fer_bringup.source_node": ["usage: source_node", "rate:=10.0 1/s, 0.1 to 240"],
}


@pytest.fixture(scope="module")
def told(made_once):
    return ends_of_several(made_once, [(module, "--help") for module in HELP])


@pytest.mark.parametrize(("module", "says"), HELP.items())
def test_it_lists_the_parameters_and_ends_with_0(told, module, says):
    done = told[module, "--help"]
    assert (done.returncode, done.stderr) == (0, "")
    for text in says:
        assert text in done.stdout


@pytest.mark.parametrize("module", ["fer_perception.fetch_yunet", "fer_bringup.fetch_clip"])
def test_what_fetches_warns_of_nothing(module):
    command = [sys.executable, "-W", "default", "-m", module, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")

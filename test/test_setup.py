"""The set-up's checks, each in a Python of its own: one line that says what to do, and no zero."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[1] / "scripts" / "setup"


def machine(code, **environment):
    """Runs `code` with scripts/setup/machine.py imported; environment values of None are taken away."""
    variables = {**os.environ, "PYTHONPATH": str(SETUP), **environment}
    return subprocess.run(
        [sys.executable, "-c", f"import sys, platform, machine\n{code}"],
        env={key: value for key, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("code", "environment", "said"),
    [
        ("sys.version_info = (3, 9, 2)\nmachine.check_python()", {}, "Python 3.9 is not supported"),
        ("sys.version_info = (3, 15, 0)\nmachine.check_python()", {}, "3.10 to 3.14"),
        ("platform.machine = lambda: 'aarch64'\nmachine.check_ros_wheels()", {}, "install ROS 2"),
        ("machine.check_compiler()", {"PATH": "/nowhere", "CXX": None}, "sudo apt install g++"),
        ("machine.sysconfig.get_paths = lambda: {'include': '/no'}\nmachine.check_compiler()", {}, "python3-dev"),
        ("sys.modules['ensurepip'] = None\nmachine.check_venv()", {}, "python3-venv"),
        ("machine.ros_distribution()", {"ROS_VERSION": "1"}, "ROS 1"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(code, environment, said):
    done = machine(code, **environment)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("machine.SetupError: ")
    assert said in last


def test_this_machine_passes():
    done = machine("machine.check_python(), machine.check_ros_wheels(), machine.check_compiler(), machine.check_venv()")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"ROS_DISTRO": "jazzy", "AMENT_PREFIX_PATH": "/opt/ros/jazzy", "ROS_VERSION": "2"}, "jazzy"),
        ({"ROS_DISTRO": None, "AMENT_PREFIX_PATH": None, "ROS_VERSION": None}, ""),
    ],
)
def test_a_sourced_distribution_is_seen(environment, expected):
    assert machine("print(machine.ros_distribution())", **environment).stdout.strip() == expected


def test_unknown_level_is_one_line():
    done = subprocess.run([sys.executable, str(SETUP), "everything"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["setup: unknown level 'everything': give run, train or test"]

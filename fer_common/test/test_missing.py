# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A command whose library is not installed says so in one line; a library's user gets Python's own ImportError."""

import os
import subprocess
import sys

import pytest

COMMANDS = [
    ("fer_training.train", "torch", "FER_LEVEL=train"),
    ("fer_training.evaluate", "torch", "FER_LEVEL=train"),
    ("fer_evaluation.evaluate_bag", "rosbags", "FER_LEVEL=evaluate"),
    ("fer_evaluation.make_bag", "tqdm", "FER_LEVEL=evaluate"),
]


def run(tmp_path, lacks, *arguments):
    """Run Python where a module can't be imported, as it is where nobody installed it."""
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules['{lacks}'] = None\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, *arguments], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(("command", "lacks", "remedy"), COMMANDS)
def test_a_command_names_what_it_lacks_in_one_line(tmp_path, command, lacks, remedy):
    pytest.importorskip(command.partition(".")[0], reason=f"{command.partition('.')[0]} is not installed")
    done = run(tmp_path, lacks, "-m", command, "--help")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{command.partition('.')[0]}: '{lacks}' is not installed: '{remedy} . scripts/env.bash'")


@pytest.mark.parametrize(
    ("package", "module", "executable", "lacks"),
    [
        ("fer_perception", "node", "perception_node", "rclpy"),
        ("fer_perception", "node", "perception_node", "cv2"),
        ("fer_perception", "node", "perception_node", "fer_msgs"),
        ("fer_perception", "shared_node", "shared_perception_node", "rclpy"),
        ("fer_perception", "fuser_node", "fuser_node", "rclpy"),
        ("fer_color", "__main__", "color_node", "rclpy"),
        ("fer_bringup", "ambient", "ambient", "rclpy"),
        ("fer_bringup", "source_node", "source_node", "rclpy"),
        ("fer_dashboard", "main", "dashboard_node", "rclpy"),
    ],
)
def test_a_node_without_ros_2_does_so_by_module_and_by_executable(tmp_path, package, module, executable, lacks):
    """As after 'pip install ./fer_perception', whose core wants no ROS 2, in an environment that has none."""
    pytest.importorskip(package, reason=f"{package} is not installed")
    by_module = run(tmp_path, lacks, "-m", f"{package}.{module}", "--help")
    by_executable = run(tmp_path, lacks, "-c", f"from {package}.programs import {executable} as it; it()")
    for done in (by_module, by_executable):
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"{package}: '{lacks}' is not installed: 'FER_LEVEL=run . scripts/env.bash'")


@pytest.mark.parametrize("lacks", ["rosbags", "mcap", "cv2"])
def test_an_installed_executable_does_so_too(tmp_path, lacks):
    """As 'ros2 run' starts it, where ROS 2 is installed and what evaluation needs beside it is not."""
    pytest.importorskip("fer_evaluation", reason="fer_evaluation is not installed")
    done = run(tmp_path, lacks, "-c", "from fer_evaluation.programs import evaluate_bag; evaluate_bag()")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"fer_evaluation: '{lacks}' is not installed: 'FER_LEVEL=evaluate . scripts/env.bash'")


def test_a_library_that_is_imported_leaves_the_error_to_python(tmp_path):
    done = run(tmp_path, "torch", "-c", "import fer_training.train")
    assert done.stderr.splitlines()[-1].startswith("ModuleNotFoundError: ")


def test_what_else_is_missing_keeps_its_traceback(tmp_path):
    done = run(tmp_path, "numpy", "-m", "fer_training.train", "--help")
    assert "Traceback" in done.stderr
    assert "FER_LEVEL" not in done.stderr

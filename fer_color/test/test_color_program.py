# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node as a program of its own: signals, faults, wrong arguments."""

import json
import os
import signal
import subprocess
import sys

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

from color_bench import SAD
from programs import ends
from waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("color_graph")


@pytest.fixture
def start():
    """Starts the node as a program of its own, with these arguments; a failing test leaves none behind."""
    processes = []

    def started(*arguments, before=""):
        code = "import sys; sys.path[:0] = sys.argv[1].split('|'); sys.argv[1:] = sys.argv[2:]\n"
        code += before + "\nfrom fer_color.main import main\nsys.exit(main())"
        command = [sys.executable, "-c", code, "|".join(sys.path), "--ros-args", *arguments]
        processes.append(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
        )
        return processes[-1]

    yield started
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.usefixtures("hangup")
def test_executable_hands_the_light_back_on_a_signal(node_bench, start, tmp_path, judge, number):
    room = node_bench()
    path = tmp_path / "light.jsonl"
    process = start("-p", f'lights:=["record:{path}"]', "-r", "__node:=other")

    def lit():
        return path.exists() and any(row["mode"] == "live" and max(row["rgb"]) > 100 for row in rows())

    def rows():
        whole, _, _ = path.read_text().rpartition("\n")  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()]

    assert room.show_until(SAD, lit), process.poll()
    process.send_signal(number)
    assert room.until(lambda: process.poll() is not None)
    assert process.wait() == 0, process.stderr.read()
    assert rows()[-1]["rgb"] == [0, 0, 0]
    judge([(row["t"], row["rgb"]) for row in rows()], "linear")
    judge([(row["t"], row["rgb"]) for row in rows()], "srgb")


def test_only_a_later_ctrl_c_ends_the_fade(node_bench, start, tmp_path):
    """`ros2 launch` passes on the terminal's Ctrl-C, which the node has had already: that is not a second one."""
    room = node_bench()
    path = tmp_path / "light.jsonl"
    slow = "import fer_color.node\nfer_color.node.ColorNode.handed_back = lambda node: False"
    process = start("-p", f'lights:=["record:{path}"]', "-r", "__node:=other", before=slow)

    def lit():
        return path.exists() and '"live"' in path.read_text()

    assert room.show_until(SAD, lit), process.poll()
    for seconds in (0.2, 2):
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(seconds)
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0, process.stderr.read()


def test_a_fault_in_a_callback_hands_the_light_back(node_bench, start, tmp_path, judge):
    room, path, wrong = node_bench(), tmp_path / "light.jsonl", tmp_path / "wrong"
    before = f"""
from pathlib import Path
from fer_color.node import ColorNode
well = ColorNode._on_faces
def on_faces(self, message):
    well(self, message)
    assert not Path({str(wrong)!r}).exists(), "a fault of ours"
ColorNode._on_faces = on_faces
"""
    process = start("-p", f'lights:=["record:{path}"]', "-r", "__node:=other", before=before)

    def rows():
        whole, _, _ = path.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def lit():
        return path.exists() and any(max(row["rgb"]) > 100 for row in rows())

    assert room.show_until(SAD, lit), process.poll()
    wrong.touch()
    assert room.show_until(SAD, lambda: process.poll() is not None)
    assert process.returncode == 1
    assert "a fault of ours" in process.stderr.read()
    assert rows()[-1]["rgb"] == [0, 0, 0]
    judge([(row["t"], row["rgb"]) for row in rows()], "linear")


REFUSED = ("lights:=[laser]", "lights:=[]", "brightness:=1.5", "brightness:=full", "palette:=pastel")


@pytest.fixture(scope="module")
def refusals(made_once):
    return ends(made_once, "fer_color.main", [("--ros-args", "-p", argument) for argument in REFUSED])


@pytest.mark.parametrize("argument", REFUSED)
def test_executable_refuses_in_one_line(refusals, argument):
    done = refusals["--ros-args", "-p", argument]
    assert done.returncode == 2
    assert done.stderr.startswith("color: ")
    assert done.stderr.count("\n") == 1

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node's parameters and its executable."""

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import os
import signal
import subprocess
import sys

import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from node_bench import image
from programs import ends
from rclpy.parameter import Parameter
from waiting import Patience

from fer_perception import PerceptionError, Settings
from fer_perception.node import PerceptionNode

REFUSED_AT_START = [
    ("detection_threshold", 2.0, "detection_threshold is 2.0; it must be from 0.05 to 0.99"),
    ("detection_threshold", "high", "detection_threshold"),
    ("keep_id", 0.1, "keep_id is 0.1 s"),
    ("detector", "eyes", "choose one of auto, yunet, haar"),
    ("room", "mood", "choose one of largest, nearest, mean, most_certain"),
    ("steady_hits", 6, "more than steady_window's 5"),
    ("qos_reliability", "maybe", "best_effort, reliable"),
    ("model", "/nowhere/model.onnx", "no model file"),
    ("model", "~nobody_has_this_name/model.onnx", "no model file"),
    ("model", "m" * 5000, "no model file"),
    ("backend", "abacus", "onnxruntime, torch"),
    ("prior", "even", "give 'as_trained', a strength from 0"),
]


@pytest.mark.parametrize(("name", "wrong", "says"), REFUSED_AT_START)
def test_a_wrong_parameter_at_the_start_is_refused(graph, name, wrong, says):
    with pytest.raises(PerceptionError) as caught:
        PerceptionNode(parameter_overrides=[Parameter(name, value=wrong)])
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "wrong", "says"),
    [
        ("detection_threshold", 2.0, "detection_threshold"),
        ("steady_hits", 6, "more than steady_window"),
        ("room", "mood", "choose one of largest, nearest, mean, most_certain"),
        ("max_faces", 0, "max_faces"),
        ("prior", 2.0, "a strength from 0"),
        ("prior", [1.0, 2.0], "seven numbers"),
        ("keep_id", "long", "type"),
        ("detector", "haar", ""),
        ("model", "other.onnx", ""),
        ("model", "~nobody_has_this_name/model.onnx", "no model file"),
        ("model", "m" * 5000, "no model file"),
    ],
)
def test_a_wrong_change_is_refused_with_the_reason(bench, name, wrong, says):
    room = bench()
    before = room.node.get_parameter(name).value
    (result,) = room.node.set_parameters([Parameter(name, value=wrong)])
    assert not result.successful
    assert result.reason
    assert says in result.reason
    assert room.node.get_parameter(name).value == before


def test_a_right_change_takes_effect(bench):
    room = bench()
    camera = room.camera()
    (result,) = room.node.set_parameters([Parameter("detection_threshold", value=0.5)])
    assert result.successful
    assert room.node.get_parameter("detection_threshold").value == 0.5
    camera.publish(image(1))
    assert room.until(lambda: room.result_of(1))
    assert room.detector.threshold == 0.5


def test_every_parameter_describes_itself(bench):
    node = bench().node
    names = list(Settings.__dataclass_fields__)
    for name, descriptor in zip(names, node.describe_parameters(names)):
        about = Settings.__dataclass_fields__[name].metadata
        assert descriptor.description, name
        assert descriptor.read_only is not about["live"], name
        ranges = [*descriptor.floating_point_range, *descriptor.integer_range]
        limits = [] if about["low"] is None else [(about["low"], about["high"])]
        assert [(one.from_value, one.to_value) for one in ranges] == limits, name
        assert all(choice in descriptor.additional_constraints for choice in about["choices"]), name


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "fer_perception.node", "--ros-args", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


WRONG = [
    (["-p", "detection_threshold:=7.0"], "detection_threshold is 7.0"),
    (["-p", "model:=/nowhere.onnx"], "no model file /nowhere.onnx"),
    (["-p", "model:=~nobody_has_this_name/m.onnx"], "no model file ~nobody_has_this_name/m.onnx"),
]
REFUSED = [
    (["--params-file", "/nope.yaml"], "params file: '--params-file /nope.yaml'"),
    (["-r", "image"], "remap rule: '-r image'"),
    (["--frobnicate"], "unknown after --ros-args: ['--frobnicate']"),
    (["-p", "use_sim_time:=5"], "use_sim_time"),
]


@pytest.fixture(scope="module")
def refusals(made_once):
    """How each executable ends by these arguments."""
    asked = {"node": [*WRONG, *REFUSED], "shared_node": REFUSED, "fuser_node": REFUSED}
    return {
        node: ends(made_once, f"fer_perception.{node}", [("--ros-args", *arguments) for arguments, _ in its])
        for node, its in asked.items()
    }


@pytest.mark.parametrize(("arguments", "says"), WRONG)
def test_the_executable_ends_in_one_line(refusals, arguments, says):
    done = refusals["node"][("--ros-args", *arguments)]
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("perception: ")
    assert says in lines[0]


@pytest.mark.parametrize("node", ["node", "shared_node", "fuser_node"])
@pytest.mark.parametrize(("arguments", "says"), REFUSED)
def test_arguments_that_rclpy_refuses_end_with_2_and_say_why(refusals, node, arguments, says):
    done = refusals[node][("--ros-args", *arguments)]
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip() and "[rcl]" not in line]  # rcl's stands before
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("fuser: " if node == "fuser_node" else "perception: ")
    assert says in lines[0]
    assert ".c:" not in lines[0]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_executable_ends_with_0_when_it_is_told_to(graph, tiny_model, how):
    process = start("-p", f"model:={tiny_model}", "-p", "detector:=haar", "-r", "image:=/lens", "-r", "__ns:=/hall")
    try:
        peer = rclpy.create_node("watcher")
        seen = []
        peer.create_subscription(DiagnosticArray, "/diagnostics", seen.append, 10)
        patience = Patience()
        while not seen and process.poll() is None and patience.lasts():
            rclpy.spin_once(peer, timeout_sec=0.05)
        assert seen[0].status[0].hardware_id == "/lens"
        assert peer.count_subscribers("/lens")
        assert peer.count_publishers("/hall/faces")
        peer.destroy_node()
        process.send_signal(how)
        if how == signal.SIGINT:  # launch sends a second one after the terminal's
            process.send_signal(how)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors

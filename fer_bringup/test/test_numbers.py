# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A whole number is taken for the double that it means, on every node: by command line, by file, in a program, live."""

import math
from dataclasses import fields

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import cv2
import numpy as np
import rclpy
from rcl_interfaces.msg import Parameter as ParameterMessage
from rcl_interfaces.msg import ParameterType, ParameterValue
from rcl_interfaces.srv import SetParameters, SetParametersAtomically
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter

from fer_bringup.settings import SourceSettings
from fer_bringup.source_node import SourceNode
from fer_color.node import ColorNode
from fer_color.settings import Settings as ColorSettings
from fer_perception.fuser_node import FuserNode
from fer_perception.node import PerceptionNode
from fer_perception.settings import FuserSettings, NodeSettings, SharedSettings
from fer_perception.shared_node import SharedPerceptionNode

NODES = {
    "perception": (PerceptionNode, NodeSettings, {"autostart": False}),
    "shared": (SharedPerceptionNode, SharedSettings, {"autostart": False}),
    "fuser": (FuserNode, FuserSettings, {"autostart": False}),
    "color": (ColorNode, ColorSettings, {"lights": ["none"]}),
    "source": (SourceNode, SourceSettings, {}),
}
NAMES = {"shared": "perception"}
"""The node's own, where it is another."""


@pytest.fixture(scope="module", autouse=True)
def graph():
    rclpy.init()
    yield
    rclpy.try_shutdown()


@pytest.fixture
def make(tmp_path):
    """Makes a node that does nothing yet, with arguments of rclpy's and parameters by a program."""
    cv2.imwrite(str(tmp_path / "image.png"), np.zeros((48, 64, 3), np.uint8))
    made = []

    def build(kind, arguments=(), **parameters):
        node, _, needed = NODES[kind]
        given = needed | ({"source": str(tmp_path)} if kind == "source" else {}) | parameters
        overrides = [Parameter(name, value=value) for name, value in given.items()]
        made.append(node(cli_args=["--ros-args", *arguments], parameter_overrides=overrides))
        return made[-1]

    yield build
    for one in made:
        if hasattr(one, "close"):
            one.close()
        one.destroy_node()


def doubles(kind, *, live):
    """The settings that are doubles, each with a whole number that it may be, and that is not its default."""
    _, settings, _ = NODES[kind]
    found = {}
    for entry in fields(settings):
        if type(entry.default) is float and (entry.metadata["live"] or not live):
            low, high = math.ceil(entry.metadata["low"]), math.floor(entry.metadata["high"])
            whole = [number for number in (low, low + 1) if low <= number <= high and number != entry.default]
            if whole:
                found[entry.name] = whole[0]
    return found


def is_double(node, name, number):
    parameter = node.get_parameter(name)
    return parameter.type_ == Parameter.Type.DOUBLE and parameter.value == float(number)


@pytest.mark.parametrize("kind", NODES)
def test_there_is_something_to_test(kind):
    assert doubles(kind, live=False)


@pytest.mark.parametrize("kind", NODES)
def test_on_the_command_line(make, kind):
    given = doubles(kind, live=False)
    node = make(kind, [word for name, number in given.items() for word in ("-p", f"{name}:={number}")])
    assert all(is_double(node, name, number) for name, number in given.items())


@pytest.mark.parametrize("kind", NODES)
def test_in_a_parameter_file(make, kind, tmp_path):
    given = doubles(kind, live=False)
    path = tmp_path / "mine.yaml"
    lines = "".join(f"    {name}: {number}\n" for name, number in given.items())
    path.write_text(f"/**/{NAMES.get(kind, kind)}:\n  ros__parameters:\n{lines}")
    node = make(kind, ["--params-file", str(path)])
    assert all(is_double(node, name, number) for name, number in given.items())


@pytest.mark.parametrize("kind", NODES)
def test_by_a_program(make, kind):
    given = doubles(kind, live=False)
    node = make(kind, **given)
    assert all(is_double(node, name, number) for name, number in given.items())


LIVE = [kind for kind in NODES if doubles(kind, live=True)]


@pytest.mark.parametrize("older", [False, True], ids=["pre-set callbacks", "Humble, which has none"])
@pytest.mark.parametrize("kind", LIVE)
def test_while_it_runs(make, kind, older, monkeypatch):
    if older:
        monkeypatch.delattr(Node, "add_pre_set_parameters_callback")
    node, given = make(kind), doubles(kind, live=True)
    for name, number in given.items():
        (result,) = node.set_parameters([Parameter(name, value=number)])
        assert result.successful, result.reason
        assert is_double(node, name, number)


@pytest.mark.parametrize("older", [False, True], ids=["pre-set callbacks", "Humble, which has none"])
@pytest.mark.parametrize(("kind_of_service", "name_of_service"), [
    (SetParameters, "set_parameters"), (SetParametersAtomically, "set_parameters_atomically")
])  # fmt: skip
def test_by_the_service_that_ros2_param_set_calls(make, older, monkeypatch, kind_of_service, name_of_service):
    if older:
        monkeypatch.delattr(Node, "add_pre_set_parameters_callback")
    node, peer, executor = make("color"), rclpy.create_node("peer"), SingleThreadedExecutor()
    for one in (node, peer):
        executor.add_node(one)
    client = peer.create_client(kind_of_service, f"color/{name_of_service}")
    assert client.wait_for_service(20)

    def ask(name, **value):
        message = ParameterMessage(name=name, value=ParameterValue(**value))
        future = client.call_async(kind_of_service.Request(parameters=[message]))
        executor.spin_until_future_complete(future, 20)
        answer = future.result()
        return answer.results[0] if hasattr(answer, "results") else answer.result

    integer = ParameterType.PARAMETER_INTEGER
    assert ask("smoothing_time", type=integer, integer_value=1).successful
    assert is_double(node, "smoothing_time", 1)
    refused = ask("brightness", type=integer, integer_value=2)
    assert not refused.successful
    assert "brightness" in refused.reason
    assert is_double(node, "brightness", 1)
    text = ask("brightness", type=ParameterType.PARAMETER_STRING, string_value="1")
    assert not text.successful
    executor.shutdown()
    peer.destroy_node()


@pytest.mark.parametrize("older", [False, True], ids=["pre-set callbacks", "Humble, which has none"])
def test_a_text_that_stands_for_numbers_may_be_set_as_one(make, older, monkeypatch):
    if older:
        monkeypatch.delattr(Node, "add_pre_set_parameters_callback")
    node = make("perception")
    for value, stored in ((1, "1"), (0.5, "0.5"), ([0.1] * 7, ",".join(["0.1"] * 7)), ("as_trained", "as_trained")):
        (result,) = node.set_parameters([Parameter("prior", value=value)])
        assert result.successful, result.reason
        assert node.get_parameter("prior").value == stored


@pytest.mark.parametrize("kind", ["color", "shared"])
def test_a_truth_is_no_number(make, kind):
    name = {"color": "brightness", "shared": "keep_id"}[kind]
    with pytest.raises(NODES[kind][1].error, match=f"{name} is True; it must be a number"):
        make(kind, **{name: True})

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A node that is destroyed, or whose start is refused, is gone from the graph at once, not with the next garbage."""

import gc

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from rclpy.context import Context
from rclpy.parameter import Parameter
from surroundings import claim_domain
from waiting import until

from fer_bringup.source_node import SourceNode
from fer_color.node import ColorNode
from fer_common.errors import FerError
from fer_dashboard.node import DashboardNode
from fer_dashboard.seen.view import View
from fer_perception.fuser_node import FuserNode
from fer_perception.node import PerceptionNode
from fer_perception.shared_node import SharedPerceptionNode

MAKE = {
    "color": ColorNode,
    "dashboard": lambda **rest: DashboardNode(View(), **rest),
    "fuser": FuserNode,
    "perception": PerceptionNode,
    "shared perception": SharedPerceptionNode,
    "source": SourceNode,
}


@pytest.fixture(scope="module")
def graph():
    """A graph of its own: its context, and a function that gives the names of the nodes in it."""
    context, other = Context(), Context()
    domain = claim_domain()
    for one in (context, other):
        rclpy.init(context=one, domain_id=domain)
    looking = rclpy.create_node("_looking", context=other)
    yield context, lambda: [name for name, _ in looking.get_node_names_and_namespaces() if not name.startswith("_")]
    looking.destroy_node()
    for one in (context, other):
        rclpy.shutdown(context=one)


@pytest.fixture(autouse=True)
def no_garbage_is_collected():
    gc.disable()
    yield
    gc.enable()


def parameters(**values):
    return [Parameter(name, value=value) for name, value in values.items()]


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("color", {"lights": ["lava:lamp"]}),
        ("color", {"brightness": 2.0}),
        ("dashboard", {"port": 70000}),
        ("fuser", {"room": "everybody"}),
        ("perception", {"detector": "eyes"}),
        ("perception", {"model": "nowhere.onnx"}),
        ("shared perception", {"cameras": ["a", "b"], "model": "nowhere.onnx"}),
        ("source", {"source": "nowhere.mp4"}),
    ],
    ids=str,
)
def test_a_node_whose_start_is_refused_is_gone(graph, kind, refused):
    context, names = graph
    with pytest.raises(FerError) as caught:
        MAKE[kind](context=context, parameter_overrides=parameters(**refused))
    assert until(lambda: names() == []), names()
    assert caught.value.__traceback__ is not None  # it still holds the frames, and they the node


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("color", {"lights": ["none"]}),
        ("dashboard", {"port": 0}),
        ("fuser", {"cameras": ["a", "b"]}),
        ("perception", {"autostart": False}),
        ("shared perception", {"cameras": ["a", "b"], "autostart": False}),
    ],
    ids=str,
)
def test_a_node_that_is_destroyed_is_gone(graph, kind, given):
    context, names = graph
    node = MAKE[kind](context=context, parameter_overrides=parameters(**given))
    assert until(lambda: names() == [node.get_name()]), names()
    if kind == "color":
        node.close()
    node.destroy_node()
    assert until(lambda: names() == []), names()
    node.destroy_node()  # once more does nothing

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The policies that we ship, held against the nodes as they run: neither more nor less; over a real graph."""

import xml.etree.ElementTree as ET
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from hypothesis import given, settings
from hypothesis import strategies as st
from rclpy.parameter import Parameter
from surroundings import claim_domain
from waiting import Patience

from fer_bringup.errors import BringupError
from fer_bringup.security.__main__ import main
from fer_bringup.security.graph import OF_US, rights
from fer_bringup.security.policy import FIXED, KINDS, NODES, Rights, differences, read, written
from fer_bringup.source_node import SourceNode
from fer_color.node import ColorNode
from fer_common.ros.executor import make_executor
from fer_dashboard.node import DashboardNode
from fer_dashboard.seen.view import View
from fer_perception.node import PerceptionNode

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "policies.xml"


def parameters(**values):
    return {"parameter_overrides": [Parameter(name, value=value) for name, value in values.items()]}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The nodes of a launch with the live page open, and one that looks at them, in a graph of their own."""
    rclpy.init(domain_id=claim_domain())
    folder = tmp_path_factory.mktemp("images")
    cv2.imwrite(str(folder / "0.png"), np.zeros((48, 64, 3), np.uint8))
    nodes = [
        SourceNode(**parameters(source=str(folder))),
        # Whether hri_msgs is there is the machine's matter, or another test's that has built it in this process.
        PerceptionNode(**parameters(detector="haar", rep155=False)),
        ColorNode(**parameters(lights=["none"])),
        DashboardNode(View()),
    ]
    nodes[3].watched(True)
    nodes[3].keep()
    looking = rclpy.create_node(OF_US)
    executor = make_executor()
    for node in (*nodes, looking):
        executor.add_node(node)
    yield looking, executor
    executor.shutdown()
    nodes[0].close()
    nodes[2].close()
    for node in (*nodes, looking):
        node.destroy_node()
    rclpy.try_shutdown()


def until_no_difference(running, allowed):
    looking, executor = running
    patience = Patience()
    while True:
        found = differences(allowed, rights(looking, NODES))
        if not any(found) or not patience.lasts():
            return found
        executor.spin_once(timeout_sec=0.05)


def test_what_is_shipped_is_what_the_nodes_do_and_no_more(running):
    """Where this fails: let fer_bringup.security write fer_bringup/config/policies.xml; read what changed."""
    more, less = until_no_difference(running, read(SHIPPED.read_text()))
    assert more == []
    assert less == []


def test_what_is_not_allowed_and_what_is_not_done_are_named(running):
    allowed = [one for one in read(SHIPPED.read_text()) if one.node != "source"]
    changed = [
        Rights(one.node, one.namespace, {**one.names, "publish": one.of("publish") - {"/color"} | {"/other"}})
        if one.node == "color" else one
        for one in allowed
    ]  # fmt: skip
    assert until_no_difference(running, read(SHIPPED.read_text())) == ([], [])
    more, less = differences(changed, rights(running[0], NODES))
    assert more == ["/color: publish topic /color", "/source has no enclave"]
    assert less == ["/color: publish topic /other"]


def test_nobody_but_perception_hears_images_and_nobody_but_the_colour_node_tells_the_colour():
    by_node = {one.node: one for one in read(SHIPPED.read_text())}
    assert [name for name, one in by_node.items() if "/image" in one.of("subscribe")] == ["perception"]
    assert [name for name, one in by_node.items() if "/image" in one.of("publish")] == ["source"]
    assert [name for name, one in by_node.items() if "/color" in one.of("publish")] == ["color"]
    assert set(by_node) == set(NODES)


def test_it_is_a_policy_as_sros2_wants_it():
    schema = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    files = pytest.importorskip("sros2.policy", reason="sros2 is not installed").get_policy_schema("policy.xsd")
    schema.XMLSchema(schema.parse(files)).assertValid(schema.fromstring(SHIPPED.read_bytes()))


def test_its_form_is_that_of_version_0_2_0():
    """As far as it can be told without sros2: elements, their order and attributes."""
    root = ET.fromstring(SHIPPED.read_text())
    assert (root.tag, root.attrib, [one.tag for one in root]) == ("policy", {"version": "0.2.0"}, ["enclaves"])
    for enclave in root[0]:
        assert enclave.tag == "enclave"
        assert set(enclave.attrib) == {"path"}
        ((profile,),) = enclave
        assert (profile.tag, set(profile.attrib)) == ("profile", {"ns", "node"})
        for element in profile:
            ((what, allowed),) = element.attrib.items()
            assert (element.tag, what) in {(group, what) for group, _, what in KINDS}
            assert allowed == "ALLOW"
            assert {one.tag for one in element} == {element.tag.removesuffix("s")}


part = st.text("abc", min_size=1, max_size=3)
names = st.one_of(
    st.sampled_from(FIXED), st.lists(part, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
)


@settings(max_examples=60)
@given(
    namespace=st.lists(part, max_size=2).map(lambda parts: "/" + "/".join(parts)),
    node=part,
    told=st.dictionaries(st.sampled_from([what for _, _, what in KINDS]), st.frozensets(names, min_size=1)),
)
def test_what_is_written_is_read_back(namespace, node, told):
    one = Rights(node, namespace, told)
    (back,) = read(written([one]))
    assert differences([back], [one]) == ([], [])
    assert back.of("subscribe") == one.of("subscribe") | {"/clock"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<policy", "is no XML"),
        ("<policy version='0.1.0'/>", "no policy of version 0.2.0"),
        (written([Rights("a", "/", {"publish": frozenset({"/b*"})})]), "only names"),
        (written([Rights("a", "/", {"publish": frozenset({"/b"})})]).replace("ALLOW", "DENY"), "only names"),
    ],
)
def test_what_is_no_list_of_allowances_is_refused_in_one_line(text, says):
    with pytest.raises(BringupError, match=says):
        read(text)


@pytest.mark.parametrize(("content", "says"), [(b"\xff\xfe", "utf-8"), (b"<a/>", "no policy"), (None, "No such file")])
def test_the_command_refuses_what_is_no_policy_in_one_line(tmp_path, monkeypatch, capsys, content, says):
    if content is not None:
        (tmp_path / "mine.xml").write_bytes(content)
    monkeypatch.setattr("sys.argv", ["security", "--check", str(tmp_path / "mine.xml")])
    assert main() == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert says in told

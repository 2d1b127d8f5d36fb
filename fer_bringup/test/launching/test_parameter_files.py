# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The order of launch's parameters, held against rcl itself: real nodes with the files that launch gives them."""

import itertools
import os
import subprocess
import sys

import pytest
import yaml

from fer_bringup.errors import BringupError
from fer_bringup.launching.parameter_files import applies, layers, read_entries, remarks, write_layers

FORMS = {
    "fully qualified": "/kitchen/color",
    "every node": "/**",
    "in any namespace": "/**/color",
    "one token": "/*/color",
}


def node_file(path, **names):
    path.write_text(yaml.safe_dump({name: {"ros__parameters": values} for name, values in names.items()}))
    return path


def read_by_rcl(files, namespace="/kitchen", name="color"):
    """The parameters that a real node of this name gets by `--params-file`."""
    rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    words = ["--ros-args", "-r", f"__ns:={namespace}", "-r", f"__node:={name}"]
    words += [word for file in files for word in ("--params-file", str(file))]
    context = rclpy.Context()
    rclpy.init(args=words, context=context)
    node = rclpy.create_node("other", context=context, automatically_declare_parameters_from_overrides=True)
    values = {key: node.get_parameter(key).value for key in node.get_parameters_by_prefix("")}
    node.destroy_node()
    rclpy.shutdown(context=context)
    return values


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_asked_wins_over_every_form_of_a_users_file_which_wins_over_our_defaults(tmp_path, form):
    mine = node_file(tmp_path / "mine.yaml", **{form: {"brightness": 0.1, "palette": "plutchik"}})
    (tmp_path / "ours").mkdir()
    defaults = {"brightness": 0.7, "palette": "paper", "show": "color"}
    files = write_layers(tmp_path / "ours", "color", defaults, {"brightness": 0.3}, mine)
    found = read_by_rcl(files)
    assert (found["brightness"], found["palette"], found["show"]) == (0.3, "plutchik", "color")


def test_a_name_without_a_namespace_is_the_roots(tmp_path):
    mine = node_file(tmp_path / "mine.yaml", color={"brightness": 0.1, "palette": "plutchik"})
    (tmp_path / "ours").mkdir()
    files = write_layers(tmp_path / "ours", "color", {"palette": "paper"}, {"brightness": 0.3}, mine)
    found = read_by_rcl(files, namespace="/")
    assert (found["brightness"], found["palette"]) == (0.3, "plutchik")
    assert read_by_rcl(files)["palette"] == "paper"


@pytest.mark.parametrize("forms", list(itertools.permutations(FORMS.values(), 2)), ids=lambda pair: " ".join(pair))
def test_asked_wins_over_two_forms_in_one_file(tmp_path, forms):
    """The first of two may be the one under which a file given last would be kept, were it keyed by the node's name."""
    mine = node_file(tmp_path / "mine.yaml", **{form: {"brightness": 0.1} for form in forms})
    (tmp_path / "ours").mkdir()
    files = write_layers(tmp_path / "ours", "color", {"rate": 40.0}, {"brightness": 0.3}, mine)
    assert read_by_rcl(files)["brightness"] == 0.3


def test_texts_that_look_like_numbers_stay_texts(tmp_path):
    asked = {
        "source": "0",
        "lights": ["console", "12"],
        "loop": True,
        "brightness": 1.0,
        "palette": "näher",
        "rate": 10,
    }
    found = read_by_rcl(write_layers(tmp_path, "color", {}, asked))
    assert {key: found[key] for key in asked} == asked
    assert {key: type(found[key]) for key in asked} == {key: type(value) for key, value in asked.items()}


@pytest.mark.parametrize("value", [str, lambda text: ["a", text]], ids=["alone", "in a list"])
def test_texts_that_only_rcl_takes_for_something_else_stay_texts(tmp_path, value):
    """Of rcl 10.1.3, measured by findings/rcl_and_param_load_read_one_file_differently.sh; PyYAML leaves these bare."""
    bare = ["12e4", "1e-3", "5.0e3", "08", "nan", "NaN", "inf", "-inf", "Infinity", "0x1p3", "99999999999999999999"]
    texts = [*bare, "y", "N", "1_000", "0b1", "~", "", " 1", "1 ", "#1", "a: b", "a\nb", "\\", '"', "'", "näher"]
    asked = {f"p{i}": value(text) for i, text in enumerate(texts)}
    found = read_by_rcl(write_layers(tmp_path, "color", {}, asked))
    assert {key: found[key] for key in asked} == asked


def test_what_is_refused_is_refused_with_a_code(tmp_path):
    """The argument that once lost to our own file: brightness:=2 is out of range."""
    pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    mine = node_file(tmp_path / "mine.yaml", **{"/**/color": {"brightness": 1.0}})
    (tmp_path / "ours").mkdir()
    files = write_layers(tmp_path / "ours", "color", {}, {"brightness": 2.0, "lights": ["none"]}, mine)
    words = [word for file in files for word in ("--params-file", str(file))]
    command = [sys.executable, "-m", "fer_color", "--ros-args", "-r", "__node:=color", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "brightness" in done.stderr


def test_nothing_asked_writes_nothing(tmp_path):
    assert write_layers(tmp_path, "color", {}, {}) == []
    assert layers("color", {"a": 1}, {"b": 2}) == (
        {"/**": {"ros__parameters": {"a": 1}}},
        {"/**/**/color": {"ros__parameters": {"b": 2}}},
    )


@pytest.mark.parametrize(("defaults", "asked"), [({}, {}), ({"a": 1}, {}), ({}, {"b": 2}), ({"a": 1}, {"b": 2})])
def test_a_users_file_stands_between_what_it_overrules_and_what_overrules_it(tmp_path, defaults, asked):
    mine = node_file(tmp_path / "mine.yaml", color={"c": 3})
    folder = tmp_path / "ours"
    folder.mkdir()
    files = write_layers(folder, "color", defaults, asked, mine)
    wanted = [{"/**": defaults}] if defaults else []
    wanted += [{"color": {"c": 3}}, *([{"/**/**/color": asked}] if asked else [])]
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]
    assert found == [{name: {"ros__parameters": values} for name, values in one.items()} for one in wanted]
    assert {path.parent for path in files if path != mine} <= {folder}
    assert sorted(folder.iterdir()) == sorted(path for path in files if path != mine)


def test_nodes_of_one_name_have_files_of_their_own(tmp_path):
    paths = {path for _ in range(2) for path in write_layers(tmp_path, "source", {"a": 1}, {"b": 2})}
    assert len(paths) == 4


NAMES = [
    "/**",
    "/*",
    "/color",
    "/kitchen/color",
    "/**/color",
    "/*/color",
    "color",
    "/kitchen/**",
    "/*/*",
    "/kit",
    "X/color",
]


@pytest.mark.parametrize(
    "node", [("/", "color"), ("/kitchen", "color"), ("/a/b", "color"), ("/X", "color")], ids="".join
)
def test_what_applies_is_what_rcl_takes(tmp_path, node):
    namespace, name = node
    content = {written: {f"p{number}": 1} for number, written in enumerate(NAMES)}
    found = read_by_rcl([node_file(tmp_path / "all.yaml", **content)], namespace, name)
    full = f"{namespace.rstrip('/')}/{name}"
    ours = {f"p{number}" for number, written in enumerate(NAMES) if applies(written, full)}
    assert {key for key in found if key.startswith("p")} == ours


NODES = {"/color": {"brightness", "palette"}, "/perception": {"room"}}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            "/**/color: {ros__parameters: {brigthness: 0.2}}",
            ["/color: no parameter 'brigthness'; is 'brightness' meant?"],
        ),
        ("color: {ros__parameters: {zzz: 0.2}}", ["/color: no parameter 'zzz'"]),
        ("color: {ros__parameters: {nested: {deep: 1}}}", ["/color: no parameter 'nested.deep'"]),
        ("/colour: {ros__parameters: {a: 1}}", ["'/colour' is none of the nodes here (/color, /perception)"]),
        ("kitchen: {color: {ros__parameters: {brightness: 1.0}}}", ["'kitchen/color' is none of the nodes here"]),
        (
            "/**: {ros__parameters: {room: mean, palettes: x}}",
            ["/color, /perception: no parameter 'palettes'; is 'palette'"],
        ),
        ("/**: {ros__parameters: {room: mean, use_sim_time: true, qos_overrides: {a: {b: 1}}}}", []),
        ("/**/color: {ros__parameters: {palette: a}}\n/**/source: {ros__parameters: {rate: 5.0}}", []),  # not started
    ],
)
def test_what_a_file_says_in_vain_is_named(tmp_path, content, says):
    path = tmp_path / "mine.yaml"
    path.write_text(content)
    found = remarks(path, NODES)
    assert len(found) == len(says)
    for line, said in zip(found, says, strict=True):
        assert line.startswith(f"params_file '{path}': ")
        assert said in line


def test_a_line_says_all_of_it_and_one_name_in_vain_hides_no_other(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "lamp: {ros__parameters: {a: 1}}\n/**/color: {ros__parameters: {zzz: 1, brigthness: 1, rooms: 1}}\n"
    )
    assert remarks(path, NODES) == [
        f"params_file '{path}': 'lamp' is none of the nodes here (/color, /perception)",
        f"params_file '{path}': /color: no parameter 'brigthness'; is 'brightness' meant?",
        f"params_file '{path}': /color: no parameter 'rooms'",
        f"params_file '{path}': /color: no parameter 'zzz'",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "is not there"),
        ("a: [", "cannot be read"),
        ("- a", "is no mapping"),
        ("color: {ros__parameters: 5}", "ros__parameters of 'color' is no mapping"),
    ],
)
def test_a_file_that_is_none_is_one_line(tmp_path, content, says):
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BringupError, match=says) as caught:
        read_entries(path)
    assert "\n" not in str(caught.value)


def test_the_names_in_a_file_are_those_of_rcl(tmp_path):
    """Nested or in one word, several times, and none at all: every node's."""
    path = tmp_path / "mine.yaml"
    path.write_text("""
/**: {ros__parameters: {a: 1}}
kitchen: {color: {ros__parameters: {b: {c: 1, d: {e: 2}}}}}
kitchen/color: {ros__parameters: {f: 1}}
/: {color: {ros__parameters: {g: 1}}}
ros__parameters: {h: 1, i: {}}
1: {ros__parameters: {2: 3}}
other: 5
""")
    assert read_entries(path) == {
        "/**": {"a", "h"},
        "kitchen/color": {"b.c", "b.d.e", "f"},
        "/color": {"g"},
        "1": {"2"},
    }


def test_what_cannot_be_read_says_what_to_give(tmp_path):
    path = tmp_path / "mine.yaml"
    for content, says in (
        (None, f"params_file '{path}' is not there; give a file of parameters"),
        ("- a", f"params_file '{path}' is no mapping: give lines such as "
         "'/**/color: {ros__parameters: {brightness: 0.5}}'"),
        ("a: {ros__parameters: 5}",
         f"params_file '{path}': ros__parameters of 'a' is no mapping; give lines 'name: value'"),
    ):  # fmt: skip
        if content is not None:
            path.write_text(content)
        with pytest.raises(BringupError) as caught:
            read_entries(path)
        assert str(caught.value) == says


def test_our_own_file_says_nothing_in_vain():
    pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    from pathlib import Path

    from fer_bringup.launching.known import parameters_of

    path = Path(__file__).resolve().parents[2] / "config" / "ambient.yaml"
    nodes = {f"/{name}": parameters_of(f"{name}_node") for name in ("source", "perception", "color")}
    assert remarks(path, nodes) == []
    assert set(read_entries(path)) == {"/**/source", "/**/perception", "/**/color"}


@pytest.mark.parametrize("executable", ["source_node", "color_node", "perception_node", "fuser_node", "dashboard_node"])
def test_what_is_known_of_a_node_is_what_it_declares(executable, tmp_path, monkeypatch):
    rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    from rclpy.parameter import Parameter

    from fer_bringup.launching.known import parameters_of
    from fer_bringup.launching.parameter_files import ALWAYS
    from fer_bringup.source_node import SourceNode
    from fer_color.node import ColorNode
    from fer_dashboard.node import DashboardNode, View
    from fer_perception.fuser_node import FuserNode
    from fer_perception.node import PerceptionNode

    (tmp_path / "a.png").write_bytes(b"")
    made = {
        "source_node": lambda: SourceNode(parameter_overrides=[Parameter("source", value=str(tmp_path))]),
        "color_node": lambda: ColorNode(parameter_overrides=[Parameter("lights", value=["none"])]),
        "perception_node": PerceptionNode,
        "fuser_node": FuserNode,
        "dashboard_node": lambda: DashboardNode(View()),
    }
    assert os.environ["ROS_DOMAIN_ID"]
    rclpy.init()
    node = made[executable]()
    declared = set(node.get_parameters_by_prefix(""))
    if hasattr(node, "close"):
        node.close()
    node.destroy_node()
    rclpy.shutdown()
    assert declared - ALWAYS == parameters_of(executable)

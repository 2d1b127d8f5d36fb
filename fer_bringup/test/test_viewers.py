# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The viewers' files name topics and fields that exist. RViz, rqt and Foxglove themselves are not here to load them."""

import ast
import json
import re
from pathlib import Path

import yaml

from fer_common.emotions import LABELS

TOP = Path(__file__).resolve().parents[2]
CONFIG = TOP / "fer_bringup" / "config"
BRIDGE = (TOP / "fer_dashboard" / "fer_dashboard" / "foxglove_live" / "bridge.py").read_text()


def leaves(value):
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)] + [*map(str, value)]
    return [leaf for one in value for leaf in leaves(one)] if isinstance(value, list) else [str(value)]


def test_foxglove_s_layout_names_what_the_bridge_offers():
    layout = json.loads((CONFIG / "foxglove.json").read_text())
    named = {text for text in leaves(layout) if text.startswith("/fer/")}
    offered = set(re.findall(r'Channel\("(/fer/\w+)"', BRIDGE))
    assert {text.partition(".")[0] for text in named} == offered
    assert {f"/fer/numbers.{label}" for label in LABELS} <= named

    def panels(node):
        return [node] if isinstance(node, str) else [*panels(node["first"]), *panels(node["second"])]

    assert sorted(panels(layout["layout"])) == sorted(layout["configById"])


def test_rviz_shows_the_picture_with_rep_155_s_faces():
    displays = yaml.safe_load((CONFIG / "ambient.rviz").read_text())["Visualization Manager"]["Displays"]
    assert [(one["Class"], one["Topic"]["Value"]) for one in displays] == [
        ("hri_rviz/Humans", "image"),
        ("rviz_default_plugins/Image", "debug_image"),
    ]


def test_rqt_s_perspective_has_a_group_for_each_plugin_and_plots_all_seven():
    manager = json.loads((CONFIG / "ambient.perspective").read_text())["groups"]["pluginmanager"]
    running = ast.literal_eval(manager["keys"]["running-plugins"]["repr"])
    groups = {f"plugin__{name.replace('/', '__')}__{number}" for name, numbers in running.items() for number in numbers}
    assert groups == set(manager["groups"])
    plot = manager["groups"]["plugin__rqt_plot__Plot__1"]["groups"]["plugin"]["keys"]
    assert ast.literal_eval(plot["topics"]["repr"]) == [f"emotion/probabilities[{one}]" for one in range(len(LABELS))]
    image = manager["groups"]["plugin__rqt_image_view__ImageView__1"]["groups"]["plugin"]["keys"]
    assert ast.literal_eval(image["topic"]["repr"]) == "debug_image"

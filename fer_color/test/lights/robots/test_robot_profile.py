# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Robot profiles: those that ship, and what users get wrong in theirs."""

from pathlib import Path

import pytest

from fer_color.errors import ColorError
from fer_color.lights import LightOptions, make_light
from fer_color.lights.robots import known_profiles, load_profile

NAMES = {"clearpath", "clearpath_ridgeback", "create3", "husarion_lynx", "husarion_panther", "nao", "pal", "pepper"}
GOOD = "targets:\n- topic: lamp\n  type: std_msgs/msg/ColorRGBA\n  fields: {r: $red}\n"


def make(spec):
    return make_light(spec, LightOptions(), clock=lambda: 0.0)


def test_profiles_by_name():
    assert set(known_profiles()) == NAMES | {"rgba"}
    assert all(about for about in known_profiles().values())
    assert load_profile("create3").targets[0].hand_back == {"override_system": False}


@pytest.mark.parametrize("name", known_profiles())
def test_every_profile_is_in_the_document(name):
    text = (Path(__file__).resolve().parents[4] / "docs" / "robots.md").read_text(encoding="utf-8")
    assert f"`robot:={name}`" in text
    for target in load_profile(name).targets:
        assert f"`{target.name}`" in text
        assert f"`{target.types[0]}`" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no mapping"),
        ("targets: [", "cannot be read"),
        ("targets: []", "targets is empty"),
        ("about: nothing", "targets is missing or no list"),
        ("targets: lamp", "targets is missing or no list"),
        ("targets: [lamp]", "target 'lamp' is no mapping"),
        (GOOD + "colour: red\n", "a profile has no 'colour': use about, targets, transfer, rate, install"),
        (GOOD + "rate: fast\n", "rate is 'fast': give frames a second"),
        (GOOD + "rate: 0\n", "rate is 0: give frames a second, from 1 to 100"),
        (GOOD + "rate: .nan\n", "rate is nan"),
        (GOOD + "transfer: cubic\n", "transfer is 'cubic': use one of linear, srgb, gamma2.2, gamma2.8, either"),
        (GOOD + "install: pip\n", "install is no mapping"),
        (GOOD + "targets: []\n", "'targets' is given 2 times"),
        (GOOD.replace("topic:", "subject:"), "needs either topic or action"),
        (GOOD.replace("topic: lamp", "topic: lamp\n  action: lamp"), "needs either topic or action"),
        (GOOD.replace("std_msgs/msg/ColorRGBA", "std_msgs/ColorRGBA"), "type 'std_msgs/ColorRGBA' is none"),
        (GOOD.replace("std_msgs/msg/ColorRGBA", "std_msgs/action/ColorRGBA"), "write package/msg/Name"),
        (GOOD.replace("std_msgs/msg/ColorRGBA", "[]"), "has no type"),
        (GOOD.replace("{r: $red}", "red"), "has no fields: give a mapping"),
        (GOOD + "  alone: maybe\n", "alone is 'maybe'"),
        (GOOD + "  hand_back: off\n", "hand_back is no mapping"),
        (GOOD + "  qos: best\n", "topic 'lamp' has no 'qos'"),
        (GOOD.replace("topic", "action").replace("/msg/", "/action/") + "  hand_back: {}\n", "are for topics"),
    ],
)
def test_wrong_profile_is_one_line_that_names_the_file(tmp_path, text, says):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ColorError, match=says) as caught:
        make(f"robot:{path}")
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("robot", "write robot:PROFILE or robot:PROFILE:NAMESPACE"),
        ("robot:", "write robot:PROFILE"),
        ("robot:create3:", "write robot:PROFILE"),
        ("robot:c3po", "unknown robot 'c3po': use one of clearpath, clearpath_ridgeback, create3, "),
        ("robot:../create3", "unknown robot"),
        ("robot:/nowhere/mine.yaml", "cannot be read"),
    ],
)
def test_wrong_notation_is_one_line_too(spec, says):
    with pytest.raises(ColorError, match=says) as caught:
        make(spec)
    assert "\n" not in str(caught.value)


def test_it_works_within_a_node_only():
    with pytest.raises(ColorError, match="needs a ROS node"):
        make("robot:rgba").open()

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""docs/lights.md says what the code does, and its examples are lights."""

import re
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from fer_color.control.commands import Control
from fer_color.layouts import SHOWS
from fer_color.lights import LightOptions, make_light
from fer_color.lights.mqtt.home_assistant import state
from fer_color.lights.registry import BUILT_IN

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "lights.md"


@pytest.fixture(scope="module")
def text():
    if not DOCUMENT.is_file():
        pytest.skip("the docs folder is not there")
    return DOCUMENT.read_text()


def test_every_light_is_there(text):
    for name, (notation, _) in BUILT_IN.items():
        assert f"`{notation}`" in text or name == "robot", notation


def test_every_option_and_show_is_there(text):
    for item in fields(LightOptions):
        assert f"`{item.name}`" in text or item.name == "own", item.name
    for show in SHOWS:
        assert f"| `{show}` |" in text


def test_its_examples_can_be_made(text):
    examples = re.findall(r"--light (\S+?)[\s\"]", text)
    examples += [word for word in re.findall(r"`(\w+:[^`\s]*\d[^`\s]*)`", text) if word.partition(":")[0] in BUILT_IN]
    assert len(examples) >= 5
    for example in examples:
        make_light(example.replace("\\&", "&"), LightOptions(), clock=lambda: 0.0)


class Follower:
    """A lamp that takes a hue and a brightness, driven by the document's automation as Home Assistant runs it."""

    def __init__(self, automation):
        native = pytest.importorskip("jinja2.nativetypes", reason="jinja2 is not installed")
        self.read = lambda template, names: native.NativeEnvironment().from_string(template).render(names)
        self.automation, self.shows = automation, None

    def hear(self, state_name, **attributes):
        names = {"trigger": {"to_state": SimpleNamespace(state=state_name, attributes=attributes)}}
        for name, template in self.automation["variables"].items():
            names[name] = self.read(template, names)
        (step,) = self.automation["actions"]
        (act,) = step["then"] if self.read(step["if"], names) else step["else"]
        assert act["data"]["transition"] == 0, "a lamp that fades leads hue and brightness apart"
        self.shows = (0, 0, 0)
        if act["action"] == "light.turn_on":
            rgb, brightness = (self.read(act["data"][name], names) for name in ("rgb_color", "brightness"))
            assert all(type(value) is int and 0 <= value <= 255 for value in (*rgb, brightness))
            self.shows = tuple(value / max(rgb) * brightness for value in rgb)


def test_followers_of_home_assistant_show_what_we_show(text):
    (block,) = (block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "light.turn_on" in block)
    lamp = Follower(yaml.safe_load(block))
    for rgb in ((26, 97, 175), (255, 255, 255), (3, 2, 1), (0, 0, 1), (0, 0, 0)):
        for control in (Control(), Control(brightness=0.5), Control(paused=True)):
            told = state(rgb, control)
            color = tuple(told["color"][name] for name in "rgb")
            lamp.hear("on", rgb_color=color, brightness=told["brightness"])
            assert lamp.shows == pytest.approx(rgb, abs=1.0)
    for gone, attributes in (("off", {"rgb_color": None, "brightness": None}), ("unavailable", {})):
        lamp.shows = None
        lamp.hear(gone, **attributes)
        assert lamp.shows == (0, 0, 0)

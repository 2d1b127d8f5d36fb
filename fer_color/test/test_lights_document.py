"""docs/lights.md says what the code does, and its examples are lights."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from fer_color.lights import LightOptions, make_light
from fer_color.lights.registry import BUILT_IN
from fer_color.shows import SHOWS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "lights.md"


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

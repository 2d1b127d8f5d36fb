# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The script behind docs/flash.md's table of what the promise costs, which looks at all of the core with a lamp."""

import importlib.util
from itertools import pairwise
from pathlib import Path

import pytest
from test_response import times

from fer_color.palette import PALETTES

SCRIPT = Path(__file__).parents[3] / "docs" / "make" / "mood_times.py"
DISGUST, SAD = 1, 5


@pytest.fixture(scope="module")
def script():
    if not SCRIPT.exists():
        pytest.skip("only in a checkout")
    spec = importlib.util.spec_from_file_location("mood_times", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_change_of_mood_comes_once(script):
    walk = list(script.all_changes(7))
    assert sorted(pairwise(walk)) == [(a, b) for a in range(7) for b in range(7) if a != b]


def test_it_finds_what_the_limiter_alone_takes_where_nothing_is_dimmed(script):
    """From disgust to sad no colour is so red that a lost lamp could not return; to a frame."""
    found = script.times_of("adalight:/dev/null:4?transfer=linear", "linear", [DISGUST, SAD])["disgust to sad"]
    colors = PALETTES["paper"].srgb()
    alone = times(colors[DISGUST], colors[SAD], "linear", 0.4)["with"]
    assert found == pytest.approx(list(alone.values()), abs=script.TICK + 1e-9)


def test_slower_is_more_than_a_tenth_and_more_than_a_frame(script):
    before = {"a": [1.0, 2.0], "b": [0.1, 0.1], "c": [1.0, 2.0]}
    assert script.slower({"a": [1.1, 2.2], "b": [0.125, 0.1], "c": [1.0, 2.3]}, before) == ["c"]

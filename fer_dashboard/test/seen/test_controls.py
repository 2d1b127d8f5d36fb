# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A person's wishes, and what is none."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_dashboard.errors import DashboardError
from fer_dashboard.seen.controls import CONTROLS, offered, parse


def test_a_parameter_and_a_switch() -> None:
    wish = parse('{"id": 3, "set": "color.brightness", "value": 1}')
    assert (wish.number, wish.value) == (3, 1.0)
    assert isinstance(wish.value, float)  # as the node's parameter is
    assert parse('{"id": 4, "switch": "on", "value": false}').value is False


WRONG = [
    "no json",
    "[]",
    '{"set": "color.brightness", "value": 1}',
    '{"id": 1, "set": "color.lights", "value": "none"}',
    '{"id": 1, "set": "use_sim_time", "value": true}',
    '{"id": 1, "set": "color.brightness", "value": true}',
    '{"id": 1, "set": "color.brightness", "value": NaN}',
    '{"id": 1, "set": "color.brightness", "value": "1"}',
    '{"id": 1, "set": "color.palette", "value": 3}',
    '{"id": 1, "set": "color.palette", "value": "a\\nb"}',
    json.dumps({"id": 1, "set": "color.palette", "value": "x" * 1000}),
    '{"id": 1, "switch": "on", "value": 1}',
    '{"id": 1, "switch": [], "value": true}',
    '{"id": 1, "switch": {}, "value": true}',
    '{"id": 1, "set": "color.brightness", "value": 1' + 400 * "0" + "}",
    "[" * 100_000,
]


@pytest.mark.parametrize("text", WRONG, ids=[text[:60] for text in WRONG])
def test_anything_else_is_one_line(text: str) -> None:
    with pytest.raises(DashboardError) as caught:
        parse(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
    )
)
def test_whatever_a_page_sends_is_a_wish_or_one_line(value: object) -> None:
    for message in (
        value,
        {"id": 1, "set": "color.palette", "value": value},
        {"id": 1, "switch": "on", "value": value},
    ):
        with contextlib.suppress(DashboardError):  # its own, and nothing else
            assert parse(json.dumps(message)).number == 1


def test_only_what_the_nodes_have_is_offered() -> None:
    (one,) = offered({"color.brightness": 0.5, "color.baud": 9600})
    assert (one["set"], one["value"], one["kind"]) == ("color.brightness", 0.5, "number")
    assert len({(control.node, control.name) for control in CONTROLS}) == len(CONTROLS)

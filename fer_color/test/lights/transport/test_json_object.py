# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""JSON of others: what is read, and how deep it may be on every Python."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.lights.transport.json_object import MOST_DEPTH, read_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(alphabet='[]{}"\\a', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[{"\\', max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=3))
def test_what_is_no_deeper_is_read_as_it_is(content: dict[str, object]) -> None:
    assert read_object(json.dumps(content).encode(), 10_000) == content


@pytest.mark.parametrize("depth", [MOST_DEPTH - 1, MOST_DEPTH, 5_000])
def test_depth_is_ours_to_bound(depth: int) -> None:
    text = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
    if depth < MOST_DEPTH:
        assert list(read_object(text, 100_000)) == ["a"]
    else:
        with pytest.raises(ValueError, match="it is nested too deeply"):
            read_object(text, 100_000)

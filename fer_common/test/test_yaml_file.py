# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The one reader of YAML: nothing in a file is lost, none costs more than its length, none freezes a node."""

import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fer_common.errors import FerError
from fer_common.yaml_file import DEEPEST, LARGEST, read_mapping, read_value

WORDS = st.text(max_size=8)
SINGLE = st.none() | st.booleans() | st.integers() | WORDS


class OurError(FerError):
    """A package's own."""


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "file.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal(path):
    with pytest.raises(OurError) as caught:
        read_mapping(path, "palette file", OurError)
    text = str(caught.value)
    assert text.startswith(f"palette file '{path}' ")
    return text.removeprefix(f"palette file '{path}' ").removeprefix("cannot be read: ")


def test_a_mapping_is_read(written):
    path = written("name: évènement\nangry: [255, 0, 0]\nempty:\nlimits: {low: 0.5, high: 1}\n")
    limits = {"low": 0.5, "high": 1}
    assert read_mapping(path, "file") == {"name": "évènement", "angry": [255, 0, 0], "empty": None, "limits": limits}


def test_a_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.yaml").write_text("a: 1\n")
    assert read_mapping("~/mine.yaml", "file") == {"a": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "'a' is given 2 times"),
        ("outer: {a: 1, a: 1}\n", "'a' is given 2 times"),
        ("10: x\n0xA: y\n", "a key is given twice"),
        ("a: &x [1]\n", "write out what 'x' stands for"),
        ("a: &x 1\nb: *x\n", "write out what 'x' stands for"),
        ("? &k a\n: 1\n", "write out what 'k' stands for"),
        ("- 1\n- 2\n", "is no mapping: give lines such as 'name: value'"),
        ("", "is no mapping"),
        ("a: [1\n", "while parsing a flow sequence"),
        (b"a: \xff\xfe\n", "'utf-8' codec can't decode"),
        ("a: !!python/name:os.system\n", "could not determine a constructor"),
        ("a: 2026-13-41\n", "month must be in 1..12"),
        ("[1, 2]: x\n", "found unhashable key"),
        (f"a: {'[' * (DEEPEST + 2)}{']' * (DEEPEST + 2)}\n", f"it is nested deeper than {DEEPEST}"),
    ],
)
def test_what_would_be_lost_or_multiplied_is_refused(written, content, words):
    assert words in refusal(written(content))


def test_lists_within_lists_are_taken_as_deep_as_anybody_writes_them(written):
    assert read_mapping(written(f"a: {'[' * 10}{']' * 10}\n"), "file")


def test_what_is_not_there_or_no_regular_file_is_refused_at_once(tmp_path):
    assert "No such file" in refusal(tmp_path / "none.yaml")
    assert "no regular file" in refusal(tmp_path) or "Is a directory" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.yaml")  # that nobody will ever write to
    assert refusal(tmp_path / "pipe.yaml") == "it is no regular file"
    assert "it is no regular file" in refusal("/dev/zero")
    with pytest.raises(OurError, match="cannot be read"):
        read_mapping("~nobody-has-this-home/x.yaml", "file", OurError)


def test_its_size_is_bounded(written):
    head = "a: 1\n"
    assert read_mapping(written(head + "#" * (LARGEST - len(head))), "file") == {"a": 1}
    assert refusal(written(head + "#" * (LARGEST - len(head) + 1))) == f"it has more than {LARGEST} bytes"


def test_what_the_file_says_is_quoted_in_short(written):
    for content in (
        "a: !" + "x" * 30_000 + " 1\n",
        f"{'k' * 500}: 1\n{'k' * 500}: 2\n",
        "a: &" + "x" * 30_000 + " 1\n",
    ):
        assert len(refusal(written(content))) < 220


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda part: st.lists(part, max_size=3),
            max_leaves=6,
        ),
    )
)
def test_a_value_that_is_written_without_aliases_is_read_as_it_was(value):
    text = yaml.dump(value, Dumper=Plain)
    assert read_value(text, "value") == value


class Plain(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("0.5", 0.5), ("[a, b]", ["a", "b"]), ("''", ""), ("", None), ("yes", True), ("x", "x")],
)
def test_a_value_on_a_command_line_is_read(text, value):
    assert read_value(text, "--param") == value


@pytest.mark.parametrize("text", ["[1", "&a 1", "{a: 1, a: 2}", "x" * (LARGEST + 1)])
def test_a_value_that_is_none_is_refused_in_one_line(text):
    with pytest.raises(OurError, match=r"^--param 'x': no YAML value \("):
        read_value(text, "--param 'x'", OurError)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""An error is one line, of a length that a log and a terminal can take."""

import pytest

from fer_bringup.errors import BringupError
from fer_color.errors import ColorError
from fer_common.errors import LONGEST, FerError, shown
from fer_evaluation.errors import EvaluationError
from fer_perception.errors import PerceptionError
from fer_training.errors import TrainingError

ROOTS = (BringupError, ColorError, EvaluationError, PerceptionError, TrainingError)


@pytest.mark.parametrize("kind", [FerError, *ROOTS])
def test_it_is_one_line_of_a_bounded_length(kind):
    assert str(kind("no\nsuch\r\n  file")) == "no such file"
    assert str(kind("a" * LONGEST)) == "a" * LONGEST
    long = str(kind("a" * 10**6))
    assert len(long) == LONGEST
    assert long.endswith("a [...]")


def test_what_a_terminal_would_obey_is_not_passed_on():
    """Its commands, what turns the line's direction round, and what is no text at all."""
    assert str(FerError("it says \x1b[2J\x07\x9b \u202e \udcff")) == "it says \ufffd[2J\ufffd\ufffd \ufffd \ufffd"
    assert str(FerError("näher: 近い 😀")) == "näher: 近い 😀"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("light 'mqtt://me:s3cret@host/x': write", "light 'mqtt://me:…@host/x': write"),
        ("(rtsp://me:s3cret@[::1]/live, 0)", "(rtsp://me:…@[::1]/live, 0)"),
        ("no source 'me:s3cret@host'", "no source 'me:…@host'"),
        ("mqtt:host:home?user=me,password=s3cret,tls=true", "mqtt:host:home?user=me,password=…,tls=true"),
        (
            "write http://NAME:PASSWORD@HOST/ or ?password_file=FILE",
            "write http://NAME:PASSWORD@HOST/ or ?password_file=FILE",
        ),
        ("at 12:30 me@host", "at 12:30 me@host"),
    ],
)
def test_no_password_is_told(text, told):
    assert str(FerError(text)) == told
    cut = str(FerError("a" * (LONGEST - 30) + " " + text * 3))
    assert "s3cret" not in cut


@pytest.mark.parametrize("kind", ROOTS)
def test_every_package_has_its_own_kind_of_the_one_root(kind):
    assert kind.__mro__[1] is FerError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("red", "'red'"),
        ([1, 2, 300], "[1, 2, 300]"),
        (None, "None"),
        ([0] * 1000, "[0, 0, 0, 0, 0, 0, 0, 0, ...]"),
        ([[[[[5]]]]], "[[[[...]]]]"),
    ],
)
def test_a_value_is_shown_as_python_writes_it_and_shortened(value, text):
    assert shown(value) == text


def test_a_long_text_is_shown_by_its_ends():
    text = shown("a" * 10_000 + "z")
    assert len(text) == 80
    assert text.startswith("'aaa")
    assert text.endswith("z'")

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Ctrl-C ends every command with one line and 130."""

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.timeout(120)  # a busy machine takes its time


@pytest.mark.parametrize(
    ("command", "arguments", "pipe"),
    [
        ("evaluate_bag", ["grey", "--labels", "labels.csv", "--output", "out"], "labels.csv"),
        ("compare", ["a", "b"], "a/metrics.json"),
        ("make_bag", ["faces.csv", "bag"], "faces.csv"),
    ],
)
def test_ctrl_c_is_one_line_and_130(tmp_path, grey_bag, command, arguments, pipe):
    """The command waits for a file that is a pipe, and so is surely at work when the signal comes."""
    grey_bag(2)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / pipe)
    before = sorted(path.name for path in tmp_path.iterdir())
    started = subprocess.Popen(
        [sys.executable, "-m", f"fer_evaluation.{command}", *arguments],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with (tmp_path / pipe).open("w"):  # opens when the command does
        started.send_signal(signal.SIGINT)
        _, error = started.communicate()
    assert started.returncode == 130
    assert error.startswith(f"{command}: stopped")
    assert error.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before

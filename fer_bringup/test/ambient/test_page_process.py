# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The live page beside the one-process runner."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.options import parse


def test_the_page_is_served_with_the_light_and_ends_with_it(clip: Path) -> None:
    command = [sys.executable, "-m", "fer_bringup.ambient", "--source", str(clip), "--loop", "--light", "none"]
    process = subprocess.Popen([*command, "--page", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said, address = [], ""
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"the page: (http://127\.0\.0\.1:\d+/)", line):
            address = found[1]
            break
    assert address, said
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert b"A light that answers a face" in answer.read()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    with_page = "fer_dashboard.main"
    left = subprocess.run(["pgrep", "-P", str(process.pid), "-f", with_page], capture_output=True, text=True)
    assert left.stdout == ""


def test_its_port() -> None:
    assert parse([]).page is None
    assert parse(["--page"]).page == 8088
    assert parse(["--page", "0"]).page == 0


def test_in_a_terminal_the_page_is_served_unasked_and_a_preview_opens_nothing() -> None:
    assert (parse([], terminal=True).page, parse([], terminal=True).preview) == (8088, False)
    assert parse(["--no-page"], terminal=True).page is None
    assert (parse(["--preview"]).page, parse(["--preview"]).preview) == (8088, True)
    assert parse(["--preview", "--page", "0"]).page == 0
    assert (parse(["--page"]).foxglove, parse(["--page", "--foxglove"]).foxglove) == (None, 8765)
    with pytest.raises(BringupError, match="add --page"):
        parse(["--foxglove"])
    with pytest.raises(BringupError, match="--no-page is the opposite"):
        parse(["--no-page", "--preview"])


def test_the_camera_is_shown_with_the_page_alone_and_drawn_no_more_than_it_takes() -> None:
    assert not parse(["--page"]).show_camera
    asked = parse(["--page", "--show-camera", "--param", "perception.debug_width=320"])
    assert asked.show_camera
    assert (asked.parameters["perception"]["debug_rate"], asked.parameters["perception"]["debug_width"]) == (5.0, 320)
    with pytest.raises(BringupError, match="add --page"):
        parse(["--show-camera"])

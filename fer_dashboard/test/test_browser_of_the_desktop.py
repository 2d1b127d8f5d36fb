# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The page is opened where there is a desktop, and nowhere else."""

import os
import time
from pathlib import Path

import pytest
from waiting import Patience

from fer_dashboard.main import show_in_browser

ADDRESS = "http://127.0.0.1:8088/"


@pytest.fixture
def desktop(tmp_path: Path) -> dict[str, str]:
    """The surroundings of a desktop whose opener writes down what it is given."""
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/part && mv {tmp_path}/part {tmp_path}/opened\n')
    opener.chmod(0o755)
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DISPLAY": ":0"}


def test_the_desktop_is_given_the_address(desktop: dict[str, str], tmp_path: Path) -> None:
    assert show_in_browser(ADDRESS, desktop)
    patience = Patience()
    while not (tmp_path / "opened").exists():
        assert patience.lasts(), "nothing was opened"
        time.sleep(0.01)
    assert (tmp_path / "opened").read_text() == ADDRESS


@pytest.mark.parametrize(
    "change", [{"DISPLAY": ""}, {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, {"PATH": "/nowhere"}]
)
def test_without_a_desktop_of_the_users_nothing_is_opened(desktop: dict[str, str], change: dict[str, str]) -> None:
    assert not show_in_browser(ADDRESS, desktop | change)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What systemd is told, over a real socket."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from fer_bringup.watchdog import Watchdog


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    place = str(tmp_path / "notify") if request.param == "path" else f"@fer-{tmp_path.name}-{id(tmp_path)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listens:
        listens.bind("\0" + place[1:] if place.startswith("@") else place)
        listens.setblocking(False)
        yield place, listens


def heard(listens: socket.socket) -> list[bytes]:
    found = []
    try:
        while True:
            found.append(listens.recv(100))
    except BlockingIOError:
        return found


def test_it_is_told_that_we_run_and_at_half_its_patience_that_we_live(systemd: tuple[str, socket.socket]) -> None:
    place, listens = systemd
    watchdog = Watchdog({"NOTIFY_SOCKET": place, "WATCHDOG_USEC": "20000000"})
    watchdog.say("READY=1")
    assert heard(listens) == [b"READY=1"]
    for tenth in range(301):
        watchdog.beat(tenth / 10)
    assert heard(listens) == [b"WATCHDOG=1"] * 4


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nobody"}, {"NOTIFY_SOCKET": "", "WATCHDOG_USEC": "x"}])
def test_where_nobody_listens_nothing_happens(environment: dict[str, str]) -> None:
    watchdog = Watchdog(environment)
    watchdog.say("READY=1")
    watchdog.beat(0.0)
    assert watchdog.period == 0.0


def test_what_runs_unwatched_keeps_nothing_of_anybody_unasked() -> None:
    """The console's lines would stay in the journal or the container's log, the camera's picture in a core dump."""
    top = Path(__file__).parents[2]
    unit = (top / "systemd" / "fer-ambient.service").read_text().splitlines()
    assert 'Environment="FER_ARGS=--light none"' in unit
    assert "LimitCORE=0" in unit
    ambient = yaml.safe_load((top / "compose.yaml").read_text())["services"]["ambient"]
    assert "--light none" in " ".join(ambient["command"])
    assert ambient["ulimits"]["core"] == 0

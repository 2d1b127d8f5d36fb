# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every fault of the catalogue on one real graph: each is got over, and no lamp sees the flash promise broken."""

import re
import signal
from pathlib import Path

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")

from faults.catalogue import CATALOGUE, undergo
from faults.stage import NeverCameError, Stage, film
from faults.table import PAGE, rows

TOP = Path(__file__).resolve().parents[3]


@pytest.fixture
def stage(clip, tmp_path):
    stage = Stage(tmp_path, film(clip, every=12), alone=False)  # other tests have their olad
    yield stage
    if stage.programs[0].process.poll() is None:
        stage.close()


@pytest.mark.timeout(900)  # a machine that does other things takes its time to start a node
def test_every_fault_is_got_over(stage):
    """In one test, since what is dear is the graph; the message says which ones were not."""
    stage.open()
    failed = {}
    for key, fault in CATALOGUE.items():
        try:
            undergo(stage, fault)
        except (NeverCameError, AssertionError) as error:
            failed[key] = str(error)
    assert failed == {}, f"{stage.perception.said()[-2000:]}\n{stage.color.said()[-2000:]}"
    assert stage.close() == [0, 0]
    assert [one for one in stage.ended if one[0] == "color"] == [("color", -signal.SIGKILL)], "killed, never fallen"
    broken = {lamp.name: lamp.received.broken() for lamp in stage.lamps}
    assert not any(broken.values()), broken
    assert min(lamp.received.count for lamp in stage.lamps) > 100
    shown = {lamp.name: lamp.received.last[1] for lamp in stage.lamps}
    found = {lamp.name: lamp.received.begins[-1] for lamp in stage.lamps}  # dark, but for one that tells what it shows
    assert shown == found, "handed back"
    assert "Traceback" not in stage.color.said(), "perception's memory was limited"


def test_the_table_has_every_fault_and_every_row_its_test():
    page = PAGE.read_text()
    shown = re.findall(r"^\| (.+?) \| .+ \| `(\S+)` \|$", page, re.MULTILINE)
    assert shown == [(name, test) for name, _, test in rows()]
    for _, _, test in rows():
        path, _, name = test.partition("::")
        (file,) = TOP.glob(f"fer_*/test/**/{path}")
        text = file.read_text()
        assert name in CATALOGUE or re.search(rf"^def {name}\(", text, re.MULTILINE), test

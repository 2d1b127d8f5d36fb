# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Pictures that other processes draw are those that this one would draw, and no process is left behind.

In a program of its own: this one may have threads, and matplotlib.
"""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.timeout(120)  # a busy machine takes its time
BEGIN = """
import importlib.util, multiprocessing, os, sys
from fer_evaluation.beside.helper import ENDED
from fer_evaluation.errors import EvaluationError
from fer_evaluation.report import drawers
from fer_evaluation.report.picture import Wanted

spread = {"edges_ms": [0, 5, 10], "counts": [1, 2, 0]}
bins = {name: list(range(10)) for name in ("count", "confidence", "share")}
pictures = [Wanted("times", ({"work, ms": spread},), "a.png", "a", "times"),
            Wanted("reliability", (bins, 0.1), "b.png", "b", "how sure"),
            Wanted("confusion", ([[1, 0], [0, 1]],), "c.png")]

def drawn(beside):
    with drawers.Drawers(beside=beside) as ours:
        ours.begin(pictures[:1])
        ours.begin(pictures)
        return ours.drawn()
"""
SAME = """
there = drawn(True)
assert "matplotlib" not in sys.modules and not multiprocessing.active_children()
page, files = there
assert set(page) == {"a", "b"} and set(files) == {"a.png", "b.png", "c.png"}
assert all(text.startswith("<svg") for text in page.values())
assert all(content.startswith(bytes.fromhex("89504e47")) for content in files.values())
assert drawn(False) == there
assert drawn(True) == there, "with matplotlib at hand, this process draws"
"""
ENDED = """
setattr(drawers, "_draw", lambda channel: os._exit(1))
try:
    drawn(True)
except EvaluationError as error:
    assert str(error) == ENDED
else:
    raise AssertionError("nothing was said")
assert not multiprocessing.active_children()
"""
MISSING = """
drawers.find_spec = lambda name: None
for beside in (True, False):
    try:
        drawers.Drawers(beside=beside)
    except ModuleNotFoundError as error:
        assert error.name == "matplotlib"
    else:
        raise AssertionError("it is missed after the work alone")
"""


@pytest.mark.parametrize("program", [SAME, ENDED, MISSING], ids=["same", "ended", "missing"])
def test_pictures_are_drawn_beside(program):
    done = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

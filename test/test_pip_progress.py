# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The set-up tells of pip in one line that moves, and lets pip speak where it failed."""

import contextlib
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[1] / "scripts" / "setup"
# As pip 23.2 and 26 print them; the wheel in a folder is at hand, so nothing is fetched.
LINES = """\
Looking in indexes: https://index.example/simple
Collecting numpy (from -r requirements/run.in (line 2))
  Downloading numpy-2.4.6-cp311-cp311-manylinux2014_x86_64.whl.metadata (62 kB)
Downloading numpy-2.4.6-cp311-cp311-manylinux2014_x86_64.whl (16.9 MB)
  Using cached torch-2.13.0-cp311-cp311-linux_x86_64.whl (1.5 GB)
  Downloading ruamel.yaml-0.19.1-py3-none-any.whl (100 kB)
Processing {wheel}
Installing collected packages: numpy, ruamel.yaml, six, torch
Successfully installed numpy-2.4.6 ruamel.yaml-0.19.1 six-1.17.0 torch-2.13.0
"""


@pytest.fixture(scope="module")
def pip_progress():
    sys.path.insert(0, str(SETUP))
    try:
        import pip_progress
    finally:
        sys.path.remove(str(SETUP))
    return pip_progress


@pytest.fixture
def lines(tmp_path):
    wheel = tmp_path / "six-1.17.0-py2.py3-none-any.whl"
    wheel.write_bytes(bytes(2_000_000))
    return LINES.format(wheel=wheel)


def test_packages_and_sizes_are_counted_once(pip_progress, lines):
    progress = pip_progress.Progress(io.StringIO())
    for line in lines.splitlines():
        progress.read(line.strip())
    assert progress.packages == 4
    assert progress.megabytes == pytest.approx(16.9 + 1500 + 0.1 + 2)


def test_without_a_terminal_only_the_end_is_told(pip_progress, lines, tmp_path):
    (tmp_path / "lines").write_text(lines)
    out = io.StringIO()
    assert pip_progress.run(["sh", "-c", f"cat {tmp_path}/lines #"], out) == 0
    assert out.getvalue().startswith("       done: 4 packages, 1519 MB, ")
    assert len(out.getvalue().splitlines()) == 1


def read_all(terminal):
    """What was written to a terminal whose other end is closed, however many pieces it comes in."""
    pieces = []
    with contextlib.suppress(OSError):  # Linux's way to say that there is no more
        while piece := os.read(terminal, 65536):
            pieces.append(piece)
    os.close(terminal)
    return b"".join(pieces).decode()


def test_on_a_terminal_one_line_moves(pip_progress, lines, tmp_path):
    (tmp_path / "lines").write_text(lines)
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        assert pip_progress.run(["sh", "-c", f"cat {tmp_path}/lines #"], terminal) == 0
    shown = read_all(ours)
    assert shown.count("\n") == 1, "the line of the end is the only one that stays"
    for part in ("2 packages, 1517 MB fetched: torch", "installing 4 packages"):
        assert part in shown
    assert all(len(part) < 80 for part in shown.replace("\n", "\r").split("\r"))


def test_where_pip_fails_its_own_words_stand(pip_progress):
    code = "import sys, pip_progress\nsys.exit(pip_progress.run([sys.executable, '-m', 'pip', *sys.argv[1:]]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "install", "--no-index", "--find-links", "/nowhere", "fer-no-such-package"],
        env={**os.environ, "PYTHONPATH": str(SETUP)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "fer-no-such-package" in done.stderr
    assert "done" not in done.stdout


@pytest.mark.parametrize(("level", "said"), [("run", "180 MB"), ("train", "2.5 GB")])
def test_a_level_says_how_much_it_fetches(pip_progress, level, said):
    assert said in pip_progress.about(level)

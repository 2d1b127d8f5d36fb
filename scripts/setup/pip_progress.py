# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""pip in one line that moves, in place of hundreds that scroll by; its own words only where it failed."""

import re
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import IO

SIZES = {"run": (142, 180), "evaluate": (41, 57), "train": (31, 2500), "dev": (57, 175)}
"""Packages and megabytes of a level's first download on x86-64 with Python 3.11, 2026-11-29; train with CUDA's."""
FETCHED = re.compile(r"(?:Downloading|Using cached) (\S+?)-\d\S* \(([\d.]+) ([kMG])B\)")
AT_HAND = re.compile(r"Processing (\S+\.whl)")
UNITS = {"k": 1e-3, "M": 1.0, "G": 1e3}
TAIL = 30
"""Lines of pip's that are kept for a failure."""


class Progress:
    """What pip has come to, read from its lines.

    Args:
        out: where the line goes; it moves in place on a terminal, and elsewhere is not shown.
    """

    def __init__(self, out: "IO[str]") -> None:
        """Start at nothing fetched."""
        self.packages, self.megabytes = 0, 0.0
        self._out, self._moves, self._shown, self._begun = out, out.isatty(), 0, time.monotonic()

    def read(self, line: str) -> None:
        """Read a line of pip's and show what has changed."""
        found, at_hand = FETCHED.search(line), AT_HAND.match(line)
        if found and ".metadata" not in line:
            self._add(found[1], float(found[2]) * UNITS[found[3]])
        elif at_hand:
            wheel = Path(at_hand[1])
            self._add(wheel.name.partition("-")[0], wheel.stat().st_size / 1e6 if wheel.is_file() else 0.0)
        elif line.startswith("Installing collected packages"):
            self._show(f"installing {line.count(',') + 1} packages, which takes a minute or two")
        elif line.startswith("Collecting "):
            self._show(f"{self.packages} packages, {self.megabytes:.0f} MB fetched: looking for {line.split()[1]}")

    def end(self, code: int) -> None:
        """Take the moving line away and say how it went."""
        self._show("")
        if code == 0:
            seconds = time.monotonic() - self._begun
            print(f"       done: {self.packages} packages, {self.megabytes:.0f} MB, {seconds:.0f} s", file=self._out)

    def _add(self, name: str, megabytes: float) -> None:
        self.packages += 1
        self.megabytes += megabytes
        self._show(f"{self.packages} packages, {self.megabytes:.0f} MB fetched: {name}")

    def _show(self, text: str) -> None:
        if self._moves:
            text = f"       {text}"[:79] if text else ""
            print("\r" + text.ljust(self._shown) + ("" if text else "\r"), end="", file=self._out, flush=True)
            self._shown = len(text)


def about(level: str) -> str:
    """Say how much a level's first download comes to."""
    packages, megabytes = SIZES[level]
    size = f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes} MB"
    return f"at first about {packages} packages, {size}"


def run(command: "list[str]", out: "IO[str] | None" = None) -> int:
    """Run pip and show its progress; return its exit code, after its last lines where that is not 0."""
    progress, last = Progress(out or sys.stdout), deque[str](maxlen=TAIL)
    command = [*command, "--progress-bar", "off"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            last.append(line)
            progress.read(line.strip())
    progress.end(pip.returncode)
    if pip.returncode:
        sys.stderr.write("".join(last))
    return pip.returncode

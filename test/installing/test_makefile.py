# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What `make` does with ARGS, which go through a shell."""

import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


def planned(arguments: str) -> subprocess.CompletedProcess[str]:
    """What `make ambient` would run; nothing runs."""
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    command = ["make", "--no-print-directory", "-n", "-C", str(TOP), "ambient", f"ARGS={arguments}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_ampersand_that_the_shell_would_take_is_refused() -> None:
    """It would end the command: what follows (`tls=true`) is lost, and the program is in the background."""
    done = planned("--light mqtt:host:home/ambient?user=me&tls=true")
    assert done.returncode == 2
    assert "ARGS has an & that the shell takes for itself: write a comma between a light's options" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        "--light mqtt:host:home/ambient?user=me,tls=true",
        "--light 'mqtt:host:home/ambient?user=me&tls=true'",
        "--source 0 --light ddp:host:60?gamma=2.2\\&reverse=true",
    ],
)
def test_others_reach_the_program_as_they_are(arguments: str) -> None:
    done = planned(arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith(f"-m fer_bringup.ambient {arguments}")

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A run's folder belongs to one process."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fer_training import train
from fer_training.errors import TrainingError
from fer_training.runs.claim import claimed

HOLD = """
import sys
from pathlib import Path
from fer_training.runs.claim import claimed
with claimed(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Path, "subprocess.Popen[str]"]]:
    """A folder that another process holds, and that process."""
    folder = tmp_path / "run"
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield folder, holder
        holder.kill()


def test_a_second_process_is_refused_until_the_first_is_gone(held: tuple[Path, "subprocess.Popen[str]"]) -> None:
    folder, holder = held
    with pytest.raises(TrainingError, match="another process trains in"), claimed(folder):
        pass
    holder.kill()  # not asked to clean up
    holder.wait()
    with claimed(folder):
        (folder / "log.jsonl").touch()
    assert [path.name for path in folder.iterdir()] == ["log.jsonl"]


def test_training_says_so_in_a_line(
    held: tuple[Path, "subprocess.Popen[str]"], tiny_arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main([*tiny_arguments, "--run", str(held[0])]) == 2
    assert capsys.readouterr().err.count("another process trains in") == 1
    assert list(held[0].iterdir()) == []


def test_what_came_to_nothing_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(TrainingError), claimed(tmp_path / "run"):
        raise TrainingError("refused")
    assert list(tmp_path.iterdir()) == []

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What others can install, run side by side on the benchmark's images, in an environment of its own.

Only on request (`make bench ARGS=--neighbours`): it takes a minute and 1.7 GB, once, in runs/neighbours.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.timing import Times, in_turns

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE.parents[1] / "requirements" / "neighbours.txt"
FOLDER = HERE.parents[1] / "runs" / "neighbours"
CHILD = HERE / "neighbour_fer.py"
NEWEST = (3, 13)
"""The last Python for which there are wheels of TensorFlow's pinned version."""
PATIENCE = 900.0
"""Seconds for an installation, at most."""


def install(folder: Path = FOLDER, requirements: Path = REQUIREMENTS, patience: float = PATIENCE) -> Path:
    """Return the environment's Python; install what `requirements` pins where that is not there yet.

    Args:
        folder: of the environment; what is in it without being finished is made anew.
        requirements: as pip reads them, complete: nothing beside them is installed.
        patience: seconds, at most.

    Raises:
        RuntimeError: this Python is too new, or pip failed; one line with its last word.
    """
    if sys.version_info[:2] > NEWEST:
        raise RuntimeError(
            f"the neighbours need TensorFlow, which has no wheels for Python {sys.version_info[0]}."
            f"{sys.version_info[1]}; run the benchmark with {NEWEST[0]}.{NEWEST[1]} or leave --neighbours out"
        )
    python, stamp, wanted = folder / "bin" / "python", folder / "installed.txt", requirements.read_text()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder)
        arguments = ["-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "-r", str(requirements)]
        pip = subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, timeout=patience, env=_environment()
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"the neighbours were not installed within {patience:.0f} s; try again") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError(f"no environment for the neighbours can be made in {folder}: {error}") from None
    if pip.returncode:
        raise RuntimeError(f"the neighbours can't be installed: {_last_line(pip.stderr)}")
    stamp.write_text(wanted)
    return python


class Neighbour:
    """A child that answers each call with the faces of the next image; a context manager.

    Args:
        command: what starts it; it reads a line for each image and answers with one of JSON.
        name: what the table calls it.

    Raises:
        RuntimeError: it ended; one line with its last word.
    """

    def __init__(self, command: list[str], name: str) -> None:
        """Start it, and wait until its first image is done."""
        self.name = name
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=_environment(), start_new_session=True,
        )  # fmt: skip
        self.faces = 0
        """In all images so far."""
        self.images = 0
        try:
            self()
        except RuntimeError:
            self.close()
            raise

    def __call__(self) -> dict[str, Any]:
        """Look at one image and return {"faces": how many were found}."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        try:
            self._child.stdin.write("\n")
            self._child.stdin.flush()
            line = self._child.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            _, said = self._child.communicate()
            raise RuntimeError(f"{self.name} ended: {_last_line(said)}")
        answer: dict[str, Any] = json.loads(line)
        self.images, self.faces = self.images + 1, self.faces + answer["faces"]
        return answer

    def close(self) -> None:
        """End it."""
        self._child.kill()
        self._child.communicate()

    def __enter__(self) -> "Neighbour":
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self.close()


def measure(scene: Path, yardstick: Callable[[], object], *, rounds: int) -> dict[str, Times]:
    """Return the times of the yardstick and of each neighbour on whole images, in turns.

    Args:
        scene: uint8 [N, 480, 640, 3] as a .npy file.
        yardstick: called once for its time.
        rounds: as for `in_turns`.

    Raises:
        RuntimeError: a neighbour can't be installed, or ended.
    """
    python = install()
    with Neighbour([str(python), "-I", str(CHILD), str(scene)], "fer") as fer:
        times = in_turns({"yardstick": yardstick, "fer 25.10.3 (Haar + mini-Xception)": fer}, rounds, calls=2)
        if fer.faces < fer.images / 2:
            raise RuntimeError(f"fer found {fer.faces} faces in {fer.images} images; its time would mean nothing")
    return times


def _environment() -> dict[str, str]:
    """Without our packages, and on one thread."""
    ours = ("PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    one = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    return kept | dict.fromkeys(one, "1") | {"TF_CPP_MIN_LOG_LEVEL": "3"}


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"

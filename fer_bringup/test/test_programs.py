# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every program of every package ends quietly when it is interrupted while it loads."""

import importlib.abc
import os
import re
import runpy
import signal
import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
NO_PROGRAMS = ("tables.py", "fetch_clip.py", "fetch_yunet.py", "__main__.py")
"""They print a README's table, or load nothing that takes long; fer_training.data loads as a package, first."""
LATER = (
    "http.client importlib.metadata onnxruntime paho sacn serial ssl statistics torch tornado urllib.request zipfile"
)
"""Of a network camera, plug-ins, a model file, lamps, the page, training."""


def programs():
    for path in sorted(TOP.glob("fer_*/fer_*/**/*.py")):
        text = path.read_text()
        if '\nif __name__ == "__main__":' in text and path.name not in NO_PROGRAMS:
            module = path.relative_to(TOP).with_suffix("").parts[1:]
            yield ".".join(module), "program.run(main)" in text and "STOPPED" not in text


def executables():
    for path in sorted(TOP.glob("fer_*/setup.py")):
        for name, module, function in re.findall(r'"(\w+) = ([\w.]+):(\w+)"', path.read_text()):
            if not name.startswith("fetch_"):
                yield name, module, function


class Interrupt(importlib.abc.MetaPathFinder):
    """Sends SIGINT in the moment in which one of the slow modules is looked for."""

    def find_spec(self, name, path, target=None):
        if name in ("rclpy", "numpy", "torch", "cv2"):
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)


def call(module, function):
    getattr(import_module(module), function)()


def interrupted(start):
    """Call in a copy of this process that has loaded as little as a fresh one; how it ended, and what it printed."""
    reading, writing = os.pipe()
    sys.stdout.flush()  # what stands in the copy's buffer would be printed by a process that it starts
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        sys.meta_path.insert(0, Interrupt())
        try:
            start()
        finally:
            os._exit(99)
    os.close(writing)
    with os.fdopen(reading) as output:
        said = output.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


EACH = """
import sys
sys.path[:0] = sys.argv[1].split("|")
from test_programs import each
each()
"""


def each():
    """Print how every program ends; in a process of its own, which has loaded none of what they load."""
    for module, _ in programs():
        print("module", module, *interrupted(partial(runpy.run_module, module, run_name="__main__", alter_sys=True)))
    for name, module, function in executables():
        print("executable", name, *interrupted(partial(call, module, function)))


@pytest.fixture(scope="module")
def ended():
    sys_path = "|".join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", EACH, sys_path], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_as_a_module(ended):
    expected = [f"module {module} {0 if node else 130} " for module, node in programs()]
    assert [line for line in ended if not line.startswith("executable ")] == expected
    assert len(expected) > 20


def test_as_an_executable(ended):
    commands = ("evaluate_bag", "make_bag", "compare")
    expected = [f"executable {name} {130 if name in commands else 0} " for name, _, _ in executables()]
    assert [line for line in ended if line.startswith("executable ")] == expected
    assert len(expected) > 8


def test_what_a_start_does_not_need_is_imported_later():
    code = "import sys, fer_bringup.ambient; print(*(name for name in sys.argv[1].split() if name in sys.modules))"
    command = [sys.executable, "-c", code, LATER]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    # What this Python imports by itself, a .pth file's, is none of ours.
    none = subprocess.run(
        [*command[:2], code.replace(", fer_bringup.ambient", ""), LATER], capture_output=True, text=True
    )
    assert set(done.stdout.split()) <= set(none.stdout.split())

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A set-up shell's environment is kept for the next start, and for no other one than the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
FILES = (
    "install/local_setup.bash",
    "install/_local_setup_util_sh.py",
    ".venv/pyvenv.cfg",
    ".venv/bin/activate",
    ".venv/bin/python",
    ".venv/fer/build",
    "scripts/env.bash",
    "requirements/lock.txt",
    "fer_a/package.xml",
    "fer_a/launch/a.launch.py",
    "fer_a/fer_a/module.py",
    "data/face_detection_yunet_2023mar.onnx",
    "data/sad_to_happy.mp4",
    "python3",
)


class Checkout:
    """A folder that looks like a set-up checkout to kept.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FILES:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("something\n")
        (folder / "scripts" / "setup").mkdir()
        self.script = shutil.copy(TOP / "scripts" / "setup" / "kept.py", folder / "scripts" / "setup")

    def run(self, *arguments, said="", **variables):
        surroundings = {"HOME": "/nowhere", "FER_DATA_DIR": str(self.folder / "data"), **variables}
        done = subprocess.run(
            [sys.executable, "-I", "-S", self.script, *arguments],
            input=said,
            env=surroundings,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    def evaluated(self, asked, then="", level="run", python="python3", **variables):
        """What bash makes of `read`'s answer: 1 where something was kept, and the variable `then`."""
        said = self.run("read", level, str(self.folder / python), **variables)
        code = f'eval "$0"; printf "%s|%s" "${{fer_kept-}}" "${{{asked}-}}"'
        return subprocess.run(
            ["bash", "-c", code, said], capture_output=True, text=True, check=True, env=variables
        ).stdout

    def keep(self, **variables):
        """Keep a shell whose PYTHONPATH has become so."""
        before, _, asked = self.evaluated("fer_asked").partition("|")
        assert not before
        assert asked
        self.run("keep", "run", str(self.folder / "python3"), said=asked, **variables)


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_what_was_kept_is_read_back_as_it_was(checkout):
    odd = "/a/it's here:/b $HOME `x`"
    checkout.keep(PYTHONPATH=odd, LD_LIBRARY_PATH="")
    assert checkout.evaluated("PYTHONPATH") == f"1|{odd}"
    assert checkout.evaluated("fer_asked") == "1|"


def test_nothing_is_read_back_in_other_surroundings(checkout):
    checkout.keep(PYTHONPATH="/x")
    assert checkout.evaluated("PYTHONPATH", level="test") == "|"
    for variable in ("PYTHONPATH", "AMENT_PREFIX_PATH", "ROS_DISTRO", "HOME", "FER_YUNET"):
        assert checkout.evaluated("fer_kept", **{variable: "/other"}) == "|", variable
    (checkout.folder / "python3.99").write_text("another\n")
    assert checkout.evaluated("fer_kept", python="python3.99") == "|"
    assert checkout.evaluated("fer_kept") == "1|1"


@pytest.mark.parametrize("name", [name for name in FILES if name != "fer_a/fer_a/module.py"])
def test_a_file_that_the_set_up_looks_at_undoes_it(checkout, name):
    checkout.keep(PYTHONPATH="/x")
    path = checkout.folder / name
    was = path.stat()
    path.write_text("SOMETHING\n")  # as long as it was, and with its old time
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert checkout.evaluated("fer_kept") == "|"


@pytest.mark.parametrize("name", ["fer_a/msg/New.msg", "fer_b/package.xml", "requirements/new.in", ".venv/fer/train"])
def test_a_new_file_undoes_it_and_so_does_one_that_goes(checkout, name):
    path = checkout.folder / name
    path.parent.mkdir(exist_ok=True)
    checkout.keep(PYTHONPATH="/x")
    path.touch()
    assert checkout.evaluated("fer_kept") == "|"
    path.unlink()
    assert checkout.evaluated("fer_kept") == "1|1"
    (checkout.folder / "fer_a" / "package.xml").unlink()
    assert checkout.evaluated("fer_kept") == "|"


def test_a_module_undoes_nothing_since_it_is_linked(checkout):
    checkout.keep(PYTHONPATH="/x")
    (checkout.folder / "fer_a" / "fer_a" / "module.py").write_text("else\n")
    assert checkout.evaluated("fer_kept") == "1|1"


def test_what_changed_during_the_set_up_is_not_kept(checkout):
    asked = checkout.evaluated("fer_asked").partition("|")[2]
    (checkout.folder / "requirements" / "lock.txt").write_text("newer\n")
    checkout.run("keep", "run", str(checkout.folder / "python3"), said=asked, PYTHONPATH="/x")
    assert checkout.evaluated("fer_kept") == "|"


def test_a_shim_of_pyenv_is_known_by_the_versions_that_are_named(checkout):
    root = checkout.folder / "pyenv"
    for folder in ("shims", "versions"):
        (root / folder).mkdir(parents=True)
    shim = shutil.copy(root.parent / "python3", root / "shims" / "python3")
    Path(shim).write_text("#!/usr/bin/env bash\n")
    (root / "version").write_text("3.11.7\n")
    asked = checkout.evaluated("fer_asked", python="pyenv/shims/python3").partition("|")[2]
    checkout.run("keep", "run", shim, said=asked, PYTHONPATH="/x")
    assert checkout.evaluated("fer_kept", python="pyenv/shims/python3") == "1|1"
    assert checkout.evaluated("fer_kept", python="pyenv/shims/python3", PYENV_VERSION="3.12.1") == "|"
    local = checkout.folder / ".python-version"
    local.write_text("3.12.1\n")
    assert checkout.evaluated("fer_kept", python="pyenv/shims/python3") == "|"
    local.unlink()
    assert checkout.evaluated("fer_kept", python="pyenv/shims/python3") == "1|1"
    (root / "version").write_text("3.12.1\n")
    assert checkout.evaluated("fer_kept", python="pyenv/shims/python3") == "|"


def test_another_script_that_is_called_python_is_always_run(checkout):
    (checkout.folder / "python3").write_text("#!/bin/sh\nexec python3.11 $@\n")
    assert checkout.evaluated("fer_asked") == "|"


def test_a_kept_shell_is_the_one_that_the_set_up_makes():
    """Of this checkout: sourced without what is kept, and then with it."""
    code = 'kept=$1/.venv/fer/shell.run; rm -f "$kept"; . "$1/scripts/env.bash" >&2; env -0; [ -s "$kept" ] && printf 1'
    again = '. "$1/scripts/env.bash" >&2; env -0; printf 1'
    gone = (
        *["AMENT_PREFIX_PATH", "CMAKE_PREFIX_PATH", "COLCON_PREFIX_PATH", "LD_LIBRARY_PATH", "PYTHONPATH"],
        "VIRTUAL_ENV",
    )
    surroundings = {name: value for name, value in os.environ.items() if name not in gone} | {"FER_LEVEL": "run"}
    made, kept = (
        subprocess.run(
            ["bash", "-euc", one, "bash", str(TOP)], env=surroundings, capture_output=True, text=True, timeout=300
        )
        for one in (code, again)
    )
    assert (made.returncode, kept.returncode) == (0, 0), made.stderr + kept.stderr
    first, second = ({line for line in done.stdout.split("\0") if line[:2] != "_="} for done in (made, kept))
    assert first - {"1"} == second - {"1"}
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share", "fer")
    data = Path(os.environ.get("FER_DATA_DIR") or data)
    if not all((data / name).is_file() for name in ("sad_to_happy.mp4", "face_detection_yunet_2023mar.onnx")):
        pytest.skip("nothing is kept without the clip and YuNet's weights ('make fetch')")
    assert "1" in first, "nothing was kept"

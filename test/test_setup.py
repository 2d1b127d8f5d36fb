# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The set-up's checks, each in a Python of its own: one line that says what to do, and no zero."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PYTHON = f"python{sys.version_info[0]}.{sys.version_info[1]}"
SETUP = Path(__file__).resolve().parents[1] / "scripts" / "setup"
LOCK = SETUP.parents[1] / "requirements" / "lock.txt"


def machine(code, **environment):
    """Runs `code` with scripts/setup/machine.py imported; environment values of None are taken away."""
    variables = {**os.environ, "PYTHONPATH": str(SETUP), **environment}
    return subprocess.run(
        [sys.executable, "-c", f"import sys, platform, machine\n{code}"],
        env={key: value for key, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("code", "environment", "said"),
    [
        ("sys.version_info = (3, 9, 2)\nmachine.check_python()", {}, "Python 3.9 is not supported"),
        ("sys.version_info = (3, 15, 0)\nmachine.check_python()", {}, "3.10 to 3.14"),
        ("platform.machine = lambda: 'aarch64'\nmachine.check_ros_wheels()", {}, "install ROS 2"),
        ("machine.check_compiler()", {"PATH": "/nowhere", "CXX": None}, "sudo apt install g++"),
        ("machine.sysconfig.get_paths = lambda: {'include': '/no'}\nmachine.check_compiler()", {}, f"{PYTHON}-dev'"),
        ("sys.modules['ensurepip'] = None\nmachine.check_venv()", {}, f"{PYTHON}-venv'"),
        ("machine.ros_distribution()", {"ROS_VERSION": "1"}, "ROS 1"),
        ("machine.check_folder('/home/me/My Projects')", {}, "a blank in a path ('/home/me/My Projects'): move"),
        ("machine.check_folder('/home/j\\u00f6rg/fer')", {"PYTHONUTF8": "1"}, "can't have 'ö' in a path"),
        ("machine.check_folder('/a b/$x')", {}, "a blank or '$' in a path"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(code, environment, said):
    done = machine(code, **environment)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("machine.SetupError: ")
    assert said in last


def test_this_machine_passes():
    done = machine("machine.check_python(), machine.check_ros_wheels(), machine.check_compiler(), machine.check_venv()")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"ROS_DISTRO": "jazzy", "AMENT_PREFIX_PATH": "/opt/ros/jazzy", "ROS_VERSION": "2"}, "jazzy"),
        ({"ROS_DISTRO": None, "AMENT_PREFIX_PATH": None, "ROS_VERSION": None}, ""),
    ],
)
def test_a_sourced_distribution_is_seen(environment, expected):
    assert machine("print(machine.ros_distribution())", **environment).stdout.strip() == expected


def test_unknown_level_is_one_line():
    done = subprocess.run([sys.executable, str(SETUP), "everything"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["setup: unknown level 'everything': give run, evaluate, train or test"]


@pytest.fixture
def beside_ros(tmp_path):
    """The constraints for pip where the distribution's Python has this NumPy and, or not, OpenCV."""

    def written(numpy, *, opencv):
        python = tmp_path / "python"
        python.write_text(f"""#!/bin/sh
case "$2" in *cv2*) exit {0 if opencv else 1};; *numpy*) echo {numpy};; esac
""")
        python.chmod(0o755)
        code = f"import environment\nfrom pathlib import Path\nenvironment.PYTHON = Path({str(python)!r})\n"
        code += "pins, without = environment._beside_ros()\n"
        code += "roots = [f'-r requirements/{name}.in' for name in ('run', 'evaluate', 'train', 'dev')]\n"
        code += (
            "print(*(line for pin in environment.lock.needed(pins, roots, without) for line in pin.lines), sep='\\n')"
        )
        done = machine(code)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return written


def test_beside_numpy_1_nothing_is_pinned_that_needs_numpy_2(beside_ros):
    lines = {line.rstrip("\\ ") for line in beside_ros(1, opencv=True)}
    assert {"ml-dtypes==0.5.4", "tifffile==2026.3.3 ; python_full_version >= '3.11'", "torch==2.13.0"} <= lines
    assert not any(line.startswith(("numpy=", "opencv", "ml-dtypes==0.6")) for line in lines)


def test_beside_numpy_2_the_lock_holds_but_for_numpy_itself(beside_ros):
    lines = beside_ros(2, opencv=False)
    assert not any(line.startswith("numpy=") for line in lines)
    assert any(line.startswith("opencv-python-headless==") for line in lines)
    assert set(lines) <= set(LOCK.read_text().splitlines())


def test_what_stands_in_the_locks_place_stands_in_the_lock():
    code = """import environment as e
names = [{pin.package for pin in e.lock.pins(path)} for path in (e.NUMPY_1, e.LOCK)]
print(*(names[0] - names[1]))"""
    assert machine(code).stdout.strip() == ""


@pytest.mark.parametrize("name", ["lock.txt", "numpy1.txt", "alone.txt"])
def test_every_pin_has_the_hashes_of_its_files(name):
    code = (
        f"import environment as e\nfor pin in e.lock.pins(e.REQUIREMENTS / {name!r}): print(len(pin.lines), pin.line)"
    )
    lines = machine(code).stdout.splitlines()
    assert lines
    assert [line for line in lines if line.startswith("1 ") or "==" not in line] == []


def test_a_level_has_what_its_requirements_need_and_no_more():
    code = """import environment as e
pins = e.lock.pins(e.LOCK)
for name, files in {**e.LEVELS, "all": ("ros", "build", "run", "evaluate", "train", "dev")}.items():
    print(name, *(pin.package for pin in e.lock.needed(pins, [f"-r requirements/{file}.in" for file in files])))"""
    levels = {line.split()[0]: set(line.split()[1:]) for line in machine(code).stdout.splitlines()}
    assert levels["all"] == {re.split("[=<]", line)[0] for line in LOCK.read_text().splitlines() if line[:1].isalpha()}
    assert {"torch", "matplotlib", "ruff"}.isdisjoint(levels["run"])
    assert "matplotlib" in levels["evaluate"]
    assert {"torch", "ruff"}.isdisjoint(levels["evaluate"])
    assert "ruff" not in levels["train"]


def test_a_file_whose_hash_is_another_is_refused(tmp_path):
    """By pip, with the very options of the set-up; the file is whole and harmless."""
    wheel = tmp_path / "harmless-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("harmless.py", "")
        archive.writestr("harmless-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: harmless\nVersion: 1.0\n")
        archive.writestr(
            "harmless-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("harmless-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for hash_of, code in ((digest, 0), (hashlib.sha256(b"another").hexdigest(), 1)):
        wanted = tmp_path / "lock.txt"
        wanted.write_text(f"harmless==1.0 \\\n    --hash=sha256:{hash_of}\n    # via -r requirements/a.in\n")
        asked = f"""import environment as e
e.LOCK, e.VENV, e.PYTHON = map(e.Path, {[str(wanted), str(tmp_path), sys.executable]!r})
e._install_locked('a', ['-r requirements/a.in'], '')"""
        target = str(tmp_path / "target")
        done = machine(asked, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path), PIP_TARGET=target)
        assert done.returncode == code, done.stderr
        assert ("THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr) == bool(code)
    assert (tmp_path / "target" / "harmless.py").exists()


def test_a_new_environment_is_made_by_a_python_outside_the_old_one():
    done = machine("import environment as e\nprint(e._base_python())")
    path = Path(done.stdout.strip())
    assert path.exists()
    assert not path.is_relative_to(sys.prefix) or sys.prefix == sys.base_prefix


def test_a_checkout_that_cannot_be_written_is_one_line():
    done = machine(
        f"import environment, runpy\nenvironment.TOP = environment.Path('/no/such')\nsys.argv[1:] = ['run']\n"
        f"runpy.run_path({str(SETUP)!r}, run_name='__main__')"
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "setup: No such file or directory: '/no/such/.setup.lock'; make room, or make it yours"
    ]


def test_a_path_that_the_build_cannot_have_is_one_line_before_anything_is_installed(tmp_path):
    top = tmp_path / "My Projects"
    shutil.copytree(SETUP, top / "scripts" / "setup")
    done = subprocess.run([sys.executable, str(top / "scripts" / "setup"), "run"], capture_output=True, text=True)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"setup: ROS 2's build can't have a blank in a path ('{top}'): move the checkout")
    assert done.stdout == ""
    assert not (top / ".venv").exists()


def test_paths_that_the_build_can_have_pass():
    assert machine("machine.check_folder('/home/me/fer_ambient-2.0+x@y~/z,(1)')").returncode == 0


@pytest.mark.parametrize("options", ["-euc", "-c"])
def test_the_shell_keeps_its_options(options):
    """A script with `set -eu` may source env.bash, whatever colcon's script reads."""
    code = '. "$0/scripts/env.bash" && echo $- && python3 -c "import fer_msgs.msg"'
    variables = {**os.environ, "FER_LEVEL": "run"}
    done = subprocess.run(
        ["bash", options, code, str(SETUP.parents[1])], env=variables, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert ("u" in done.stdout.split()[-1]) == ("u" in options)

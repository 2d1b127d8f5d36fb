# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Robots' message packages for tests: written here from the facts of their published definitions (names, types and
order of the fields), built once into a temporary folder with this environment's own colcon, and imported from there.

None of them is part of this repository or of what it installs. Where one is installed, that one is used.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HEADER = "std_msgs/Header header"
COLORS = "std_msgs/ColorRGBA first_color\nstd_msgs/ColorRGBA second_color"
DURATION = "builtin_interfaces/Duration"

PACKAGES = {
    "irobot_create_msgs": {
        "msg/LedColor.msg": "uint8 red\nuint8 green\nuint8 blue",
        "msg/LightringLeds.msg": f"{HEADER}\nLedColor[6] leds\nbool override_system",
    },
    "pal_device_msgs": {
        "msg/LedFixedColorParams.msg": "std_msgs/ColorRGBA color",
        "msg/LedRainbowParams.msg": f"{DURATION} transition_duration",
        "msg/LedFadeParams.msg": f"{COLORS}\n{DURATION} transition_duration\nbool reverse_fade",
        "msg/LedBlinkParams.msg": f"{COLORS}\n{DURATION} first_color_duration\n{DURATION} second_color_duration",
        "msg/LedProgressParams.msg": f"{COLORS}\nfloat32 percentage\nfloat32 led_offset",
        "msg/LedFlowParams.msg": f"{COLORS}\nfloat32 percentage\nfloat32 velocity",
        "msg/LedPreProgrammedParams.msg": "uint8 preprogrammed_id",
        "msg/LedEffectViaTopicParams.msg": "string topic_name",
        "msg/LedDataArrayParams.msg": "std_msgs/ColorRGBA[] data",
        "msg/LedEffectParams.msg": "uint8 FIXED_COLOR=0\nuint8 effect_type\nLedFixedColorParams fixed_color\n"
        "LedRainbowParams rainbow\nLedFadeParams fade\nLedBlinkParams blink\nLedProgressParams progress\n"
        "LedFlowParams flow\nLedPreProgrammedParams preprogrammed\nLedEffectViaTopicParams effect_via_topic\n"
        "LedDataArrayParams data_array",
        "action/DoTimedLedEffect.action": "uint32[] devices\nLedEffectParams params\n"
        f"{DURATION} effect_duration\nuint8 priority\n---\n---",
    },
    "nao_lola_command_msgs": {
        "msg/LeftEyeLeds.msg": "std_msgs/ColorRGBA[8] colors",
        "msg/RightEyeLeds.msg": "std_msgs/ColorRGBA[8] colors",
        "msg/ChestLed.msg": "std_msgs/ColorRGBA color",
    },
    "clearpath_platform_msgs": {
        "msg/RGB.msg": "uint8 red\nuint8 green\nuint8 blue",
        "msg/Lights.msg": "RGB[] lights",
    },
    "hri_msgs": {
        "msg/IdsList.msg": f"{HEADER}\nstring[] ids",
        "msg/NormalizedRegionOfInterest2D.msg": f"{HEADER}\nfloat32 xmin\nfloat32 ymin\nfloat32 xmax\nfloat32 ymax\n"
        "float32 c",
        "msg/Expression.msg": f"{HEADER}\nstring expression\nfloat32 valence\nfloat32 arousal\nfloat32 confidence",
    },
}

MANIFEST = """<?xml version="1.0"?>
<package format="3">
  <name>{name}</name><version>0.0.0</version><description>Made by a test.</description>
  <maintainer email="test@users.noreply.example">test</maintainer><license>None</license>
  <buildtool_depend>ament_cmake</buildtool_depend>
  <buildtool_depend>rosidl_default_generators</buildtool_depend>
  <depend>std_msgs</depend><depend>builtin_interfaces</depend><depend>action_msgs</depend>
  <exec_depend>rosidl_default_runtime</exec_depend>
  <member_of_group>rosidl_interface_packages</member_of_group>
  <export><build_type>ament_cmake</build_type></export>
</package>
"""
CMAKE = """cmake_minimum_required(VERSION 3.10)
project({name})
find_package(ament_cmake REQUIRED)
find_package(rosidl_default_generators REQUIRED)
find_package(std_msgs REQUIRED)
find_package(builtin_interfaces REQUIRED)
find_package(action_msgs REQUIRED)
rosidl_generate_interfaces(${{PROJECT_NAME}} {files} DEPENDENCIES std_msgs builtin_interfaces action_msgs)
ament_package()
"""


def provide(*names: str) -> None:
    """Make these packages importable, here and in child processes; skips the test where they cannot be built."""
    for name in names:
        if importlib.util.find_spec(name) is None:
            _use(_built(name))


def _built(name: str) -> Path:
    """Where the package is installed; built unless an earlier run has left it."""
    if not shutil.which("colcon") or not shutil.which("cmake") or not shutil.which("c++"):
        pytest.skip(f"{name} cannot be built here: colcon, cmake or a C++ compiler is missing")
    recipe = repr((PACKAGES[name], MANIFEST, CMAKE, sys.version, sys.prefix))
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    shelf = Path(tempfile.gettempdir()) / f"fer-test-interfaces-{os.getuid()}"
    shelf.mkdir(mode=0o700, exist_ok=True)
    if shelf.stat().st_uid != os.getuid():
        pytest.skip(f"{name} cannot be built here: {shelf} belongs to somebody else")
    folder = shelf / f"{name}-{digest}"
    with open(shelf / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once
        if not (folder / "done").exists():
            _build(name, folder)
    return folder / "install"


def _build(name: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _write(name, folder / "src" / name)
    command = [sys.executable, "-m", "colcon", "build", "--merge-install", "--event-handlers", "console_cohesion-"]
    command += ["--cmake-args", f"-DPython3_EXECUTABLE={sys.executable}", "-DBUILD_TESTING=OFF"]
    command += ["--no-warn-unused-cli"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = (done.stdout + done.stderr).strip().splitlines()[-1:]
        pytest.skip(f"{name} cannot be built here: {' '.join(tail)}")
    (folder / "done").touch()


def _write(name: str, folder: Path) -> None:
    for path, text in PACKAGES[name].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text + "\n")
    files = " ".join(f'"{path}"' for path in PACKAGES[name])
    (folder / "package.xml").write_text(MANIFEST.format(name=name))
    (folder / "CMakeLists.txt").write_text(CMAKE.format(name=name, files=files))


def _use(prefix: Path) -> None:
    """What sourcing the prefix does, for a process that already runs."""
    (packages,) = prefix.glob("lib/python*/site-packages")
    sys.path.insert(0, str(packages))
    for variable, path in (
        ("PYTHONPATH", packages),
        ("LD_LIBRARY_PATH", prefix / "lib"),
        ("AMENT_PREFIX_PATH", prefix),
    ):
        os.environ[variable] = os.pathsep.join(filter(None, (str(path), os.environ.get(variable, ""))))
    # The loader has read LD_LIBRARY_PATH when this process started; what is loaded is found by its name alone.
    libraries = list((prefix / "lib").glob("*.so"))
    while libraries:
        waiting = [library for library in libraries if not _load(library)]
        if len(waiting) == len(libraries):
            pytest.skip(f"{waiting[0].name} cannot be loaded")
        libraries = waiting


def _load(library: Path) -> bool:
    try:
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Build a wheel of each Python package and try them in an empty environment: python3 scripts/wheels.py. What CI runs.

`python -m build` makes a source archive and the wheel from that, each from a copy without its neighbours. An
environment that holds nothing else then reads a picture with the model of its wheel, and finds profiles, recipes,
launch files and the page. Without an index to fetch tools and requirements from this says so and ends with 0.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
LOCK = TOP / "requirements" / "lock.txt"
TOOLS = ("build==1.6.1", "setuptools==79.0.1")
WITH_THEIR_NEEDS = ("fer_perception", "fer_color", "fer_evaluation", "fer_dashboard")
"""Installed with what they need; the others' needs (torch, a ROS 2) are not for an empty environment."""
LONGEST_S = 300

TRIED = """
import importlib.metadata, pathlib, sys
from importlib.resources import files
import numpy as np
for name in sys.argv[1:]:
    data = importlib.metadata.metadata(name)
    assert data["License"] == "Apache-2.0" or data["License-Expression"] == "Apache-2.0", name
    assert "file:" not in " ".join(data.get_all("Requires-Dist") or []), (name, "names a place on the building machine")
    assert any(path.name == "LICENSE" for path in importlib.metadata.files(name)), name
share = pathlib.Path(sys.prefix, "share")
assert sorted(path.name for path in (share / "fer_bringup" / "launch").iterdir())
assert (share / "fer_bringup" / "config" / "ambient.yaml").is_file()
assert len(list(files("fer_training").joinpath("recipes").iterdir())) > 3
assert files("fer_dashboard").joinpath("page", "index.html").is_file()
assert files("fer_evaluation").joinpath("metrics.schema.json").is_file()
from fer_color import LightOptions, Settings, make_light
from fer_color.lights.robots.profile import load_profile
load_profile("create3")
from fer_perception import Perception, Settings as Sight
perception = Perception.create(Sight(detector="haar", filter_time=0.0))
perception.process(np.zeros((480, 640, 3), np.uint8), 1)
print(pathlib.Path(perception.classifier.info.path).relative_to(sys.prefix))
"""


def main() -> int:
    """Run the command: 1 where a wheel can't be built, or lacks what it should carry."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=TOP / "runs" / "wheels", help="default: runs/wheels")
    output: Path = parser.parse_args().output.resolve()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fer-wheels-") as name:
        folder = Path(name)
        try:
            tools = environment(folder / "tools", *TOOLS)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"wheels: not built, the tools can't be had here ({type(error).__name__})")
            return 0
        packages = sorted(path.parent.name for path in TOP.glob("fer_*/setup.py"))
        shutil.rmtree(output, ignore_errors=True)
        for package in packages:
            if not build(tools, package, folder, output):
                return 1
        print(f"wheels: {len(packages)} in {output}, {time.monotonic() - begun:.0f} s")
        return try_them(folder, output, packages)


def environment(folder: Path, *requirements: str) -> Path:
    """Make an environment and return its Python.

    Raises:
        OSError, subprocess.SubprocessError: what is required can't be had, or not in time.
    """
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install(python, *requirements)
    return python


def install(python: Path, *arguments: "str | Path") -> None:
    """Run pip install.

    Raises:
        OSError, subprocess.SubprocessError: it failed, or took too long.
    """
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, timeout=LONGEST_S)


def build(tools: Path, package: str, folder: Path, output: Path) -> bool:
    """Build one package's wheel, and tell whether that went well."""
    copy = folder / "sources" / package / package  # no neighbours: their places don't come into its metadata
    ignored = shutil.ignore_patterns("test", "__pycache__", "*.egg-info", "build")
    shutil.copytree(TOP / package, copy, ignore=ignored)
    command = [tools, "-m", "build", "--no-isolation", "--outdir", output, copy]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S)
    if done.returncode:
        print(f"wheels: {package} can't be built:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.returncode == 0


def try_them(folder: Path, output: Path, packages: "list[str]") -> int:
    """Install the wheels into an empty environment and use what they carry; 1 where something is missing."""
    wheels = {path.name.split("-")[0]: path for path in output.glob("*.whl")}
    versions = folder / "versions.txt"  # without hashes, which our own wheels can't have there
    pins = [line.rstrip("\\ ") for line in LOCK.read_text().splitlines() if line[:1].isalnum()]
    versions.write_text("\n".join(pins) + "\n")
    try:
        python = environment(
            folder / "empty",
            "-c",
            str(versions),
            "--find-links",
            str(output),
            *map(str, map(wheels.get, WITH_THEIR_NEEDS)),
        )
        rest = [str(wheels[package]) for package in packages if package not in WITH_THEIR_NEEDS]
        install(python, "--no-deps", *rest)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"wheels: not tried, what they need can't be had here ({type(error).__name__})")
        return 0
    done = subprocess.run(
        [python, "-I", "-c", TRIED, *packages], cwd=folder, capture_output=True, text=True, timeout=LONGEST_S
    )
    print(done.stderr[-2000:], end="")
    print(f"wheels: {'read a picture with ' + done.stdout.strip() if done.returncode == 0 else 'something is missing'}")
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Installed by pip, the source tree gone and without ROS: perception reads a photograph with the shipped model."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
PACKAGES = ("fer_common", "fer_models", "fer_perception", "fer_color")

READ = """
import sys
for name in ("rclpy", "fer_msgs", "ament_index_python", "torch"):
    sys.modules[name] = None  # not to be had
import numpy as np
from fer_color import ColorCore, LightOptions, Settings as Light, make_light
from fer_perception import Perception, Settings
from skimage.data import astronaut
image = np.ascontiguousarray(astronaut()[..., ::-1])
perception = Perception.create(Settings(detector="haar", filter_time=0.0))
seen = perception.process(image, 1)
assert len(seen.faces) == 1, seen
assert abs(float(seen.faces[0].probabilities.sum()) - 1) < 1e-4
print(perception.classifier.info.path)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The packages in a folder of their own, built from copies that are gone."""
    top = tmp_path_factory.mktemp("pip")
    for package in PACKAGES:
        shutil.copytree(
            TOP / package, top / package, ignore=shutil.ignore_patterns("test", "__pycache__", "*.egg-info")
        )
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    command += ["--no-compile", "--disable-pip-version-check", "--target", str(top / "there")]
    command += [str(top / name) for name in PACKAGES]
    settings = top / "setup.cfg"
    settings.write_text("[bdist_wheel]\ncompression = stored\n")  # to pack the models is half of the work
    environment = {**os.environ, "DIST_EXTRA_CONFIG": str(settings)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    for package in PACKAGES:
        shutil.rmtree(top / package)
    return top / "there"


def python(there, *arguments):
    """Run Python with what was installed there alone, and no workspace of ROS's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AMENT", "COLCON", "CMAKE"))}
    environment = {**kept, "PYTHONPATH": str(there)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=there, capture_output=True, text=True, timeout=120
    )


def test_perception_reads_a_photograph(installed):
    pytest.importorskip("skimage", reason="scikit-image, which has the photograph, is not installed")
    done = python(installed, "-c", READ)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).parent == installed / "share" / "fer_models" / "models"


@pytest.mark.parametrize("module", ["fer_perception.tables", "fer_color.tables"])
def test_a_command_runs(installed, module):
    done = python(installed, "-m", module)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("| name | type |")


REQUIRED = """
import importlib.metadata, sys
lines = importlib.metadata.requires(sys.argv[1]) or []
print(" ".join(line.split(" @ ")[0].split(";")[0].strip() for line in lines if "extra ==" not in line))
"""


@pytest.mark.parametrize(
    ("package", "wanted"),
    [
        ("fer_common", {"numpy", "pyyaml"}),
        ("fer_models", set()),
        ("fer_perception", {"fer_common", "fer_models", "numpy", "opencv-python-headless", "onnxruntime"}),
        ("fer_color", {"fer_common", "numpy", "pyserial"}),
    ],
)
def test_what_a_package_needs_is_declared(installed, package, wanted):
    done = python(installed, "-c", REQUIRED, package)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) - {"setuptools"} == wanted

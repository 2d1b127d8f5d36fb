# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from glob import glob
from pathlib import Path

from setuptools import find_packages, setup

package_name = "fer_bringup"


def ours(name):
    """Name a package of this repository by its place beside this one: it is on no index."""
    folder = Path(__file__).resolve().parents[1] / name
    return f"{name} @ file://localhost{folder.as_uri()[7:]}" if folder.is_dir() else name  # colcon wants a host


setup(
    name=package_name,
    version="0.3.0",
    packages=find_packages(exclude=["test"]),
    package_data={"": ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{package_name}"]),
        (f"share/{package_name}", ["package.xml"]),
        (f"share/{package_name}/launch", glob("launch/*.launch.py")),
        (f"share/{package_name}/config", sorted(glob("config/*"))),
    ],
    python_requires=">=3.10",
    install_requires=[
        "setuptools",
        "numpy",
        "opencv-python-headless",
        *map(ours, ["fer_common", "fer_models", "fer_perception", "fer_color"]),
    ],
    extras_require={"test": ["pytest"]},
    zip_safe=True,
    url="https://fer-ambient.example",
    author="The fer_ambient maintainers",
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="Starts the light that answers a face.",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            "source_node = fer_bringup.programs:source_node",
            "ambient = fer_bringup.programs:ambient",
        ],
    },
)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from glob import glob
from pathlib import Path

from setuptools import find_packages, setup

package_name = "fer_color"


def ours(name):
    """Name a package of this repository by its place beside this one: it is on no index."""
    folder = Path(__file__).resolve().parents[1] / name
    return f"{name} @ file://localhost{folder.as_uri()[7:]}" if folder.is_dir() else name  # colcon wants a host


setup(
    name=package_name,
    version="0.3.0",
    packages=find_packages(exclude=["test"]),
    package_data={"": ["py.typed"], "fer_color.lights.robots": ["profiles/*.yaml"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{package_name}"]),
        (f"share/{package_name}", ["package.xml"]),
        (f"share/{package_name}/config", glob("config/*.yaml")),
    ],
    python_requires=">=3.10",
    install_requires=["setuptools", "numpy", "pyserial", *map(ours, ["fer_common"])],
    extras_require={"test": ["pytest", "hypothesis", "coloraide"]},
    zip_safe=True,
    url="https://fer-ambient.example",
    author="The fer_ambient maintainers",
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="An emotion's colour, calmly: palette, blending, smoothing, flash limiter, lights and their node.",
    license="Apache-2.0",
    entry_points={"console_scripts": ["color_node = fer_color.programs:color_node"]},
)

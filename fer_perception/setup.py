# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from glob import glob
from pathlib import Path

from setuptools import find_packages, setup

package_name = "fer_perception"


def ours(name):
    """Name a package of this repository by its place beside this one: it is on no index."""
    folder = Path(__file__).resolve().parents[1] / name
    return f"{name} @ file://localhost{folder.as_uri()[7:]}" if folder.is_dir() else name  # colcon wants a host


setup(
    name=package_name,
    version="0.3.0",
    packages=find_packages(exclude=["test"]),
    package_data={package_name: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{package_name}"]),
        (f"share/{package_name}", ["package.xml"]),
        (f"share/{package_name}/config", sorted(glob("config/*.yaml"))),
    ],
    python_requires=">=3.10",
    install_requires=[
        "setuptools",
        "numpy",
        "opencv-python-headless",
        "onnxruntime",
        *map(ours, ["fer_common", "fer_models"]),
    ],
    extras_require={"torch": ["torch", "onnx"], "test": ["pytest", "hypothesis", "onnx"]},
    zip_safe=False,
    url="https://fer-ambient.example",
    author="The fer_ambient maintainers",
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="Finds the faces in an image, follows them and reads their emotions; the core needs no ROS.",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            "perception_node = fer_perception.programs:perception_node",
            "shared_perception_node = fer_perception.programs:shared_perception_node",
            "fuser_node = fer_perception.programs:fuser_node",
            "fetch_yunet = fer_perception.fetch_yunet:main",
        ]
    },
)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from pathlib import Path

from setuptools import find_packages, setup

package_name = "fer_training"


def ours(name):
    """Name a package of this repository by its place beside this one: it is on no index."""
    folder = Path(__file__).resolve().parents[1] / name
    return f"{name} @ file://localhost{folder.as_uri()[7:]}" if folder.is_dir() else name  # colcon wants a host


setup(
    name=package_name,
    version="0.3.0",
    packages=find_packages(exclude=["test"]),
    package_data={package_name: ["py.typed", "recipes/*.yaml", "recipes/shipped/*.yaml"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{package_name}"]),
        (f"share/{package_name}", ["package.xml"]),
    ],
    python_requires=">=3.10",
    install_requires=[
        "setuptools",
        "numpy",
        "opencv-python-headless",
        "matplotlib",
        "pillow",
        "tqdm",
        *map(ours, ["fer_common", "fer_models", "fer_perception", "fer_color"]),
    ],
    extras_require={
        "train": ["torch", "onnx", "onnxscript", "onnxruntime", "safetensors"],
        "test": ["pytest", "scikit-learn", "coloraide"],
    },
    zip_safe=False,
    url="https://fer-ambient.example",
    author="The fer_ambient maintainers",
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="Trains, measures and exports the networks of fer_models on FER+.",
    license="Apache-2.0",
)

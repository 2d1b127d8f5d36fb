# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from pathlib import Path

from setuptools import find_packages, setup

package_name = "fer_evaluation"


def ours(name):
    """Name a package of this repository by its place beside this one: it is on no index."""
    folder = Path(__file__).resolve().parents[1] / name
    return f"{name} @ file://localhost{folder.as_uri()[7:]}" if folder.is_dir() else name  # colcon wants a host


setup(
    name=package_name,
    version="0.3.0",
    packages=find_packages(exclude=["test"]),
    package_data={package_name: ["py.typed", "metrics.schema.json", "report.css"]},
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
        "tqdm",
        "rosbags",
        "mcap",
        "praatio",
        "protobuf",
        "zstandard",
        *map(ours, ["fer_common", "fer_perception", "fer_color"]),
    ],
    extras_require={
        "scheduler": ["dask[distributed]"],
        "video": ["av"],
        "test": ["pytest", "hypothesis", "scikit-learn", "coloraide", "jsonschema"],
    },
    zip_safe=False,
    url="https://fer-ambient.example",
    author="The fer_ambient maintainers",
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="A bag in, a verdict out: how well perception and light did on a recording.",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            "evaluate_bag = fer_evaluation.programs:evaluate_bag",
            "make_bag = fer_evaluation.programs:make_bag",
            "compare = fer_evaluation.programs:compare",
        ],
    },
)

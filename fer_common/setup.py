# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from setuptools import find_packages, setup

package_name = "fer_common"

setup(
    name=package_name,
    version="0.3.0",
    packages=find_packages(exclude=["test"]),
    package_data={package_name: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{package_name}"]),
        (f"share/{package_name}", ["package.xml"]),
    ],
    python_requires=">=3.10",
    install_requires=["setuptools", "numpy", "pyyaml"],
    extras_require={"test": ["pytest", "hypothesis"]},
    zip_safe=True,
    url="https://fer-ambient.example",
    author="The fer_ambient maintainers",
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="What the packages of fer_ambient share: emotions, distributions, errors, files, ROS ground.",
    license="Apache-2.0",
)

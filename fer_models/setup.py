# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

from glob import glob

from setuptools import find_packages, setup

package_name = "fer_models"

setup(
    name=package_name,
    version="0.3.0",
    packages=find_packages(exclude=["test"]),
    package_data={package_name: ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{package_name}"]),
        (f"share/{package_name}", ["package.xml"]),
        (f"share/{package_name}/models", sorted(glob("models/*"))),
    ],
    python_requires=">=3.10",
    install_requires=["setuptools"],
    extras_require={"torch": ["torch"], "test": ["pytest", "onnxruntime", "onnxscript"]},
    zip_safe=False,
    url="https://fer-ambient.example",
    author="The fer_ambient maintainers",
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="Networks that read seven emotions off a face, and the trained model file that ships.",
    license="Apache-2.0",
)

from glob import glob

from setuptools import find_packages, setup

package_name = "fer_bringup"

setup(
    name=package_name,
    version="0.1.0",
    packages=find_packages(exclude=["test"]),
    package_data={"": ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{package_name}"]),
        (f"share/{package_name}", ["package.xml"]),
        (f"share/{package_name}/launch", glob("launch/*.launch.py")),
        (f"share/{package_name}/config", glob("config/*.yaml") + glob("config/*.xml")),
    ],
    install_requires=["setuptools"],
    zip_safe=True,
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="Starts the light that answers a face.",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            "source_node = fer_bringup.source_node:main",
            "ambient = fer_bringup.ambient:main",
        ],
    },
)

from setuptools import find_packages, setup

package_name = "fer_dashboard"

setup(
    name=package_name,
    version="0.1.0",
    packages=find_packages(exclude=["test"]),
    package_data={package_name: ["py.typed", "page/*"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{package_name}"]),
        (f"share/{package_name}", ["package.xml"]),
    ],
    install_requires=["setuptools", "fer_common", "tornado"],
    extras_require={"test": ["pytest"]},
    zip_safe=False,
    maintainer="The fer_ambient maintainers",
    maintainer_email="maintainers@users.noreply.example",
    description="A live page: the light, the seven probabilities, the faces as boxes, and the controls.",
    license="Apache-2.0",
    entry_points={"console_scripts": ["dashboard_node = fer_dashboard.main:main"]},
)

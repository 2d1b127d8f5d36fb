# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every package has what bloom and rosdistro want, as ROS's own reader of package.xml and CHANGELOG.rst sees it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PACKAGES = sorted(path.parent for path in TOP.glob("fer_*/package.xml"))
KEYS = """
python3-hypothesis python3-matplotlib python3-numpy python3-onnxruntime-pip python3-opencv python3-paho-mqtt python3-pil
python3-pytest python3-pytorch-pip python3-rosbags-pip python3-segno python3-serial python3-tornado python3-tqdm
python3-yaml
"""
"""Of rosdistro's rosdep/python.yaml (8468e88, looked up on 2026-11-29)."""
OF_ROS = """
ament_cmake ament_index_python cv_bridge diagnostic_msgs launch launch_ros lifecycle_msgs rcl_interfaces rclpy ros2bag
ros2launch rosbag2_storage_mcap rosgraph_msgs rosidl_default_generators rosidl_default_runtime sensor_msgs std_msgs
std_srvs
"""
"""Packages of every ROS 2 distribution."""


@pytest.fixture
def packages():
    reader = pytest.importorskip("catkin_pkg.package", reason="catkin_pkg is not installed")
    return {folder: reader.parse_package(str(folder)) for folder in PACKAGES}


def script(top, *arguments):
    command = [sys.executable, str(top / "scripts" / "metadata.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_ros_s_own_reader_has_nothing_to_warn_of(packages):
    for folder, package in packages.items():
        warnings: list[str] = []
        package.validate(warnings=warnings)
        assert warnings == [], folder
        assert {url.type for url in package.urls} == {"website", "repository", "bugtracker"}
        assert [(str(one), one.file) for one in package.licenses] == [("Apache-2.0", "LICENSE")]
        assert package.authors
        assert package.maintainers


def test_ros_s_own_reader_reads_each_changelog_and_its_newest_version_is_the_packages(packages):
    changelog = pytest.importorskip("catkin_pkg.changelog", reason="catkin_pkg is not installed")
    for folder, package in packages.items():
        text = (folder / "CHANGELOG.rst").read_text(encoding="utf-8")
        read = changelog.populate_changelog_from_rst(changelog.Changelog(package.name), text)
        released = [(version, lines) for version, day, lines in read.foreach_version(reverse=True) if day is not None]
        assert released[0][0] == package.version, folder
        assert all(lines for _, lines in released), folder


def test_what_is_depended_on_is_ours_of_ros_or_known_to_rosdep(packages):
    ours = {package.name for package in packages.values()}
    for folder, package in packages.items():
        package.evaluate_conditions({})
        groups = ("buildtool_depends", "build_depends", "build_export_depends", "exec_depends", "test_depends")
        named = {one.name for group in groups for one in getattr(package, group)}
        assert named <= ours | set(KEYS.split()) | set(OF_ROS.split()), folder


def test_the_script_finds_nothing_here_and_what_differs_elsewhere(tmp_path):
    done = script(TOP)
    assert done.returncode == 0, done.stdout
    (tmp_path / "scripts").mkdir()
    shutil.copy(TOP / "scripts" / "metadata.py", tmp_path / "scripts")
    shutil.copy(TOP / "LICENSE", tmp_path)
    for name in ("fer_color", "fer_models"):
        (tmp_path / name).mkdir()
        for file in ("package.xml", "setup.py", "LICENSE", "CHANGELOG.rst"):
            shutil.copy(TOP / name / file, tmp_path / name)
    (tmp_path / "fer_models" / "LICENSE").write_text("mine")
    setup = tmp_path / "fer_color" / "setup.py"
    setup.write_text(setup.read_text().replace('version="', 'version="9.'))
    done = script(tmp_path, "--url", "https://example.org/light", "--email", "us@example.org")
    assert done.returncode == 1
    assert "fer_models: LICENSE is not the repository's" in done.stdout
    assert "fer_color: setup.py: version is '9." in done.stdout
    assert "2 faults" in done.stdout, done.stdout
    assert "placeholders" not in done.stdout
    assert "https://example.org/light/issues" in (tmp_path / "fer_color" / "package.xml").read_text()
    assert 'maintainer_email="us@example.org"' in setup.read_text()


def test_a_release_is_one_everywhere_and_what_was_left_behind_is_told(tmp_path):
    (tmp_path / "scripts").mkdir()
    shutil.copy(TOP / "scripts" / "metadata.py", tmp_path / "scripts")
    for name in ("LICENSE", "CITATION.cff", "CHANGELOG.md"):
        shutil.copy(TOP / name, tmp_path)
    for folder in PACKAGES:
        (tmp_path / folder.name).mkdir()
        for file in ("package.xml", "setup.py", "LICENSE"):
            if (folder / file).is_file():
                shutil.copy(folder / file, tmp_path / folder.name)
        title = f"Changelog for package {folder.name}"
        line = "^" * len(title)
        written = f"{line}\n{title}\n{line}\n\nForthcoming\n-----------\n* This.\n"
        (tmp_path / folder.name / "CHANGELOG.rst").write_text(written)
    assert script(tmp_path, "--release", "8.1").returncode == 2
    done = script(tmp_path, "--release", "8.1.0")
    assert done.returncode == 0, done.stdout
    assert script(tmp_path, "--release", "8.1.0").returncode == 2, "once"
    changes = (tmp_path / "CHANGELOG.md").read_text()
    assert changes.index("## [Unreleased]\n\n## [8.1.0] - 20") < changes.index("## [0.1.0]")
    assert "\nversion: 8.1.0\n" in (tmp_path / "CITATION.cff").read_text()
    assert "\n8.1.0 (20" in (tmp_path / "fer_msgs" / "CHANGELOG.rst").read_text()
    (tmp_path / "CITATION.cff").write_text((TOP / "CITATION.cff").read_text())
    done = script(tmp_path)
    assert done.returncode == 1
    assert "CITATION.cff: the newest version is" in done.stdout
    assert "1 faults" in done.stdout

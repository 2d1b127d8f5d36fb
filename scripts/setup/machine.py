# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What this machine has: each check raises one line that says what to do."""

import os
import platform
import shutil
import sys
import sysconfig


class SetupError(Exception):
    """Something that the user can mend; its text is one line."""


OLDEST, NEWEST = (3, 10), (3, 14)


def check_python() -> None:
    """Check that the pinned wheels exist for this interpreter."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SetupError(
            "Python %d.%d is not supported (3.10 to 3.14 are): name another one, as in 'make ambient PYTHON=python3.11'"
            % sys.version_info[:2]
        )


def check_folder(folder: "os.PathLike[str]") -> None:
    """Check that what builds the workspace can live with the checkout's path.

    rosidl's CMake takes a path apart at every letter beyond ASCII, and colcon's local_setup.bash at every blank; each
    says so minutes later, in words that name no path.
    """
    odd = sorted({letter for letter in str(folder) if not letter.isascii() or letter in " \t\n:;'\"$`\\&|<>*?"})
    if odd:
        raise SetupError(
            "ROS 2's build can't have %s in a path ('%s'): move the checkout to one of plain letters, as ~/fer_ambient"
            % (" or ".join("a blank" if letter.isspace() else "'%s'" % letter for letter in odd), folder)
        )


def ros_distribution() -> str:
    """Return the ROS 2 distribution that has been sourced in this shell, or an empty string."""
    if os.environ.get("ROS_VERSION") == "1":
        raise SetupError("this shell has sourced ROS 1: open one that has sourced ROS 2, or none")
    return os.environ.get("ROS_DISTRO", "") if os.environ.get("AMENT_PREFIX_PATH") else ""


def check_ros_wheels() -> None:
    """Without a ROS 2 installation its wheels serve, which exist for x86-64 Linux only."""
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise SetupError(
            "no ROS 2 has been sourced, and its wheels exist for x86-64 Linux only (this is %s %s): "
            "install ROS 2 (docs.ros.org), then 'source /opt/ros/DISTRO/setup.bash' and run make again"
            % (platform.system(), platform.machine())
        )


def check_compiler() -> None:
    """Check for a C++ compiler and Python's headers: fer_msgs is compiled."""
    if not (shutil.which(os.environ.get("CXX", "c++")) or shutil.which("g++") or shutil.which("clang++")):
        raise SetupError("no C++ compiler found: 'sudo apt install g++'")
    header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
    if not os.path.exists(header):
        raise SetupError(
            "Python's headers are missing (%s): 'sudo apt install python%d.%d-dev'" % (header, *sys.version_info[:2])
        )


def check_venv() -> None:
    """Debian and Ubuntu ship venv and ensurepip apart from Python."""
    try:
        import ensurepip
        import venv  # noqa: F401
    except ImportError as error:
        raise SetupError(
            "Python's venv module is missing: 'sudo apt install python%d.%d-venv'" % sys.version_info[:2]
        ) from error
    del ensurepip

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One line in place of a traceback where a command's library is not installed."""

import sys
from collections.abc import Collection
from types import TracebackType

_REMEDIES: dict[str, tuple[Collection[str], str]] = {}
_OF_NODES = (
    *("rclpy", "rcl_interfaces", "builtin_interfaces", "rosgraph_msgs", "lifecycle_msgs", "diagnostic_msgs"),
    *("sensor_msgs", "std_msgs", "std_srvs", "fer_msgs", "numpy", "cv2", "yaml", "onnxruntime", "tornado", "coloraide"),
)


def name_missing(package: str, modules: Collection[str], remedy: str) -> None:
    """Have a command of `package` say in one line which of these `modules` it lacks, and what to do.

    To be called by the package's `__init__`, before the command's own imports. It concerns commands alone (by
    `python3 -m`, and installed executables, which call `heed_missing`): to whoever imports the package as a library,
    Python's own ImportError is of more use.

    Args:
        package: whose command it is, for the line.
        modules: names of top-level modules that may be missing; whatever else goes wrong stays as it is.
        remedy: what to do, in words.
    """
    _REMEDIES[package] = modules, remedy
    if sys.argv[:1] == ["-m"]:  # what Python has there while it looks for the module
        heed_missing(package)


def name_missing_of_nodes(package: str) -> None:
    """Do so for a package whose commands are nodes: its core is installed and used without ROS 2, too.

    Args:
        package: whose nodes they are.
    """
    name_missing(
        package,
        _OF_NODES,
        "'FER_LEVEL=run . scripts/env.bash' in a checkout sets up what the nodes need, as does a ROS 2 installation "
        "with what rosdep brings (docs/ros2.md)",
    )


def heed_missing(package: str) -> None:
    """Do so from now on, if `package` has said what it may lack; it has been imported."""
    if package not in _REMEDIES:
        return
    modules, remedy = _REMEDIES[package]
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        name = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
        if name in modules:
            print(f"{package}: '{name}' is not installed: {remedy}", file=sys.stderr)
        else:
            before(kind, error, trace)

    sys.excepthook = hook

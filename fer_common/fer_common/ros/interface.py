# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Messages and actions of packages that ours are built without."""

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from fer_common.errors import FerError


def find_interface(types: Sequence[str], install: Mapping[str, str]) -> tuple[str, Any]:
    """Find the first of several message or action types that is installed here.

    Args:
        types: such as `std_msgs/msg/ColorRGBA`.
        install: package to how it is had, where that is not the usual apt package.

    Returns:
        The type's name and its class.

    Raises:
        FerError: none of the packages is installed, or it is and has no such type.
    """
    for name in types:
        package, kind, short = name.split("/")
        try:
            module = import_module(f"{package}.{kind}")
        except ModuleNotFoundError as error:
            if error.name in (package, f"{package}.{kind}"):
                continue
            raise FerError(f"package '{package}' is broken: it lacks the module '{error.name}'") from error
        except (ImportError, OSError) as error:
            raise FerError(f"package '{package}' cannot be imported ({error}): build it for this ROS 2") from error
        if not hasattr(module, short):
            known = ", ".join(sorted(word for word in vars(module) if word[:1].isupper() and "_" not in word)[:12])
            raise FerError(f"package '{package}' has no {kind} '{short}': it has {known or 'none'}")
        return name, getattr(module, short)
    package = types[0].split("/")[0]
    distribution = os.environ.get("ROS_DISTRO") or "DISTRO"
    how = install.get(package, f"sudo apt install ros-{distribution}-{package.replace('_', '-')}")
    raise FerError(f"package '{package}' is not installed: {how}, or source the workspace that has it")

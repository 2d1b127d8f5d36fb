# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What other installed packages add by entry points: names without importing anything, and one of them loaded."""

import os
import sys
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

from fer_common.errors import FerError, shown

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def plugin_names(group: str) -> tuple[str, ...]:
    """Return the names that other packages have registered in a group of entry points, sorted."""
    return tuple(sorted({point.name for point in _points(group)}))


def load_plugin(group: str, name: str, error: type[FerError] = FerError) -> Any:
    """Load what another package has registered under a name; None where nobody has.

    Args:
        group: of entry points, as 'fer_perception.detectors'.
        name: the entry point's.
        error: what to raise.

    Raises:
        FerError: as `error`: it cannot be loaded, or several packages claim the name.
    """
    points = [point for point in _points(group) if point.name == name]
    if not points:
        return None
    if len({point.value for point in points}) > 1:
        packages = ", ".join(sorted(map(package, points)))
        raise error(f"'{name}' is claimed by several packages ({packages}); uninstall all but one")
    try:
        return points[0].load()
    except Exception as wrong:  # whatever a module raises when it is imported
        said = f"{type(wrong).__name__}: {shown(str(wrong))}"
        raise error(f"'{name}' of {package(points[0])} cannot be loaded ({said}); mend it, or uninstall it") from wrong


def plugin_package(group: str, name: str) -> str | None:
    """Return the name and version of the package that has registered a name; None where nobody has."""
    return next((package(point) for point in _points(group) if point.name == name), None)


def package(point: "EntryPoint") -> str:
    """Return the name and version of the package that an entry point belongs to."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def _points(group: str) -> "list[EntryPoint]":
    if not _may_be_there(group):
        return []
    from importlib.metadata import entry_points

    return list(entry_points(group=group))


def _may_be_there(group: str) -> bool:
    """Whether a package on Python's path mentions a group: mostly none does, and importlib.metadata needs 40 ms."""
    if any(finder is not PathFinder and hasattr(finder, "find_distributions") for finder in sys.meta_path):
        return True
    for folder in sys.path:
        if os.path.isfile(folder) or folder.endswith(".egg"):
            return True  # an archive
        if _mentions(folder or ".", group.encode()):
            return True
    return False


def _mentions(folder: str, group: bytes) -> bool:
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        ending = name.lower().rpartition(".")[2]
        if ending == "egg":
            return True
        if ending in ("dist-info", "egg-info"):
            try:
                with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
                    if group in file.read():
                        return True
            except OSError:
                pass
    return False

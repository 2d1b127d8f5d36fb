# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What other installed packages add by entry points: names without importing anything, and one of them loaded."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from fer_common.errors import FerError, shown


def plugin_names(group: str) -> tuple[str, ...]:
    """Return the names that other packages have registered in a group of entry points, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=group)}))


def load_plugin(group: str, name: str, error: type[FerError] = FerError) -> Any:
    """Load what another package has registered under a name; None where nobody has.

    Args:
        group: of entry points, as 'fer_perception.detectors'.
        name: the entry point's.
        error: what to raise.

    Raises:
        FerError: as `error`: it cannot be loaded, or several packages claim the name.
    """
    points = [point for point in entry_points(group=group) if point.name == name]
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
    return next((package(point) for point in entry_points(group=group) if point.name == name), None)


def package(point: EntryPoint) -> str:
    """Return the name and version of the package that an entry point belongs to."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a level needs, out of lock.txt, with the hashes that its files must have."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pin:
    """One version of a package, for the Pythons and machines that its marker names."""

    package: str
    lines: "tuple[str, ...]"
    """As they stand in the file: the version, then a hash for each of its files."""
    wanted_by: "frozenset[str]"
    """Packages, and the *.in files as `-r requirements/NAME.in`."""

    @property
    def line(self) -> str:
        """The version alone."""
        return self.lines[0].rstrip("\\ ")


def pins(path: Path) -> "list[Pin]":
    """Return what a file of pins holds, in its order, as uv writes it."""
    found: list[tuple[list[str], set[str]]] = []
    for line in path.read_text().splitlines():
        if line.startswith("    --hash"):
            found[-1][0].append(line)
        elif line.startswith(("    # via ", "    #   ")):
            found[-1][1].add(line.strip(" #").removeprefix("via ").strip())
        elif line and line[0] not in " #":
            found.append(([line], set()))
    return [Pin(package(lines[0]), tuple(lines), frozenset(wanted)) for lines, wanted in found]


def package(line: str) -> str:
    """Return the package that a requirement is of."""
    return re.split(r"[\[=<>!~; ]", line)[0]


def needed(all_pins: "list[Pin]", roots: "Iterable[str]", without: "Collection[str]" = ()) -> "list[Pin]":
    """Return the pins that the roots need.

    Args:
        all_pins: of the lock.
        roots: packages, or `-r requirements/NAME.in`.
        without: packages that are there already, and whose needs are nobody's else's.
    """
    wanted = set(roots)
    while True:
        more = {pin.package for pin in all_pins if pin.package in wanted or pin.wanted_by & wanted}
        more -= {*wanted, *without}
        if not more:
            return [pin for pin in all_pins if pin.package in wanted and pin.package not in without]
        wanted |= more


def instead(all_pins: "list[Pin]", others: "list[Pin]") -> "list[Pin]":
    """Return the pins with others in place of those of the same packages, wanted by whom those are."""
    wanted_by = {pin.package: pin.wanted_by for pin in all_pins}
    replaced = {pin.package for pin in others}
    kept = [pin for pin in all_pins if pin.package not in replaced]
    return kept + [Pin(pin.package, pin.lines, wanted_by.get(pin.package, frozenset())) for pin in others]


def write(path: Path, some: "list[Pin]") -> None:
    """Write pins with their hashes as a file for pip."""
    path.write_text("".join(line + "\n" for pin in some for line in pin.lines))

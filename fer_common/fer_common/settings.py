# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How a setting is declared: its default, limits and reason once, from which checks, parameters and tables come."""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from fer_common.errors import FerError, shown
from fer_common.plugins import plugin_names

SomeSettings = TypeVar("SomeSettings", bound="Checked")

KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
"""A setting's type, in words."""
TYPES = {str: "string", float: "double", int: "integer", bool: "boolean"}
"""ROS's names of them."""
HEAD = "| name | type | default | unit, range | reason |"
"""The first line of every table of settings."""


def setting(
    default: Any,
    reason: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    others: str = "",
    live: bool = False,
    numbers: bool = False,
    hide: Callable[[str], str] | None = None,
) -> Any:
    """Declare a field of a `Checked` dataclass.

    Args:
        default: of type bool, int, float, str, or a tuple of one of them that is not empty.
        reason: why it is there and as it is, for the table and for ROS's description.
        unit: as 's'.
        low: the least that a number may be.
        high: the most.
        choices: what a text may be; empty: anything.
        others: the group of entry points by which other packages add choices.
        live: whether it may be changed while a node runs; else it is read once.
        numbers: whether a text may also be given as a number, or a list of them.
        hide: makes of the text what others may see of it, as every node's parameters can be read by all.
    """
    about: dict[str, Any] = {"reason": reason, "unit": unit, "low": low, "high": high, "choices": choices, "live": live}
    about |= {"numbers": numbers, "others": others, "hide": hide}
    return field(default=default, metadata=about)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Settings whose every value is held against its limits; a subclass may name its package's `error`.

    A value is taken for what it means: 0 for 0.0, a list for a tuple, NumPy's numbers for Python's.

    Raises:
        FerError: as `error`: a value is of another type, out of its range, or none of its choices.
    """

    error = FerError  # without a type: not a field

    def __init_subclass__(cls, error: type[FerError] | None = None, **more: Any) -> None:
        """Take the exception to raise; without it, that of the class above."""
        super().__init_subclass__(**more)
        if error is not None:
            cls.error = error

    def __post_init__(self) -> None:
        """Take every value for what it means, and hold that against its limits."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value is not None:
                value = meant(entry, value)
            reason = fault(entry, value)
            if reason:
                raise self.error(f"{entry.name} {reason}")
            object.__setattr__(self, entry.name, value)

    def changed(self: SomeSettings, **values: Any) -> SomeSettings:
        """Return these settings with some of those changed that may be while a node runs.

        Raises:
            FerError: as `error`: a value is refused, or the setting is read only once.
        """
        about = {entry.name: entry.metadata for entry in fields(self)}
        for name in values:
            if name not in about:
                raise self.error(f"there is no parameter {name}; the README lists them")
            if not about[name]["live"]:
                raise self.error(f"{name} is read once at start; restart the node with the new value")
        return replace(self, **values)


def default_of(entry: "Field[Any]") -> Any:
    """Return a setting's default."""
    return entry.default


def meant(entry: "Field[Any]", value: Any) -> Any:
    """Read what a user's value means for a setting: 1 is 1.0, a list a tuple, a number a text that stands for numbers.

    Only what is lost on the way from a command line, a YAML file or a ROS message is added, and what NumPy wraps is
    taken out; a value of another kind comes back as it is, for `fault` to refuse.
    """
    kind = type(entry.default)
    if callable(of_numpy := getattr(value, "tolist", None)):
        value = of_numpy()
    if entry.metadata["numbers"] and not isinstance(value, str):
        if _is_number(value):
            return str(value)
        if isinstance(value, Sequence) and all(map(_is_number, value)):
            return ",".join(map(str, value))
    if kind is float and type(value) is int and abs(value) < 1 << 63:
        return float(value)
    if kind is tuple and value is None:  # an empty array on ROS's command line has no type, and none of its values
        return ()
    return tuple(value) if kind is tuple and isinstance(value, Sequence) and not isinstance(value, str) else value


def fault(entry: "Field[Any]", value: Any) -> str:
    """Tell why a value is none for a setting, to go on from its name; empty where it is one."""
    about, default, kind = entry.metadata, default_of(entry), type(entry.default)
    if kind is tuple:
        inner = type(default[0])
        if not isinstance(value, tuple) or not all(type(part) is inner for part in value):
            return f"is {shown(value)}; it must be a list, each {KINDS[inner]}"
        return ""
    if type(value) is not kind:
        return f"is {shown(value)}; it must be {KINDS[kind]}"
    if about["choices"] and value not in about["choices"] and value not in choices_of(entry):
        return f"is {shown(value)}; choose one of {', '.join(choices_of(entry))}"
    low, high = about["low"], about["high"]
    if low is not None and not low <= value <= high:  # a NaN is not, either
        unit = f" {about['unit']}" if about["unit"] else ""
        return f"is {value}{unit}; it must be from {low:g} to {high:g}"
    return ""


def choices_of(entry: "Field[Any]") -> tuple[str, ...]:
    """Return what a text may be here and now, with what other packages add; empty: anything."""
    about = entry.metadata
    added = plugin_names(about["others"]) if about["others"] else ()
    return (*about["choices"], *(name for name in added if name not in about["choices"]))


def parameter_table(kind: type[Checked]) -> str:
    """Return a Markdown table with a row for each setting; those that are read once are marked read-only."""
    return "\n".join([HEAD, "|---|---|---|---|---|", *(_row(entry) for entry in fields(kind))])


def write_tables(readme: Path, kinds: Sequence[type[Checked]]) -> None:
    """Put the tables of these settings in the place of those that a README has, in their order.

    Raises:
        FerError: it has more or fewer.
    """
    lines, tables = readme.read_text(encoding="utf-8").splitlines(), list(kinds)
    if lines.count(HEAD) != len(tables):
        raise FerError(
            f"{readme} has {lines.count(HEAD)} tables of settings, not {len(tables)}: begin each with '{HEAD}'"
        )
    written: list[str] = []
    inside = False
    for line in lines:
        if line == HEAD:
            written.append(parameter_table(tables.pop(0)))
        inside = line == HEAD or (inside and line.startswith("|"))
        if not inside:
            written.append(line)
    readme.write_text("\n".join([*written, ""]), encoding="utf-8")


def print_or_write(kinds: Sequence[type[Checked]], arguments: Sequence[str]) -> None:
    """Print the tables of these settings, or put them into the README whose path is the one argument.

    Raises:
        SystemExit: with 2, after one line on an argument that is not understood or a file that can't be used.
    """
    parser = argparse.ArgumentParser(
        prog=f"python3 -m {kinds[0].__module__.partition('.')[0]}.tables",
        description="Print the table of every parameter, or write it into a README in place of the one that is there.",
    )
    parser.add_argument("readme", nargs="?", type=Path, metavar="README", help="the file to write it into")
    readme: Path | None = parser.parse_args(arguments).readme
    if readme is None:
        print("\n\n".join(map(parameter_table, kinds)))
        return
    try:
        write_tables(readme, kinds)
    except FerError as error:
        parser.exit(2, f"tables: {error}\n")
    except UnicodeDecodeError:
        parser.exit(2, f"tables: {readme} is no text in UTF-8; name a README\n")
    except OSError as error:
        parser.exit(2, f"tables: {readme}: {error.strerror}; name a README\n")


def _row(entry: "Field[Any]") -> str:
    about, default = entry.metadata, default_of(entry)
    kind = f"{TYPES[type(default[0])]}[]" if isinstance(default, tuple) else TYPES[type(default)]
    shown_default = default if isinstance(default, str) and default else json.dumps(default)
    limits = ", ".join(f"`{choice}`" for choice in about["choices"])
    if about["others"]:
        limits += ", or another package's"
    if about["low"] is not None:
        limits = f"{about['low']:.12g} to {about['high']:.12g}"
    unit = ", ".join(part for part in (about["unit"], limits) if part)
    read_only = "" if about["live"] else ", read-only"
    return f"| `{entry.name}` | {kind}{read_only} | `{shown_default}` | {unit} | {about['reason']} |"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

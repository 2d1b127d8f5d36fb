# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Messages from templates: a mapping of a message's fields in which `$red8` and the like stand for what is shown.

A template is checked against the message's own definition when it is compiled, so that a wrong one is refused before
anything moves. Fields that it leaves out keep their defaults.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from string import Template as Text
from typing import Any

from fer_color.errors import ColorError
from fer_color.transfer import Rgb8


@dataclass(frozen=True)
class Shown:
    """What a message is to show."""

    rgb: Rgb8
    """As it leaves the flash limiter."""
    mode: str = "live"
    """live, fading or idle."""
    top: str = ""
    """The most probable emotion; empty when none is seen."""
    now: tuple[int, int] = (0, 0)
    """The node's ROS time: seconds, nanoseconds."""


SHARES: dict[str, Callable[[Shown], float]] = {
    "$red": lambda shown: shown.rgb[0] / 255,
    "$green": lambda shown: shown.rgb[1] / 255,
    "$blue": lambda shown: shown.rgb[2] / 255,
}
"""Placeholders from 0 to 1."""
BYTES: dict[str, Callable[[Shown], int]] = {
    "$red8": lambda shown: shown.rgb[0],
    "$green8": lambda shown: shown.rgb[1],
    "$blue8": lambda shown: shown.rgb[2],
}
"""Placeholders from 0 to 255."""
RGB24: dict[str, Callable[[Shown], int]] = {
    "$rgb24": lambda shown: shown.rgb[0] << 16 | shown.rgb[1] << 8 | shown.rgb[2],
}
"""The three bytes in one number, red the highest."""
TEXTS: dict[str, Callable[[Shown], str]] = {
    "$hex": lambda shown: "#{:02x}{:02x}{:02x}".format(*shown.rgb),
    "$mode": lambda shown: shown.mode,
    "$top": lambda shown: shown.top,
}
"""Placeholders for texts; in a text all the others may stand, too."""
NOW = "$now"
"""The placeholder for a builtin_interfaces/Time."""

_ALL: dict[str, Callable[[Shown], Any]] = {**SHARES, **BYTES, **RGB24, **TEXTS}
_INTEGERS = {
    "octet": (0, 255),
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
}
_SEQUENCE = re.compile(r"sequence<(?P<item>.+?)(?:, (?P<most>\d+))?>")
_ARRAY = re.compile(r"(?P<item>.+)\[(?P<size>\d+)\]")

Make = Callable[[Shown], Any]


def compile_message(kind: Any, fields: Mapping[Any, Any], where: str) -> Make:
    """Compile a template: what makes a message of the class `kind` of what is to be shown.

    Args:
        kind: a generated message class.
        fields: its template: a literal or a placeholder for each plain field; a mapping for a message; for an array
            a list, or `{times: 6, each: ...}` (each a list itself: these are strung together).
        where: how the message is called in texts.

    Raises:
        ColorError: the message has no such field, or the value does not fit; in one line that says which.
    """
    types: dict[str, str] = kind.get_fields_and_field_types()
    for name in fields:
        if name not in types:
            raise ColorError(f"{where} has no field '{name}': use {', '.join(types)}")
    makers = {name: _field(types[name], value, f"{where}.{name}") for name, value in fields.items()}

    def make(shown: Shown) -> Any:
        return kind(**{name: maker(shown) for name, maker in makers.items()})

    return make


def _field(kind: str, value: Any, where: str) -> Make:
    sequence, array = _SEQUENCE.fullmatch(kind), _ARRAY.fullmatch(kind)
    if sequence:
        return _list(sequence["item"], value, where, most=int(sequence["most"] or 2**32))
    if array:
        return _list(array["item"], value, where, size=int(array["size"]))
    if kind in _INTEGERS:
        return _number(kind, value, where)
    if kind in ("float", "double"):
        return _real(kind, value, where)
    if kind == "boolean":
        if not isinstance(value, bool):
            raise ColorError(f"{where} is a boolean: give true or false, not '{value}'")
        return lambda shown: value
    if kind.startswith(("string", "wstring")):
        return _text(value, where)
    return _message(kind, value, where)


def _number(kind: str, value: Any, where: str) -> Make:
    low, high = _INTEGERS[kind]
    placeholders = BYTES if high < 2**24 else BYTES | RGB24
    if isinstance(value, str) and value in placeholders and high >= 255:
        return placeholders[value]
    if type(value) is not int or not low <= value <= high:
        known = f", or {', '.join(placeholders)}" if high >= 255 else ""
        raise ColorError(f"{where} is of type {kind}: give a whole number from {low} to {high}{known}, not '{value}'")
    if kind == "octet":
        return lambda shown: bytes([value])
    return lambda shown: value


def _real(kind: str, value: Any, where: str) -> Make:
    numbers: dict[str, Callable[[Shown], float]] = {**SHARES, **BYTES}
    if isinstance(value, str) and value in numbers:
        placeholder = numbers[value]
        return lambda shown: float(placeholder(shown))
    if type(value) not in (int, float):
        raise ColorError(f"{where} is of type {kind}: give a number, or {', '.join(numbers)}, not '{value}'")
    return lambda shown: float(value)


def _text(value: Any, where: str) -> Make:
    if not isinstance(value, str):
        raise ColorError(f"{where} is a text: give one, in quotes, not '{value}'")
    template = Text(value)
    # The standard library's own pattern finds them; get_identifiers is newer than Python 3.10.
    names = [
        match["named"] or match["braced"] or ""
        for match in template.pattern.finditer(value)
        if match["escaped"] is None
    ]
    for name in names:
        if f"${name}" not in _ALL:
            raise ColorError(f"{where}: '${name}' is no placeholder: use {', '.join(_ALL)}, and $$ for a dollar sign")
    return lambda shown: template.substitute({name: _ALL[f"${name}"](shown) for name in names})


def _list(item: str, value: Any, where: str, *, size: int | None = None, most: int = 2**32) -> Make:
    example = f"a list of {size}" if size is not None else "a list"
    if isinstance(value, dict) and set(value) == {"times", "each"}:
        times, each = value["times"], value["each"]
        if type(times) is not int or not 1 <= times <= 100_000:
            raise ColorError(f"{where}: times is '{times}': give a whole number from 1 to 100000")
        parts = each if isinstance(each, list) else [each]
    elif isinstance(value, list):
        times, parts = 1, value
    else:
        raise ColorError(f"{where} is an array: give {example}, or {{times: 6, each: ...}}, not '{value}'")
    length = times * len(parts)
    if size is not None and length != size:
        raise ColorError(f"{where} has {size} entries: {length} are given")
    if length > most:
        raise ColorError(f"{where} has at most {most} entries: {length} are given")
    makers = [_field(item, part, f"{where}[{index}]") for index, part in enumerate(parts)]
    return lambda shown: [maker(shown) for maker in makers] * times


def _message(kind: str, value: Any, where: str) -> Make:
    package, name = kind.split("/")
    part = getattr(import_module(f"{package}.msg"), name)
    if value == NOW:
        if kind != "builtin_interfaces/Time":
            raise ColorError(f"{where} is a {kind}: {NOW} is for a builtin_interfaces/Time")
        return lambda shown: part(sec=shown.now[0], nanosec=shown.now[1])
    if not isinstance(value, dict):
        raise ColorError(f"{where} is a {kind}: give a mapping of its fields, not '{value}'")
    return compile_message(part, value, where)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files of ROS parameters for one node: which value wins, and what a user's file says in vain. Needs no ROS.

rcl merges files by the names that their parameters are kept under, in the order in which each name appears first, and a
later name's values win. So a file given last loses, where its name stood in an earlier one.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from fer_bringup.errors import BringupError
from fer_common.yaml_file import read_mapping

FIRST = "/**"
"""The name of what a user's file wins over: where that has it, too, its values are the later ones of one name."""
_PARAMETERS = "ros__parameters"
OURS = frozenset({"source", "perception", "fuser", "color", "dashboard"})
"""Our nodes' names. A launch file needs not all of them, and one file of parameters may serve it whatever it starts."""
ALWAYS = {"use_sim_time", "start_type_description_service"}
"""What every node of rclpy's has."""


def last(name: str) -> str:
    """Give the name that wins over every name of a user's: the node in any namespace, as nobody writes it."""
    return f"/**/**/{name}"


def layers(name: str, defaults: Mapping[str, Any], asked: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make the content of two files, given before and after a user's: what it overrules, and what overrules it.

    Args:
        name: of the node, without its namespace.
        defaults: parameters that hold where neither the user's file nor `asked` has them.
        asked: parameters that hold whatever the user's file has.
    """
    return {FIRST: {_PARAMETERS: dict(defaults)}}, {last(name): {_PARAMETERS: dict(asked)}}


def write_layers(
    folder: Path, name: str, defaults: Mapping[str, Any], asked: Mapping[str, Any], between: Path | None = None
) -> list[Path]:
    """Write both files and return all in the order in which the node has to be given them; empty ones are left out.

    Args:
        folder: an existing one; of the user alone, since a light's notation may hold a password.
        name: of the node, without its namespace.
        defaults: as of `layers`.
        asked: as of `layers`.
        between: the user's file, if there is one.
    """
    paths = []
    for content, parameters, word in zip(layers(name, defaults, asked), (defaults, asked), ("before", "after")):
        if parameters:
            path = folder / f"{len(list(folder.iterdir()))}_{name}_{word}.yaml"
            path.write_text(yaml.dump(content, Dumper=_Quoting, allow_unicode=True), encoding="utf-8")
            paths.append(path)
    if between is not None:
        paths.insert(1 if defaults else 0, between)
    return paths


def read_entries(path: Path) -> dict[str, set[str]]:
    """Read the names of a file of parameters, each with its parameters' names (nested ones with dots).

    Raises:
        BringupError: the file is not there, or it is no such file.
    """
    if not path.is_file():
        raise BringupError(f"params_file '{path}' is not there; give a file of parameters")
    content = read_mapping(path, "params_file", BringupError, "/**/color: {ros__parameters: {brightness: 0.5}}")
    found: dict[str, set[str]] = {}
    for name, parameters in _entries(content, ""):
        if not isinstance(parameters, dict):
            raise BringupError(
                f"params_file '{path}': {_PARAMETERS} of '{name}' is no mapping; give lines 'name: value'"
            )
        found.setdefault(name, set()).update(_flat(parameters, ""))
    return found


def applies(name: str, node: str) -> bool:
    """Whether parameters under a name are for a node, as rcl and rclpy see it.

    Args:
        name: `/**`, `/kitchen/color`, `/**/color`, `color` (the root's), ...
        node: its name with its namespace, such as `/kitchen/color`.
    """
    parts = [re.escape(part) for part in f"/{name.lstrip('/')}".split("/")[1:]]
    words = {r"\*\*": r"(/\w+)*", r"\*": r"/\w+"}
    return re.fullmatch("".join(words.get(part, f"/{part}") for part in parts), node) is not None


def remarks(path: Path, nodes: Mapping[str, set[str]]) -> list[str]:
    """Make a line for each parameter that no node has, and for each name that no node has.

    Args:
        path: the user's file.
        nodes: what each node that will be started (with its namespace) takes.

    Raises:
        BringupError: as `read_entries`.
    """
    lines = []
    for name, parameters in read_entries(path).items():
        meant = {node: known | ALWAYS for node, known in nodes.items() if applies(name, node)}
        if not meant and name in {f"{FIRST}/{ours}" for ours in OURS}:
            continue
        if not meant:
            lines.append(f"params_file '{path}': '{name}' is none of the nodes here ({', '.join(sorted(nodes))})")
            continue
        known = set().union(*meant.values())
        for parameter in sorted(parameters - known):
            if not parameter.startswith("qos_overrides."):
                (close, *_) = [*difflib.get_close_matches(parameter, known, 1), ""]
                hint = f"; is '{close}' meant?" if close else ""
                lines.append(f"params_file '{path}': {', '.join(sorted(meant))}: no parameter '{parameter}'{hint}")
    return lines


class _Quoting(yaml.SafeDumper):
    """Writes every text in quotes: rcl takes for numbers what PyYAML leaves bare (12e4, 08, nan; findings/)."""


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def _entries(content: Mapping[Any, Any], name: str) -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if key == _PARAMETERS:
            yield name or "/**", value
        elif isinstance(value, dict):
            yield from _entries(value, f"{name}/{key}".replace("//", "/") if name else str(key))


def _flat(parameters: Mapping[Any, Any], before: str) -> Iterator[str]:
    for key, value in parameters.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"

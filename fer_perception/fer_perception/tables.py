"""The README's parameter table, made of the settings: `python3 -m fer_perception.tables`. Needs no ROS."""

import dataclasses
import json
from typing import Any

from fer_perception.settings import Checked, FuserSettings, NodeSettings, default_of

TYPES = {str: "string", float: "double", int: "integer", bool: "boolean", tuple: "string[]"}
"""ROS's names."""


def parameter_table(kind: type[Checked] = NodeSettings) -> str:
    """Write a Markdown table with a row for each setting; those that are read once are marked read-only."""
    rows = ["| name | type | default | unit, range | reason |", "|---|---|---|---|---|"]
    rows += [_row(entry) for entry in dataclasses.fields(kind)]
    return "\n".join(rows)


def _row(entry: "dataclasses.Field[Any]") -> str:
    about, default = entry.metadata, default_of(entry)
    kind = TYPES[type(default)] + ("" if about["live"] else ", read-only")
    shown = default if isinstance(default, str) and default else json.dumps(default)
    limits = ", ".join(f"`{choice}`" for choice in about["choices"])
    if about["low"] is not None:
        limits = f"{about['low']:g} to {about['high']:g}"
    unit = ", ".join(part for part in (about["unit"], limits) if part)
    return f"| `{entry.name}` | {kind} | `{shown}` | {unit} | {about['reason']} |"


if __name__ == "__main__":
    print(parameter_table())
    print(f"\nThe fuser's:\n\n{parameter_table(FuserSettings)}")

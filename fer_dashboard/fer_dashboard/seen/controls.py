# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a person may ask of the nodes from the page, checked before it is passed on."""

import json
import sys
from dataclasses import dataclass
from typing import Any

from fer_dashboard.errors import DashboardError


@dataclass(frozen=True)
class Control:
    """A parameter that the page may set."""

    node: str
    name: str
    kind: type
    """float or str."""
    label: str
    low: float = 0.0
    high: float = 1.0
    choices: tuple[str, ...] = ()
    """Offered; empty: any text, the node decides."""


CONTROLS = (
    Control("color", "brightness", float, "Brightness"),
    Control("color", "palette", str, "Palette", choices=("paper", "plutchik", "colorblind_safe")),
    Control("color", "mode", str, "Colour", choices=("continuous", "discrete")),
    Control("color", "show", str, "Show", choices=("color", "gradient", "faces", "breath")),
    Control("color", "smoothing_time", float, "Smoothing, seconds", 0.0, 10.0),
    Control(
        "perception", "prior", str, "How common each emotion is", choices=("as_trained", "0.25", "0.5", "0.75", "1")
    ),
    Control("perception", "reading", float, "Reading: seen to meant"),
    Control("perception", "room", str, "Who leads", choices=("largest", "nearest", "mean", "most_certain")),
)
"""What the page offers; each is a live parameter of its node, and whatever a node lacks is left out of the page."""
SWITCHES = {"on": "light/set_on", "paused": "light/set_paused"}
"""A switch's name to its service, std_srvs/SetBool, in the colour node's namespace."""
LONGEST = 256
"""Characters of a text that is passed on."""


@dataclass(frozen=True)
class Request:
    """A person's wish."""

    number: int
    """The page's own, to match the answer."""
    control: Control | None
    switch: str
    value: float | str | bool


def parse(text: str) -> Request:
    """Read a message of the page's.

    Args:
        text: JSON: `id` and `set` ('node.name') or `switch`, and `value`.

    Raises:
        DashboardError: it is none, or asks for what the page does not offer.
    """
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DashboardError("the request is no JSON; load the page again") from error
    if not isinstance(message, dict) or not isinstance(message.get("id"), int):
        raise DashboardError("the request has no number; load the page again")
    value = message.get("value")
    switch = message.get("switch")
    if isinstance(switch, str) and switch in SWITCHES:
        if not isinstance(value, bool):
            raise DashboardError("a switch is either on or off")
        return Request(message["id"], None, switch, value)
    for control in CONTROLS:
        if message.get("set") == f"{control.node}.{control.name}":
            return Request(message["id"], control, "", _checked(control, value))
    raise DashboardError("the page offers no such control; load it again")


def _checked(control: Control, value: Any) -> float | str:
    if control.kind is float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
            raise DashboardError(f"{control.label}: '{str(value)[:40]}' is no number")
        return float(value)
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise DashboardError(f"{control.label}: give a text of at most {LONGEST} characters")
    return value


def offered(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Describe the controls for the page.

    Args:
        values: 'node.name' to the node's own value; what is not in it is left out.
    """
    return [
        {
            "set": key,
            "label": one.label,
            "kind": "number" if one.kind is float else "text",
            "low": one.low,
            "high": one.high,
            "choices": one.choices,
            "value": values[key],
        }
        for one in CONTROLS
        if (key := f"{one.node}.{one.name}") in values
    ]

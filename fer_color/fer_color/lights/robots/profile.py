# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A robot's profile: which messages show our colour, where to, and how its light is handed back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fer_color.errors import ColorError
from fer_color.transfer import fault_of_transfer
from fer_common.yaml_file import read_mapping

FOLDER = Path(__file__).parent / "profiles"
"""Where the profiles lie that are known by name."""
KINDS = ("topic", "action")


@dataclass(frozen=True)
class Target:
    """One topic or action of a robot; ColorError when a value makes no sense."""

    kind: str
    """topic or action."""
    name: str
    """Of the topic or action; relative names follow the node's namespace."""
    types: tuple[str, ...]
    """Such as irobot_create_msgs/msg/LightringLeds; of several the first that is installed."""
    fields: Mapping[str, Any]
    """The message's template (an action's goal's); see `template.py`."""
    hand_back: Mapping[str, Any] | None = None
    """The last message, after the light has gone dark; None: none is sent. (An action's goal is cancelled.)"""
    alone: bool = False
    """Whether another publisher on the topic would make the light flash; ours then waits until it is alone."""

    def __post_init__(self) -> None:
        """Check the values."""
        for kind in self.types:
            if len(kind.split("/")) != 3 or kind.split("/")[1] != ("msg" if self.kind == "topic" else "action"):
                middle = "msg" if self.kind == "topic" else "action"
                raise ColorError(f"{self.kind} '{self.name}': type '{kind}' is none: write package/{middle}/Name")
        if self.kind == "action" and (self.hand_back is not None or self.alone):
            raise ColorError(f"action '{self.name}': hand_back and alone are for topics: leave them out")


@dataclass(frozen=True)
class Profile:
    """A robot's lights; ColorError when a value is out of range."""

    name: str
    """Its file's name."""
    about: str
    """One line for a list."""
    targets: tuple[Target, ...]
    """All of them together are one light."""
    transfer: str = "any"
    """What the lamps make of a byte, as `transfer.curves_of` knows it."""
    rate: float = 20.0
    """Frames a second at most, 1 to 100."""
    install: Mapping[str, str] = field(default_factory=dict)
    """Package name to how it is had, where that is not the usual apt package."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not self.targets:
            raise ColorError("targets is empty: give at least one topic or action")
        if fault := fault_of_transfer(self.transfer):
            raise ColorError(fault)
        if not 1 <= self.rate <= 100:
            raise ColorError(f"rate is {self.rate:g}: give frames a second, from 1 to 100")


def known_profiles() -> dict[str, str]:
    """Return the names of the profiles that come with this package, and what each is for."""
    return {path.stem: load_profile(path.stem).about for path in sorted(FOLDER.glob("*.yaml"))}


def load_profile(source: str) -> Profile:
    """Load the profile of that name, or the one in a YAML file.

    Args:
        source: a name of `known_profiles`, or a path that ends in .yaml or .yml.

    Raises:
        ColorError: no such profile, or the file cannot be read or says what makes no sense; it names the file.
    """
    path = Path(source)
    if not source.endswith((".yaml", ".yml")):
        known = {file.stem: file for file in sorted(FOLDER.glob("*.yaml"))}
        if source not in known:
            raise ColorError(f"unknown robot '{source}': use one of {', '.join(known)}, or the path of a .yaml profile")
        path = known[source]
    content = read_mapping(path, "robot profile", ColorError)
    try:
        return _profile(path.stem, content)
    except ColorError as error:
        raise ColorError(f"robot profile '{source}': {error}") from None


def _profile(name: str, content: Mapping[Any, Any]) -> Profile:
    _known("a profile", content, ("about", "targets", "transfer", "rate", "install"))
    targets = content.get("targets")
    if not isinstance(targets, list):
        raise ColorError("targets is missing or no list: give a list of topics and actions")
    rate = content.get("rate", 20.0)
    if isinstance(rate, bool) or not isinstance(rate, (int, float)):
        raise ColorError(f"rate is '{rate}': give frames a second, from 1 to 100")
    install = content.get("install", {})
    if not isinstance(install, dict) or not all(isinstance(text, str) for pair in install.items() for text in pair):
        raise ColorError("install is no mapping of packages to texts")
    about, transfer = str(content.get("about", name)), str(content.get("transfer", "any"))
    return Profile(name, about, tuple(_target(entry) for entry in targets), transfer, float(rate), install)


def _target(entry: Any) -> Target:
    if not isinstance(entry, dict):
        raise ColorError(f"target '{entry}' is no mapping: give topic (or action), type and fields")
    kinds = [kind for kind in KINDS if kind in entry]
    if len(kinds) != 1:
        raise ColorError("every target needs either topic or action: name one")
    (kind,) = kinds
    what = f"{kind} '{entry[kind]}'"
    _known(what, entry, (kind, "type", "fields", "hand_back", "alone"))
    types = entry.get("type")
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list) or not types or not all(isinstance(text, str) for text in types):
        raise ColorError(f"{what} has no type: give one, such as std_msgs/msg/ColorRGBA")
    fields, hand_back, alone = entry.get("fields"), entry.get("hand_back"), entry.get("alone", False)
    if not isinstance(fields, dict):
        raise ColorError(f"{what} has no fields: give a mapping such as {{r: $red, g: $green, b: $blue, a: 1.0}}")
    if hand_back is not None and not isinstance(hand_back, dict):
        raise ColorError(f"{what}: hand_back is no mapping of fields: write it as fields is written")
    if not isinstance(alone, bool):
        raise ColorError(f"{what}: alone is '{alone}': give true or false")
    return Target(kind, str(entry[kind]), tuple(types), fields, hand_back, alone)


def _known(what: str, content: Mapping[Any, Any], names: tuple[str, ...]) -> None:
    for name in content:
        if name not in names:
            raise ColorError(f"{what} has no '{name}': use {', '.join(names)}")

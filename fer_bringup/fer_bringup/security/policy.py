# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""SROS 2's policy: which topics and services a node may use, as XML and back. Needs no ROS."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fer_bringup.errors import BringupError

VERSION = "0.2.0"
"""Of the policy's form."""
NODES = ("source", "perception", "color", "dashboard")
"""Of `ambient.launch.py`."""
FIXED = ("/rosout", "/parameter_events", "/clock", "/diagnostics", "/tf", "/tf_static")
"""Topics whose names stay the same in every namespace."""
KINDS = (("topics", "topic", "publish"), ("topics", "topic", "subscribe"),
         ("services", "service", "reply"), ("services", "service", "request"))  # fmt: skip
"""Element, what is in it, and its attribute: the four things that a node may be allowed."""
CLOCK = "/clock"
"""A node that is told to use simulated time subscribes to it: always allowed."""


@dataclass(frozen=True)
class Rights:
    """What one node does, or may do: topics and services by their full names."""

    node: str
    namespace: str = "/"
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By `publish`, `subscribe`, `reply` and `request`."""

    def of(self, what: str) -> frozenset[str]:
        """Return the names of one of the four."""
        return self.names.get(what, frozenset())

    @property
    def path(self) -> str:
        """The node's full name."""
        return f"{self.namespace.rstrip('/')}/{self.node}"


def written(rights: Iterable[Rights], enclaves: str = "/fer") -> str:
    """Write a policy with an enclave for each node, which moves with the namespace that stands in it.

    Args:
        rights: of each node.
        enclaves: where the enclaves lie.
    """
    policy = ET.Element("policy", version=VERSION)
    all_enclaves = ET.SubElement(policy, "enclaves")
    for one in sorted(rights, key=lambda one: one.path):
        enclave = ET.SubElement(all_enclaves, "enclave", path=f"{enclaves.rstrip('/')}/{one.node}")
        profiles = ET.SubElement(enclave, "profiles")
        profile = ET.SubElement(profiles, "profile", ns=one.namespace, node=one.node)
        for group, item, what in KINDS:
            names = one.of(what) | ({CLOCK} if what == "subscribe" else set())
            if names:
                element = ET.SubElement(profile, group, {what: "ALLOW"})
                for name in sorted(_expression(name, one) for name in names):
                    ET.SubElement(element, item).text = name
    ET.indent(policy)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(policy, encoding="unicode")}\n'


def read(text: str) -> list[Rights]:
    """Read a policy.

    Raises:
        BringupError: it is none, or has what is no allowance (DENY, wildcards, actions).
    """
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise BringupError(f"the policy is no XML ({error}); generate it again") from error
    if root.tag != "policy" or root.get("version") != VERSION:
        raise BringupError(f"that is no policy of version {VERSION}; generate it again")
    found = []
    for profile in root.iterfind("enclaves/enclave/profiles/profile"):
        bare = Rights(profile.get("node", ""), profile.get("ns", "/"))
        names: dict[str, set[str]] = {}
        for element in profile:
            for group, item, what in KINDS:
                if element.tag == group and element.get(what):
                    texts = [(one.text or "").strip() for one in element.iterfind(item)]
                    if element.get(what) != "ALLOW" or any(not text or "*" in text for text in texts):
                        raise BringupError(f"'{bare.node}': only names that are allowed can be held against a graph")
                    names.setdefault(what, set()).update(_name(text, bare) for text in texts)
        found.append(Rights(bare.node, bare.namespace, {what: frozenset(some) for what, some in names.items()}))
    return found


def differences(allowed: Sequence[Rights], done: Sequence[Rights]) -> tuple[list[str], list[str]]:
    """Return, a line each, what nodes do and may not, and what they may and do not."""
    more, less = [], []
    by_path = {one.path: one for one in allowed}
    for one in done:
        may = by_path.get(one.path)
        if may is None:
            more.append(f"{one.path} has no enclave")
            continue
        for _, item, what in KINDS:
            over = {CLOCK} if what == "subscribe" else set()
            more += [f"{one.path}: {what} {item} {name}" for name in sorted(one.of(what) - may.of(what) - over)]
            less += [f"{one.path}: {what} {item} {name}" for name in sorted(may.of(what) - one.of(what) - over)]
    there = {one.path for one in done}
    less += [f"{path} is not there" for path in sorted(by_path.keys() - there)]
    return more, less


def _expression(name: str, rights: Rights) -> str:
    if name.startswith(f"{rights.path}/"):
        return f"~{name[len(rights.path) :]}"
    base = rights.namespace.rstrip("/") + "/"
    return name if name in FIXED or not name.startswith(base) else name[len(base) :]


def _name(expression: str, rights: Rights) -> str:
    if expression.startswith("~/"):
        return rights.path + expression[1:]
    return expression if expression.startswith("/") else f"{rights.namespace.rstrip('/')}/{expression}"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the nodes of a running graph do, as the graph tells it."""

from collections.abc import Iterable

from rclpy.node import Node

from fer_bringup.security.policy import Rights

OF_US = "_fer_policies"
"""The node that looks; a name with an underscore first is hidden."""


def rights(node: Node, names: Iterable[str] = ()) -> list[Rights]:
    """Ask who publishes, subscribes, answers and asks what now; of the nodes of these names, or of all that are seen.

    What was just started may not have been discovered yet: ask again until it is all there.
    """
    wanted = set(names)
    found = []
    for name, namespace in sorted(set(node.get_node_names_and_namespaces())):
        if name.startswith("_") or (wanted and name not in wanted):
            continue
        asked = {
            "publish": node.get_publisher_names_and_types_by_node,
            "subscribe": node.get_subscriber_names_and_types_by_node,
            "reply": node.get_service_names_and_types_by_node,
            "request": node.get_client_names_and_types_by_node,
        }
        did = {what: frozenset(one for one, _ in ask(name, namespace)) for what, ask in asked.items()}
        found.append(Rights(name, namespace, did))
    return found

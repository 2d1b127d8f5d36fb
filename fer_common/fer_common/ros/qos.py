# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The topics' quality of service, and one plain line when another node's does not match."""

from collections.abc import Callable
from typing import Any

from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSPolicyKind, QoSProfile, ReliabilityPolicy

try:
    from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
except ImportError:  # Humble
    from rclpy.qos_event import PublisherEventCallbacks, SubscriptionEventCallbacks

RELIABILITY = {"best_effort": ReliabilityPolicy.BEST_EFFORT, "reliable": ReliabilityPolicy.RELIABLE}
DURABILITY = {"volatile": DurabilityPolicy.VOLATILE, "transient_local": DurabilityPolicy.TRANSIENT_LOCAL}


def profile(reliability: str, durability: str = "volatile", depth: int = 10) -> QoSProfile:
    """Keep the last `depth`; reliability and durability by their names above."""
    return QoSProfile(depth=depth, reliability=RELIABILITY[reliability], durability=DURABILITY[durability])


INPUT = profile("best_effort", depth=5)
"""Of what is read: matches reliable and best-effort publishers; what is old is worth nothing."""
OUTPUT = profile("reliable")
"""Of what is offered: matches both kinds of subscriber, as long as they are volatile."""
LASTING = profile("reliable", "transient_local", 1)
"""Of a state: who comes later gets the last one, too."""


def on_subscription(
    node: Node, topic: Callable[[], str], qos: QoSProfile, prefix: str | None = None
) -> SubscriptionEventCallbacks:
    """Have it said in one line that a publisher's QoS does not match ours, whose it is and what to do.

    Args:
        node: says it.
        topic: gives the resolved topic.
        qos: ours.
        prefix: of the parameters that set it, as 'qos_'; None: there are none.
    """

    def say(event: Any) -> None:
        node.get_logger().warning(mismatch_line(node, topic(), qos, prefix, _policy(event)))

    return SubscriptionEventCallbacks(incompatible_qos=say)


def on_publisher(node: Node, topic: str, qos: QoSProfile) -> PublisherEventCallbacks:
    """Have it said in one line that a subscriber's QoS does not match ours, whose it is and what to do."""
    resolved = node.resolve_topic_name(topic)

    def say(event: Any) -> None:
        policy = _policy(event)
        asking = [
            _name(info)
            for info in node.get_subscriptions_info_by_topic(resolved)
            if not _serves(qos, info.qos_profile, policy)
        ]
        who = ", ".join(sorted(set(asking))) or "a subscriber"
        node.get_logger().warning(
            f"{who} gets nothing from {resolved}: its {policy} asks for more than this node offers "
            f"({_offer(qos, policy)}); subscribe with {_offer(qos, policy)} there"
        )

    return PublisherEventCallbacks(incompatible_qos=say)


def mismatch_line(node: Node, topic: str, ours: QoSProfile, prefix: str | None, policy: str) -> str:
    """Say that a publisher's QoS does not match: whose, which policy, and what to do."""
    less = [info for info in node.get_publishers_info_by_topic(topic) if not _serves(info.qos_profile, ours, policy)]
    who = ", ".join(sorted({_name(info) for info in less})) or "a publisher"
    remedy = "best_effort" if policy == "reliability" else "volatile"
    offered = _offer(less[0].qos_profile, policy) if less else remedy
    asked = _offer(ours, policy)
    what_to_do = f"offer {asked} there" if prefix is None else f"set it with '--ros-args -p {prefix}{policy}:={remedy}'"
    return (
        f"the QoS on {topic} does not match, so nothing arrives: {who} offers {policy} {offered}, this node asks for "
        f"{asked}; {what_to_do}"
    )


def _serves(offered: QoSProfile, asked: QoSProfile, policy: str) -> bool:
    if policy == "durability":
        return not (
            asked.durability == DurabilityPolicy.TRANSIENT_LOCAL and offered.durability == DurabilityPolicy.VOLATILE
        )
    return not (
        asked.reliability == ReliabilityPolicy.RELIABLE and offered.reliability == ReliabilityPolicy.BEST_EFFORT
    )


def _offer(qos: QoSProfile, policy: str) -> str:
    if policy not in ("reliability", "durability"):
        return f"no {policy}"
    value = qos.reliability if policy == "reliability" else qos.durability
    table: dict[str, Any] = RELIABILITY if policy == "reliability" else DURABILITY
    return next((name for name, known in table.items() if known == value), str(value))


def _policy(event: Any) -> str:
    try:
        return str(QoSPolicyKind(event.last_policy_kind).name).lower()
    except ValueError:
        return "quality of service"


def _name(info: Any) -> str:
    return f"{info.node_namespace.rstrip('/')}/{info.node_name}"

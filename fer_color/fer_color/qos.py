"""The topics' quality of service, and plain words when another node's does not match."""

from collections.abc import Callable
from typing import Any

from rclpy.qos import QoSPolicyKind, QoSProfile, ReliabilityPolicy

try:
    from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
except ImportError:  # Humble
    from rclpy.qos_event import PublisherEventCallbacks, SubscriptionEventCallbacks

INPUT = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
"""Matches reliable and best-effort publishers; what is old is worth nothing here."""
OUTPUT = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
"""Matches both kinds of subscriber, as long as they are volatile."""


def on_input(topic: str, warn: Callable[[str], Any]) -> SubscriptionEventCallbacks:
    """Says that a publisher of `topic` does not match."""

    def incompatible(event: Any) -> None:
        policy = _name(event)
        warn(
            f"nothing can arrive on '{topic}' from one of its publishers, whose {policy} does not match: "
            f"give it a {policy} that a best-effort, volatile subscriber without a deadline accepts"
        )

    return SubscriptionEventCallbacks(incompatible_qos=incompatible)


def on_output(topic: str, warn: Callable[[str], Any]) -> PublisherEventCallbacks:
    """Says that a subscriber of `topic` does not match."""

    def incompatible(event: Any) -> None:
        policy = _name(event)
        warn(
            f"a subscriber of '{topic}' gets nothing, because its {policy} asks for more than this node offers: "
            "let it subscribe with volatile durability and without a deadline"
        )

    return PublisherEventCallbacks(incompatible_qos=incompatible)


def _name(event: Any) -> str:
    try:
        return QoSPolicyKind(event.last_policy_kind).name.lower()
    except ValueError:
        return "quality of service"

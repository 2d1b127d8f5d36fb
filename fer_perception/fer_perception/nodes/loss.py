# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is said of images that are lost on the way, and of publishers that are one too many."""

from collections import Counter
from typing import Any

from rclpy.node import Node
from rclpy.qos import ReliabilityPolicy

from fer_perception.nodes.gaps import SHARE, Gaps

PATIENCE = 8
"""Looks, one a second, that must all find images lost: longer than a change of the camera's pace is in sight."""
NAMELESS = "_NODE_NAME_UNKNOWN_"
"""What the middleware calls a node that it has not heard the name of: in a container, or of another user."""
ELSEWHERE = (
    "its node has no name here, as in a container or of another user, whose shared memory can't be opened: start the "
    "container with --ipc=host, or our side by UDP (the launch files' profiles: reach:=machine, or network)"
)


def names_of(publishers: list[Any]) -> str:
    """Name the nodes that publish, without those that have no name; a name that several have is counted."""
    count = Counter(
        f"{publisher.node_namespace.rstrip('/')}/{publisher.node_name}"
        for publisher in publishers
        if publisher.node_name != NAMELESS
    )
    return ", ".join(name if many == 1 else f"{name} {many} times" for name, many in sorted(count.items()))


class Crowd:
    """Tells of topics on which several publish where one should."""

    def __init__(self, node: Node) -> None:
        """Start with none."""
        self._node = node
        self._crowds: dict[str, str] = {}

    def look(self, topic: str, remedy: str) -> None:
        """Say, once, that there are several publishers, and who; to be called once a second.

        Args:
            topic: resolved, absolute.
            remedy: what comes of it, and what to do.
        """
        publishers = self._node.get_publishers_info_by_topic(topic)
        crowd = (names_of(publishers) or "nodes without a name") if len(publishers) > 1 else ""
        if crowd and crowd != self._crowds.get(topic, ""):
            self._node.get_logger().warning(f"{len(publishers)} publish on {topic} ({crowd}), {remedy}")
        self._crowds[topic] = crowd


class Loss:
    """Watches one topic of images."""

    def __init__(self, node: Node) -> None:
        """Start with nothing lost."""
        self._node, self._gaps = node, Gaps()
        self._looks, self._said = 0, False
        self._crowd = Crowd(node)

    def heard(self, message: Any) -> None:
        """Note an image by its stamp, whether it will be looked at or not."""
        stamp = _stamp(message)
        if stamp > 0:
            self._gaps.add(stamp)

    def look(self, topic: str, *, best_effort: bool) -> None:
        """Say, once, that images are lost, or that there are several publishers; to be called once a second.

        Args:
            topic: resolved, absolute.
            best_effort: whether the subscription is.
        """
        self._crowd.look(topic, "whose images get mixed: give each camera a topic or a namespace of its own")
        lost = self._gaps.lost() if best_effort else 0.0
        self._looks = self._looks + 1 if lost > SHARE else 0
        if self._looks >= PATIENCE and not self._said:
            self._said = True
            self._node.get_logger().warning(self._line(topic, lost))
        elif lost == 0.0:
            self._said = False

    def _line(self, topic: str, lost: float) -> str:
        publishers = self._node.get_publishers_info_by_topic(topic)
        names = names_of(publishers)
        start = f"at least {lost:.0%} of the images on {topic} are lost on their way from {names or 'the camera'}"
        if publishers and all(item.qos_profile.reliability == ReliabilityPolicy.RELIABLE for item in publishers):
            return f"{start}: it offers reliable, so set qos_reliability to reliable"
        return (
            f"{start}: have its node publish reliable and set qos_reliability to reliable, or raise this machine's "
            "net.core.rmem_max and start us with a profile of ours (reach:=machine, or network); docs/many_cameras.md"
        )

    def look_beside(self, topic: str) -> None:
        """Say, once, that somebody else publishes on a topic of ours, as well; to be called once a second.

        Args:
            topic: resolved, absolute.
        """
        self._crowd.look(
            topic, "whose faces and colours get mixed: start each perception in a namespace of its own (namespace:=...)"
        )


def _stamp(message: Any) -> float:
    """Read an image's stamp, seconds; 0 where there is none. Of a serialized message only its first bytes are read."""
    if not isinstance(message, bytes | bytearray | memoryview):
        stamp = message.header.stamp
        return float(stamp.sec + stamp.nanosec * 1e-9)
    if len(message) < 12:
        return 0.0
    order: Any = "little" if message[1] & 1 else "big"  # the CDR header says which
    seconds = int.from_bytes(message[4:8], order, signed=True)
    return seconds + int.from_bytes(message[8:12], order) * 1e-9

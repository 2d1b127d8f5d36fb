# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Why no image arrives, in one plain line."""

from pathlib import Path

from rclpy.node import Node

from fer_perception.nodes.loss import ELSEWHERE, names_of

REMEDY = "name the camera's topic (image_topic:=/camera/image_raw with launch, -r image:=... after --ros-args)"
STUCK = ", or start it again: one of us stood still, perhaps, and Fast DDS's shared memory is stuck (see docs/ros2.md)"


def silence_line(node: Node, topic: str, message_type: str, seconds: float, *, before: bool = False) -> str:
    """Say why nothing came on a topic for a while: who publishes there, and what to do.

    Args:
        node: asks the graph.
        topic: resolved, absolute.
        message_type: of the subscription, as 'sensor_msgs/msg/Image'.
        seconds: for which nothing came.
        before: whether something came earlier, so that the topic is the right one.
    """
    start = f"no image on {topic} for {seconds:.0f} s"
    publishers = node.get_publishers_info_by_topic(topic)
    if not publishers:
        others = sorted(
            name
            for name, types in node.get_topic_names_and_types()
            if message_type in types and name != topic and _published_elsewhere(node, name)
        )
        seen = f" (there are: {', '.join(others[:5])})" if others else ""
        return f"{start}: nobody publishes it; start the camera, or {REMEDY}{seen}"
    other_types = sorted({publisher.topic_type for publisher in publishers} - {message_type})
    if other_types:
        sent = ", ".join(other_types)
        return f"{start}: its publisher sends {sent}, not {message_type}; set the parameter compressed, or {REMEDY}"
    names = names_of(publishers)
    if not names:
        return f"{start}, though somebody publishes it: {ELSEWHERE}"
    if before:
        return f"{start}: {names} publishes it, but nothing comes any more; look at the camera{_stuck()}"
    return f"{start}: {names} publishes it, but sends nothing; look at the camera, or {REMEDY}"


def _stuck() -> str:
    """Fast DDS may lose a reader for good after a pause of seconds, where both use its shared memory."""
    try:
        return STUCK if "/dev/shm/fast" in Path("/proc/self/maps").read_text(errors="replace") else ""
    except OSError:  # not Linux
        return ""


def _published_elsewhere(node: Node, topic: str) -> bool:
    ours = node.get_name(), node.get_namespace()
    return any((info.node_name, info.node_namespace) != ours for info in node.get_publishers_info_by_topic(topic))

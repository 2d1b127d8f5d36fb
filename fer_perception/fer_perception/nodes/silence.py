# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Why no image arrives, in one plain line."""

from pathlib import Path

from rclpy.node import Node

from fer_common.ros.discovery import unheard
from fer_perception.nodes.loss import ELSEWHERE, names_of

REMEDY = (
    "name the camera's topic (--source ros:/camera/image_raw with make ambient, image_topic:=... with launch, "
    "-r image:=... after --ros-args)"
)
IMAGE, COMPRESSED = "sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage"
SWITCH = {
    IMAGE: "leave the parameter compressed at false",
    COMPRESSED: "set the parameter compressed to true (--param perception.compressed=true with make ambient, "
    "compressed:=true with launch, -p compressed:=true after --ros-args)",
}
"""What makes us listen to images of a type."""
COMPRESSED_NAME, DEPTH_NAME = "/compressed", "/compressedDepth"
"""What image_transport hangs on a topic's name; the latter carries distances, not pictures."""
OURS = ("/debug_image", "/debug_saliency")
"""What a perception node publishes for people to look at."""
FEW = 5
"""Topics of a type that a line names."""
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
        others = _others(node, topic, message_type)
        return f"{start}: nobody publishes it; start the camera, or {REMEDY}{others}{unheard()}"
    other_types = sorted({publisher.topic_type for publisher in publishers} - {message_type})
    if other_types:
        remedy = next((f"{SWITCH[kind]}, or {REMEDY}" for kind in other_types if kind in SWITCH), REMEDY)
        return f"{start}: its publisher sends {', '.join(other_types)}, not {message_type}; {remedy}"
    names = names_of(publishers)
    if not names:
        return f"{start}, though somebody publishes it: {ELSEWHERE}"
    if before:
        return f"{start}: {names} publishes it, but nothing comes any more; look at the camera{_stuck()}"
    return f"{start}: {names} publishes it, but sends nothing; look at the camera, or {REMEDY}"


def _others(node: Node, topic: str, message_type: str) -> str:
    """Name the topics on which images are to be had, those that belong to this one first, and what to set for them."""
    base = topic.removesuffix(COMPRESSED_NAME)
    there = sorted(node.get_topic_names_and_types(), key=lambda one: (not f"{one[0]}/".startswith(f"{base}/"), one[0]))
    found = {}
    for kind in sorted(SWITCH, key=lambda kind: kind != message_type):
        names = [
            name
            for name, types in there
            if kind in types and name != topic and _is_cameras(name) and _published_elsewhere(node, name)
        ]
        if names:
            found[kind] = ", ".join(names[:FEW])
    said = [names if kind == message_type else f"{names}, for which {SWITCH[kind]}" for kind, names in found.items()]
    return f"; there are: {'; '.join(said)}" if said else ""


def _is_cameras(name: str) -> bool:
    return not name.endswith(DEPTH_NAME) and not name.removesuffix(COMPRESSED_NAME).endswith(OURS)


def _stuck() -> str:
    """Fast DDS may lose a reader for good after a pause of seconds, where both use its shared memory."""
    try:
        return STUCK if "/dev/shm/fast" in Path("/proc/self/maps").read_text(errors="replace") else ""
    except OSError:  # not Linux
        return ""


def _published_elsewhere(node: Node, topic: str) -> bool:
    ours = node.get_name(), node.get_namespace()
    return any((info.node_name, info.node_namespace) != ours for info in node.get_publishers_info_by_topic(topic))

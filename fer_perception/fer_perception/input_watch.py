"""Why no image arrives, in one plain line."""

from rclpy.node import Node
from rclpy.qos import QoSReliabilityPolicy

REMEDY = "name the camera's topic with '--ros-args -r image:=/camera/image_raw'"


def silence_line(node: Node, topic: str, message_type: str, seconds: float) -> str:
    """What is to be said when nothing came on a topic for a while: who publishes there, and what to do.

    Args:
        node: asks the graph.
        topic: resolved, absolute.
        message_type: of the subscription, as 'sensor_msgs/msg/Image'.
        seconds: for which nothing came.
    """
    start = f"no image on {topic} for {seconds:.0f} s"
    publishers = node.get_publishers_info_by_topic(topic)
    if not publishers:
        others = sorted(
            name for name, types in node.get_topic_names_and_types() if message_type in types and name != topic
        )
        seen = f" (there are: {', '.join(others[:5])})" if others else ""
        return f"{start}: nobody publishes it; start the camera, or {REMEDY}{seen}"
    other_types = sorted({publisher.topic_type for publisher in publishers} - {message_type})
    if other_types:
        sent = ", ".join(other_types)
        return f"{start}: its publisher sends {sent}, not {message_type}; set the parameter compressed, or {REMEDY}"
    names = ", ".join(
        sorted({f"{publisher.node_namespace.rstrip('/')}/{publisher.node_name}" for publisher in publishers})
    )
    return f"{start}: {names} publishes it, but sends nothing; look at the camera, or {REMEDY}"


def mismatch_line(node: Node, topic: str) -> str:
    """What is to be said when a publisher's QoS does not match: whose, which policy, and what to do."""
    unreliable = [
        f"{publisher.node_namespace.rstrip('/')}/{publisher.node_name}"
        for publisher in node.get_publishers_info_by_topic(topic)
        if publisher.qos_profile.reliability == QoSReliabilityPolicy.BEST_EFFORT
    ]
    who = ", ".join(sorted(set(unreliable))) or "a publisher"
    return (
        f"the QoS on {topic} does not match, so no image arrives: {who} offers reliability best_effort, this node asks "
        "for reliable; set it with '--ros-args -p qos_reliability:=best_effort'"
    )

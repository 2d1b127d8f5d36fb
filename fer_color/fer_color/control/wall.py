# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A light's button as the switch at the wall: it stops perception, and lets it look again."""

from typing import Any

from rclpy.node import Node
from std_msgs.msg import Bool

from fer_common.ros import qos


class Wall:
    """Asks on `perception/on` (Bool) for the other of what `perception/looking` (Bool) shows."""

    def __init__(self, node: Node) -> None:
        """Nothing is known yet."""
        self._node = node
        self._looking: bool | None = None
        self._on = node.create_publisher(Bool, "perception/on", 10)
        node.create_subscription(Bool, "perception/looking", self._shown, qos.LASTING)

    def press(self) -> None:
        """Have perception stop, or look again; of one that has shown nothing yet it is thought that it looks."""
        wanted = self._looking is False
        self._on.publish(Bool(data=wanted))
        self._node.get_logger().info(f"the light's button: perception is asked to {'look again' if wanted else 'stop'}")

    def _shown(self, message: Any) -> None:
        self._looking = bool(message.data)

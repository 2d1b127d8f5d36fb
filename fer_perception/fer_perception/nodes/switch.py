# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The switch at the wall: perception stops looking, or looks again, and shows which it does."""

from typing import Any

from std_msgs.msg import Bool
from std_srvs.srv import SetBool

from fer_common.ros import qos
from fer_common.ros.lifecycle import SUCCESS, SelfStartingNode


class Switch:
    """Hears the topic `perception/on` (Bool), answers the service `perception/set_on` (SetBool), and shows on
    `perception/looking` (Bool, the last one stays) whether images are looked at.

    Off is the lifecycle's inactive: the node has left the image topic, so no image reaches it at all.
    """

    def __init__(self, node: SelfStartingNode) -> None:
        """Offer the three; nothing is looked at yet."""
        self._node = node
        self._looking = node.create_publisher(Bool, "perception/looking", qos.LASTING)
        node.create_subscription(Bool, "perception/on", self._heard, 10)
        node.create_service(SetBool, "perception/set_on", self._asked)
        self.show(False)

    def show(self, looking: bool) -> None:
        """Show whether images are looked at."""
        self._looking.publish(Bool(data=looking))

    def set(self, on: bool) -> str:
        """Look, or stop to look, after the image at hand; why it can't be, or an empty string."""
        wanted, other = ("active", "inactive") if on else ("inactive", "active")
        state = self._node.state
        if state == other:
            trigger = self._node.trigger_activate if on else self._node.trigger_deactivate
            return "" if trigger() == SUCCESS else "it could not be changed; look at the node's lines"
        if state == wanted or not on:
            return ""
        return f"perception is {state}: 'ros2 lifecycle set {self._node.get_fully_qualified_name()} configure' first"

    def _heard(self, message: Any) -> None:
        if why := self.set(bool(message.data)):
            self._node.get_logger().warning(f"ignored what came on 'perception/on': {why}")

    def _asked(self, request: Any, response: Any) -> Any:
        response.message = self.set(bool(request.data))
        response.success = not response.message
        return response

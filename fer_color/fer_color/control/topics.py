# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""On and off, brightness and pause as topics and services."""

import time
from collections.abc import Callable
from typing import Any

from rclpy.node import Node
from std_msgs.msg import Bool, Float32
from std_srvs.srv import SetBool

from fer_color.control.commands import Command
from fer_color.errors import ColorError
from fer_msgs.srv import SetBrightness

_DAY_S = 24 * 60 * 60


def offer_control(node: Node, obey: Callable[[Command], None]) -> None:
    """Let others switch, dim and pause the light, under `light/` in the node's namespace.

    Topics: `on` (Bool), `brightness` (Float32, 0 to 1), `paused` (Bool). Services: `set_on` (SetBool),
    `set_brightness` (fer_msgs/SetBrightness), `set_paused` (SetBool).
    """

    def do(make: Callable[[], Command]) -> str:
        try:
            obey(make())
        except ColorError as error:
            return str(error)
        return ""

    def hear(kind: Any, name: str, make: Callable[[Any], Command]) -> None:
        def heard(message: Any) -> None:
            fault = do(lambda: make(message.data))
            if fault:
                node.get_logger().warning(f"ignored what came on '{node.resolve_topic_name(name)}': {fault}")

        node.create_subscription(kind, name, heard, 10)

    def serve(kind: Any, name: str, make: Callable[[Any], Command]) -> None:
        def asked(request: Any, response: Any) -> Any:
            response.message = do(lambda: make(request))
            response.success = not response.message
            return response

        node.create_service(kind, name, asked)

    hear(Bool, "light/on", lambda value: Command(on=value))
    hear(Float32, "light/brightness", lambda value: Command(brightness=value))
    hear(Bool, "light/paused", lambda value: Command(paused=value))
    serve(SetBool, "light/set_on", lambda request: Command(on=request.data))
    serve(SetBrightness, "light/set_brightness", lambda request: Command(brightness=request.brightness))
    serve(SetBool, "light/set_paused", lambda request: Command(paused=request.data))


def minute_of_day(node: Node) -> float | None:
    """Return the local time by the node's clock, in minutes after midnight; None while simulated time has not begun."""
    nanoseconds = int(node.get_clock().now().nanoseconds)
    if nanoseconds == 0:
        return None
    local = time.localtime(nanoseconds / 1e9)
    return 60 * local.tm_hour + local.tm_min + local.tm_sec / 60

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""An ordinary participant who listens to the camera and switches the light off, until its standard input ends.

Prints `up` once it is there, and then, as JSON, how many messages of each topic it has received: for every line that it
is sent, and at its end.
"""

import json
import sys
import threading

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.qos import QoSProfile
from sensor_msgs.msg import Image
from std_msgs.msg import Bool

from fer_msgs.msg import EmotionDistributionArray, LightColor

TOPICS = {"image": Image, "faces": EmotionDistributionArray, "color": LightColor}


def main() -> None:
    """Listen and switch off."""
    rclpy.init()
    node = rclpy.create_node("outsider")
    counts = dict.fromkeys(TOPICS, 0)

    def heard(name: str) -> None:
        counts[name] += 1

    for name, kind in TOPICS.items():
        node.create_subscription(
            kind, name, lambda _, name=name: heard(name), QoSProfile(depth=5)
        )  # reliable, as our publishers are
    if "switch" in sys.argv:
        switch = node.create_publisher(Bool, "light/on", 10)
        node.create_timer(0.1, lambda: switch.publish(Bool(data=False)))
    ended = threading.Event()

    def answer() -> None:
        for _ in sys.stdin:
            print(json.dumps(counts), flush=True)
        ended.set()

    print("up", flush=True)
    threading.Thread(target=answer, daemon=True).start()
    try:
        while not ended.is_set():
            rclpy.spin_once(node, timeout_sec=0.1)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    print(json.dumps(counts), flush=True)


main()

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.camera: a camera in a process of its own, that publishes prepared images at a steady rate."""

import array
import sys
import time
from pathlib import Path

import numpy as np
import rclpy
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Image

STOP = "stop"


def main() -> int:
    """Arguments: a .npy of BGR images, uint8 [N, H, W, 3]; images a second. Ends when its standard input does."""
    images, rate = np.load(Path(sys.argv[1]), mmap_mode="r"), float(sys.argv[2])
    rclpy.init()
    node = rclpy.create_node("bench_camera")
    publisher = node.create_publisher(Image, "image", QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE))
    messages = []
    for image in images:
        height, width = image.shape[:2]
        message = Image(height=height, width=width, encoding="bgr8", step=3 * width)
        message.header.frame_id = "camera"
        message.data = array.array("B", image.tobytes())
        messages.append(message)
    while publisher.get_subscription_count() == 0:
        time.sleep(0.01)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    begun, number = time.monotonic(), 0
    try:
        while True:
            due = begun + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            message = messages[number % len(messages)]
            message.header.stamp = node.get_clock().now().to_msg()
            publisher.publish(message)
            number += 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())

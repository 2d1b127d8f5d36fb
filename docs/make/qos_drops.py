"""Send images by best effort and reliable QoS, in one process and between two: python3 docs/make/qos_drops.py.

Prints a Markdown table: how many images of 30 a second arrive, and how long after their stamps. The subscriber does
nothing with them, so what is lost is lost on the way.
"""

import argparse
import array
import os
import subprocess
import sys
import threading
import time

os.environ.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")

import numpy as np
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Image
from tqdm import tqdm

RELIABILITY = {"best_effort": ReliabilityPolicy.BEST_EFFORT, "reliable": ReliabilityPolicy.RELIABLE}
SIZES = {"320x240": (320, 240), "640x480": (640, 480), "1280x720": (1280, 720)}
RATE = 30.0


def profile(reliability: str, depth: int) -> QoSProfile:
    """Keep the last `depth`."""
    return QoSProfile(depth=depth, reliability=RELIABILITY[reliability])


def publish(reliability: str, size: str, seconds: float) -> None:
    """Send noise at 30 images a second once somebody listens; the number of the image is its frame_id."""
    node = rclpy.create_node("eye")
    publisher = node.create_publisher(Image, "image", profile(reliability, 1))
    width, height = SIZES[size]
    noise = np.random.default_rng(0).integers(0, 256, 3 * width * height, dtype=np.uint8)
    message = Image(width=width, height=height, encoding="bgr8", step=3 * width, data=array.array("B", noise.tobytes()))
    while not publisher.get_subscription_count():
        time.sleep(0.05)
    time.sleep(0.5)
    begun = time.monotonic()
    for number in range(round(seconds * RATE)):
        time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
        message.header.stamp, message.header.frame_id = node.get_clock().now().to_msg(), str(number)
        publisher.publish(message)
    time.sleep(1.0)
    node.destroy_node()


def measure(reliability: str, size: str, seconds: float, one_process: bool) -> list[float]:
    """Return the latencies of the images that arrived, in seconds."""
    rclpy.init()
    node = rclpy.create_node("listener")
    latencies: list[float] = []

    def heard(message: Image) -> None:
        stamp = message.header.stamp
        latencies.append((node.get_clock().now().nanoseconds - stamp.sec * 10**9 - stamp.nanosec) / 1e9)

    node.create_subscription(Image, "image", heard, profile(reliability, 5))
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    if one_process:
        thread = threading.Thread(target=publish, args=(reliability, size, seconds))
        thread.start()
        done = lambda: not thread.is_alive()  # noqa: E731
    else:
        arguments = ["--publish", reliability, size, str(seconds)]
        process = subprocess.Popen([sys.executable, __file__, *arguments])
        done = lambda: process.poll() is not None  # noqa: E731
    while not done():
        executor.spin_once(timeout_sec=0.1)
    executor.remove_node(node)
    node.destroy_node()
    rclpy.shutdown()
    return latencies


def main() -> None:
    """Print the table, or be the publishing process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each row")
    parser.add_argument("--processes", nargs="+", choices=("one", "two"), default=("one", "two"))
    parser.add_argument("--publish", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.publish:
        rclpy.init()
        publish(options.publish[0], options.publish[1], float(options.publish[2]))
        rclpy.shutdown()
        return
    ways = [(a, b, c) for a in SIZES for b in options.processes for c in RELIABILITY]
    rows = []
    for size, processes, reliability in tqdm(ways):
        latencies = measure(reliability, size, options.seconds, processes == "one")
        sent = round(options.seconds * RATE)
        p50, p99 = np.percentile(np.asarray(latencies or [np.nan]) * 1e3, (50, 99))
        lost = 100 * (1 - len(latencies) / sent)
        rows.append(f"| {size} | {processes} | {reliability} | {lost:.1f} % | {p50:.1f} ms | {p99:.1f} ms |")
    print("| image (bgr8) | processes | QoS | lost | latency, median | 99th percentile |\n|---|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()

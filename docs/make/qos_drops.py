# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Send images by best effort and reliable QoS, in one process and between two: python3 docs/make/qos_drops.py.

Prints a Markdown table: how many images of 30 a second arrive, and how long after their stamps, by the transport
profiles of the camera's process and of ours. The subscriber does nothing with them, so what is lost is lost on the way.
"""

import argparse
import array
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

os.environ.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")

import numpy as np
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Image
from tqdm import tqdm

RELIABILITY = {"best_effort": ReliabilityPolicy.BEST_EFFORT, "reliable": ReliabilityPolicy.RELIABLE}
SIZES = {"640x480": (640, 480), "1280x720": (1280, 720), "1920x1080": (1920, 1080)}
CONFIG = Path(__file__).resolve().parents[2] / "fer_bringup" / "config"
PROFILES = {
    "none": "",
    "large": "fastdds_large_images.xml",
    "machine": "fastdds_this_machine.xml",
    "network": "fastdds_network.xml",
}
WAYS = ["one", "none:none", "none:large", "large:large", "none:network", "machine:machine"]
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


def measure(reliability: str, size: str, seconds: float, way: str) -> list[float]:
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
    if way == "one":
        thread = threading.Thread(target=publish, args=(reliability, size, seconds))
        thread.start()
        done = lambda: not thread.is_alive()  # noqa: E731
    else:
        arguments = ["--publish", reliability, size, str(seconds)]
        process = subprocess.Popen([sys.executable, __file__, *arguments], env=surroundings(way.partition(":")[0]))
        done = lambda: process.poll() is not None  # noqa: E731
    while not done():
        executor.spin_once(timeout_sec=0.1)
    executor.remove_node(node)
    node.destroy_node()
    rclpy.shutdown()
    return latencies


def surroundings(profile: str) -> dict[str, str]:
    """Make the environment of a process with one of `PROFILES`, on this machine alone."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("FAST")}
    if PROFILES[profile]:
        found["FASTDDS_DEFAULT_PROFILES_FILE"] = str(CONFIG / PROFILES[profile])
        found["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "SYSTEM_DEFAULT"
    return found


def run(size: str, reliability: str, way: str, seconds: float) -> list[float]:
    """Measure one row in a process of its own, which starts the camera's; the latencies in seconds."""
    ours = way.partition(":")[2] or "none"
    command = [sys.executable, __file__, "--measure", size, reliability, way, str(seconds)]
    done = subprocess.run(command, env=surroundings(ours), capture_output=True, text=True, check=True)
    latencies: list[float] = json.loads(done.stdout.splitlines()[-1])
    return latencies


def main() -> None:
    """Print the table, or be one of its processes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each row")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=[*SIZES])
    parser.add_argument("--ways", nargs="+", default=WAYS, help=f"one, or CAMERA:OURS, each of {', '.join(PROFILES)}")
    parser.add_argument("--publish", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.publish:
        rclpy.init()
        publish(options.publish[0], options.publish[1], float(options.publish[2]))
        rclpy.shutdown()
        return
    if options.measure:
        size, reliability, way, seconds = options.measure
        print(json.dumps(measure(reliability, size, float(seconds), way)))
        return
    rows = []
    for size, way, reliability in tqdm([(a, b, c) for a in options.sizes for b in options.ways for c in RELIABILITY]):
        latencies = run(size, reliability, way, options.seconds)
        sent = round(options.seconds * RATE)
        p50, p99 = np.percentile(np.asarray(latencies or [np.nan]) * 1e3, (50, 99))
        camera, _, ours = way.partition(":")
        where = f"{camera} | {ours}" if ours else "in one process | "
        shown = f"{p50:.1f}, {p99:.1f} ms" if latencies else "none arrives"
        rows.append(f"| {size} | {reliability} | {where} | {len(latencies)} of {sent} | {shown} |")
    print(
        "| image (bgr8) | QoS | camera's profile | ours | arrived | latency, median, p99 |\n|---|---|---|---|---|---|"
    )
    print("\n".join(rows))


if __name__ == "__main__":
    main()

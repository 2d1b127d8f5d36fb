"""The image source as a ROS 2 node: publishes `image` from a camera, a video file or a folder."""

import array
import signal
import sys
import threading
import time
from typing import Any

import numpy as np
import rclpy
from numpy.typing import NDArray
from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.signals import SignalHandlerOptions
from sensor_msgs.msg import Image

from fer_bringup.errors import BringupError
from fer_bringup.sources import Frame, Source, open_source

POLL_S = 0.05
HEARD_S = 10.0
"""How long the first image waits for somebody to listen."""


class SourceNode(Node):
    """Publishes a source's images at their own pace, from a thread of its own."""

    def __init__(self, **node_options: Any) -> None:
        """Opens the source named by the parameter `source`; images flow once `start` is called.

        Raises:
            BringupError: the source cannot be opened.
        """
        super().__init__("source", **node_options)

        def declare(name: str, default: Any, text: str, **constraints: Any) -> Any:
            descriptor = ParameterDescriptor(description=text, read_only=True, **constraints)
            return self.declare_parameter(name, default, descriptor).value

        spec = declare("source", "auto", "camera index, video file, image folder; auto: first camera, else sample clip")
        self._loop = declare("loop", False, "start a file or a folder again at its end")
        pace = declare("pace", "media", "media: at the medium's own times; fast: as fast as images can be read")
        self._frame_id = declare("frame_id", "camera", "frame_id of the images' headers")
        rates = [FloatingPointRange(from_value=0.1, to_value=240.0)]
        rate = declare("rate", 10.0, "images a second of a folder", floating_point_range=rates)
        if pace not in ("media", "fast"):
            self.destroy_node()
            raise BringupError(f"parameter pace is '{pace}', expected media or fast")
        try:
            self.source: Source = open_source(str(spec), rate=rate)
        except BringupError:
            self.destroy_node()
            raise
        self._fast = pace == "fast"
        # Reliable suits every subscriber; depth 1 never queues old images.
        self._publisher = self.create_publisher(
            Image, "image", QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE)
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="source", daemon=True)
        self.published = 0
        self.error: BringupError | None = None
        self.finished = threading.Event()
        """Set after the last image, or when the source failed (then `error` says why)."""

    def start(self) -> None:
        """Lets the images flow."""
        self.get_logger().info(f"images from {self.source.description}")
        self._thread.start()

    def heard(self) -> bool:
        """Whether somebody listens; before that a first image would be lost."""
        return bool(self._publisher.get_subscription_count())

    def close(self) -> None:
        """Stops the thread and frees the source."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self.source.close()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._play_once()
                if not self._loop or self.source.live:
                    break
                self.source.rewind()
        except BringupError as error:
            self.error = error
        finally:
            self.finished.set()

    def _play_once(self) -> None:
        begun = time.monotonic()
        while not self._stop.is_set():
            frame = self.source.read()
            if frame is None:
                return
            if not (self.source.live or self._fast) and self._stop.wait(max(0.0, begun + frame.due - time.monotonic())):
                return
            self._publish(frame)

    def _publish(self, frame: Frame) -> None:
        message = to_message(frame.image)
        message.header.frame_id = self._frame_id
        message.header.stamp = self.get_clock().now().to_msg()
        self._publisher.publish(message)
        self.published += 1


def to_message(image: NDArray[np.uint8]) -> Image:
    """A bgr8 message with the pixels of `image`, uint8 BGR [H, W, 3]; its header is left empty."""
    height, width = image.shape[:2]
    message = Image(height=height, width=width, encoding="bgr8", is_bigendian=0, step=3 * width)
    # An array of the field's own type is taken over without a look at every byte.
    data = array.array("B")
    data.frombytes(np.ascontiguousarray(image).data.cast("B"))
    message.data = data
    return message


def main() -> int:
    """Runs the node until its source ends or it is interrupted; 0, or 2 after one line on what was wrong."""
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        node = SourceNode()
    except BringupError as error:
        print(f"source: {error}", file=sys.stderr)
        rclpy.shutdown()
        return 2
    deadline = time.monotonic() + HEARD_S
    while not (stop.is_set() or node.heard() or time.monotonic() > deadline):
        stop.wait(POLL_S)
    node.start()
    while not stop.is_set() and not node.finished.is_set():
        rclpy.spin_once(node, timeout_sec=POLL_S)
    node.close()
    node.destroy_node()
    rclpy.shutdown()
    if node.error:
        print(f"source: {node.error}", file=sys.stderr)
    return 2 if node.error else 0


if __name__ == "__main__":
    sys.exit(main())

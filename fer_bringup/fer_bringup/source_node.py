# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The image source as a ROS 2 node: publishes `image` from a camera, a video file or a folder."""

if __name__ == "__main__":
    from fer_common import program

    program.loading()

import array
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any

import numpy as np
import rclpy
from numpy.typing import NDArray
from rclpy.exceptions import ParameterException
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.signals import SignalHandlerOptions
from sensor_msgs.msg import CompressedImage, Image

from fer_bringup.errors import BringupError
from fer_bringup.settings import SourceSettings
from fer_bringup.sources import Frame, Source, open_source
from fer_bringup.sources.address import is_address
from fer_common.interrupts import Interrupts
from fer_common.ros import parameters as ros_parameters
from fer_common.ros.help import shows_help
from fer_common.ros.lifecycle import gone_if_refused
from fer_common.ros.run import RCLError, refusal

POLL_S = 0.05
REOPEN_S = 1.0
"""Between two looks for a camera that stopped giving images."""
HEARD_S = 10.0
"""How long the first image waits for somebody to listen."""


class SourceNode(Node):
    """Publishes a source's images at their own pace, from a thread of its own."""

    def __init__(self, *, asked: Callable[[], bool] = lambda: False, **node_options: Any) -> None:
        """Open the source named by the parameter `source`; images flow once `start` is called.

        Args:
            asked: tells whether the program shall end; then a network camera's answer is not waited for.
            node_options: as `rclpy.node.Node` takes them, but for the name.

        Raises:
            BringupError: a parameter is refused, or the source cannot be opened, or was not waited for.
        """
        super().__init__("source", **node_options)
        with gone_if_refused(self):
            self._settings = ros_parameters.declare(self, SourceSettings)
            self.source: Source = _awaited(self._settings, asked)
        # Reliable suits every subscriber; depth 1 never queues old images.
        offered = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE)
        if self.source.keep_jpeg:
            # image_transport hangs its name on the topic as it is after remapping.
            topic = f"{self.resolve_topic_name('image')}/compressed"
            self._publisher = self.create_publisher(CompressedImage, topic, offered)
        else:
            self._publisher = self.create_publisher(Image, "image", offered)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="source", daemon=True)
        self.published = 0
        self.error: BringupError | None = None
        self.finished = threading.Event()
        """Set after the last image, or when the source failed (then `error` says why)."""

    def start(self) -> None:
        """Lets the images flow."""
        self.get_logger().info(f"images from {self.source.description}")
        if self.source.notice:
            self.get_logger().warning(self.source.notice)
        self._thread.start()

    def heard(self) -> bool:
        """Tell whether somebody listens; before that a first image would be lost."""
        return bool(self._publisher.get_subscription_count())

    def close(self) -> None:
        """Stop the thread and free the source."""
        self._stop.set()
        if self._thread.ident is None:
            self.source.close()
        elif self._thread.is_alive():
            self._thread.join(timeout=5)  # it closes the source, also where that takes a network camera longer

    def _run(self) -> None:
        try:
            again = True
            while again and not self._stop.is_set():
                begun = time.monotonic()
                if not self._play_once(begun) and not self._stop.is_set():
                    raise BringupError(f"{self.source.description} gave no image; is it there, and can it be read?")
                again = self._settings.loop and not self.source.live
                if again:
                    self._wait_until(begun + self.source.length)
                    self.source.rewind()
        except BringupError as error:
            self.error = error
        finally:
            self.source.close()
            self.finished.set()

    def _play_once(self, begun: float) -> bool:
        """Play from the first image to the last, or until it is stopped; whether there was one."""
        seen = False
        while not self._stop.is_set() and (frame := self._read(seen)) is not None:
            self._wait_until(begun + frame.due)
            if self._stop.is_set():
                break
            self._publish(frame)
            seen = True
        return seen

    def _read(self, seen: bool) -> Frame | None:
        """Read an image; a camera that gave some and stopped is waited for."""
        while True:
            try:
                return self.source.read()
            except BringupError:
                if not (seen and self.source.live):
                    raise
            self.get_logger().warning(
                f"{self.source.description} stopped giving images; they go on as soon as it is back"
            )
            while not self.source.reopen():
                if self._stop.wait(REOPEN_S):
                    return None
            self.get_logger().info(f"{self.source.description} gives images again")

    def _wait_until(self, due: float) -> None:
        """Sleep to a moment of the steady clock, in seconds, or until it is stopped; not at all when live or fast."""
        if not (self.source.live or self._settings.pace == "fast"):
            self._stop.wait(max(0.0, due - time.monotonic()))

    def _publish(self, frame: Frame) -> None:
        if frame.jpeg is not None:
            message = CompressedImage(format="jpeg")
            message.data = array.array("B", frame.jpeg)
        elif frame.image is not None:
            message = to_message(frame.image)
        else:
            return
        message.header.frame_id = self._settings.frame_id
        message.header.stamp = self.get_clock().now().to_msg()
        self._publisher.publish(message)
        self.published += 1


def _awaited(settings: SourceSettings, asked: Callable[[], bool]) -> Source:
    """Open a source; a network camera, which may take seconds, in a thread, since FFmpeg lets no signal through."""
    if not is_address(settings.source):
        return _opened(settings)
    answer: Future[Source] = Future()

    def connect() -> None:
        try:
            answer.set_result(_opened(settings))
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=connect, name="connect", daemon=True).start()
    while not asked():
        if wait([answer], POLL_S).done:
            return answer.result()
    raise BringupError("the camera's answer was not waited for")


def _opened(settings: SourceSettings) -> Source:
    source = open_source(
        settings.source,
        rate=settings.rate,
        size=(settings.camera_width, settings.camera_height),
        camera_rate=settings.camera_rate,
    )
    if settings.compressed and not source.gives_jpeg:
        source.close()
        raise BringupError(f"compressed: {source.description} gives no JPEGs; an http:// source does")
    source.keep_jpeg = settings.compressed
    return source


def to_message(image: NDArray[np.uint8]) -> Image:
    """Return a bgr8 message with the pixels of `image`, uint8 BGR [H, W, 3]; its header is left empty."""
    height, width = image.shape[:2]
    message = Image(height=height, width=width, encoding="bgr8", is_bigendian=0, step=3 * width)
    # An array of the field's own type is taken over without a look at every byte.
    data = array.array("B")
    data.frombytes(np.ascontiguousarray(image).data.cast("B"))
    message.data = data
    return message


def main() -> int:
    """Run the node until its source ends or it is interrupted; 0, or 2 after one line on what was wrong."""
    if shows_help("source_node", SourceSettings):
        return 0
    interrupts = Interrupts()
    interrupts.heed()
    try:
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    except RuntimeError as error:  # the arguments after --ros-args, a params file, ROS_DOMAIN_ID
        print(f"source: {refusal(error)}", file=sys.stderr)
        return 2
    try:
        node = SourceNode(asked=lambda: interrupts.asked)
    except (BringupError, ParameterException, RCLError, MemoryError) as error:
        rclpy.shutdown()
        if interrupts.asked:
            return 0
        print(f"source: {refusal(error)}", file=sys.stderr)
        return 2
    deadline = time.monotonic() + HEARD_S
    while not (interrupts.asked or node.heard() or time.monotonic() > deadline):
        time.sleep(POLL_S)
    node.start()
    while not interrupts.asked and not node.finished.is_set():
        rclpy.spin_once(node, timeout_sec=POLL_S)
    node.close()
    node.destroy_node()
    rclpy.shutdown()
    interrupts.ignore()
    if node.error:
        print(f"source: {node.error}", file=sys.stderr)
    return 2 if node.error else 0


if __name__ == "__main__":
    program.run(main)

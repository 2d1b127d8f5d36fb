# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One camera of a node: its images in, with their stamps and what is wrong with them, and what was seen in them out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rclpy.node import Node
from sensor_msgs.msg import CompressedImage, Image
from std_msgs.msg import Header

from fer_common.errors import one_line
from fer_common.ros import qos
from fer_common.ros.executor import withdraw
from fer_common.ros.stamps import stamp_ns
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception.core import Perceived
from fer_perception.errors import PerceptionError
from fer_perception.images.encodings import Pixels
from fer_perception.images.stream import ImageStream
from fer_perception.nodes.latency import STRANGE_LATENCY, Latency
from fer_perception.nodes.loss import Loss
from fer_perception.nodes.messages import to_array, to_distribution
from fer_perception.nodes.silence import COMPRESSED, COMPRESSED_NAME, IMAGE, silence_line
from fer_perception.settings import NodeSettings

QUIET = 5.0
"""Seconds for which the same kind of warning is not said again."""


@dataclass(frozen=True)
class CameraImage:
    """An image as it is perceived."""

    header: Header
    pixels: Pixels
    """BGR uint8 [H, W, 3] or grey uint8 [H, W]."""
    size: tuple[int, int]
    """Width and height of the image as it came, in pixels; `pixels` may be fewer, of a JPEG."""
    stamp_ns: int
    """The header's stamp, nanoseconds; 0: it carries none."""
    at_ns: int
    """When it was taken, nanoseconds: its stamp, or where stamps tell no time by its arrival; see `StampJudge`."""
    stamped: bool
    """Whether `at_ns` is its stamp."""


Delivered = tuple[Any, int]
"""A message, mostly as its bytes, and when it arrived, nanoseconds of the steady clock."""


class Camera:
    """The topics of one camera, for a node that perceives one or several.

    `offer` and `withdraw` belong to the time in which the node is configured, `listen` and `leave` to that in which it
    is active. Images may be read and results published by another thread than the executor's.
    """

    def __init__(self, node: Node, settings: NodeSettings, latency: Latency, namespace: str = "") -> None:
        """Prepare; no topic is there yet.

        Args:
            node: whose topics they are, and who says what is wrong.
            settings: of which what is read once counts here.
            latency: is told of each result's, from the image's stamp on.
            namespace: of the topics, relative to the node's; empty for a node of one camera.
        """
        self._node, self._settings, self._latency = node, settings, latency
        self._prefix = f"{namespace}/" if namespace else ""
        self._notice = f"{namespace}: " if namespace else ""
        self._image = f"an image of {namespace}" if namespace else "an image"
        self.processed = 0
        """Images that were perceived and published."""
        self.refused = 0
        """Images that could not be read or perceived."""
        self._subscription: Any = None
        self._heard_at, self._asked_at, self._silent, self._loss = 0.0, 0.0, False, Loss(node)
        self._bare = False  # whether the camera publishes CompressedImage under the name as it is
        self._reduced = not namespace  # a node of several cameras takes their images as they are
        self._stream = ImageStream(compressed=settings.compressed, reduced=self._reduced)

    @property
    def topic(self) -> str:
        """The image topic, resolved."""
        # image_transport hangs its own names on the topic as it is after remapping.
        hung = self._settings.compressed and not self._bare and not self._base.endswith(COMPRESSED_NAME)
        return f"{self._base}{COMPRESSED_NAME}" if hung else self._base

    @property
    def _base(self) -> str:
        return str(self._node.resolve_topic_name(f"{self._prefix}image"))

    def offer(self) -> None:
        """Advertise `faces` and `emotion`."""
        self._faces = self._publisher(EmotionDistributionArray, "faces")
        self._emotion = self._publisher(EmotionDistribution, "emotion")

    def withdraw(self) -> None:
        """Take both back."""
        withdraw(self._node, self._faces, self._emotion)

    def listen(self, deliver: Callable[[Delivered], None], depth: int) -> None:
        """Subscribe; `deliver` gets each message, of which `depth` may wait."""
        settings, self._bare = self._settings, self._is_bare()
        topic = self.topic
        asked = qos.profile(settings.qos_reliability, settings.qos_durability, depth)
        events = qos.on_subscription(self._node, lambda: topic, asked, "qos_")
        self._asked_at, self._silent = time.monotonic(), False
        self._deliver, self._depth = deliver, depth
        self._heard_at = self._asked_at
        self._loss = Loss(self._node)
        # Anew: the camera may be another one than before.
        self._stream = ImageStream(compressed=settings.compressed, reduced=self._reduced)
        self._subscription = self._node.create_subscription(
            CompressedImage if settings.compressed else Image,
            topic if settings.compressed else f"{self._prefix}image",
            self._hear,
            asked,
            event_callbacks=events,
            raw=True,
        )

    def leave(self) -> None:
        """Leave the image topic. May be called twice."""
        if self._subscription is not None:
            withdraw(self._node, self._subscription)
            self._subscription = None

    def watch(self, timeout: float) -> bool:
        """Say, once, that no image came for `timeout` seconds, and why; whether it is so. To be asked once a second."""
        self._look_for_name()
        quiet = time.monotonic() - self._heard_at
        silent = self._subscription is not None and quiet >= timeout
        if silent and not self._silent:
            kind = COMPRESSED if self._settings.compressed else IMAGE
            before = self._heard_at > self._asked_at
            self._node.get_logger().warning(silence_line(self._node, self.topic, kind, quiet, before=before))
        self._silent = silent
        if self._subscription is not None:
            self._loss.look(self.topic, best_effort=self._settings.qos_reliability == "best_effort")
            self._loss.look_beside(str(self._node.resolve_topic_name(f"{self._prefix}faces")))
        return silent

    def read(self, delivered: Delivered, settings: NodeSettings, *, colours: bool = True) -> CameraImage:
        """Read a message as an image, by the settings of this moment; `colours` as for `ImageStream.read`.

        Raises:
            PerceptionError: it is none that can be perceived.
        """
        self._stream.configure(
            bits=settings.bits, max_pixels=settings.max_pixels, detection_width=settings.detection_width
        )
        picture = self._stream.read(*delivered, colours=colours)
        for notice in picture.notices:
            self._node.get_logger().warning(f"{self.topic}: {notice}")
        stamp = stamp_ns(picture.header)
        return CameraImage(picture.header, picture.pixels, picture.size, stamp, picture.time_ns, picture.stamped)

    def publish(self, image: CameraImage, perceived: Perceived) -> None:
        """Publish what was seen in an image, and count it."""
        for notice in perceived.notices:
            self._node.get_logger().warning(f"{self._notice}{notice}", throttle_duration_sec=QUIET)
        width, height = image.size
        self._stream.saw([min(face.box[2:]) for face in perceived.faces])
        self._faces.publish(to_array(image.header, perceived.faces, width, height))
        if perceived.room is not None:
            self._emotion.publish(to_distribution(image.header, perceived.room))
        waited = (self._node.get_clock().now().nanoseconds - image.stamp_ns) / 1e9
        if image.stamped and 0 <= waited < STRANGE_LATENCY:
            self._latency.add(waited)
        self.processed += 1

    def refuse(self, error: Exception) -> None:
        """Say what was wrong with an image, and count it; what is no PerceptionError is a fault of ours."""
        # Two call sites: rclpy does not allow one to change its severity.
        if isinstance(error, PerceptionError):
            self._node.get_logger().warning(f"{self._image} is left out: {error}", throttle_duration_sec=QUIET)
        else:
            line = one_line(f"{type(error).__name__}: {error}")
            self._node.get_logger().error(
                f"{self._image} is left out, please report this: {line}", throttle_duration_sec=QUIET
            )
        self.refused += 1  # last: who sees the count finds the words

    def _look_for_name(self) -> None:
        """Listen to the camera's other name, as long as nothing came, where it is found to publish there."""
        unheard = self._subscription is not None and self._heard_at == self._asked_at
        if unheard and self._is_bare() != self._bare:
            self.leave()
            self.listen(self._deliver, self._depth)
            self._node.get_logger().info(f"listening to {self.topic}, where CompressedImage is published")

    def _is_bare(self) -> bool:
        if not self._settings.compressed or self._base.endswith(COMPRESSED_NAME):
            return False
        hung, base = (
            any(one.topic_type == COMPRESSED for one in self._node.get_publishers_info_by_topic(name))
            for name in (f"{self._base}{COMPRESSED_NAME}", self._base)
        )
        return base and not hung

    def _publisher(self, kind: Any, name: str) -> Any:
        topic, offered = f"{self._prefix}{name}", qos.profile(self._settings.output_reliability)
        events = qos.on_publisher(self._node, topic, offered)
        return self._node.create_publisher(kind, topic, offered, event_callbacks=events)

    def _hear(self, message: Any) -> None:
        arrived = time.monotonic_ns()
        self._heard_at = arrived / 1e9
        if self._silent:
            self._silent = False
            self._node.get_logger().info(f"images arrive on {self.topic} again")
        self._loss.heard(message)
        self._deliver((message, arrived))

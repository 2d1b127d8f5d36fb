# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Pictures for people who look for faults, raw and compressed, published only while somebody subscribes."""

import array
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage, Image
from std_msgs.msg import Header

from fer_common.ros import qos
from fer_common.ros.executor import withdraw

JPEG_QUALITY = 80


class DebugImages:
    """Publishes on `debug_image` and, as image_transport would, on `debug_image/compressed`, or on another topic."""

    def __init__(self, node: Node, topic: str = "debug_image") -> None:
        """Offer both topics."""
        offered = qos.profile("reliable", depth=1)

        def publisher(kind: Any, topic: str) -> Any:
            return node.create_publisher(kind, topic, offered, event_callbacks=qos.on_publisher(node, topic, offered))

        self._node = node
        self._raw = publisher(Image, topic)
        # image_transport hangs its name on the topic as it is after remapping.
        self._compressed = publisher(CompressedImage, str(self._raw.topic_name) + "/compressed")
        self._due = 0.0
        self.published = 0
        """Images drawn so far."""

    @property
    def subscribed(self) -> tuple[int, int]:
        """How many listen to the raw and to the compressed picture."""
        return self._raw.get_subscription_count(), self._compressed.get_subscription_count()

    def due(self, now: float, rate: float = 0.0) -> bool:
        """Tell whether a picture would be published now; arguments as for `publish`."""
        if rate and now < self._due:
            return False
        return any(self.subscribed)

    def publish(
        self,
        header: Header,
        draw: Callable[[], np.ndarray[Any, np.dtype[np.uint8]]],
        now: float,
        *,
        rate: float = 0.0,
        width: int = 0,
    ) -> None:
        """Draw and publish where somebody subscribes.

        Args:
            header: of the image.
            draw: gives BGR uint8 [H, W, 3]; called only for what is published.
            now: seconds of a steady clock.
            rate: images a second at most; 0: all.
            width: pixels that the compressed one is wide at most; 0: as wide as it is.
        """
        if not self.due(now, rate):
            return
        raw, compressed = self.subscribed
        # Not from now on: images that come a little more often than they are wanted would halve the rate.
        self._due = max(self._due, now - 1 / rate) + 1 / rate if rate else now
        picture = draw()
        self.published += 1
        if raw:
            height, width = picture.shape[:2]
            message = Image(header=header, height=height, width=width, encoding="bgr8", step=3 * width)
            message.data = array.array("B", picture.tobytes())
            self._raw.publish(message)
        if compressed:
            if 0 < width < picture.shape[1]:
                height = max(1, round(picture.shape[0] * width / picture.shape[1]))
                picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
            coded = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY))[1]
            data = array.array("B", coded.tobytes())
            self._compressed.publish(CompressedImage(header=header, format="bgr8; jpeg compressed bgr8", data=data))

    def close(self) -> None:
        """Take both topics back."""
        withdraw(self._node, self._raw, self._compressed)

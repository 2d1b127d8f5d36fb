# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces as REP-155 (ROS4HRI) publishes them, where the package hri_msgs is installed, and what is done with them, where
hri_privacy_msgs is."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from rclpy.node import Node
from std_msgs.msg import Header

from fer_common.rep155 import to_expression
from fer_common.ros import qos
from fer_perception.fusion.room import FaceEmotion
from fer_perception.nodes.loss import Crowd

try:
    from rclpy.event_handler import PublisherEventCallbacks
except ImportError:  # Humble
    from rclpy.qos_event import PublisherEventCallbacks

NAMESPACE = "/humans/faces"
"""REP-155's, outside of every node's own."""
HOLD = 0.5
"""Seconds for which a face that is not found stays in the list of tracked ones, so that one missed image is no loss."""
PRIVACY = "/data_management"
"""Where ROS4HRI's nodes tell what they do with people's data; the last of each stays."""
USER_FRIENDLY = "Light that answers faces"
PURPOSE = (
    "Finds faces in the camera's images and reads what others would call their expressions, to colour a light. "
    "No image and no identity is kept; 'perception/set_on' stops it."
)


class ExpressionPublisher:
    """Publishes `tracked`, and `roi` and `expression` of each face under its id. For one thread, any."""

    def __init__(self, node: Node, messages: Any) -> None:
        """Advertise `tracked`; `messages` is the module hri_msgs.msg."""
        self._node = node
        self._messages = messages
        self._tracked = self._publisher(messages.IdsList, "tracked")
        self._faces: dict[str, tuple[Any, Any]] = {}
        self._seen_ns: dict[str, int] = {}
        self._crowd = Crowd(node)

    @classmethod
    def create(cls, node: Node) -> "ExpressionPublisher | None":
        """None where hri_msgs is not installed."""
        try:
            return cls(node, import_module("hri_msgs.msg"))
        except ImportError:
            return None

    def publish(self, header: Header, size: tuple[int, int], faces: Sequence[FaceEmotion], now: int) -> None:
        """Publish the faces of one image.

        Args:
            header: the image's.
            size: its height and width in pixels.
            faces: what was seen.
            now: when it was taken, nanoseconds, also where the header's stamp tells no time.
        """
        self._seen_ns |= {face.face_id: now for face in faces}
        # Times that went back make nobody's absence longer.
        self._seen_ns = {face_id: seen for face_id, seen in self._seen_ns.items() if abs(now - seen) <= HOLD * 1e9}
        for face_id in [known for known in self._faces if known not in self._seen_ns]:
            for publisher in self._faces.pop(face_id):
                self._node.destroy_publisher(publisher)
        self._tracked.publish(self._messages.IdsList(header=header, ids=list(self._seen_ns)))
        for face in faces:
            if face.face_id not in self._faces:
                self._faces[face.face_id] = (
                    self._publisher(self._messages.NormalizedRegionOfInterest2D, f"{face.face_id}/roi"),
                    self._publisher(self._messages.Expression, f"{face.face_id}/expression"),
                )
            roi, expression = self._faces[face.face_id]
            roi.publish(self._roi(header, size, face))
            said = to_expression(face.probabilities)
            expression.publish(
                self._messages.Expression(
                    header=header,
                    expression=said.expression,
                    valence=said.valence,
                    arousal=said.arousal,
                    confidence=said.confidence,
                )
            )

    def look_beside(self) -> None:
        """Say, once, that somebody else lists faces, too; to be called once a second."""
        remedy = "whose lists and ids of faces get mixed: let one alone do so (of ours, set rep155 to false)"
        self._crowd.look(f"{NAMESPACE}/tracked", remedy)

    def close(self) -> None:
        """Withdraw every topic."""
        self._node.destroy_publisher(self._tracked)
        for publishers in self._faces.values():
            for publisher in publishers:
                self._node.destroy_publisher(publisher)
        self._faces.clear()

    def _roi(self, header: Header, size: tuple[int, int], face: FaceEmotion) -> Any:
        (height, width), (x, y, w, h) = size, face.box
        return self._messages.NormalizedRegionOfInterest2D(
            header=header,
            xmin=x / width,
            ymin=y / height,
            xmax=(x + w) / width,
            ymax=(y + h) / height,
            c=float(min(1.0, max(0.0, face.detection_score))),
        )

    def _publisher(self, kind: Any, name: str) -> Any:
        # Without event callbacks the executor has nothing to watch, so that another thread may make and destroy it.
        silent = PublisherEventCallbacks(use_default_callbacks=False)
        return self._node.create_publisher(kind, f"{NAMESPACE}/{name}", 10, event_callbacks=silent)


def declare_use(node: Node) -> Any:
    """Publish once what is done with faces, and that no file is kept; None where hri_privacy_msgs is not installed."""
    try:
        kind = import_module("hri_privacy_msgs.msg").PersonalDataProcessor
    except ImportError:
        return None
    publisher = node.create_publisher(kind, PRIVACY, qos.LASTING)
    said = kind(
        data_source_node=node.get_fully_qualified_name(), user_friendly_source_name=USER_FRIENDLY, data_purpose=PURPOSE
    )
    publisher.publish(said)  # path stays empty: there is no file
    return publisher

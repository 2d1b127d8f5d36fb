# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Subscribes to somebody else's `/humans/faces/<id>/expression` (REP-155), of ids that come and go."""

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from rclpy.clock import Clock, ClockType  # type: ignore[attr-defined]
from rclpy.exceptions import InvalidTopicNameException
from rclpy.node import Node
from rclpy.validate_full_topic_name import validate_full_topic_name

from fer_color.errors import ColorError
from fer_common.errors import FerError
from fer_common.ros import qos
from fer_common.ros.executor import withdraw
from fer_common.ros.interface import find_interface

TRACKED = "/humans/faces/tracked"
EXPRESSION = "/humans/faces/*/expression"
"""For texts."""
MOST = 100
"""Faces that are followed at once, those that were there first: each costs a subscription, and lists may be endless."""
_TOPIC = re.compile(r"/humans/faces/([^/]+)/expression")
_LOOK = 0.25
"""Seconds between two looks at the graph for faces that nobody lists."""


class ExpressionSubscriber:
    """Tells of every expression, and of the ids that are tracked, where they are listed.

    A face is followed while it is listed in `tracked`, or somebody publishes its expression: some who publish
    expressions leave the list to others.
    """

    def __init__(
        self,
        node: Node,
        on_expression: Callable[[str, Any], None],
        on_tracked: Callable[[set[str], Any], None],
    ) -> None:
        """Subscribe.

        Args:
            node: whose executor calls back.
            on_expression: a face's id and its hri_msgs/Expression.
            on_tracked: the ids in an hri_msgs/IdsList, and the message.

        Raises:
            ColorError: hri_msgs is not installed.
        """
        self._node = node
        self._on_expression = on_expression
        self._on_tracked = on_tracked
        try:
            _, self._expression = find_interface(["hri_msgs/msg/Expression"], {})
            _, ids_list = find_interface(["hri_msgs/msg/IdsList"], {})
        except FerError as error:
            raise ColorError(f"input 'rep155': {error}") from None
        self._listed: set[str] = set()
        self._faces: dict[str, Any] = {}
        node.create_subscription(ids_list, TRACKED, self._take_list, qos.INPUT)
        self._timer = node.create_timer(_LOOK, self._look, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def _take_list(self, message: Any) -> None:
        if set(message.ids) != self._listed:
            self._listed = set(message.ids)
            self._look()
        self._on_tracked(self._listed, message)

    def _look(self) -> None:
        matches = [_TOPIC.fullmatch(name) for name, _ in self._node.get_topic_names_and_types()]
        names = {match[0]: match[1] for match in matches if match}
        published = {face_id for name, face_id in names.items() if self._node.count_publishers(name)}
        there = published | self._listed
        known = there & set(self._faces)
        wanted = known | set(islice(filter(_is_id, sorted(there - known)), MOST - len(known)))
        for face_id in wanted - set(self._faces):
            self._faces[face_id] = self._node.create_subscription(
                self._expression,
                f"/humans/faces/{face_id}/expression",
                lambda message, face_id=face_id: self._on_expression(face_id, message),
                qos.INPUT,
            )
        for face_id in set(self._faces) - wanted:
            withdraw(self._node, self._faces.pop(face_id))


def _is_id(text: str) -> bool:
    """Tell whether it can be part of a topic's name; what is listed may be anything."""
    try:
        return "/" not in text and bool(validate_full_topic_name(f"/humans/faces/{text}/expression"))
    except InvalidTopicNameException:
        return False

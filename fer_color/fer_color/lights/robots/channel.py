# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The ways to a robot: a topic, or an action of which each colour is a goal."""

from abc import ABC, abstractmethod
from typing import Any

import rclpy
from rclpy.action import ActionClient  # type: ignore[attr-defined]
from rclpy.duration import Duration
from rclpy.exceptions import InvalidTopicNameException
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.validate_topic_name import validate_topic_name

from fer_color.errors import ColorError
from fer_color.lights.base import Clock
from fer_color.lights.robots.profile import Profile, Target
from fer_color.lights.robots.template import Shown, compile_message
from fer_common.errors import FerError
from fer_common.ros import qos
from fer_common.ros.discovery import unheard
from fer_common.ros.executor import withdraw
from fer_common.ros.interface import find_interface

_ANSWER = 1.0
"""Seconds that a goal's answer may take."""
_ASK_AGAIN = 2.0
_PARTING = 0.5
"""Seconds that the last message may take to be confirmed."""
_OWN_TOPICS = ("faces", "emotion", "color", "color_rgba")
_DARK = Shown((0, 0, 0))


class Channel(ABC):
    """One target of a profile, over a node; everything is called from the node's thread."""

    def __init__(self, node: Node, target: Target, kind: Any, name: str, clock: Clock) -> None:
        """Compile the template; ColorError when it does not fit the message `kind`."""
        self._node = node
        self._clock = clock
        self._name = name
        self._kind = kind
        message = kind if target.kind == "topic" else kind.Goal
        where = message.__name__.replace("_", ".")
        try:
            self._make = compile_message(message, target.fields, where)
            self._parting = None
            if target.hand_back is not None:
                self._parting = compile_message(message, target.hand_back, where)(_DARK)
            self._make(_DARK)
        except ColorError as error:
            raise ColorError(f"{target.kind} '{target.name}': {error}") from None

    @abstractmethod
    def readers(self) -> int:
        """Count those at the other end."""

    @abstractmethod
    def absence(self) -> str:
        """Say what is missing while there is no reader, and what to do."""

    def hindrance(self) -> str:
        """Why nothing must be sent although there is a reader; empty when all is well."""
        return ""

    def busy(self) -> bool:
        """Tell whether the last frame is not yet answered."""
        return False

    @abstractmethod
    def send(self, shown: Shown) -> None:
        """Send a frame."""

    @abstractmethod
    def hand_back(self) -> None:
        """Give the light back to the robot, without waiting for it."""

    def forget(self) -> None:
        """Wait for nothing any more."""
        return

    @abstractmethod
    def close(self) -> None:
        """Leave the graph, after what was sent last has arrived, or half a second. Not from within a callback."""


class TopicChannel(Channel):
    """Publishes, reliable and volatile, the newest only."""

    def __init__(self, node: Node, target: Target, kind: Any, name: str, clock: Clock) -> None:
        """Advertise the topic, without a message."""
        super().__init__(node, target, kind, name, clock)
        self._alone = target.alone
        self._topic = _resolved(node, target)
        if self._topic in {node.resolve_topic_name(name) for name in _OWN_TOPICS}:
            raise ColorError(f"topic '{target.name}' is the colour node's own: name the robot's")
        newest = qos.profile("reliable", depth=1)
        events = qos.on_publisher(node, target.name, newest)
        try:
            self._publisher = node.create_publisher(kind, target.name, newest, event_callbacks=events)
        except RuntimeError as error:  # rcl's own, such as a topic that this process has with another type
            raise ColorError(f"topic '{target.name}' cannot be published: {error}") from error

    def readers(self) -> int:
        """Count the subscribers that match."""
        return int(self._publisher.get_subscription_count())

    def absence(self) -> str:
        """Say that nobody is there, or somebody who expects another type."""
        others = {info.topic_type for info in self._node.get_subscriptions_info_by_topic(self._topic)} - {self._name}
        if others:
            return f"who listens on '{self._topic}' expects {', '.join(sorted(others))}, not {self._name}"
        missing = f"nobody listens on '{self._topic}' ({self._name})"
        return f"{missing}: start the robot's driver, or remap the topic{unheard()}"

    def hindrance(self) -> str:
        """Another publisher, where the profile says that ours must be alone."""
        if self._alone and self._node.count_publishers(self._topic) > 1:
            names = sorted({info.node_name for info in self._node.get_publishers_info_by_topic(self._topic)})
            others = ", ".join(name for name in names if name != self._node.get_name())
            return f"'{others}' publishes on '{self._topic}', too, and both together would flash: stop that one"
        return ""

    def send(self, shown: Shown) -> None:
        """Publish."""
        self._publisher.publish(self._make(shown))

    def hand_back(self) -> None:
        """Publish the profile's last message, if it has one."""
        if self._parting is not None:
            self._publisher.publish(self._parting)

    def close(self) -> None:
        """Take the publisher away, when its last message has arrived."""
        if self._parting is not None and self.readers():
            self._publisher.wait_for_all_acked(Duration(seconds=_PARTING))
        withdraw(self._node, self._publisher)


class ActionChannel(Channel):
    """Sends each frame as a goal, and cancels the one before when the new one was accepted.

    A server that refuses a goal, or leaves it unanswered, is asked again with a dark one every two seconds, when the
    last goal that it accepted should have run out.
    """

    def __init__(self, node: Node, target: Target, kind: Any, name: str, clock: Clock) -> None:
        """Make the client, without a goal."""
        super().__init__(node, target, kind, name, clock)
        self._action = _resolved(node, target)
        self._client: Any = ActionClient(node, kind, target.name)
        self._answer: Any = None
        self._asked_at = 0.0
        self._goal: Any = None
        self._cancelled: Any = None
        self._parted = False
        self._fault = ""

    def readers(self) -> int:
        """Return 1 while the action's server is there."""
        if self._client.server_is_ready():
            return 1
        self._answer, self._fault = None, ""
        return 0

    def absence(self) -> str:
        """Say that there is no server."""
        missing = f"there is no action server '{self._action}' ({self._name})"
        return f"{missing}: start the robot's driver, or remap it{unheard()}"

    def hindrance(self) -> str:
        """Say that the server refuses our goals, or does not answer."""
        waited = self._clock() - self._asked_at
        if self._answer is not None and waited > _ANSWER:
            self._answer = None
            self._fault = f"the action server '{self._action}' does not answer: restart the robot's driver"
        if self._fault and self._answer is None and waited > _ASK_AGAIN:
            self.send(_DARK)
        return self._fault

    def busy(self) -> bool:
        """Tell whether a goal is not answered yet."""
        return self._answer is not None

    def send(self, shown: Shown) -> None:
        """Send a goal."""
        self._asked_at = self._clock()
        self._answer = answer = self._client.send_goal_async(self._make(shown))
        answer.add_done_callback(lambda future: self._on_answer(answer, future.result()))

    def hand_back(self) -> None:
        """Cancel the goal: what the robot showed before comes back."""
        self._parted = True
        if self._goal is not None and self._answer is None:
            self._cancelled = self._goal.cancel_goal_async()

    def forget(self) -> None:
        """Forget the goal at hand: no answer matters any more."""
        self._answer = self._cancelled = None

    def close(self) -> None:
        """Take the client away, when the last goal is cancelled."""
        executor = SingleThreadedExecutor(context=self._node.context)
        if self._answer is not None:
            rclpy.spin_until_future_complete(self._node, self._answer, executor, _PARTING)
        if self._cancelled is not None:
            rclpy.spin_until_future_complete(self._node, self._cancelled, executor, _PARTING)
        self._client.destroy()

    def _on_answer(self, answer: Any, goal: Any) -> None:
        if self._answer is answer:
            self._answer = None
        if not goal.accepted:
            self._fault = f"the action server '{self._action}' refuses the colour: its log says why"
            return
        self._fault = ""
        before, self._goal = self._goal, goal
        if before is not None:
            before.cancel_goal_async()
        if self._parted:
            self._cancelled = goal.cancel_goal_async()


def open_channel(node: Node, profile: Profile, target: Target, clock: Clock) -> Channel:
    """Open the channel of one target; ColorError, which names it, when its package, type, name or template is wrong."""
    try:
        name, kind = find_interface(target.types, profile.install)
    except FerError as error:
        raise ColorError(f"{target.kind} '{target.name}': {error}") from None
    make = TopicChannel if target.kind == "topic" else ActionChannel
    return make(node, target, kind, name, clock)


def _resolved(node: Node, target: Target) -> str:
    try:
        validate_topic_name(target.name)
    except InvalidTopicNameException as error:
        raise ColorError(f"{target.kind} '{target.name}' is no valid name: {error}") from error
    return str(node.resolve_topic_name(target.name))

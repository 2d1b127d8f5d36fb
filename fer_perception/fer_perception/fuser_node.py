# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The fuser's node: several cameras' `faces` or `emotion` in, the whole room's `faces` and `emotion` out."""

if __name__ == "__main__":
    from fer_common import program

    program.loading()

import functools
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.clock import Clock, ClockType  # type: ignore[attr-defined]
from rclpy.parameter import Parameter
from std_msgs.msg import Header

from fer_common.ros import parameters as ros_parameters
from fer_common.ros import qos
from fer_common.ros.discovery import unheard
from fer_common.ros.executor import withdraw
from fer_common.ros.help import shows_help
from fer_common.ros.lifecycle import SelfStartingNode, gone_if_refused
from fer_common.ros.run import run
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception.fusion.cameras import Fusion
from fer_perception.fusion.room import ROOM_ID, FaceEmotion
from fer_perception.nodes.messages import to_distribution
from fer_perception.settings import FuserSettings

MOST = 100
"""Faces of one message that are looked at."""


class FuserNode(SelfStartingNode):
    """Makes one room's emotion of several cameras'; what the colour node listens to.

    A lifecycle node that starts itself, unless `autostart` is false.

    Raises:
        PerceptionError: a parameter is refused.
    """

    def __init__(self, **node_kwargs: Any) -> None:
        """Read the parameters, then start or wait."""
        super().__init__("fuser", **node_kwargs)
        with gone_if_refused(self):
            self._settings = ros_parameters.declare(self, FuserSettings)
            self._fusion = Fusion()
            self._apply()
            self._inputs: list[Any] = []
            self._outputs: list[Any] = []
            self._active, self._said_no_clock = False, False
            self._published_at = -math.inf
            self._counts = dict.fromkeys(self._settings.cameras, 0)
            self._heard: dict[str, float] = {}
            self._silent: set[str] = set()
            self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", 10)
            ros_parameters.follow(self, FuserSettings, self._on_parameters)
            self._timer = self.create_timer(1.0, self._every_second, clock=Clock(clock_type=ClockType.STEADY_TIME))
            self.start(self._settings.autostart)

    def configure(self) -> None:
        """Offer the topics."""
        offered = qos.profile(self._settings.output_reliability)
        self._outputs = [
            self.create_publisher(kind, topic, offered, event_callbacks=qos.on_publisher(self, topic, offered))
            for kind, topic in ((EmotionDistributionArray, "faces"), (EmotionDistribution, "emotion"))
        ]

    def activate(self) -> None:
        """Listen to the cameras."""
        settings = self._settings
        asked = qos.profile(settings.qos_reliability)
        of_faces = settings.topic == "faces"
        self._heard, self._silent = dict.fromkeys(settings.cameras, time.monotonic()), set()
        self._active, self._said_no_clock = True, False
        kind = EmotionDistributionArray if of_faces else EmotionDistribution
        for camera in settings.cameras:
            topic = f"{camera}/{settings.topic}"
            events = qos.on_subscription(self, functools.partial(self.resolve_topic_name, topic), asked, "qos_")
            self._inputs.append(
                self.create_subscription(kind, topic, self._listener(camera, of_faces), asked, event_callbacks=events)
            )
        topics = ", ".join(str(one.topic_name) for one in self._inputs)
        self.get_logger().info(f"{self.how}; the room is the {settings.room} of {topics}")

    def deactivate(self) -> None:
        """Leave the cameras."""
        self._active = False
        for one in self._inputs:
            withdraw(self, one)
        self._inputs = []

    def clean_up(self) -> None:
        """Take the topics back."""
        self._active = False
        for one in self._outputs:
            withdraw(self, one)
        self._outputs = []

    def _listener(self, camera: str, of_faces: bool) -> Callable[[Any], None]:
        def heard(message: Any) -> None:
            if not self._active:  # it had waited while the cameras were left
                return
            told = message.faces[:MOST] if of_faces else [message]
            now = int(self.get_clock().now().nanoseconds)
            self._counts[camera] += 1
            self._heard[camera] = time.monotonic()
            if camera in self._silent:
                self._silent.remove(camera)
                self.get_logger().info(f"{camera} is heard again")
            self._fusion.update(camera.strip("/"), [_face(one) for one in told], now)
            self._publish(message.header, now)

        return heard

    def _publish(self, header: Header, now_ns: int) -> None:
        """Publish what is known, not more often than asked for; the header is that of the message that came last."""
        # By the steady clock: the rate spares those who listen, and ROS time may stand still, be 0 or go back.
        steady = time.monotonic()
        if steady - self._published_at < 0.95 / self._settings.rate:  # a camera at this very rate jitters
            return
        self._published_at = steady
        fused = self._fusion.fused(now_ns)
        faces, emotion = self._outputs
        together = Header(stamp=header.stamp, frame_id=ROOM_ID)
        faces.publish(
            EmotionDistributionArray(header=together, faces=[to_distribution(together, face) for face in fused.faces])
        )
        if fused.room is not None:
            emotion.publish(to_distribution(together, fused.room))

    def _unheard(self, camera: str) -> str:
        """Say why nobody may be found who publishes for a camera; empty where somebody is."""
        return "" if self.count_publishers(f"{camera}/{self._settings.topic}") else unheard()

    def _on_parameters(self, parameters: list["Parameter[Any]"]) -> None:
        self._settings = ros_parameters.changed(self._settings, parameters)
        self._apply()

    def _apply(self) -> None:
        self._fusion.max_age = self._settings.max_age
        self._fusion.room.way, self._fusion.room.switch = self._settings.room, self._settings.room_switch

    def _every_second(self) -> None:
        patience = self._settings.input_timeout
        silent = {camera for camera, heard in self._heard.items() if time.monotonic() - heard >= patience}
        # `emotion` is silent while nobody is seen, so there silence says nothing.
        if self.state == "active" and self._settings.topic == "faces":
            for camera in sorted(silent - self._silent):
                self.get_logger().warning(
                    f"{self.resolve_topic_name(f'{camera}/{self._settings.topic}')} is silent, the room goes on "
                    f"without it; look at its perception node and at the network between{self._unheard(camera)}"
                )
            self._silent = silent
        now = self.get_clock().now()
        if self._active and not self._said_no_clock and now.nanoseconds == 0:
            self._said_no_clock = True
            self.get_logger().warning(
                "the time is 0: use_sim_time is set and nobody publishes /clock; until somebody does, what a camera "
                "saw last counts for ever (play the bag with --clock, or leave use_sim_time out)"
            )
        level = DiagnosticStatus.WARN if silent else DiagnosticStatus.OK
        values = {"state": self.state} | {f"{camera}: messages": str(count) for camera, count in self._counts.items()}
        status = DiagnosticStatus(
            level=level,
            name=f"{self.get_fully_qualified_name()}: cameras",
            message=f"{len(self._settings.cameras) - len(silent)} of {len(self._settings.cameras)} cameras are heard",
            hardware_id=", ".join(self._settings.cameras),
            values=[KeyValue(key=key, value=value) for key, value in values.items()],
        )
        array = DiagnosticArray(status=[status])
        array.header.stamp = now.to_msg()
        self._diagnostics.publish(array)


def _face(message: Any) -> FaceEmotion:
    roi = message.roi
    return FaceEmotion(
        message.face_id,
        (roi.x_offset, roi.y_offset, roi.width, roi.height),
        message.detection_score,
        np.asarray(message.probabilities, dtype=np.float32),
        None,
        steady=True,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the node until Ctrl-C: 0 then, 2 where it could not start."""
    if shows_help("fuser_node", FuserSettings, arguments):
        return 0
    return run("fuser", FuserNode, arguments)


if __name__ == "__main__":
    program.run(main)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node `color`: parameters and messages in, the core, messages out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from rclpy.clock import Clock, ClockType  # type: ignore[attr-defined]
from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.parameter import Parameter
from std_msgs.msg import ColorRGBA, Header

from fer_color.control.commands import Command
from fer_color.control.topics import minute_of_day, offer_control
from fer_color.control.wall import Wall
from fer_color.core import ColorCore
from fer_color.diagnostics import LightDiagnostics
from fer_color.errors import ColorError
from fer_color.inputs.faces import seen_faces
from fer_color.inputs.people import Faces
from fer_color.inputs.rep155 import EXPRESSION, ExpressionSubscriber
from fer_color.lights import Light, make_lights
from fer_color.lights.base import close_all, open_light
from fer_color.lights.robots.light import RobotLight
from fer_color.output import Sent
from fer_color.settings import Settings
from fer_color.transfer import Rgb8
from fer_common.rep155 import from_expression
from fer_common.ros import parameters as ros_parameters
from fer_common.ros import qos
from fer_common.ros.lifecycle import LeavingNode, gone_if_refused
from fer_common.ros.stamps import stamp_ns
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray, LightColor

FADING_PERIOD = 0.1
"""Seconds between two messages on `color` while the light fades without a new image."""
IDLE_PERIOD = 1.0
"""Seconds between two messages on `color` while it is idle, or keeps its colour without a new emotion."""
REST = 6.2
"""Seconds from the lights' hand-back until they may be taken again: by then the flash promise counts nothing of it."""


@dataclass(frozen=True)
class SentFrame:
    """A frame that the first light has got."""

    stamp_ns: int | None
    """The source image's stamp in nanoseconds; None: no new image caused this frame."""
    rgb: Rgb8
    """The bytes as they were sent."""
    sent_ns: int
    """The node's ROS clock, in nanoseconds, right after the bytes were handed over to the driver."""
    light: str
    """The light's notation."""


class ColorNode(LeavingNode):
    """Subscribes `faces` and `emotion`, drives the lights, publishes `color` and `color_rgba`, takes commands.

    A lifecycle node that is active from the start. Deactivated, it hands the lights back; activated again, at the
    earliest `REST` later, it takes them anew.

    For one executor thread. Whoever spins it ends it with `begin_hand_back`, spins on until `handed_back`, then calls
    `close` and `destroy_node`.
    """

    def __init__(self, *, observer: Callable[[SentFrame], None] | None = None, **node_kwargs: Any) -> None:
        """Declare the parameters and open the lights, which stay as they are until the first image.

        Args:
            observer: told of every frame that the first light gets, maybe from the light's own thread.
            node_kwargs: as `rclpy.node.Node` takes them, but for the name.

        Raises:
            ColorError: a parameter is wrong, or a light cannot be opened.
        """
        super().__init__("color", **node_kwargs)
        self._observer = observer
        self.heard_ns = 0
        """The stamp of the last image whose result has become light, nanoseconds."""
        self._published_at = float("-inf")
        self._shown: Any = None
        """The header of the image whose emotion is shown, or was last."""
        self._handed_back_at: float | None = None
        self._lights: list[Light] = []
        with gone_if_refused(self):
            settings = ros_parameters.declare(self, Settings)
            try:
                self._open(settings)
            except BaseException:
                self._warn(close_all(self._lights))
                raise
        self.trigger_configure()
        self.trigger_activate()

    def _open(self, settings: Settings) -> None:
        self._core = self._take(settings)
        self._color = self._publisher(LightColor, "color")
        self._rgba = self._publisher(ColorRGBA, "color_rgba")
        if settings.input == "rep155":
            self._people = Faces()
            ExpressionSubscriber(self, self._on_expression, self._on_tracked)
        else:
            self._subscription(EmotionDistributionArray, "faces", self._on_faces)
            self._subscription(EmotionDistribution, "emotion", self._on_emotion)
        self._diagnostics = LightDiagnostics(self)
        self._wall = Wall(self)
        offer_control(self, lambda command: self._core.obey(command, time.monotonic()))
        ros_parameters.follow(self, Settings, self._on_parameters)
        # Not the node's clock: with use_sim_time the light would stop whenever the simulation does.
        self._timer = self.create_timer(1 / settings.rate, self._between, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def _take(self, settings: Settings, before: Sequence[Light] = ()) -> ColorCore:
        """Open the lights; ColorError when one cannot be. `before`: those that were open the last time."""
        defaults = settings.light_options()
        self._lights = make_lights(settings.lights, defaults, clock=time.monotonic)
        for old, light in zip(before, self._lights):
            light.go_on_from(old)
        for light in self._lights:
            if isinstance(light, RobotLight):
                light.attach(self)
            open_light(light)
        return ColorCore(
            settings,
            self._lights,
            topic=EXPRESSION if settings.input == "rep155" else self.resolve_topic_name("faces"),
            on_sent=self._on_sent,
            wake=self._wake,
        )

    def on_deactivate(self, _state: Any) -> TransitionCallbackReturn:
        """Hand the lights back; what arrives meanwhile is ignored once they are."""
        self.begin_hand_back()
        self.get_logger().info("inactive: the lights are handed back, and left alone until it is activated again")
        return TransitionCallbackReturn.SUCCESS

    def on_shutdown(self, _state: Any) -> TransitionCallbackReturn:
        """Hand the lights back; the process ends when it is told to."""
        if not self._core.leaving:
            self.begin_hand_back()
            self.get_logger().info("shut down: the lights are handed back; start the node again to take them")
        return TransitionCallbackReturn.SUCCESS

    def on_activate(self, _state: Any) -> TransitionCallbackReturn:
        """Take the lights again, as they are then; they keep what was asked for, such as being off."""
        if not self._core.leaving:
            return TransitionCallbackReturn.SUCCESS
        now = time.monotonic()
        if self._handed_back_at is None or now - self._handed_back_at < REST:
            self.get_logger().warning(
                f"not activated: the lights can be taken again {REST:.0f} s after they were handed back; try again then"
            )
            return TransitionCallbackReturn.FAILURE
        before = self._lights
        for light in before:
            if isinstance(light, RobotLight):
                light.wait_for_nobody()
        self._warn(close_all(before))
        try:
            core = self._take(self._core.settings, before)
        except ColorError as error:
            self._warn(close_all(self._lights))
            self._lights = before
            self.get_logger().error(f"not activated: {error}")
            return TransitionCallbackReturn.FAILURE
        asked = self._core.control
        self._core, self._handed_back_at = core, None
        core.obey(Command(on=asked.on, brightness=asked.brightness, paused=asked.paused), now)
        return TransitionCallbackReturn.SUCCESS

    def begin_hand_back(self) -> None:
        """Start to fade the lights to dark."""
        self._core.begin_hand_back(time.monotonic())

    def handed_back(self) -> bool:
        """Tell whether they are; after 8 s in the worst case, mostly within 2 s."""
        return self._core.handed_back(time.monotonic())

    def close(self) -> None:
        """Let go of the lights; they stay as they are."""
        self._timer.cancel()
        self._core.close()
        self._tell()

    def _publisher(self, kind: Any, topic: str) -> Any:
        events = qos.on_publisher(self, topic, qos.OUTPUT)
        return self.create_publisher(kind, topic, qos.OUTPUT, event_callbacks=events)

    def _subscription(self, kind: Any, topic: str, callback: Callable[[Any], None]) -> Any:
        events = qos.on_subscription(self, partial(self.resolve_topic_name, topic), qos.INPUT)
        return self.create_subscription(kind, topic, callback, qos.INPUT, event_callbacks=events)

    def _on_faces(self, message: Any) -> None:
        stamp = stamp_ns(message.header)
        self._core.on_faces(len(message.faces), stamp, time.monotonic(), seen_faces(message))
        if not message.faces:
            self.heard_ns = stamp
        self._tell()

    def _on_emotion(self, message: Any) -> None:
        self._show(message.header, message.probabilities)

    def _on_expression(self, face_id: str, message: Any) -> None:
        now = time.monotonic()
        said: Any = from_expression(message.expression, message.valence, message.arousal, message.confidence)
        if np.all(np.isfinite(said)):
            self._people.see(face_id, said, now)
            said = self._people.room(now)
        self._show(message.header, said)

    def _on_tracked(self, face_ids: set[str], message: Any) -> None:
        self._people.keep(face_ids)
        if not face_ids:
            self._core.on_faces(0, stamp_ns(message.header), time.monotonic())
            self._tell()

    def _show(self, header: Any, probabilities: Any) -> None:
        if self._core.on_emotion(probabilities, stamp_ns(header), time.monotonic()):
            self._shown = header
            self._publish(header)
        self.heard_ns = stamp_ns(header)
        self._tell()

    def _between(self) -> None:
        """Send what is due between images, and say how the lights are; the timer calls it."""
        self._diagnostics.tell(self._core.reports, time.monotonic())
        if self._core.is_due(time.monotonic()):
            self._tick()

    def _tick(self) -> None:
        now = time.monotonic()
        self._core.tick(now, minute_of_day(self))
        self._is_over(now)
        period = FADING_PERIOD if self._core.mode == "fading" else IDLE_PERIOD
        if self._core.started and now - self._published_at >= period:
            self._publish(self._header_now())
        self._tell()

    def _header_now(self) -> Any:
        """Return the header of the image whose emotion is still shown; else one of this moment."""
        if self._core.mode == "live" and self._shown is not None:
            return self._shown
        header = Header()
        header.stamp = self.get_clock().now().to_msg()
        return header

    def _is_over(self, now: float) -> bool:
        """Whether the lights are handed back; since when is noted by the first who asks."""
        if self._handed_back_at is None and self._core.leaving and self._core.handed_back(now):
            self._handed_back_at = now
        return self._handed_back_at is not None

    def _publish(self, header: Any) -> None:
        if self._is_over(time.monotonic()):
            return
        self._published_at = time.monotonic()
        if not self._color.get_subscription_count() and not self._rgba.get_subscription_count():
            self._core.unheard()
            return
        red, green, blue = self._core.published(self._published_at)
        color = ColorRGBA(r=red, g=green, b=blue, a=1.0)
        self._color.publish(LightColor(header=header, color=color, mode=self._core.mode))
        self._rgba.publish(color)

    def _wake(self) -> None:
        """Tick soon; from any thread. (Not by a guard condition: not every executor heeds them.)"""
        if self.executor is not None:
            self.executor.create_task(self._tick)

    def _tell(self) -> None:
        if self._core.take_presses() % 2:  # twice is once on and once off
            self._wall.press()
        for notice in self._core.take_notices():
            # Two call sites: rclpy does not allow one to change its severity.
            if notice.warning:
                self.get_logger().warning(notice.text)
            else:
                self.get_logger().info(notice.text)

    def _warn(self, texts: Sequence[str]) -> None:
        for text in texts:
            self.get_logger().warning(text)

    def _on_sent(self, index: int, sent: Sent) -> None:
        if index == 0 and self._observer is not None:
            now = int(self.get_clock().now().nanoseconds)
            self._observer(SentFrame(sent.stamp_ns, sent.rgb, now, sent.light))

    def _on_parameters(self, parameters: list["Parameter[Any]"]) -> None:
        self._core.configure(ros_parameters.changed(self._core.settings, parameters))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `robot:PROFILE`: a robot's own lights, over its own topics and actions."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Event, EventKind, Frame, Light
from fer_color.lights.options import LightOptions
from fer_color.lights.robots.profile import Profile, load_profile
from fer_color.lights.robots.template import Shown

if TYPE_CHECKING:
    from fer_color.lights.robots.channel import Channel

_GRACE = 1.0
"""Seconds that the robot may take to be found before the user is told that it is not there."""


class RobotLight(Light):
    """Sends each frame to all of a profile's targets. It needs a node: give it one with `attach`, then `open` it.

    A frame goes out only while every target has its reader, so that none of them comes in late with a jump. A reader
    that appears beside another one may be the robot, restarted and dark; the light is then taken to be lost and back.
    """

    def __init__(self, spec: str, profile: Profile, options: LightOptions, clock: Clock) -> None:
        """Remember the profile; `open` looks for the robot's packages."""
        super().__init__(spec, options, profile.transfer, clock)
        self._profile = profile
        self._rate = min(profile.rate, options.rate or profile.rate)
        self._node: Any = None
        self._channels: list[Channel] = []
        self._readers: list[int] = []
        self._there = False
        self._told = ""
        self._asked_at: float | None = None
        self._sent_at = float("-inf")
        self._used = False
        self._released = False
        self._unanswered = False

    def attach(self, node: Any) -> None:
        """Take the rclpy node whose namespace, remappings and executor it uses."""
        self._node = node

    def open(self) -> None:
        """Advertise the topics and actions, without a message; ColorError when the profile does not fit them."""
        if self._node is None:
            raise ColorError(f"light '{self.spec}' needs a ROS node: it works within color_node only")
        from fer_color.lights.robots.channel import open_channel  # late: rclpy

        try:
            for target in self._profile.targets:
                self._channels.append(open_channel(self._node, self._profile, target, self._clock))
        except ColorError as error:
            self.close()
            raise ColorError(f"robot '{self._profile.name}': {error}") from None
        self._readers = [0] * len(self._channels)

    def ready(self) -> bool:
        """Tell whether the robot is there, has answered, and can stand another frame."""
        now = self._clock()
        self._settle(now)
        if self._released or not self._watch(now):
            return False
        # A hair less than the period, so that a clock that ticks at the very rate does not miss every other frame.
        return now - self._sent_at >= 0.98 / self._rate and not any(one.busy() for one in self._channels)

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Send at once."""
        seconds, nanoseconds = self._node.get_clock().now().seconds_nanoseconds()
        shown = Shown(frame.rgb, frame.mode, frame.top, (seconds, nanoseconds))
        self._sent_at = self._clock()
        self._used = True
        for channel in self._channels:
            channel.send(shown)
        sent()
        self._unanswered = True
        self._settle(self._clock())

    def release(self) -> None:
        """Give the light back to the robot, if it was ever taken; no frame is taken any more."""
        self._released = True
        for channel in self._channels if self._used else ():
            if channel.readers():
                channel.hand_back()
        self._used = False

    def wait_for_nobody(self) -> None:
        """Let `close` wait for no answers, so that it may be called from within a callback."""
        for channel in self._channels:
            channel.forget()

    def close(self) -> None:
        """Release it, if that has not happened, and leave the graph."""
        self.release()
        for channel in self._channels:
            channel.close()
        self._channels = []

    def _settle(self, now: float) -> None:
        """Tell that the last frame is there, once all who answer have done so: a goal shows when it is accepted."""
        if self._unanswered and not any(channel.busy() for channel in self._channels):
            self._unanswered = False
            self._events.append(Event(EventKind.DONE, now))

    def _watch(self, now: float) -> bool:
        """Tell whether frames may be sent; what has changed becomes an event."""
        readers = [channel.readers() for channel in self._channels]
        before, self._readers = self._readers, readers
        fault = next((one.absence() for one, count in zip(self._channels, readers) if not count), "")
        fault = fault or next(filter(None, (channel.hindrance() for channel in self._channels)), "")
        if self._asked_at is None:
            self._asked_at = now
        if fault:
            self._lose(fault, now)
            return False
        if not self._there:
            self._come_back(now)
            return False
        if any(count > old for count, old in zip(readers, before)):
            self._events.append(Event(EventKind.LOST, now))
            self._events.append(Event(EventKind.BACK, now))
            return False
        return True

    def _lose(self, fault: str, now: float) -> None:
        assert self._asked_at is not None
        self._unanswered = False
        if self._there:
            self._there = False
            self._events.append(Event(EventKind.LOST, now))
            self._asked_at = now
        elif now - self._asked_at < (0.0 if self._used else _GRACE):
            return
        if fault != self._told:  # who is discovered late may turn 'nobody' into 'somebody who expects another type'
            self._told = fault
            text = f"light '{self.spec}': {fault}"
            self._events.append(Event(EventKind.LOST, now, text=text))

    def _come_back(self, now: float) -> None:
        self._there = True
        text = f"light '{self.spec}' is back" if self._told else ""
        self._told = ""
        self._events.append(Event(EventKind.BACK, now, text=text))


def make_robot(spec: str, rest: str, options: LightOptions, clock: Clock) -> RobotLight:
    """Make the light from `robot:PROFILE` or `robot:PROFILE:NAMESPACE`, in which the profile's relative names then
    stand."""
    source, colon, namespace = rest.partition(":")
    if not source or (colon and not namespace.strip("/")):
        raise ColorError(f"light '{spec}': write robot:PROFILE or robot:PROFILE:NAMESPACE, for example robot:create3")
    profile = load_profile(source)
    if namespace:
        prefix = "/" + namespace.strip("/")
        targets = tuple(
            replace(target, name=target.name if target.name.startswith("/") else f"{prefix}/{target.name}")
            for target in profile.targets
        )
        profile = replace(profile, targets=targets)
    return RobotLight(spec, profile, options, clock)

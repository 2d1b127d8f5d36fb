# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""make ambient: source, perception and colour in one process, the same nodes as in the launch file."""

if __name__ == "__main__":
    from fer_common import program

    program.loading()

import os
import sys

# Both are read when OpenCV and rclpy load: OpenCV's own lines about a missing camera would stand before ours.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("RCUTILS_CONSOLE_OUTPUT_FORMAT", "{name}: {message}")

import contextlib
import time
from collections.abc import Callable
from typing import Any

import rclpy
from rclpy.exceptions import ParameterException
from rclpy.parameter import Parameter
from rclpy.signals import SignalHandlerOptions

from fer_bringup import reach
from fer_bringup.errors import BringupError
from fer_bringup.leftovers import remove_leftovers
from fer_bringup.options import Options, parse
from fer_bringup.page import PageProcess
from fer_bringup.report import Report
from fer_bringup.room import take_room
from fer_bringup.source_node import SourceNode
from fer_bringup.watchdog import Watchdog
from fer_color.node import ColorNode
from fer_common.errors import FerError
from fer_common.interrupts import Interrupts
from fer_common.ros.executor import make_executor
from fer_common.ros.log import quicken_first_line
from fer_common.ros.memory import collect_seldom, keep_freed_images
from fer_common.ros.run import RCLError, refusal
from fer_perception.node import PerceptionNode

SPIN_S = 0.05
MATCH_S = 10.0
"""How long the source waits for perception to be found before its first image."""
DRAIN_S, HEARD_S = 5.0, 1.0
"""How long the last images of a source may take to be processed, and then the last result to become light."""


class Ambient:
    """The nodes, spun by one executor until the source, the duration or the user ends it."""

    def __init__(self, options: Options, interrupts: Interrupts | None = None, namespace: str = "") -> None:
        """Make the nodes; no light is touched yet.

        Args:
            options: what the user asked for.
            interrupts: where it is told to end.
            namespace: of the nodes and their topics, without slashes at its ends.

        Raises:
            BringupError: a node refused its parameters; the text names the node.
        """
        self.options = options
        self.report = Report(rows=options.report is not None)
        self.interrupts = interrupts or Interrupts()
        self.namespace = namespace
        self.executor = make_executor()
        self._watchdog = Watchdog(os.environ)
        self._nodes: list[Any] = []
        self._told = 0  # of processed images; the node counts one before it tells of it, and the report wants it told
        self._last_ns = 0  # the last one's stamp
        self.page: PageProcess | None = None
        try:
            self.source = (
                None if options.topic else self._add("source", SourceNode, asked=lambda: self.interrupts.asked)
            )
            self.perception = self._add("perception", PerceptionNode, observer=self._processed)
            self.color = self._add("color", ColorNode, observer=self._sent)
        except BringupError:
            self.close()
            raise

    def run(self) -> None:
        """Run to the end and hand the light back.

        Raises:
            BringupError: the source failed; the light was handed back all the same, as with any other exception.
        """
        self._watchdog.say("READY=1")
        try:
            self._play()
        except Exception:
            # Whatever it was, the lights are handed back; what has failed once may fail again meanwhile.
            self._hand_back(Exception)
            raise
        self._hand_back()
        if self.source and self.source.error:
            raise self.source.error

    def _play(self) -> None:
        if self.source:
            if not self._spin_until(self._matched, MATCH_S) and not self.interrupts.asked:
                raise BringupError("the nodes did not find each other over DDS; is ROS_DOMAIN_ID or the network odd?")
            if not self.interrupts.asked:
                self.source.start()
        self._show_page()
        self._spin_until(self._ended, None)
        if self.source and not self.interrupts.asked and self.source.finished.is_set():
            published = self.source.published
            self._spin_until(lambda: self._accounted() >= published, DRAIN_S)
            self._spin_until(lambda: self.color.heard_ns >= self._last_ns, HEARD_S)
        self.report.close()

    def _show_page(self) -> None:
        """Start the page, not before the source: it takes the first light no time."""
        asked = self.options
        if asked.page is None or self.interrupts.asked:
            return
        parameters: dict[str, object] = {"open_browser": not asked.preview, "show_camera": asked.show_camera}
        if asked.foxglove is not None:
            parameters["foxglove_port"] = asked.foxglove
        self.page = PageProcess(asked.page, self.namespace, parameters)

    def _hand_back(self, *suppress: type[Exception]) -> None:
        self.executor.remove_node(self.perception)  # no new images, and no word about their absence
        if self.source:
            self.source.close()
        self.color.begin_hand_back()
        self._spin_until(lambda: self.interrupts.again or self.color.handed_back(), None, *suppress)

    def frames_in(self) -> int:
        """Count the images that our source published, or that arrived from somebody else's."""
        return int(self.source.published if self.source else self.perception.frames_in)

    def close(self) -> None:
        """End every node, the source first."""
        if self.page is not None:
            self.page.close()
        for node in self._nodes:
            node.close()
        self.executor.shutdown()  # before the nodes go, see `withdraw`
        for node in self._nodes:
            node.destroy_node()
        self._nodes.clear()

    def _add(self, name: str, make: Callable[..., Any], **more: Any) -> Any:
        overrides = self.options.parameters[name]
        rules = [f"image:={self.options.topic}"] if self.options.topic else []
        rules += [f"__ns:=/{self.namespace}"] if self.namespace else []
        arguments = ["--ros-args", *(word for rule in rules for word in ("-r", rule))] if rules else None
        try:
            parameters = [Parameter(key, value=value) for key, value in overrides.items()]
            node = make(parameter_overrides=parameters, cli_args=arguments, **more)
        except FerError as error:
            raise BringupError(f"{name}: {error}") from error
        except (ParameterException, TypeError, ValueError) as error:
            raise BringupError(f"{name}: {' '.join(str(error).split())}") from error
        except (RCLError, MemoryError) as error:
            raise BringupError(f"{name}: {refusal(error)}") from error
        unknown = [key for key in overrides if not node.has_parameter(key)]
        self._nodes.append(node)
        self.executor.add_node(node)
        if unknown:
            raise BringupError(f"{name} has no parameter '{unknown[0]}'; its README lists them")
        return node

    def _matched(self) -> bool:
        heard = self.source is None or self.source.heard()
        return self.interrupts.asked or (heard and self.color.count_publishers("faces") > 0)

    def _accounted(self) -> int:
        node = self.perception
        return int(self._told + node.frames_dropped + node.frames_refused)

    def _ended(self) -> bool:
        first, duration = self.report.first_at, self.options.duration
        if duration is not None and first is not None and time.monotonic() - first >= duration:
            return True
        return self.interrupts.asked or bool(self.source and self.source.finished.is_set())

    def _spin_until(self, done: Callable[[], bool], seconds: float | None, *suppress: type[Exception]) -> bool:
        deadline = None if seconds is None else time.monotonic() + seconds
        while not done():
            self._watchdog.beat(time.monotonic())
            if deadline is not None and time.monotonic() >= deadline:
                return False
            with contextlib.suppress(*suppress):
                self.executor.spin_once(timeout_sec=SPIN_S)
        return True

    def _processed(self, frame: Any) -> None:
        self.report.processed(
            frame.stamp_ns, frame.faces, frame.probabilities, at_ns=frame.at_ns, stamped=frame.stamped
        )
        self._last_ns = frame.stamp_ns
        self._told += 1

    def _sent(self, frame: Any) -> None:
        self.report.sent(frame.stamp_ns, frame.rgb, frame.sent_ns)


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 at the source's or the duration's end and on Ctrl-C, 2 after one line on what was wrong."""
    ambient: Ambient | None = None
    interrupts = Interrupts()
    interrupts.heed()
    try:
        options = parse(arguments, terminal=sys.stdout.isatty())
        reach.apply(options.reach)
        room = take_room(options.namespace, os.environ, movable=options.movable)
    except BringupError as error:
        print(f"ambient: {error}", file=sys.stderr)
        return 2
    if room.note:
        print(f"ambient: {room.note}", file=sys.stderr)
    if room.namespace and options.namespace is None:
        options.parameters["perception"].setdefault("rep155", False)  # its topics are the same in every namespace
    keep_freed_images()
    quicken_first_line()
    remove_leftovers()
    try:
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    except RuntimeError as error:  # ROS_DOMAIN_ID, say
        print(f"ambient: {refusal(error)}", file=sys.stderr)
        return 2
    try:
        ambient = Ambient(options, interrupts, room.namespace)
        interrupts.heed()  # some executors take them for themselves
        collect_seldom()
        failure: BringupError | None = None
        try:
            ambient.run()
        except BringupError as error:  # a camera unplugged after hours: what was seen until then is reported
            failure = error
        if options.report and (failure is None or ambient.report.first_at is not None):
            ambient.report.write(options.report, ambient.frames_in())
        if failure:
            raise failure
        return 0
    except BringupError as error:
        if ambient is None and interrupts.asked:  # before there was a light to hand back
            return 0
        print(f"ambient: {error}", file=sys.stderr)
        return 2
    finally:
        if ambient:
            ambient.close()
        rclpy.shutdown()
        room.leave()
        interrupts.ignore()


if __name__ == "__main__":
    program.run(main)

"""One process for several cameras: each one's `image` in, its `faces` and `emotion` out, one network call for all."""

import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

import cv2
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock, ClockType  # type: ignore[attr-defined]
from rclpy.parameter import Parameter
from sensor_msgs.msg import CompressedImage, Image
from std_msgs.msg import Header

from fer_common.ros.executor import withdraw
from fer_common.ros.lifecycle import SelfStartingNode
from fer_common.ros.run import run
from fer_common.ros.stamps import stamp_ns
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception import qos, ros_parameters
from fer_perception.core import Perception
from fer_perception.errors import PerceptionError
from fer_perception.images.encodings import Pixels
from fer_perception.images.messages import message_to_array
from fer_perception.images.raw_image import read_compressed_image, read_image
from fer_perception.nodes.diagnostics import Counts, Diagnostics
from fer_perception.nodes.latency import Latency
from fer_perception.nodes.messages import to_array, to_distribution
from fer_perception.nodes.silence import silence_line
from fer_perception.nodes.worker import NewestOfEachWorker
from fer_perception.settings import SharedSettings
from fer_perception.shared import SharedPerception

QUIET = 5.0
"""Seconds for which the same kind of warning is not said again."""


class SharedPerceptionNode(SelfStartingNode):
    """Perception for several cameras, batched: of each the newest image, all that wait at once.

    A lifecycle node that starts itself, unless `autostart` is false. The model stays as it is until it is configured
    again; `every_frame` has no meaning here.

    Raises:
        PerceptionError: a parameter is refused, or the detector or the model can't be had.
    """

    def __init__(self, *, perception: Perception | None = None, **node_kwargs: Any) -> None:
        """Read the parameters, then start or wait; `perception` is used in place of one that the parameters make."""
        super().__init__("perception", **node_kwargs)
        self._given = perception
        self._shared: SharedPerception | None = None
        self._settings = ros_parameters.declare(self, SharedSettings)
        self.frames_processed, self.frames_refused = 0, 0
        self._active, self._busy = False, threading.Lock()
        self._latency, self._processing = Latency(), Latency()
        self._worker = NewestOfEachWorker(self._take, "perception")
        self._inputs: list[Any] = []
        self._outputs: dict[str, tuple[Any, Any]] = {}
        self._steady_clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._heard: dict[str, float] = {}
        self._silent: set[str] = set()
        self._last_report = time.monotonic()
        self.add_on_set_parameters_callback(self._on_parameters)
        self._diagnostics = Diagnostics(self)
        self._timer = self.create_timer(1.0, self._every_second, clock=self._steady_clock)
        self.start(self._settings.autostart)

    def configure(self) -> None:
        """Load the detector and the model, and offer every camera's topics."""
        settings = self._settings
        cv2.setNumThreads(settings.threads)
        self._shared = SharedPerception(settings.cameras, self._given or Perception.create(settings))
        self._shared.configure(settings)
        offered = qos.profile(settings.output_reliability)

        def publisher(kind: Any, topic: str) -> Any:
            return self.create_publisher(kind, topic, offered, event_callbacks=qos.on_publisher(self, topic, offered))

        self._outputs = {
            camera: (
                publisher(EmotionDistributionArray, f"{camera}/faces"),
                publisher(EmotionDistribution, f"{camera}/emotion"),
            )
            for camera in settings.cameras
        }

    def activate(self) -> None:
        """Subscribe to every camera."""
        settings = self._settings
        assert self._shared is not None
        asked = qos.profile(settings.qos_reliability, settings.qos_durability, settings.qos_depth)
        kind = CompressedImage if settings.compressed else Image
        self._heard, self._silent = dict.fromkeys(settings.cameras, time.monotonic()), set()
        self._active = True
        for camera in settings.cameras:
            topic = self._topic(camera)
            events = qos.on_subscription(self, lambda topic=topic: topic, asked, "qos_")  # type: ignore[misc]
            self._inputs.append(
                self.create_subscription(kind, topic, self._listener(camera), asked, event_callbacks=events, raw=True)
            )
        how = "configured and activated by itself" if settings.autostart else "active"
        parts = ", ".join(f"{part} {value}" for part, value in self._parts().items())
        topics = ", ".join(self._topic(camera) for camera in settings.cameras)
        self.get_logger().info(f"{how}; listening to {topics} ({settings.qos_reliability}); {parts}")

    def deactivate(self) -> None:
        """Leave the topics, after the images at hand."""
        with self._busy:
            self._active = False
        for one in self._inputs:
            withdraw(self, one)
        self._inputs = []

    def clean_up(self) -> None:
        """Let go of the models and the topics."""
        self._shared = None
        for publishers in self._outputs.values():
            for one in publishers:
                withdraw(self, one)
        self._outputs = {}

    def destroy_node(self) -> None:
        """Stop the worker and leave the graph."""
        if hasattr(self, "_worker"):
            self._worker.close()
        super().destroy_node()

    def _topic(self, camera: str) -> str:
        resolved = str(self.resolve_topic_name(f"{camera}/image"))
        return resolved + ("/compressed" if self._settings.compressed else "")

    def _parts(self) -> dict[str, str]:
        if self._shared is None:
            return {}
        first = self._shared.first
        return {
            "detector": first.detector.description,
            "model": first.classifier.info.path.name,
            "backend": first.classifier.backend.description,
        }

    def _listener(self, camera: str) -> Any:
        def heard(message: Any) -> None:
            self._heard[camera] = time.monotonic()
            if camera in self._silent:
                self._silent.remove(camera)
                self.get_logger().info(f"images arrive on {self._topic(camera)} again")
            self._worker.offer(camera, message)

        return heard

    def _take(self, messages: dict[str, Any]) -> None:
        with self._busy:
            if not self._active or self._shared is None:
                return
            begun = time.perf_counter()
            headers, images = self._read(messages)
            try:
                self._perceive(self._shared, headers, images)
            except Exception as error:
                if not self.context.ok():  # shut down under our hands
                    return
                self.frames_refused += len(images)
                line = " ".join(f"{type(error).__name__}: {error}".split())
                self.get_logger().error(f"images are left out, please report this: {line}", throttle_duration_sec=QUIET)
            self._processing.add(time.perf_counter() - begun)

    def _read(self, messages: dict[str, Any]) -> tuple[dict[str, Header], dict[str, tuple[Pixels, int]]]:
        headers, images = {}, {}
        read = read_compressed_image if self._settings.compressed else read_image
        for camera, message in messages.items():
            try:
                whole = read(message) if isinstance(message, bytes) else message
                stamp = stamp_ns(whole.header) or int(self.get_clock().now().nanoseconds)
                images[camera] = (message_to_array(whole), stamp)
                headers[camera] = whole.header
            except PerceptionError as error:
                line = f"an image of {camera} is left out: {error}"
                self.get_logger().warning(line, throttle_duration_sec=QUIET)
                self.frames_refused += 1
        return headers, images

    def _perceive(
        self, shared: SharedPerception, headers: dict[str, Header], images: dict[str, tuple[Pixels, int]]
    ) -> None:
        if shared.first.settings is not self._settings:
            shared.configure(self._settings)
        for camera, perceived in shared.process(images).items():
            for notice in perceived.notices:
                self.get_logger().warning(f"{camera}: {notice}", throttle_duration_sec=QUIET)
            header, (faces, emotion) = headers[camera], self._outputs[camera]
            height, width = images[camera][0].shape[:2]
            faces.publish(to_array(header, perceived.faces, width, height))
            if perceived.room is not None:
                emotion.publish(to_distribution(header, perceived.room))
            self.frames_processed += 1
            self._latency.add(max(0.0, (self.get_clock().now().nanoseconds - stamp_ns(header)) / 1e9))

    def _on_parameters(self, parameters: list["Parameter[Any]"]) -> SetParametersResult:
        if self._shared is not None:
            fixed = [one.name for one in parameters if one.name in ("model", "backend", "provider")]
            if fixed:
                reason = f"{fixed[0]} is read when the node is configured; deactivate and clean it up first"
                return SetParametersResult(successful=False, reason=reason)
        self._settings, result = ros_parameters.changed(self._settings, parameters)
        return result

    def _every_second(self) -> None:
        now = time.monotonic()
        quiet = {camera: now - heard for camera, heard in self._heard.items()}
        silent = {camera for camera, seconds in quiet.items() if seconds >= self._settings.input_timeout}
        if self._inputs:
            kind = "sensor_msgs/msg/CompressedImage" if self._settings.compressed else "sensor_msgs/msg/Image"
            for camera in sorted(silent - self._silent):
                self.get_logger().warning(silence_line(self, self._topic(camera), kind, quiet[camera]))
            self._silent = silent
        seconds, self._last_report = max(1e-3, now - self._last_report), now
        counts = Counts(self._worker.received, self.frames_processed, self._worker.dropped, self.frames_refused)
        self._diagnostics.publish(
            counts,
            seconds,
            state=self.state,
            silent=bool(silent) and bool(self._inputs),
            hardware_id=", ".join(self._settings.cameras),
            latencies={"latency": self._latency, "processing": self._processing},
            parts=self._parts(),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The node's executable: runs until Ctrl-C; 0 then, 2 where it could not start."""
    return run("perception", SharedPerceptionNode, arguments)


if __name__ == "__main__":
    sys.exit(main())

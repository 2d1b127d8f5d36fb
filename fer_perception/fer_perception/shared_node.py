# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One process for several cameras: each one's `image` in, its `faces` and `emotion` out, one network call for all."""

if __name__ == "__main__":
    from fer_common import program

    program.loading()

import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import cv2
from rclpy.clock import Clock, ClockType  # type: ignore[attr-defined]
from rclpy.parameter import Parameter

from fer_common.ros import parameters as ros_parameters
from fer_common.ros.help import shows_help
from fer_common.ros.lifecycle import SelfStartingNode, gone_if_refused
from fer_common.ros.run import run
from fer_perception.core import Perception
from fer_perception.errors import PerceptionError
from fer_perception.nodes.camera import Camera, CameraImage, Delivered
from fer_perception.nodes.diagnostics import Counts, Diagnostics, parts_of
from fer_perception.nodes.latency import Latency
from fer_perception.nodes.rep155 import declare_use
from fer_perception.nodes.switch import Switch
from fer_perception.nodes.worker import NewestOfEachWorker
from fer_perception.settings import SharedSettings
from fer_perception.shared_core import SharedPerception


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
        with gone_if_refused(self):
            self._settings = ros_parameters.declare(self, SharedSettings)
            self._active, self._busy = False, threading.Lock()
            self._latency, self._processing = Latency(), Latency()
            self._cameras = {name: Camera(self, self._settings, self._latency, name) for name in self._settings.cameras}
            self._worker = NewestOfEachWorker(self._take, "perception")
            self._last_report = time.monotonic()
            ros_parameters.follow(self, SharedSettings, self._on_parameters)
            self._diagnostics, self._switch = Diagnostics(self), Switch(self)
            self._privacy = declare_use(self)
            self._timer = self.create_timer(1.0, self._every_second, clock=Clock(clock_type=ClockType.STEADY_TIME))
            self.start(self._settings.autostart)

    @property
    def frames_processed(self) -> int:
        """Images of all cameras that were perceived and published."""
        return sum(camera.processed for camera in self._cameras.values())

    @property
    def frames_refused(self) -> int:
        """Images of all cameras that could not be read or perceived."""
        return sum(camera.refused for camera in self._cameras.values())

    def configure(self) -> None:
        """Load the detector and the model, and offer every camera's topics."""
        settings = self._settings
        cv2.setNumThreads(settings.threads)
        self._shared = SharedPerception(settings.cameras, self._given or Perception.create(settings))
        self._shared.configure(settings)
        for camera in self._cameras.values():
            camera.offer()

    def activate(self) -> None:
        """Subscribe to every camera."""
        settings = self._settings
        self._active = True
        for name, camera in self._cameras.items():
            camera.listen(partial(self._worker.offer, name), settings.qos_depth)
        parts = ", ".join(f"{part} {value}" for part, value in self._parts().items())
        topics = ", ".join(camera.topic for camera in self._cameras.values())
        self.get_logger().info(f"{self.how}; listening to {topics} ({settings.qos_reliability}); {parts}")
        self._switch.show(True)

    def deactivate(self) -> None:
        """Leave the topics, after the images at hand."""
        with self._busy:
            self._active = False
        for camera in self._cameras.values():
            camera.leave()
        self._switch.show(False)

    def clean_up(self) -> None:
        """Let go of the models and the topics."""
        if self._shared is None:
            return
        self._shared = None
        for camera in self._cameras.values():
            camera.withdraw()

    def destroy_node(self) -> None:
        """Stop the worker and leave the graph."""
        if hasattr(self, "_worker"):
            self._worker.close()
        super().destroy_node()

    def _parts(self) -> dict[str, str]:
        if self._shared is None:
            return {}
        return parts_of(self._shared.first.detector, self._shared.first.classifier)

    def _take(self, messages: dict[str, Delivered]) -> None:
        with self._busy:
            if not self._active or self._shared is None:
                return
            begun = time.perf_counter()
            images = self._read(messages)
            try:
                self._perceive(self._shared, images)
            except Exception as error:
                if not self.context.ok():  # shut down under our hands
                    return
                for name in images:
                    self._cameras[name].refuse(error)
            self._processing.add(time.perf_counter() - begun)

    def _read(self, messages: dict[str, Delivered]) -> dict[str, CameraImage]:
        images = {}
        for name, message in messages.items():
            try:
                images[name] = self._cameras[name].read(message, self._settings)
            except Exception as error:  # of one camera: the others' images are perceived
                self._cameras[name].refuse(error)
        return images

    def _perceive(self, shared: SharedPerception, images: dict[str, CameraImage]) -> None:
        if shared.first.settings is not self._settings:
            shared.configure(self._settings)
        seen = shared.process({name: (image.pixels, image.at_ns) for name, image in images.items()})
        for name, perceived in seen.items():
            self._cameras[name].publish(images[name], perceived)

    def _on_parameters(self, parameters: list["Parameter[Any]"]) -> None:
        if self._shared is not None:
            fixed = [one.name for one in parameters if one.name in ("model", "backend", "provider")]
            if fixed:
                raise PerceptionError(
                    f"{fixed[0]} is read when the node is configured; deactivate and clean it up first"
                )
        self._settings = ros_parameters.changed(self._settings, parameters)

    def _every_second(self) -> None:
        now, timeout = time.monotonic(), self._settings.input_timeout
        silent = [camera.watch(timeout) for camera in self._cameras.values()]  # each says so for itself
        seconds, self._last_report = max(1e-3, now - self._last_report), now
        counts = Counts(self._worker.received, self.frames_processed, self._worker.dropped, self.frames_refused)
        self._diagnostics.publish(
            counts,
            seconds,
            state=self.state,
            silent=any(silent),
            hardware_id=", ".join(self._settings.cameras),
            latencies={"latency": self._latency, "processing": self._processing},
            parts=self._parts(),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the node until Ctrl-C: 0 then, 2 where it could not start."""
    if shows_help("shared_perception_node", SharedSettings, arguments):
        return 0
    return run("perception", SharedPerceptionNode, arguments)


if __name__ == "__main__":
    program.run(main)

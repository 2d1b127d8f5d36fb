# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node around perception: images in, `faces` and `emotion` out."""

if __name__ == "__main__":
    from fer_common import program

    program.loading()

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rclpy.clock import Clock, ClockType  # type: ignore[attr-defined]
from rclpy.parameter import Parameter

from fer_common.ros import parameters as ros_parameters
from fer_common.ros.help import shows_help
from fer_common.ros.lifecycle import SelfStartingNode, gone_if_refused
from fer_common.ros.memory import give_back_freed
from fer_common.ros.run import run
from fer_perception.core import Perception
from fer_perception.errors import PerceptionError
from fer_perception.nodes.annotate import annotated
from fer_perception.nodes.camera import Camera, Delivered
from fer_perception.nodes.debug_images import DebugImages
from fer_perception.nodes.diagnostics import Counts, Diagnostics, parts_of
from fer_perception.nodes.image_pace import ImagePace
from fer_perception.nodes.latency import Latency
from fer_perception.nodes.model_swap import ModelSwap
from fer_perception.nodes.rep155 import ExpressionPublisher, declare_use
from fer_perception.nodes.saliency import Saliency
from fer_perception.nodes.switch import Switch
from fer_perception.nodes.worker import NewestWorker
from fer_perception.settings import NodeSettings


@dataclass(frozen=True)
class ProcessedFrame:
    """What an observer is told of an image after it was published."""

    stamp_ns: int
    """The stamp of the image's header, nanoseconds; 0: it carries none."""
    at_ns: int
    """When the image was taken, nanoseconds: its stamp, or where stamps tell no time by its arrival."""
    stamped: bool
    """Whether `at_ns` is its stamp."""
    faces: int
    """How many were seen."""
    probabilities: NDArray[np.float32] | None
    """The room's, float32 [7]; None: nobody is seen."""


class PerceptionNode(SelfStartingNode):
    """Finds the faces in every image, or in the newest where it can't keep up, and publishes their emotions.

    A lifecycle node that configures (models, publishers) and activates (the subscription) itself, unless the parameter
    `autostart` is false.

    Args:
        observer: is called after each image that was published, by the worker's thread or the executor's.
        perception: what perceives; None makes it as the parameters say.
        node_kwargs: rclpy's (namespace, parameter_overrides, context, cli_args, ...).

    Raises:
        PerceptionError: a parameter is refused, or the detector or the model can't be had.
    """

    def __init__(
        self,
        *,
        observer: Callable[[ProcessedFrame], None] | None = None,
        perception: Perception | None = None,
        **node_kwargs: Any,
    ) -> None:
        """Read the parameters, then start or wait."""
        super().__init__("perception", **node_kwargs)
        self._observer, self._given = observer, perception
        self._perception: Perception | None = None
        with gone_if_refused(self):
            self._settings = ros_parameters.declare(self, NodeSettings)
            self._taken_at_once, self._unwanted = 0, 0
            self._closed, self._active, self._busy = False, False, threading.Lock()
            self._worker, self._pace = NewestWorker(self._take, "perception"), ImagePace()
            self._latency, self._processing = Latency(), Latency()
            self._camera, self._swap = Camera(self, self._settings, self._latency), ModelSwap(self)
            self._last_report = time.monotonic()
            ros_parameters.follow(self, NodeSettings, self._on_parameters)
            self._diagnostics, self._switch = Diagnostics(self), Switch(self)
            self._privacy = declare_use(self)
            self._timer = self.create_timer(1.0, self._every_second, clock=Clock(clock_type=ClockType.STEADY_TIME))
            self.start(self._settings.autostart)

    @property
    def frames_in(self) -> int:
        """Images that the subscription handed over."""
        return self._worker.received + self._taken_at_once

    @property
    def frames_dropped(self) -> int:
        """Images that a newer one replaced before they were processed, or that came too late to be."""
        return self._worker.dropped + self._unwanted

    @property
    def frames_processed(self) -> int:
        """Images that were perceived and published."""
        return self._camera.processed

    @property
    def frames_refused(self) -> int:
        """Images that could not be read or perceived."""
        return self._camera.refused

    @property
    def topic(self) -> str:
        """The image topic, resolved."""
        return self._camera.topic

    def work(self) -> dict[str, int]:
        """Count what was done since `configure`: see `search.Work`, and the emotion network's `network_calls`."""
        if self._perception is None:
            return {}
        return {**asdict(self._perception.search.work), "network_calls": self._perception.classifier.calls}

    def configure(self) -> None:
        """Load the detector and the model, and offer the topics."""
        settings = self._settings
        cv2.setNumThreads(settings.threads)  # for the whole process; OpenCV takes every core otherwise
        self._perception = self._given or Perception.create(settings)
        self._perception.configure(settings)
        self._swap.take()  # one that waited is of the settings before
        self._camera.offer()
        self._debug, self._saliency = DebugImages(self), Saliency(self)
        self._saliency.offer(settings.saliency_rate)
        self._humans = ExpressionPublisher.create(self) if settings.rep155 else None

    def activate(self) -> None:
        """Subscribe."""
        settings = self._settings
        self._active = True
        self._camera.listen(self._on_image, 100 if settings.every_frame else settings.qos_depth)
        parts = ", ".join(f"{part} {value}" for part, value in self._parts().items())
        self.get_logger().info(f"{self.how}; listening to {self.topic} ({settings.qos_reliability}); {parts}")
        self._switch.show(True)

    def deactivate(self) -> None:
        """Leave the topic, after the image at hand."""
        with self._busy:
            self._active = False
        self._camera.leave()
        self._switch.show(False)

    def clean_up(self) -> None:
        """Let go of the models and the topics."""
        if self._perception is None:
            return
        self._perception = None
        self._swap.take()
        self._camera.withdraw()
        self._debug.close()
        self._saliency.close()
        if self._humans is not None:
            self._humans.close()

    def close(self) -> None:
        """Stop the worker, after the image at hand. May be called twice; `destroy_node` calls it."""
        self._closed = True
        if hasattr(self, "_worker"):
            self._worker.close()
        if hasattr(self, "_saliency"):
            self._saliency.stop()

    def destroy_node(self) -> None:
        """Stop the worker and leave the graph."""
        self.close()
        super().destroy_node()

    def _parts(self) -> dict[str, str]:
        if self._perception is None:
            return {}
        return parts_of(self._perception.detector, self._swap.latest(self._perception))

    def _on_image(self, message: Delivered) -> None:
        self._pace.arrived(time.monotonic())
        if self._settings.every_frame or (self._pace.leisurely and self._worker.idle):
            self._taken_at_once += 1
            self._take(message)
        else:
            self._worker.offer(message)

    def _take(self, message: Delivered) -> None:
        """Perceive and publish one image; whatever is wrong with it, the next one is taken."""
        with self._busy:
            if not self._active or self._perception is None:
                self._unwanted += 1
                return
            try:
                self._perceive(message, self._perception)
            except Exception as error:
                if isinstance(error, PerceptionError) or not (self._closed or not self.context.ok()):
                    self._camera.refuse(error)  # anything else, when we are shut down under our hands, is none

    def _perceive(self, message: Delivered, perception: Perception) -> None:
        begun, settings = time.perf_counter(), self._settings
        if perception.settings is not settings:
            perception.configure(settings)
        following = self._swap.take()
        if following is not None:
            perception.swap(following)
            give_back_freed()  # what the old model took
        colours = not settings.compressed or perception.colours_wanted or any(self._debug.subscribed)
        image = self._camera.read(message, settings, colours=colours)
        show = self._saliency.watcher(image.header, perception, settings.saliency_rate)
        perceived = perception.process(image.pixels, image.at_ns, image.size, show)
        self._camera.publish(image, perceived)
        if self._humans is not None:
            self._humans.publish(image.header, image.size[::-1], perceived.faces, image.at_ns)
        took = time.perf_counter() - begun
        self._processing.add(took)
        self._pace.took(took)
        if self._observer is not None:
            probabilities = None if perceived.room is None else perceived.room.probabilities
            count = len(perceived.faces)
            self._observer(ProcessedFrame(image.stamp_ns, image.at_ns, image.stamped, count, probabilities))
        self._debug.publish(
            image.header,
            lambda: annotated(image.pixels, perceived, image.size),
            time.monotonic(),
            rate=settings.debug_rate,
            width=settings.debug_width,
        )

    def _on_parameters(self, parameters: list["Parameter[Any]"]) -> None:
        settings = ros_parameters.changed(self._settings, parameters)
        if self._perception is not None:
            self._swap.prepare(self._settings, settings, self._perception)
            self._swap.latest(self._perception).check_prior(settings.prior, settings.reading)
        self._settings = settings

    def _every_second(self) -> None:
        now, silent = time.monotonic(), self._camera.watch(self._settings.input_timeout)
        if self._perception is not None:
            self._saliency.offer(self._settings.saliency_rate)
            if self._humans is not None:
                self._humans.look_beside()
        seconds, self._last_report = max(1e-3, now - self._last_report), now
        counts = Counts(self.frames_in, self.frames_processed, self.frames_dropped, self.frames_refused)
        self._diagnostics.publish(
            counts,
            seconds,
            state=self.state,
            silent=silent,
            hardware_id=self.topic,
            latencies={"latency": self._latency, "processing": self._processing},
            parts=self._parts(),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the node until Ctrl-C: 0 then, 2 where it could not start."""
    if shows_help("perception_node", NodeSettings, arguments):
        return 0
    return run("perception", PerceptionNode, arguments)


if __name__ == "__main__":
    program.run(main)

"""The node around perception: images in, `faces` and `emotion` out."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock, ClockType  # type: ignore[attr-defined]
from rclpy.parameter import Parameter
from sensor_msgs.msg import CompressedImage, Image

from fer_common.ros.executor import withdraw
from fer_common.ros.lifecycle import SelfStartingNode
from fer_common.ros.run import run
from fer_common.ros.stamps import stamp_ns
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception import qos, ros_parameters
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import GREY, GREY_FACE, Perception, load_classifier
from fer_perception.errors import PerceptionError
from fer_perception.images.messages import message_to_array
from fer_perception.images.raw_image import read_compressed_image, read_image
from fer_perception.nodes.annotate import annotated
from fer_perception.nodes.debug_images import DebugImages
from fer_perception.nodes.diagnostics import Counts, Diagnostics
from fer_perception.nodes.latency import Latency
from fer_perception.nodes.messages import to_array, to_distribution
from fer_perception.nodes.pace import Pace
from fer_perception.nodes.rep155 import HumanFaces
from fer_perception.nodes.silence import silence_line
from fer_perception.nodes.worker import NewestWorker
from fer_perception.settings import NodeSettings

QUIET = 5.0
"""Seconds for which the same kind of warning is not said again."""
STRANGE_LATENCY = 3600.0
"""Seconds from which on an image's stamp is of another clock than ours (a bag without use_sim_time)."""


@dataclass(frozen=True)
class ProcessedFrame:
    """What an observer is told of an image after it was published."""

    stamp_ns: int
    """The image's stamp, nanoseconds."""
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
        self._next_classifier: EmotionClassifier | None = None  # set by the executor's thread, taken by the worker's
        self._handover = threading.Lock()
        self._settings = ros_parameters.declare(self, NodeSettings)
        self.frames_processed, self.frames_refused = 0, 0
        self._taken_at_once, self._unwanted = 0, 0
        self._closed, self._warned_of_stamp, self._said_silent = False, False, False
        self._active, self._busy = False, threading.Lock()
        self._worker, self._pace = NewestWorker(self._take, "perception"), Pace()
        self._subscription: Any = None
        self._latency, self._processing = Latency(), Latency()
        self._steady_clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._last_image = self._last_report = self._steady_clock.now()
        self.add_on_set_parameters_callback(self._on_parameters)
        self._diagnostics = Diagnostics(self)
        self._timer = self.create_timer(1.0, self._every_second, clock=self._steady_clock)
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
    def topic(self) -> str:
        """The image topic, resolved."""
        # image_transport hangs its own names on the topic as it is after remapping.
        return str(self.resolve_topic_name("image")) + ("/compressed" if self._settings.compressed else "")

    def work(self) -> dict[str, int]:
        """What was done since `configure`, counted: see `search.Work`, and the emotion network's `network_calls`."""
        if self._perception is None:
            return {}
        return {**asdict(self._perception.search.work), "network_calls": self._perception.classifier.calls}

    def configure(self) -> None:
        """Load the detector and the model, and offer the topics."""
        settings = self._settings
        cv2.setNumThreads(settings.threads)  # for the whole process; OpenCV takes every core otherwise
        self._perception = self._given or Perception.create(settings)
        self._perception.configure(settings)
        self._offer(None)  # one that waited is of the settings before
        offered = qos.profile(settings.output_reliability)

        def publisher(kind: Any, topic: str) -> Any:
            return self.create_publisher(kind, topic, offered, event_callbacks=qos.on_publisher(self, topic, offered))

        self._faces = publisher(EmotionDistributionArray, "faces")
        self._emotion = publisher(EmotionDistribution, "emotion")
        self._debug = DebugImages(self)
        self._humans = HumanFaces.create(self) if settings.rep155 else None

    def activate(self) -> None:
        """Subscribe."""
        settings = self._settings
        self._active = True
        self._last_image, self._said_silent = self._steady_clock.now(), False
        asked = qos.profile(
            settings.qos_reliability, settings.qos_durability, 100 if settings.every_frame else settings.qos_depth
        )
        kind = CompressedImage if settings.compressed else Image
        events = qos.on_subscription(self, lambda: self.topic, asked, "qos_")
        name = self.topic if settings.compressed else "image"
        self._subscription = self.create_subscription(
            kind, name, self._on_image, asked, event_callbacks=events, raw=True
        )
        how = "configured and activated by itself" if settings.autostart else "active"
        parts = ", ".join(f"{part} {value}" for part, value in self._parts().items())
        self.get_logger().info(f"{how}; listening to {self.topic} ({settings.qos_reliability}); {parts}")

    def deactivate(self) -> None:
        """Leave the topic, after the image at hand."""
        with self._busy:
            self._active = False
        if self._subscription is not None:
            withdraw(self, self._subscription)
            self._subscription = None

    def clean_up(self) -> None:
        """Let go of the models and the topics."""
        if self._perception is None:
            return
        self._perception = None
        self._offer(None)
        withdraw(self, self._faces, self._emotion)
        self._debug.close()
        if self._humans is not None:
            self._humans.close()

    def close(self) -> None:
        """Stop the worker, after the image at hand. May be called twice; `destroy_node` calls it."""
        self._closed = True
        if hasattr(self, "_worker"):
            self._worker.close()

    def destroy_node(self) -> None:
        """Stop the worker and leave the graph."""
        self.close()
        super().destroy_node()

    def _parts(self) -> dict[str, str]:
        if self._perception is None:
            return {}
        classifier = self._next_classifier or self._perception.classifier
        return {
            "detector": self._perception.detector.description,
            "model": classifier.info.path.name,
            "backend": classifier.backend.description,
        }

    def _on_image(self, message: Any) -> None:
        self._last_image = self._steady_clock.now()
        if self._said_silent:
            self._said_silent = False
            self.get_logger().info(f"images arrive on {self.topic} again")
        self._pace.arrived(time.monotonic())
        if self._settings.every_frame or (self._pace.leisurely and self._worker.idle):
            self._taken_at_once += 1
            self._take(message)
        else:
            self._worker.offer(message)

    def _take(self, message: Any) -> None:
        """Perceive and publish one image; whatever is wrong with it, the next one is taken."""
        with self._busy:
            if not self._active or self._perception is None:
                self._unwanted += 1
                return
            try:
                self._perceive(message, self._perception)
                self.frames_processed += 1
            except PerceptionError as error:
                self.get_logger().warning(f"an image is left out: {error}", throttle_duration_sec=QUIET)
                self.frames_refused += 1
            except Exception as error:
                if self._closed or not self.context.ok():  # shut down under our hands
                    return
                line = " ".join(f"{type(error).__name__}: {error}".split())
                self.get_logger().error(
                    f"an image is left out, please report this: {line}", throttle_duration_sec=QUIET
                )
                self.frames_refused += 1

    def _perceive(self, message: Any, perception: Perception) -> None:
        begun, settings = time.perf_counter(), self._settings
        if perception.settings is not settings:
            perception.configure(settings)
        following = self._offer(None)
        if following is not None:
            perception.swap(following)
        if isinstance(message, bytes):
            message = (read_compressed_image if settings.compressed else read_image)(message)
        image = message_to_array(message)
        stamp = stamp_ns(message.header)
        perceived = perception.process(image, stamp or self._now_for_unstamped())
        for notice in perceived.notices:
            self.get_logger().warning(notice, throttle_duration_sec=QUIET)
        self._faces.publish(to_array(message.header, perceived.faces, image.shape[1], image.shape[0]))
        if self._humans is not None:
            self._humans.publish(message.header, image.shape[:2], perceived.faces)
        room = perceived.room
        if room is not None:
            self._emotion.publish(to_distribution(message.header, room))
        took = time.perf_counter() - begun
        self._processing.add(took)
        self._pace.took(took)
        waited = (self.get_clock().now().nanoseconds - stamp) / 1e9
        if stamp and 0 <= waited < STRANGE_LATENCY:
            self._latency.add(waited)
        if self._observer is not None:
            self._observer(ProcessedFrame(stamp, len(perceived.faces), None if room is None else room.probabilities))
        self._debug.publish(message.header, lambda: annotated(image, perceived))

    def _now_for_unstamped(self) -> int:
        if not self._warned_of_stamp:
            self._warned_of_stamp = True
            self.get_logger().warning(f"images on {self.topic} carry no stamp; their arrival counts instead")
        return int(self.get_clock().now().nanoseconds)

    def _on_parameters(self, parameters: list["Parameter[Any]"]) -> SetParametersResult:
        settings, result = ros_parameters.changed(self._settings, parameters)
        if result.successful:
            try:
                self._swap_model(self._settings, settings)
                classifier = self._next_classifier or (self._perception.classifier if self._perception else None)
                if classifier is not None:
                    classifier.check_prior(settings.prior)
            except PerceptionError as error:
                return SetParametersResult(successful=False, reason=str(error))
            self._settings = settings
        return result

    def _swap_model(self, before: NodeSettings, after: NodeSettings) -> None:
        """Load another model beside the one that runs, which stays where that fails."""
        wanted = (after.model, after.backend, after.provider)
        if self._perception is None or wanted == (before.model, before.backend, before.provider):
            return
        try:
            classifier = load_classifier(after)
            classifier.classify(GREY, [GREY_FACE], self._perception.detector.geometry)
        except PerceptionError as error:
            self.get_logger().warning(f"{self._parts()['model']} goes on reading the faces: {error}")
            raise
        self._offer(classifier)
        fall_back = f"; {classifier.backend.notice}" if classifier.backend.notice else ""
        self.get_logger().info(
            f"{classifier.info.path.name} reads the faces from now on, {classifier.backend.description}{fall_back}"
        )

    def _offer(self, classifier: EmotionClassifier | None) -> EmotionClassifier | None:
        """Put a classifier where the next image finds it, and take away the one that waits there, in one step."""
        with self._handover:
            waiting, self._next_classifier = self._next_classifier, classifier
        return waiting

    def _every_second(self) -> None:
        now = self._steady_clock.now()
        quiet = (now - self._last_image).nanoseconds / 1e9
        silent = self._subscription is not None and quiet >= self._settings.input_timeout
        if silent and not self._said_silent:
            self._said_silent = True
            kind = "sensor_msgs/msg/CompressedImage" if self._settings.compressed else "sensor_msgs/msg/Image"
            self.get_logger().warning(silence_line(self, self.topic, kind, quiet))
        seconds, self._last_report = max(1e-3, (now - self._last_report).nanoseconds / 1e9), now
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
    """The node's executable: runs until Ctrl-C; 0 then, 2 where it could not start."""
    return run("perception", PerceptionNode, arguments)


if __name__ == "__main__":
    sys.exit(main())

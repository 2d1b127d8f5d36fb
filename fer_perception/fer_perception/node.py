"""The node around perception: images in, `faces` and `emotion` out."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import rclpy
from numpy.typing import NDArray
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile, QoSReliabilityPolicy
from sensor_msgs.msg import CompressedImage, Image

from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception import ros_parameters
from fer_perception.core import Perception
from fer_perception.diagnostics import Counts, Diagnostics
from fer_perception.errors import PerceptionError
from fer_perception.images import message_to_array
from fer_perception.input_watch import mismatch_line, silence_line
from fer_perception.ros_messages import stamp_ns, to_array, to_distribution
from fer_perception.worker import NewestWorker

try:
    from rclpy.event_handler import SubscriptionEventCallbacks
except ImportError:  # Humble
    from rclpy.qos_event import SubscriptionEventCallbacks

QUIET = 5.0
"""Seconds for which the same kind of warning is not said again."""


@dataclass(frozen=True)
class ProcessedFrame:
    """What an observer is told of an image after it was published."""

    stamp_ns: int
    """The image's stamp, nanoseconds."""
    faces: int
    """How many were seen."""
    probabilities: NDArray[np.float32] | None
    """The room's, float32 [7]; None: nobody is seen."""


class PerceptionNode(Node):
    """Finds the faces in every image, or in the newest where it can't keep up, and publishes their emotions.

    Args:
        observer: is called by the worker's thread after each image that was published.
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
        """Load the models, then subscribe."""
        super().__init__("perception", **node_kwargs)
        self._closed = False
        self._settings = ros_parameters.declare(self)
        cv2.setNumThreads(self._settings.threads)  # for the whole process; OpenCV takes every core otherwise
        self._perception = perception or Perception.create(self._settings)
        self._perception.configure(self._settings)
        self._observer = observer
        self.frames_processed, self.frames_refused = 0, 0
        self._warned_of_stamp = False
        self._faces = self.create_publisher(EmotionDistributionArray, "faces", 10)
        self._emotion = self.create_publisher(EmotionDistribution, "emotion", 10)
        self._worker = NewestWorker(self._take, "perception")
        self._steady_clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._started = self._last_image = self._last_report = self._steady_clock.now()
        self._said_silent = False
        self._subscription = self._subscribe()
        self.add_on_set_parameters_callback(self._on_parameters)
        parts = {
            "detector": self._perception.detector.description,
            "model": str(self._perception.classifier.info.path.name),
            "backend": self._perception.classifier.backend.description,
        }
        self._diagnostics = Diagnostics(self, self.topic, parts)
        self._timer = self.create_timer(1.0, self._every_second, clock=self._steady_clock)
        self.get_logger().info(
            f"listening to {self.topic} ({self._settings.qos_reliability}); "
            + ", ".join(f"{part} {value}" for part, value in parts.items())
        )

    @property
    def frames_in(self) -> int:
        """Images that the subscription handed over."""
        return self._worker.received + (self._taken_at_once if self._settings.every_frame else 0)

    @property
    def frames_dropped(self) -> int:
        """Images that a newer one replaced before they were processed."""
        return self._worker.dropped

    @property
    def topic(self) -> str:
        """The image topic, resolved."""
        return str(self._subscription.topic_name)

    def close(self) -> None:
        """Stop the worker, after the image at hand. May be called twice; `destroy_node` calls it."""
        self._closed = True
        if hasattr(self, "_worker"):
            self._worker.close()

    def destroy_node(self) -> None:
        """Stop the worker and leave the graph."""
        self.close()
        super().destroy_node()

    def _subscribe(self) -> Any:
        self._taken_at_once = 0
        reliable = self._settings.qos_reliability == "reliable"
        qos = QoSProfile(
            depth=100 if self._settings.every_frame else 5,
            reliability=QoSReliabilityPolicy.RELIABLE if reliable else QoSReliabilityPolicy.BEST_EFFORT,
        )
        events = SubscriptionEventCallbacks(incompatible_qos=self._on_mismatch)
        # image_transport hangs its own names on the topic as it is after remapping.
        name = self.resolve_topic_name("image") + "/compressed" if self._settings.compressed else "image"
        kind = CompressedImage if self._settings.compressed else Image
        return self.create_subscription(kind, name, self._on_image, qos, event_callbacks=events)

    def _on_image(self, message: Any) -> None:
        self._last_image = self._steady_clock.now()
        if self._said_silent:
            self._said_silent = False
            self.get_logger().info(f"images arrive on {self.topic} again")
        if self._settings.every_frame:
            self._taken_at_once += 1
            self._take(message)
        else:
            self._worker.offer(message)

    def _take(self, message: Any) -> None:
        """Perceive and publish one image; whatever is wrong with it, the next one is taken."""
        try:
            self._perceive(message)
            self.frames_processed += 1
        except PerceptionError as error:
            self.frames_refused += 1
            self.get_logger().warning(f"an image is left out: {error}", throttle_duration_sec=QUIET)
        except Exception as error:
            if self._closed or not self.context.ok():  # shut down under our hands
                return
            self.frames_refused += 1
            line = " ".join(f"{type(error).__name__}: {error}".split())
            self.get_logger().error(f"an image is left out, please report this: {line}", throttle_duration_sec=QUIET)

    def _perceive(self, message: Any) -> None:
        settings = self._settings
        if self._perception.settings is not settings:
            self._perception.configure(settings)
        image = message_to_array(message)
        stamp = stamp_ns(message.header)
        perceived = self._perception.process(image, stamp or self._now_for_unstamped())
        for notice in perceived.notices:
            self.get_logger().warning(notice, throttle_duration_sec=QUIET)
        self._faces.publish(to_array(message.header, perceived.faces, image.shape[1], image.shape[0]))
        room = perceived.room
        if room is not None:
            self._emotion.publish(to_distribution(message.header, room))
        if self._observer is not None:
            self._observer(ProcessedFrame(stamp, len(perceived.faces), None if room is None else room.probabilities))

    def _now_for_unstamped(self) -> int:
        if not self._warned_of_stamp:
            self._warned_of_stamp = True
            self.get_logger().warning(f"images on {self.topic} carry no stamp; their arrival counts instead")
        return int(self.get_clock().now().nanoseconds)

    def _on_parameters(self, parameters: list[Parameter[Any]]) -> SetParametersResult:
        self._settings, result = ros_parameters.changed(self._settings, parameters)
        return result

    def _on_mismatch(self, _event: Any) -> None:
        self.get_logger().warning(mismatch_line(self, self.topic))

    def _every_second(self) -> None:
        now = self._steady_clock.now()
        quiet = (now - self._last_image).nanoseconds / 1e9
        silent = quiet >= self._settings.input_timeout
        if silent and not self._said_silent:
            self._said_silent = True
            kind = "sensor_msgs/msg/CompressedImage" if self._settings.compressed else "sensor_msgs/msg/Image"
            self.get_logger().warning(silence_line(self, self.topic, kind, quiet))
        seconds, self._last_report = max(1e-3, (now - self._last_report).nanoseconds / 1e9), now
        counts = Counts(self.frames_in, self.frames_processed, self.frames_dropped, self.frames_refused)
        self._diagnostics.publish(counts, seconds, silent)


def main(arguments: Sequence[str] | None = None) -> int:
    """The node's executable: runs until Ctrl-C; 0 then, 2 where it could not start."""
    node: PerceptionNode | None = None
    try:
        rclpy.init(args=None if arguments is None else list(arguments))
        node = PerceptionNode()
        rclpy.spin(node)
    except PerceptionError as error:
        print(f"perception: {error}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except Exception:
        if rclpy.ok():  # a signal between the node and its first spin ends the context under our hands
            raise
    finally:
        if node is not None:
            node.destroy_node()
        rclpy.try_shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())

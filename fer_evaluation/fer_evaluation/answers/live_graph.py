# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node that publishes a bag's images and hears the answers, and the nodes that are started to give them."""

import array
import json
import os
import subprocess
import sys
import time
from dataclasses import fields
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from numpy.typing import NDArray
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CompressedImage, Image

from fer_evaluation.answers.replay import Cores
from fer_evaluation.bags.bag import Recorded
from fer_evaluation.bags.messages import COLOR, COMPRESSED, EMOTION, FACES, stamp_ns
from fer_evaluation.errors import EvaluationError
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray, LightColor

NAMESPACE = "/fer_evaluation"
"""Of nodes that are started here, so that they meet no others."""
Face = tuple[str, tuple[int, int, int, int], float, NDArray[np.float32]]
"""Id, box, score, distribution."""
LATEST_NS = (2**31 - 1) * 10**9
"""Nanoseconds; messages count seconds in 32 bits."""


class Distinct:
    """Tells apart images whose stamps are alike, as answers name their image by its stamp: each is one nanosecond later
    than the one before. To the nodes such stamps stand still all the same."""

    def __init__(self) -> None:
        """Know no stamp."""
        self._next: dict[int, int] = {}

    def of(self, stamp: int) -> int:
        """Return the stamp under which the next image goes, nanoseconds; the same for the same images."""
        stamp = tried = min(stamp, LATEST_NS)
        while tried in self._next:
            tried = self._next[tried]
        self._next[tried] = self._next[stamp] = tried + 1
        return tried


class LiveNode(Node):
    """Publishes images and /clock; keeps the first answer to each image, by its stamp in nanoseconds.

    Args:
        topic: of the images.
        kind: their type.
    """

    def __init__(self, topic: str, kind: str) -> None:
        """Publish at once; listen as soon as somebody answers."""
        super().__init__("evaluate_bag")
        self.topic = topic
        if kind == COMPRESSED and not topic.endswith("/compressed"):
            self.topic = f"{topic}/compressed"
        self.published: dict[int, float] = {}
        """Steady seconds right before each image was handed over."""
        self.faces: dict[int, list[Face]] = {}
        self.rooms: dict[int, tuple[str, NDArray[np.float32]]] = {}
        self.rgb: dict[int, tuple[int, int, int]] = {}
        self.lit: dict[int, float] = {}
        """Steady seconds at which each image's colour came."""
        self.colors: list[tuple[float, tuple[int, int, int]]] = []
        self._compressed = kind == COMPRESSED
        reliable = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
        self._images = self.create_publisher(CompressedImage if self._compressed else Image, self.topic, reliable)
        self._bag_time = self.create_publisher(Clock, "/clock", QoSProfile(depth=1))
        self._heard: dict[str, str] = {}
        self._distinct = Distinct()

    def matched(self) -> bool:
        """Tell whether somebody listens to the images, and faces, emotions and colours can come back."""
        for kind, message, callback in (
            (FACES, EmotionDistributionArray, self._on_faces),
            (EMOTION, EmotionDistribution, self._on_emotion),
            (COLOR, LightColor, self._on_color),
        ):
            names = [name for name, kinds in self.get_topic_names_and_types() if kind in kinds]
            names = [name for name in names if self.count_publishers(name)]
            if len(names) > 1:
                mine = [name for name in names if name.startswith(f"{NAMESPACE}/")]
                names = mine if self.topic.startswith(NAMESPACE) else names
            if len(names) == 1 and kind not in self._heard:
                self._heard[kind] = names[0]
                self.create_subscription(message, names[0], callback, QoSProfile(depth=1000))
        if len(self._heard) < 3 or not self._images.get_subscription_count():
            return False
        # The colour node listens to faces, too: until it does, the first images would give no light.
        return self.count_subscribers(self._heard[FACES]) > 1

    def missing(self) -> str:
        """Why `matched` is false, and what to do."""
        if not self._images.get_subscription_count():
            lack = f"nobody listens on {self.topic}"
        else:
            lacking = [kind for kind in (FACES, EMOTION, COLOR) if kind not in self._heard]
            lack = f"nobody, or more than one, publishes {', '.join(lacking)}" if lacking else "nobody makes colours"
        image = self.topic.removesuffix("/compressed")
        return (
            f"--live: {lack}; start the nodes ('ros2 launch fer_bringup ambient.launch.py source:=none "
            f"image_topic:={image} use_sim_time:=true'), or give --start-nodes"
        )

    def sent(self) -> int:
        """Count the images that were published."""
        return len(self.published)

    def answered(self) -> int:
        """Count those that somebody answered."""
        return len(self.faces.keys() & self.published.keys())

    def settled(self) -> bool:
        """Tell whether every image is answered, and the last one by an emotion and a colour, which come after faces."""
        last = next(reversed(self.published))
        return self.answered() == self.sent() and last in self.rooms and last in self.lit

    def tick(self, now_ns: int) -> None:
        """Publish the bag's time, nanoseconds."""
        self._bag_time.publish(Clock(clock=_time(now_ns)))

    def publish(self, recorded: Recorded) -> None:
        """Publish an image with its own stamp; one without gets the time at which it was recorded."""
        stamp = self._distinct.of(stamp_ns(recorded.message) or recorded.log_ns)
        message, data = recorded.message, array.array("B")
        data.frombytes(np.ascontiguousarray(message.data).data.cast("B"))
        if self._compressed:
            image: Any = CompressedImage(format=message.format)
        else:
            image = Image(height=message.height, width=message.width, encoding=message.encoding, step=message.step)
            image.is_bigendian = int(message.is_bigendian)
        image.data = data
        image.header.stamp = _time(stamp)
        image.header.frame_id = message.header.frame_id
        self.published[stamp] = time.monotonic()
        self._images.publish(image)

    def _on_faces(self, message: Any) -> None:
        self.faces.setdefault(stamp_ns(message), [_face(face) for face in message.faces])

    def _on_emotion(self, message: Any) -> None:
        self.rooms.setdefault(stamp_ns(message), (message.face_id, np.array(message.probabilities, np.float32)))

    def _on_color(self, message: Any) -> None:
        now, stamp = time.monotonic(), stamp_ns(message)
        red, green, blue = (round(255 * value) for value in (message.color.r, message.color.g, message.color.b))
        self.colors.append((now, (red, green, blue)))
        if stamp in self.published and stamp not in self.lit:
            self.lit[stamp], self.rgb[stamp] = now, (red, green, blue)


def _time(nanoseconds: int) -> Time:
    nanoseconds = min(nanoseconds, LATEST_NS + 10**9 - 1)
    return Time(sec=nanoseconds // 10**9, nanosec=nanoseconds % 10**9)


def _face(message: Any) -> Face:
    roi = message.roi
    box = roi.x_offset, roi.y_offset, roi.width, roi.height
    return message.face_id, box, message.detection_score, np.array(message.probabilities, np.float32)


class StartedNodes:
    """A perception and a colour node in processes of their own, as long as the `with` lasts.

    Args:
        cores: their settings.
        kind: of the images.
    """

    def __init__(self, cores: Cores, kind: str) -> None:
        """Remember what to start; nothing is started yet."""
        # A large best-effort image is lost with any of its fragments.
        perception = {"qos_reliability": "reliable", "compressed": kind == COMPRESSED} | _changed(cores.perception)
        color = _changed(cores.color) | {"lights": ["none"]}
        self._commands = {"fer_perception.node": perception, "fer_color.main": color}
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def __enter__(self) -> "StartedNodes":
        """Start them."""
        environment = {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST", **os.environ}
        for module, parameters in self._commands.items():
            given = [word for name, value in parameters.items() for word in ("-p", f"{name}:={json.dumps(value)}")]
            command = [sys.executable, "-m", module, "--ros-args", "-r", f"__ns:={NAMESPACE}", *given]
            command += ["-p", "use_sim_time:=true", "--log-level", "error"]
            self._processes[module] = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        return self

    def check(self) -> bool:
        """Return False while both run.

        Raises:
            EvaluationError: one has ended.
        """
        for module, process in self._processes.items():
            if process.poll() is not None:
                lines = (process.stderr.read() if process.stderr else "").strip().splitlines()
                raise EvaluationError(f"--start-nodes: {module} ended ({lines[-1] if lines else process.returncode})")
        return False

    def __exit__(self, *_: object) -> None:
        """End them."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.communicate(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def _changed(settings: Any) -> dict[str, Any]:
    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    different = {
        name: values[name] for name in values if values[name] != type(settings).__dataclass_fields__[name].default
    }
    return {name: list(value) if isinstance(value, tuple) else value for name, value in different.items()}

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A perception node and what talks to it over real DDS, for the tests of the node."""

import array
import threading

import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Image
from waiting import PATIENCE, Patience

from fer_common.ros.executor import make_executor, withdraw
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception import Detection, FaceDetector, Perception, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors.base import BoxGeometry
from fer_perception.node import PerceptionNode

RELIABLE = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
BEST_EFFORT = QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT)
HAPPY, SAD = 3, 5


class Bright(FaceDetector):
    """Takes the whole image for one face wherever it is not black; waits while `gate` is closed."""

    name = "bright"
    geometry = BoxGeometry(side=1.0)

    def __init__(self):
        self.gate, self.entered = threading.Event(), threading.Event()
        self.gate.set()

    def detect(self, image):
        self.entered.set()
        assert self.gate.wait(60)
        if not image[::50, ::50].any():
            return []
        return [Detection((0.0, 0.0, float(image.shape[1]), float(image.shape[0])), 0.9)]


class Bench:
    """A perception node and what talks to it, spun by one executor."""

    def __init__(self, model, *, qos=RELIABLE, cli_args=None, **parameters):
        self.detector, self.model = Bright(), model
        classifier = EmotionClassifier.load(model)
        self.observed = []
        self.node = PerceptionNode(
            observer=self.observed.append,
            perception=Perception(self.detector, classifier, Settings(filter_time=0.0)),
            parameter_overrides=[
                Parameter(name, value=value) for name, value in ({"filter_time": 0.0} | parameters).items()
            ],
            cli_args=cli_args,
        )
        self.peer = rclpy.create_node("camera")
        self.faces, self.emotions, self.diagnostics = [], [], []
        self.peer.create_subscription(EmotionDistributionArray, "faces", self.faces.append, 100)
        self.peer.create_subscription(EmotionDistribution, "emotion", self.emotions.append, 100)
        self.peer.create_subscription(
            DiagnosticArray, "/diagnostics", lambda array: self.diagnostics.extend(array.status), 10
        )
        self.qos = qos
        self.executor = make_executor()
        self.executor.add_node(self.node)
        self.executor.add_node(self.peer)
        waits = parameters.get("autostart") is False
        assert waits or self.until(
            lambda: self.peer.count_publishers("faces") and self.peer.count_publishers("emotion")
        )

    def camera(self, kind=Image, topic="image"):
        publisher = self.peer.create_publisher(kind, topic, self.qos)
        assert self.until(publisher.get_subscription_count)
        return publisher

    def until(self, condition, seconds=PATIENCE):
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.executor.spin_once(timeout_sec=0.02)
        return result

    def result_of(self, stamp):
        return [message for message in self.faces if message.header.stamp.sec == stamp]

    def emotion_of(self, stamp):
        found = []
        self.until(lambda: found.extend(one for one in self.emotions if one.header.stamp.sec == stamp) or found)
        return int(np.argmax(found[0].probabilities))

    def close(self):
        self.detector.gate.set()
        self.executor.shutdown()
        self.node.destroy_node()
        self.peer.destroy_node()


def image(stamp, level=255, width=64, height=48, **changes):
    message = Image(height=height, width=width, encoding="mono8", step=width)
    message.data = array.array("B", bytes([level])) * (width * height)  # of bytes rclpy would check every one
    message.header.stamp.sec, message.header.stamp.nanosec = stamp, 7
    message.header.frame_id = "lens"
    for name, value in changes.items():
        setattr(message, name, value)
    return message


def value(status, key):
    return next((item.value for item in status.values if item.key == key), None)


def seen(room, stamp):
    camera = room.camera()
    camera.publish(image(stamp))
    answered = room.until(lambda: room.result_of(stamp))
    withdraw(room.peer, camera)
    return answered

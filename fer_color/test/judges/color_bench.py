# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A colour node and what talks to it, spun by one executor."""

import rclpy
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile, ReliabilityPolicy
from robot_bench import PATIENT
from std_msgs.msg import ColorRGBA
from waiting import PATIENCE, Patience

from fer_color.node import ColorNode
from fer_common.ros.executor import make_executor
from fer_msgs import msg as messages

SAD, HAPPY = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
RELIABLE = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
BEST_EFFORT = QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT)


class Bench:
    """A color node and what talks to it, spun by one executor."""

    def __init__(self, qos=RELIABLE, **parameters):
        self.frames = []
        parameters = {"lights": ["none"]} | PATIENT | parameters
        overrides = [Parameter(name, value=value) for name, value in parameters.items()]
        self.node = ColorNode(observer=self.frames.append, parameter_overrides=overrides)
        self.peer = rclpy.create_node("peer")
        self.colors, self.plain = [], []
        self.peer.create_subscription(messages.LightColor, "color", self.colors.append, 10)
        self.peer.create_subscription(ColorRGBA, "color_rgba", self.plain.append, 10)
        self.faces = self.peer.create_publisher(messages.EmotionDistributionArray, "faces", qos)
        self.emotion = self.peer.create_publisher(messages.EmotionDistribution, "emotion", qos)
        self.executor = make_executor()
        self.executor.add_node(self.node)
        self.executor.add_node(self.peer)
        assert self.until(lambda: self.faces.get_subscription_count() and self.emotion.get_subscription_count())
        assert self.until(lambda: self.peer.count_publishers("color") and self.peer.count_publishers("color_rgba"))

    def until(self, condition, seconds=PATIENCE):
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.executor.spin_once(timeout_sec=0.02)
        return result

    def show(self, probabilities, stamp=1):
        """One image with one face."""
        message = messages.EmotionDistribution(probabilities=probabilities, face_id="1")
        message.header.stamp.sec, message.header.stamp.nanosec = stamp, 5
        message.header.frame_id = "camera"
        array = messages.EmotionDistributionArray(header=message.header, faces=[message])
        self.faces.publish(array)
        self.emotion.publish(message)

    def show_until(self, probabilities, condition, seconds=PATIENCE):
        """Such images, some 20 a second, until the condition holds, which is looked at as often."""
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.show(probabilities)
            self.until(lambda: False, 0.05)
        return result

    def close(self):
        self.node.close()
        self.executor.shutdown()
        self.node.destroy_node()
        self.peer.destroy_node()


def parts(message):
    return message.color.r, message.color.g, message.color.b

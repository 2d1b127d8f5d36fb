# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A colour node, what publishes faces to it, and a robot that reads its light; spun by one thread."""

import contextlib

import pytest
import rclpy
from lifecycle_msgs.srv import ChangeState
from rclpy.executors import SingleThreadedExecutor, TimeoutException
from rclpy.parameter import Parameter
from waiting import PATIENCE, Patience

from fer_color.node import ColorNode
from fer_common.ros.executor import make_executor
from fer_msgs import msg as messages

PATIENT = {"idle_after": 60.0, "input_timeout": 60.0}
"""A busy machine may keep a test's images back for longer than a light waits in a room."""

SAD, NEUTRAL = ([float(index == which) for index in range(7)] for which in (5, 4))


class RobotBench:
    def __init__(self, light, *, namespace="", **parameters):
        overrides = [
            Parameter(name, value=value) for name, value in ({"lights": [light]} | PATIENT | parameters).items()
        ]
        self.node = ColorNode(parameter_overrides=overrides, namespace=namespace)
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr("fer_color.core.GIVE_UP", PATIENCE)  # the robot answers at this busy process' own pace
        self.peer = rclpy.create_node("camera", namespace=namespace)
        self.robots = []
        self.faces = self.peer.create_publisher(messages.EmotionDistributionArray, "faces", 10)
        self.emotion = self.peer.create_publisher(messages.EmotionDistribution, "emotion", 10)
        self.executor = make_executor()
        self.executor.add_node(self.node)
        self.executor.add_node(self.peer)
        # rclpy 9.1's EventsExecutor can't call a subscription that asks when its message was sent.
        self.robots_executor = SingleThreadedExecutor()
        assert self.until(lambda: self.faces.get_subscription_count() and self.emotion.get_subscription_count())

    def robot(self, name="robot"):
        """A node of the robot's own, spun with the others."""
        node = rclpy.create_node(name)
        self.robots.append(node)
        self.robots_executor.add_node(node)
        return node

    def leave(self, robot):
        self.robots.remove(robot)
        self.robots_executor.remove_node(robot)
        robot.destroy_node()

    def let_go(self):
        """Have the executor forget the colour node, which it does at its own time."""
        self.executor.remove_node(self.node)
        let_go = self.executor.create_task(lambda: None)
        assert self.until(let_go.done)

    def until(self, condition, seconds=PATIENCE):
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.executor.spin_once(timeout_sec=0.02)
            self._hear()
        return result

    def _hear(self):
        """Have the robots hear all that has come; to ask once too often takes as long as to hear a message."""
        with contextlib.suppress(TimeoutException):
            for _ in range(8 * len(self.robots)):
                task, _, _ = self.robots_executor.wait_for_ready_callbacks(0, None)
                task()
                task.result()

    def show(self, probabilities):
        """One image with one face."""
        message = messages.EmotionDistribution(probabilities=probabilities, face_id="1")
        self.faces.publish(messages.EmotionDistributionArray(header=message.header, faces=[message]))
        self.emotion.publish(message)

    def show_until(self, probabilities, condition, seconds=PATIENCE):
        """Such images, some 20 a second, until the condition holds."""
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.show(probabilities)
            self.until(condition, 0.05)
        return result

    def hand_back(self):
        self.node.begin_hand_back()
        assert self.until(self.node.handed_back)
        self.node.close()

    def close(self):
        self._patch.undo()
        self.node.close()
        self.executor.shutdown()
        self.robots_executor.shutdown()
        for node in (self.node, self.peer, *self.robots):
            node.destroy_node()


def change_state(room, label):
    """Ask the node's lifecycle for a transition, as `ros2 lifecycle set` does; whether it took place."""
    client = room.peer.create_client(ChangeState, "color/change_state")
    assert room.until(client.service_is_ready)
    request = ChangeState.Request()
    request.transition.label = label
    answer = client.call_async(request)
    assert room.until(answer.done)
    return answer.result().success


def byte(share):
    """The byte that a share of full light stands for; it must stand for one."""
    assert abs(share * 255 - round(share * 255)) < 1e-4
    return round(share * 255)

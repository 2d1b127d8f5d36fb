import time

import cv2
import numpy as np
import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image

from fer_bringup.errors import BringupError
from fer_bringup.source_node import SourceNode, to_message


@pytest.fixture
def ros():
    rclpy.init()
    yield
    rclpy.shutdown()


@pytest.fixture
def folder(tmp_path):
    for number in range(5):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((4, 6, 3), 10 * number, np.uint8))
    return tmp_path


def make(**parameters):
    return SourceNode(parameter_overrides=[Parameter(name, value=value) for name, value in parameters.items()])


def test_message_holds_the_pixels():
    image = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    message = to_message(image[:, ::-1])
    assert (message.height, message.width, message.step, message.encoding) == (5, 7, 21, "bgr8")
    assert np.array_equal(np.frombuffer(message.data, np.uint8).reshape(5, 7, 3), image[:, ::-1])


def test_folder_arrives_over_dds_with_rising_stamps(ros, folder):
    node = make(source=str(folder), rate=50.0, frame_id="eye")
    listener = rclpy.create_node("listener")
    got = []
    listener.create_subscription(Image, "image", got.append, qos_profile_sensor_data)
    executor = SingleThreadedExecutor()
    executor.add_node(listener)
    deadline = time.monotonic() + 10
    while not node.heard():
        assert time.monotonic() < deadline
        executor.spin_once(timeout_sec=0.05)
    node.start()
    while len(got) < 5 and time.monotonic() < deadline:
        executor.spin_once(timeout_sec=0.05)
    assert [message.data[0] for message in got] == [0, 10, 20, 30, 40]
    stamps = [message.header.stamp.sec + message.header.stamp.nanosec / 1e9 for message in got]
    assert stamps == sorted(stamps)
    assert {message.header.frame_id for message in got} == {"eye"}
    assert node.finished.wait(5)
    node.close()
    node.destroy_node()
    listener.destroy_node()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [({"source": "/no/file"}, "no source"), ({"source": "4711"}, "no camera"), ({"pace": "slow"}, "media or fast")],
)
def test_refuses_what_it_cannot_open(ros, parameters, said):
    with pytest.raises(BringupError, match=said):
        make(**parameters)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Several cameras: the batching process and the fuser, over real DDS."""

import pytest
from waiting import PATIENCE, Patience

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from node_bench import HAPPY, RELIABLE, SAD, Bright, image
from rclpy.parameter import Parameter
from sensor_msgs.msg import Image

from fer_common.ros.executor import make_executor
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception import Perception, PerceptionError, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.fuser_node import FuserNode
from fer_perception.shared_node import SharedPerceptionNode

CAMERAS = ["left", "right"]


class Hall:
    """Two cameras, the process that serves both, and a fuser."""

    def __init__(self, model, **fuser):
        self.detector, self.calls = Bright(), []
        classifier = EmotionClassifier.load(model)
        run = classifier.backend.run
        classifier.backend.run = lambda faces: self.calls.append(len(faces)) or run(faces)
        cameras = Parameter("cameras", value=CAMERAS)
        self.shared = SharedPerceptionNode(
            perception=Perception(self.detector, classifier, Settings()),
            parameter_overrides=[
                cameras, Parameter("filter_time", value=0.0), Parameter("qos_reliability", value="reliable")
            ],
        )  # fmt: skip
        self.fuser = FuserNode(
            parameter_overrides=[cameras, *(Parameter(name, value=value) for name, value in fuser.items())]
        )
        self.peer = rclpy.create_node("eye")
        self.executor = make_executor()
        for node in (self.shared, self.fuser, self.peer):
            self.executor.add_node(node)
        self.cameras = {name: self.peer.create_publisher(Image, f"{name}/image", RELIABLE) for name in CAMERAS}
        self.own, self.faces, self.rooms = {name: [] for name in CAMERAS}, [], []
        for name, heard in self.own.items():
            self.peer.create_subscription(EmotionDistributionArray, f"{name}/faces", heard.append, 100)
        self.peer.create_subscription(EmotionDistributionArray, "faces", self.faces.append, 100)
        self.peer.create_subscription(EmotionDistribution, "emotion", self.rooms.append, 100)
        assert self.until(lambda: all(one.get_subscription_count() for one in self.cameras.values()))
        topic = fuser.get("topic", "faces")
        wanted = 2 if topic == "faces" else 1
        count = self.peer.count_subscribers
        assert self.until(lambda: all(count(f"{name}/{topic}") == wanted for name in CAMERAS))
        assert self.until(lambda: self.peer.count_publishers("faces") and self.peer.count_publishers("emotion"))

    def until(self, condition, seconds=PATIENCE):
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.executor.spin_once(timeout_sec=0.02)
        return result

    def show(self, stamp, **levels):
        for name, level in levels.items():
            before = len(self.own[name])
            self.cameras[name].publish(image(stamp, level=level))
            assert self.until(lambda name=name, before=before: len(self.own[name]) > before)

    def close(self):
        self.detector.gate.set()
        self.executor.shutdown()
        for node in (self.shared, self.fuser, self.peer):
            node.destroy_node()


@pytest.fixture
def hall(graph, tiny_model):
    made = []

    def make(**fuser):
        made.append(Hall(tiny_model, **fuser))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_each_camera_has_its_own_faces_and_the_room_is_both(hall):
    both = hall(rate=1000.0)
    for stamp in range(1, 5):
        both.show(stamp, left=255, right=5)
    for name, wanted in (("left", HAPPY), ("right", SAD)):
        message = both.own[name][-1]
        assert message.header.stamp.sec == 4
        assert np.argmax(message.faces[0].probabilities) == wanted
        assert len({one.faces[0].face_id for one in both.own[name]}) == 1
    assert both.until(lambda: both.rooms and both.rooms[-1].face_id == "room" and both.rooms[-1].header.stamp.sec == 4)
    room = both.rooms[-1]
    assert sorted(np.argsort(room.probabilities)[-2:]) == [HAPPY, SAD]
    assert {face.face_id.split("/")[0] for face in both.faces[-1].faces} == set(CAMERAS)


def test_images_that_wait_together_are_one_call_of_the_network(hall):
    both = hall()
    both.show(1, left=255)
    both.detector.gate.clear()
    both.detector.entered.clear()
    both.cameras["left"].publish(image(2))
    assert both.until(both.detector.entered.is_set)
    received = both.shared._worker.received
    both.cameras["left"].publish(image(3))
    both.cameras["right"].publish(image(3))
    assert both.until(lambda: both.shared._worker.received == received + 2)
    both.calls.clear()
    both.detector.gate.set()
    assert both.until(lambda: both.own["right"] and both.own["left"][-1].header.stamp.sec == 3)
    assert both.calls == [1, 2]


def test_a_camera_that_stops_leaves_the_room_and_is_named(hall, capfd):
    both = hall(max_age=0.5, input_timeout=0.5, rate=1000.0)
    text = []

    def said(*words):
        text.append(capfd.readouterr().err)
        return [line for line in "".join(text).splitlines() if all(word in line for word in words)]

    for stamp in range(1, 5):
        both.show(stamp, left=255, right=5)
    assert both.until(lambda: both.rooms[-1].face_id == "room")

    def only_left():
        both.show(9, left=255)
        return both.rooms[-1].face_id.startswith("left/")

    assert both.until(only_left)
    assert both.until(lambda: only_left() and said("[fuser]", "/right/faces is silent", "goes on without it"))
    assert not said("[fuser]", "this machine alone is heard"), "its perception is there"
    both.show(10, right=5)
    assert both.until(lambda: said("[fuser]", "right is heard again"))


def test_a_camera_that_nobody_perceives_may_be_elsewhere(graph, capfd, monkeypatch):
    fuser = FuserNode(parameter_overrides=[Parameter("cameras", value=["gone"]), Parameter("input_timeout", value=0.5)])
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
    executor, patience, text = make_executor(), Patience(PATIENCE), ""
    executor.add_node(fuser)
    while "/gone/faces is silent" not in text and patience.lasts():
        executor.spin_once(timeout_sec=0.1)
        text += capfd.readouterr().err
    executor.shutdown()
    fuser.destroy_node()
    assert "the network between; this machine alone is heard" in text


def test_a_torn_image_of_one_camera_does_not_hold_up_the_other(hall):
    both = hall()
    both.cameras["left"].publish(image(1, data=bytes(100)))
    both.show(2, right=255)
    assert both.until(lambda: both.shared.frames_refused == 1)
    assert both.own["left"] == []


def test_emotions_in_place_of_faces_count_each_camera_once(hall):
    both = hall(topic="emotion", rate=1000.0, room="largest")
    for stamp in range(1, 5):
        both.show(stamp, left=255, right=0)
    assert both.until(lambda: both.rooms)
    assert both.rooms[-1].face_id.startswith("left/")
    assert len(both.faces[-1].faces) == 1


def told(stamp, probabilities):
    """A camera's `faces` with one face."""
    message = EmotionDistributionArray()
    message.header.stamp.sec = stamp
    message.faces = [EmotionDistribution(header=message.header, face_id="f1", probabilities=probabilities)]
    return message


def test_shut_down_while_messages_wait_the_fuser_lives_on(hall):
    """The shutdown comes first, then what had arrived before it: the topics that it would go to are gone."""
    both = hall(rate=1000.0)
    both.show(1, left=255)
    assert both.until(lambda: both.faces)
    (left, *_) = both.fuser._inputs
    before = dict(both.fuser._counts)
    assert both.fuser.trigger_shutdown()
    left.callback(told(2, np.full(7, 1 / 7, np.float32)))
    assert both.fuser._counts == before
    assert both.fuser.state == "finalized"


def test_of_a_message_with_faces_without_end_the_fuser_looks_at_a_hundred(hall):
    both = hall(rate=1000.0)
    crowd = both.peer.create_publisher(EmotionDistributionArray, "left/faces", RELIABLE)
    assert both.until(lambda: crowd.get_subscription_count() == 2)
    message = told(1, np.full(7, 1 / 7, np.float32))
    message.faces = [
        EmotionDistribution(header=message.header, face_id=f"f{n}", probabilities=message.faces[0].probabilities)
        for n in range(150)
    ]
    crowd.publish(message)
    assert both.until(lambda: both.faces)
    assert {face.face_id for face in both.faces[-1].faces} == {f"left/f{n}" for n in range(100)}


def test_without_a_clock_the_simulated_time_is_0_and_the_room_is_told_all_the_same(hall, capfd):
    both = hall(use_sim_time=True, rate=1000.0)
    text = []

    def said():
        text.append(capfd.readouterr().err)
        return [line for line in "".join(text).splitlines() if "[fuser]" in line and "nobody publishes /clock" in line]

    for stamp in range(1, 5):
        both.show(stamp, left=255, right=5)
    assert both.until(lambda: both.rooms and both.rooms[-1].header.stamp.sec == 4)
    assert both.until(said)
    status = []
    both.peer.create_subscription(DiagnosticArray, "/diagnostics", status.append, 10)
    assert both.until(lambda: len([one for one in status if "fuser" in one.status[0].name]) > 2)
    assert len(said()) == 1


@pytest.mark.parametrize(
    ("node", "name", "wrong", "says"),
    [
        (FuserNode, "cameras", ["left", "left"], "one twice"),
        (FuserNode, "room", "mood", "choose one of"),
        (FuserNode, "max_age", 0.0, "max_age is 0.0 s"),
        (SharedPerceptionNode, "cameras", [""], "names none"),
        (SharedPerceptionNode, "model", "/nowhere.onnx", "no model file"),
    ],
)
def test_wrong_parameters_are_one_line(graph, node, name, wrong, says):
    with pytest.raises(PerceptionError, match=says) as caught:
        node(parameter_overrides=[Parameter(name, value=wrong)])
    assert "\n" not in str(caught.value)

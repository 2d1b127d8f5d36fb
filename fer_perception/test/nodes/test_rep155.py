# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""REP-155 out of perception: what a ROS4HRI listener, written from the REP, gets over real DDS."""

import array
import math
import time

import numpy as np
import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from interface_packages import provide
from rclpy.node import Node
from rclpy.parameter import Parameter
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from fer_common.emotions import LABELS, VALENCE_AROUSAL
from fer_common.rep155 import EXPRESSIONS, to_expression
from fer_common.ros.executor import make_executor, withdraw
from fer_msgs.msg import EmotionDistributionArray
from fer_perception import Detection, FaceDetector, Perception, Settings
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors.base import BoxGeometry
from fer_perception.fusion.room import FaceEmotion
from fer_perception.node import PerceptionNode
from fer_perception.nodes import rep155 as humans_module
from fer_perception.nodes.rep155 import HOLD, ExpressionPublisher

pytestmark = pytest.mark.timeout(900)  # the first run builds hri_msgs


def face(face_id, box, probabilities, score=0.9):
    return FaceEmotion(face_id, box, score, np.asarray(probabilities, np.float32), None, True)


def header(seconds):
    message = Header(frame_id="camera")
    message.stamp.sec, message.stamp.nanosec = int(seconds), round(seconds % 1 * 1e9)
    return message


class Listener:
    """Follows the list of ids and each face's topics, as pyhri does; a face that is not listed is forgotten."""

    def __init__(self, node):
        from hri_msgs.msg import Expression, IdsList, NormalizedRegionOfInterest2D

        self.kinds = {"roi": NormalizedRegionOfInterest2D, "expression": Expression}
        self.node, self.lists, self.faces, self.lost = node, [], {}, []
        node.create_subscription(IdsList, "/humans/faces/tracked", self.take, 10)

    def take(self, message):
        self.lists.append(message)
        for face_id in set(self.faces) - set(message.ids):
            self.lost.append(face_id)
            for subscription in self.faces.pop(face_id)["subscriptions"]:
                withdraw(self.node, subscription)
        for face_id in set(message.ids) - set(self.faces):
            heard = self.faces[face_id] = {"roi": [], "expression": [], "subscriptions": []}
            for name, kind in self.kinds.items():
                topic = f"/humans/faces/{face_id}/{name}"
                heard["subscriptions"].append(self.node.create_subscription(kind, topic, heard[name].append, 10))


@pytest.fixture
def room():
    """A node that publishes, a listener, and a function that spins both until a condition holds."""
    provide("hri_msgs")
    rclpy.init()
    node, peer = rclpy.create_node("perception"), rclpy.create_node("listener")
    listener = Listener(peer)
    executor = make_executor()
    executor.add_node(node)
    executor.add_node(peer)
    humans = ExpressionPublisher.create(node)
    assert humans is not None

    def until(condition, step=lambda: None, seconds=30.0):
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            step()
            for _ in range(4):
                executor.spin_once(timeout_sec=0.01)
        return condition()

    assert until(lambda: peer.count_publishers("/humans/faces/tracked"))
    yield humans, listener, until, node
    executor.shutdown()
    node.destroy_node()
    peer.destroy_node()
    rclpy.shutdown()


def test_ids_regions_and_expressions(room):
    humans, listener, until, _ = room
    surprised = [0.0, 0.1, 0.1, 0.1, 0.1, 0.0, 0.6]
    faces = [face("f1", (160, 120, 320, 240), surprised), face("f2", (0, 0, 64, 48), np.eye(7)[2], 0.7)]
    assert until(
        lambda: (
            len(listener.faces) == 2 and all(heard["expression"] and heard["roi"] for heard in listener.faces.values())
        ),
        lambda: humans.publish(header(5.25), (480, 640), faces, 5_250_000_000),
    )
    assert listener.lists[-1].ids == ["f1", "f2"]
    first, second = (listener.faces[face_id] for face_id in ("f1", "f2"))
    said, where = first["expression"][-1], first["roi"][-1]
    for message in (listener.lists[-1], said, where):
        assert (message.header.stamp.sec, message.header.stamp.nanosec) == (5, 250_000_000)
        assert message.header.frame_id == "camera"
    assert said.expression == "surprised"
    assert said.confidence == pytest.approx(0.6)
    valence = 0.1 * -0.60 + 0.1 * -0.64 + 0.1 * 0.81 + 0.6 * 0.40
    arousal = 0.1 * 0.35 + 0.1 * 0.60 + 0.1 * 0.51 + 0.6 * 0.67
    assert (said.valence, said.arousal) == (pytest.approx(valence), pytest.approx(arousal))
    assert [where.xmin, where.ymin, where.xmax, where.ymax, where.c] == pytest.approx([0.25, 0.25, 0.75, 0.75, 0.9])
    assert second["expression"][-1].expression == "scared"
    assert [second["roi"][-1].xmax, second["roi"][-1].ymax] == pytest.approx([0.1, 0.1])


@pytest.mark.parametrize("stands", [False, True], ids=["by its stamp", "whose stamp stands still"])
def test_a_face_is_lost_after_a_while_and_its_topics_with_it(room, stands):
    humans, listener, until, node = room

    def publish(seconds, faces):
        humans.publish(header(1.0 if stands else seconds), (480, 640), faces, round(seconds * 1e9))

    one = [face("f1", (0, 0, 64, 48), np.eye(7)[3])]
    assert until(lambda: "f1" in listener.faces, lambda: publish(1.0, one))
    count = len(listener.lists)
    publish(1.0 + HOLD - 0.01, [])
    assert until(lambda: len(listener.lists) > count)
    assert listener.lists[-1].ids == ["f1"], "one missed image is no loss"
    publish(1.0 + HOLD + 0.01, [])
    assert until(lambda: listener.lost == ["f1"])
    assert listener.lists[-1].ids == []
    assert node.count_publishers("/humans/faces/f1/expression") == 0
    assert until(lambda: "f1" in listener.faces, lambda: publish(2.0, one))


def test_stamps_that_go_back_lose_nobody_that_is_seen(room):
    humans, listener, until, _ = room
    one = [face("f1", (0, 0, 64, 48), np.eye(7)[3])]
    for stamp in (100.0, 1.0):
        assert until(
            lambda stamp=stamp: listener.lists and listener.lists[-1].header.stamp.sec == int(stamp),
            lambda stamp=stamp: humans.publish(header(stamp), (480, 640), one, int(stamp * 1e9)),
        )
        assert listener.lists[-1].ids == ["f1"]


def test_somebody_else_who_lists_faces_is_named_once(room, capfd):
    humans, listener, until, _ = room
    other = listener.node.create_publisher(
        humans_module.import_module("hri_msgs.msg").IdsList, "/humans/faces/tracked", 10
    )
    said = []

    def told():
        humans.look_beside()
        said.append(capfd.readouterr().err)
        return "2 publish on /humans/faces/tracked (/listener, /perception)" in "".join(said)

    assert until(told)
    withdraw(listener.node, other)
    until(lambda: False, humans.look_beside, 0.2)
    assert "".join(said).count("publish on") == 1


def test_nothing_without_hri_msgs(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(humans_module, "import_module", missing)
    assert ExpressionPublisher.create(Node.__new__(Node)) is None


@pytest.mark.parametrize("index", range(7))
def test_every_label_has_its_word_and_its_place(index):
    said = to_expression(np.eye(7, dtype=np.float32)[index])
    words = ["angry", "disgusted", "scared", "happy", "neutral", "sad", "surprised"]
    assert said.expression == EXPRESSIONS[index] == words[index]
    assert LABELS[index][:3] in (words[index][:3], "fea")
    assert (said.valence, said.arousal) == pytest.approx(VALENCE_AROUSAL[index])
    assert said.confidence == 1


def test_always_in_range():
    for row in np.random.default_rng(0).dirichlet(np.full(7, 0.3), 200).astype(np.float32):
        said = to_expression(row)
        assert -1 <= said.valence <= 1
        assert -1 <= said.arousal <= 1
        assert 0 <= said.confidence <= 1
        assert math.isfinite(said.valence + said.arousal)


class Bright(FaceDetector):
    """Takes the whole image for one face wherever it is not black."""

    name = "bright"
    geometry = BoxGeometry(side=1.0)

    def detect(self, image):
        return [Detection((0.0, 0.0, float(image.shape[1]), float(image.shape[0])), 0.9)] if image.any() else []


@pytest.mark.parametrize("wanted", [True, False], ids=["by default", "switched off"])
def test_the_node_publishes_them_from_its_worker(tiny_model, wanted, capfd):
    provide("hri_msgs")
    said = []
    rclpy.init()
    settings = Settings(filter_time=0.0)
    node = PerceptionNode(
        perception=Perception(Bright(), EmotionClassifier.load(tiny_model), settings),
        parameter_overrides=[] if wanted else [Parameter("rep155", value=False)],
    )
    peer = rclpy.create_node("camera")
    listener = Listener(peer)
    camera = peer.create_publisher(Image, "image", 10)
    faces = []
    peer.create_subscription(EmotionDistributionArray, "faces", faces.append, 100)
    executor = make_executor()
    executor.add_node(node)
    executor.add_node(peer)
    deadline, stamp = time.monotonic() + 30, 0

    def heard():
        return any(face["expression"] for face in listener.faces.values())

    # Appear, vanish, appear: publishers come and go in the worker's thread while the executor spins.
    for level in (255, 0, 255):
        count = len(faces)
        while time.monotonic() < deadline and (len(faces) < count + 30 or (level and wanted and not heard())):
            stamp += 1
            message = Image(header=header(stamp / 20), height=48, width=64, encoding="mono8", step=64)
            message.data = array.array("B", bytes([level])) * (48 * 64)
            camera.publish(message)
            for _ in range(4):
                executor.spin_once(timeout_sec=0.005)
    assert len(faces) >= 90
    if wanted:
        (seen,) = listener.faces.values()
        assert seen["expression"][-1].expression == "happy"
        assert seen["expression"][-1].valence > 0.3
        assert [seen["roi"][-1].xmin, seen["roi"][-1].xmax] == [0, 1]
        assert len(listener.lost) == 1
        peer.create_publisher(type(listener.lists[0]), "/humans/faces/tracked", 10)
        while time.monotonic() < deadline and "publish on /humans/faces/tracked" not in "".join(said):
            executor.spin_once(timeout_sec=0.05)
            said.append(capfd.readouterr().err)
        assert "2 publish on /humans/faces/tracked (/camera, /perception)" in "".join(said)
    else:
        assert node.count_publishers("/humans/faces/tracked") == 0
        assert listener.lists == []
    executor.shutdown()
    node.destroy_node()
    peer.destroy_node()
    rclpy.shutdown()

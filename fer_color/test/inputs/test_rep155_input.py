# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light from somebody else's /humans/faces/*/expression alone, over real DDS."""

import sys

import pytest
from waiting import PATIENCE, Patience

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from interface_packages import provide
from rclpy.parameter import Parameter
from robot_bench import PATIENT

from fer_color.errors import ColorError
from fer_color.inputs.rep155 import MOST
from fer_color.node import ColorNode
from fer_common.ros.executor import make_executor, withdraw
from fer_msgs.msg import EmotionDistribution, LightColor

pytestmark = pytest.mark.timeout(900)  # the first run builds hri_msgs


@pytest.fixture(scope="module", autouse=True)
def graph():
    rclpy.init()
    yield
    rclpy.try_shutdown()


class Room:
    """A colour node that listens to REP-155, and a recogniser that is not ours."""

    def __init__(self, **parameters):
        provide("hri_msgs")
        from hri_msgs.msg import Expression, IdsList

        self.Expression, self.IdsList = Expression, IdsList
        parameters = {"lights": ["none"], "input": "rep155", "smoothing_time": 0.0} | PATIENT | parameters
        overrides = [Parameter(name, value=value) for name, value in parameters.items()]
        self.frames, self.colors = [], []
        self.node = ColorNode(observer=self.frames.append, parameter_overrides=overrides)
        self.peer = rclpy.create_node("recogniser")
        self.peer.create_subscription(LightColor, "color", self.colors.append, 10)
        self.tracked = self.peer.create_publisher(IdsList, "/humans/faces/tracked", 10)
        self.faces = {}
        self.executor = make_executor()
        self.executor.add_node(self.node)
        self.executor.add_node(self.peer)

    def until(self, condition, seconds=PATIENCE):
        patience = Patience(seconds)
        while not (result := condition()) and patience.lasts():
            self.executor.spin_once(timeout_sec=0.02)
        return result

    def publish(self, expressions, stamp=7, listed=True):
        if listed:
            self.tracked.publish(self.IdsList(ids=list(expressions)))
        for face_id, values in expressions.items():
            if face_id not in self.faces:
                topic = f"/humans/faces/{face_id}/expression"
                self.faces[face_id] = self.peer.create_publisher(self.Expression, topic, 10)
            message = self.Expression(**values)
            message.header.stamp.sec = stamp
            self.faces[face_id].publish(message)

    def leave(self, face_id):
        withdraw(self.peer, self.faces.pop(face_id))

    def shows(self, wanted, expressions, seconds=PATIENCE, **kwargs):
        """Whether the light comes to the wanted colour while these expressions are published."""
        patience = Patience(seconds)

        def there():
            return self.frames and max(abs(a - b) for a, b in zip(self.frames[-1].rgb, wanted)) <= 1

        while not there() and patience.lasts():
            self.publish(expressions, **kwargs)
            self.until(there, 0.05)
        return there()

    def close(self):
        self.node.close()
        self.executor.shutdown()
        self.node.destroy_node()
        self.peer.destroy_node()


@pytest.fixture
def room():
    made = []

    def make(**parameters):
        made.append(Room(**parameters))
        return made[-1]

    yield make
    for one in made:
        one.close()


SAD = {"expression": "sad", "confidence": 1.0}
HAPPY = {"expression": "happy", "confidence": 1.0}
BLUE, GREEN, TEAL = (26, 97, 175), (74, 184, 71), (50, 140, 123)


@pytest.mark.parametrize("listed", [True, False], ids=["with the list of ids", "expressions alone"])
def test_ids_come_and_go(room, listed):
    house = room(idle_after=0.2, fade_time=0.2, input_timeout=3.0)
    assert house.shows(BLUE, {"bf3d": SAD}, listed=listed)
    assert house.shows(TEAL, {"bf3d": SAD, "a1": HAPPY}, listed=listed), "two faces: their mean"
    assert house.colors[-1].header.stamp.sec == 7
    house.leave("bf3d")
    assert house.shows(GREEN, {"a1": HAPPY}, listed=listed)
    house.leave("a1")
    assert house.shows((48, 32, 16), {}, listed=listed), "nobody: the idle colour"
    assert house.shows(BLUE, {"c2": SAD}, listed=listed), "another one"


def test_valence_and_arousal_where_no_word_is_given(room):
    house = room()
    # The table's place of sad, with nothing close to it.
    assert house.shows(BLUE, {"a": {"valence": -0.63, "arousal": -0.27, "confidence": 0.9}})
    assert house.shows((255, 255, 255), {"a": {"valence": 0.0, "arousal": 0.0}})


def test_nan_is_named_and_the_last_good_colour_stays(room, capfd):
    house = room()
    assert house.shows(BLUE, {"a": SAD})
    count = len(house.frames)
    for _ in range(10):
        house.publish({"a": {"valence": float("nan"), "arousal": 0.0}})
        house.until(lambda: False, 0.05)
    assert len(house.frames) > count
    assert house.frames[-1].rgb == house.frames[count - 1].rgb
    assert capfd.readouterr().err.count("ignored an emotion that has a probability that is no number") == 1


def test_odd_ids_in_the_list_are_left_out(room):
    house = room()
    house.tracked.publish(house.IdsList(ids=["", "a b", "../x", "ä", "{node}", "2nd", "~", "a"]))
    assert house.shows(BLUE, {"a": SAD}, listed=False)


def test_a_list_without_end_is_followed_as_far_as_it_goes_and_who_was_there_stays(room):
    house = room()
    assert house.shows(BLUE, {"zoe": SAD}, listed=False)
    ids = ["zoe", *(f"a {number}" for number in range(MOST)), *(f"n{number}" for number in range(MOST + 50))]
    house.tracked.publish(house.IdsList(ids=ids))  # what can be no id takes nobody's place

    def followed():
        topics = [name for name, _ in house.node.get_topic_names_and_types() if name.endswith("/expression")]
        return sum(house.node.count_subscribers(name) for name in topics)

    assert house.until(lambda: followed() == MOST)
    assert house.node.count_subscribers("/humans/faces/zoe/expression") == 1


def test_our_own_topics_are_not_listened_to(room):
    house = room()
    assert house.node.count_subscribers("emotion") == 0
    publisher = house.peer.create_publisher(EmotionDistribution, "emotion", 10)
    publisher.publish(EmotionDistribution(probabilities=[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]))
    house.until(lambda: False, 0.3)
    assert house.frames == []


def test_silence_is_named_with_the_topic(room, capfd):
    house = room(input_timeout=0.5)
    assert house.shows(BLUE, {"a": SAD})
    seen = []

    def named():
        seen.append(capfd.readouterr().err)
        return "nothing has arrived on '/humans/faces/*/expression'" in "".join(seen)

    assert house.until(named)


def test_without_hri_msgs_the_start_is_refused_in_one_line(monkeypatch):
    for module in ("hri_msgs", "hri_msgs.msg"):
        monkeypatch.setitem(sys.modules, module, None)
    overrides = [Parameter("lights", value=["none"]), Parameter("input", value="rep155")]
    with pytest.raises(
        ColorError, match=r"input 'rep155': package 'hri_msgs' is not installed: sudo apt install"
    ) as caught:
        ColorNode(parameter_overrides=overrides)
    assert "\n" not in str(caught.value)

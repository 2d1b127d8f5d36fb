"""The node over real DDS."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import cv2
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import CompressedImage, Image
from std_msgs.msg import String

from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
from fer_perception import Detection, FaceDetector, Perception, PerceptionError, Settings
from fer_perception.classifier import EmotionClassifier
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


@pytest.fixture(scope="module", autouse=True)
def graph():
    rclpy.init()
    yield
    rclpy.try_shutdown()


class Bench:
    """A perception node and what talks to it, spun by one executor."""

    def __init__(self, model, *, qos=RELIABLE, **parameters):
        self.detector = Bright()
        classifier = EmotionClassifier.load(model)
        self.observed = []
        self.node = PerceptionNode(
            observer=self.observed.append,
            perception=Perception(self.detector, classifier, Settings(filter_time=0.0)),
            parameter_overrides=[
                Parameter(name, value=value) for name, value in ({"filter_time": 0.0} | parameters).items()
            ],
        )
        self.peer = rclpy.create_node("camera")
        self.faces, self.emotions, self.diagnostics = [], [], []
        self.peer.create_subscription(EmotionDistributionArray, "faces", self.faces.append, 100)
        self.peer.create_subscription(EmotionDistribution, "emotion", self.emotions.append, 100)
        self.peer.create_subscription(
            DiagnosticArray, "/diagnostics", lambda array: self.diagnostics.extend(array.status), 10
        )
        self.qos = qos
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(self.node)
        self.executor.add_node(self.peer)
        assert self.until(lambda: self.peer.count_publishers("faces") and self.peer.count_publishers("emotion"))

    def camera(self, kind=Image, topic="image"):
        publisher = self.peer.create_publisher(kind, topic, self.qos)
        assert self.until(publisher.get_subscription_count)
        return publisher

    def until(self, condition, seconds=20.0):
        deadline = time.monotonic() + seconds
        while not (result := condition()) and time.monotonic() < deadline:
            self.executor.spin_once(timeout_sec=0.02)
        return result

    def result_of(self, stamp):
        return [message for message in self.faces if message.header.stamp.sec == stamp]

    def close(self):
        self.detector.gate.set()
        self.executor.remove_node(self.node)
        self.executor.remove_node(self.peer)
        self.node.destroy_node()
        self.peer.destroy_node()
        self.executor.shutdown()


@pytest.fixture
def bench(tiny_model):
    made = []

    def make(**kwargs):
        made.append(Bench(tiny_model, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.close()


def image(stamp, level=255, width=64, height=48, **changes):
    message = Image(height=height, width=width, encoding="mono8", step=width)
    message.data = np.full(width * height, level, np.uint8).tobytes()
    message.header.stamp.sec, message.header.stamp.nanosec = stamp, 7
    message.header.frame_id = "lens"
    for name, value in changes.items():
        setattr(message, name, value)
    return message


@pytest.mark.parametrize("qos", [RELIABLE, BEST_EFFORT], ids=["reliable", "best effort"])
def test_image_in_faces_and_emotion_out_with_its_header(bench, qos):
    room = bench(qos=qos)
    camera = room.camera()
    for stamp in range(100, 130):  # best effort may lose one
        camera.publish(image(stamp))
        if room.until(lambda stamp=stamp: room.result_of(stamp), 2.0):
            break
    faces = room.faces[-1]
    assert room.until(lambda: room.emotions)
    emotion = room.emotions[-1]
    assert len(faces.faces) == 1
    for message in (faces, faces.faces[0], emotion):
        assert message.header.stamp.sec == stamp
        assert message.header.stamp.nanosec == 7
        assert message.header.frame_id == "lens"
    for message in (faces.faces[0], emotion):
        assert (message.roi.x_offset, message.roi.y_offset, message.roi.width, message.roi.height) == (0, 0, 64, 48)
        assert message.detection_score == pytest.approx(0.9)
        assert sum(message.probabilities) == pytest.approx(1, abs=1e-5)
        assert np.argmax(message.probabilities) == HAPPY
    assert faces.faces[0].face_id == emotion.face_id != ""
    assert room.until(lambda: room.observed)
    assert (room.observed[-1].stamp_ns, room.observed[-1].faces) == (stamp * 10**9 + 7, 1)


def test_nobody_is_an_empty_array_and_no_emotion(bench):
    room = bench()
    camera = room.camera()
    camera.publish(image(1, level=0))
    assert room.until(lambda: room.result_of(1))
    camera.publish(image(2, level=10))
    assert room.until(lambda: room.result_of(2) and room.emotions)
    assert [len(message.faces) for message in room.faces] == [0, 1]
    assert [message.header.stamp.sec for message in room.emotions] == [2]
    assert np.argmax(room.emotions[0].probabilities) == SAD


def test_a_face_keeps_its_id(bench):
    room = bench()
    camera = room.camera()
    for stamp in range(10, 15):
        camera.publish(image(0, header=image(10).header))
        room.until(lambda stamp=stamp: len(room.faces) == stamp - 9)
    assert len(room.faces) == 5
    assert len({message.faces[0].face_id for message in room.faces}) == 1


def test_compressed_images(bench):
    room = bench(compressed=True)
    camera = room.camera(CompressedImage, "image/compressed")
    for stamp, extension in ((5, ".jpg"), (6, ".png")):
        coded = cv2.imencode(extension, np.full((48, 64, 3), 255, np.uint8))[1].tobytes()
        camera.publish(CompressedImage(header=image(stamp).header, format=extension, data=coded))
        assert room.until(lambda stamp=stamp: room.result_of(stamp))
    camera.publish(CompressedImage(header=image(7).header, format="jpeg", data=b"\xff\xd8 torn"))
    assert room.until(lambda: room.node.frames_refused == 1)


BAD = {
    "torn": (image(20, data=bytes(100)), "torn"),
    "wrong step": (image(20, step=10), "step"),
    "unknown encoding": (image(20, encoding="bayer_rggb8"), "bayer_rggb8"),
    "empty": (image(20, data=b""), "torn"),
    "no size": (image(20, width=0, height=0), "empty"),
    "gigantic": (image(20, data=b"1", step=2**31), "torn"),
}


def test_bad_images_in_a_row_are_counted_and_the_good_one_after_them_is_seen(bench):
    room = bench(every_frame=True)
    camera = room.camera()
    for count, (message, _) in enumerate(BAD.values(), 1):
        camera.publish(message)
        assert room.until(lambda count=count: room.node.frames_refused == count)
    assert room.faces == []
    camera.publish(image(20, width=8000, height=6000))  # large, not bad
    assert room.until(lambda: room.result_of(20))
    camera.publish(image(10))  # the stamp goes backwards
    assert room.until(lambda: room.result_of(10))
    camera.publish(image(21))
    assert room.until(lambda: room.result_of(21))
    assert room.node.frames_in == len(BAD) + 3
    assert room.node.frames_processed == 3
    assert room.node.frames_refused == len(BAD)
    assert room.until(lambda: [s for s in room.diagnostics if value(s, "refused") == str(len(BAD))])


def value(status, key):
    return next((item.value for item in status.values if item.key == key), None)


@pytest.mark.parametrize("name", BAD)
def test_each_bad_image_is_named_in_one_line(bench, capfd, name):
    message, word = BAD[name]
    room = bench()
    camera = room.camera()
    camera.publish(message)
    assert room.until(lambda: room.node.frames_refused == 1)
    lines = [line for line in capfd.readouterr().err.splitlines() if "an image is left out" in line]
    assert len(lines) == 1
    assert word in lines[0]
    assert "please report" not in lines[0]


def test_a_stamp_going_backwards_is_named(bench, capfd):
    room = bench()
    camera = room.camera()
    for stamp in (50, 40):
        camera.publish(image(stamp))
        assert room.until(lambda stamp=stamp: room.result_of(stamp))
    assert capfd.readouterr().err.count("stamp went back by 10.000 s") == 1


def test_images_without_a_stamp_count_by_their_arrival(bench, capfd):
    room = bench()
    camera = room.camera()
    for count in (1, 2):
        message = image(0)
        message.header.stamp.nanosec = 0
        camera.publish(message)
        assert room.until(lambda count=count: len(room.faces) == count)
    assert len({message.faces[0].face_id for message in room.faces}) == 1
    assert {message.header.stamp.sec for message in room.faces} == {0}, "the header stays the source image's"
    assert capfd.readouterr().err.count("carry no stamp") == 1


def test_a_publisher_that_does_not_match_is_named_with_the_remedy(bench, capfd):
    room = bench(qos_reliability="reliable")
    room.peer.create_publisher(Image, "image", BEST_EFFORT)
    said = []

    def named():
        said.extend(line for line in capfd.readouterr().err.splitlines() if "QoS" in line)
        return [line for line in said if "[perception]" in line or "perception" in line]

    assert room.until(named)
    (line,) = [line for line in said if "does not match" in line]
    assert "/image" in line
    assert "/camera offers reliability best_effort" in line
    assert "-p qos_reliability:=best_effort" in line


def test_the_newest_image_wins_and_the_others_are_counted(bench):
    room = bench()
    camera = room.camera()
    room.detector.gate.clear()
    camera.publish(image(1))
    assert room.until(room.detector.entered.is_set)
    for count, stamp in enumerate(range(2, 12), 2):  # while the first one is being looked at
        camera.publish(image(stamp))
        assert room.until(lambda count=count: room.node.frames_in == count)
    assert room.node.frames_dropped == 9
    room.detector.gate.set()
    assert room.until(lambda: room.result_of(11))
    assert [message.header.stamp.sec for message in room.faces] == [1, 11]
    assert room.until(lambda: room.node.frames_processed == 2)
    assert room.node.frames_in == room.node.frames_processed + room.node.frames_dropped + room.node.frames_refused
    assert room.until(lambda: [s for s in room.diagnostics if value(s, "dropped") == "9"])


def test_every_frame_drops_none(bench):
    room = bench(every_frame=True)
    camera = room.camera()
    for stamp in range(1, 21):
        camera.publish(image(stamp))
    assert room.until(lambda: len(room.faces) == 20)
    assert [message.header.stamp.sec for message in room.faces] == list(range(1, 21))
    assert room.node.frames_dropped == 0


def silence(room, capfd):
    text = []

    def said():
        text.append(capfd.readouterr().err)
        return "no image on" in "".join(text)

    assert room.until(said)
    (line,) = [line for line in "".join(text).splitlines() if "no image on" in line]
    return line


def test_silence_is_named_with_the_topic_and_with_what_there_is(bench, capfd):
    room = bench(input_timeout=0.5)
    room.peer.create_publisher(Image, "/other_camera/image_raw", RELIABLE)
    assert room.until(lambda: room.node.count_publishers("/other_camera/image_raw"))
    line = silence(room, capfd)
    assert "/image" in line
    assert "nobody publishes it" in line
    assert "image:=" in line
    camera = room.camera()
    camera.publish(image(3))
    assert room.until(lambda: room.result_of(3))
    assert room.until(lambda: "images arrive on /image again" in capfd.readouterr().err or room.faces)


def test_silence_of_a_publisher_names_it(bench, capfd):
    room = bench(input_timeout=0.5)
    room.camera()
    assert room.until(lambda: room.node.count_publishers("/image"))
    line = silence(room, capfd)
    assert "/camera publishes it, but sends nothing" in line


def test_another_type_on_the_topic_is_named(bench, capfd):
    room = bench(input_timeout=0.5)
    elsewhere = rclpy.Context()  # a DDS participant has one type a topic
    elsewhere.init()
    try:
        stranger = rclpy.create_node("stranger", context=elsewhere)
        stranger.create_publisher(String, "image", RELIABLE)
        assert room.until(lambda: room.node.count_publishers("/image"))
        assert "sends std_msgs/msg/String" in silence(room, capfd)
        stranger.destroy_node()
    finally:
        elsewhere.shutdown()


def test_silence_shows_in_the_diagnostics(bench):
    room = bench(input_timeout=0.5)
    assert room.until(lambda: [s for s in room.diagnostics if s.message == "no image arrives"])
    assert room.diagnostics[-1].hardware_id == "/image"
    assert value(room.diagnostics[-1], "detector") == "bright"


REFUSED_AT_START = [
    ("detection_threshold", 2.0, "detection_threshold is 2.0; it must be from 0.05 to 0.99"),
    ("detection_threshold", "high", "detection_threshold"),
    ("keep_id", 0.1, "keep_id is 0.1 s"),
    ("detector", "eyes", "choose one of auto, yunet, haar"),
    ("room", "mood", "choose one of largest, mean"),
    ("steady_hits", 6, "more than steady_window's 5"),
    ("qos_reliability", "maybe", "best_effort, reliable"),
    ("model", "/nowhere/model.onnx", "no model file"),
    ("backend", "abacus", "onnxruntime, torch"),
    ("prior", "even", "give 'as_trained', a strength from 0"),
]


@pytest.mark.parametrize(("name", "wrong", "says"), REFUSED_AT_START)
def test_a_wrong_parameter_at_the_start_is_refused(name, wrong, says):
    with pytest.raises(PerceptionError) as caught:
        PerceptionNode(parameter_overrides=[Parameter(name, value=wrong)])
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "wrong", "says"),
    [
        ("detection_threshold", 2.0, "detection_threshold"),
        ("steady_hits", 6, "more than steady_window"),
        ("room", "mood", "choose one of largest, mean"),
        ("max_faces", 0, "max_faces"),
        ("prior", 2.0, "a strength from 0"),
        ("prior", [1.0, 2.0], "seven numbers"),
        ("keep_id", "long", "type"),
        ("detector", "haar", ""),
        ("model", "other.onnx", ""),
    ],
)
def test_a_wrong_change_is_refused_with_the_reason(bench, name, wrong, says):
    room = bench()
    before = room.node.get_parameter(name).value
    (result,) = room.node.set_parameters([Parameter(name, value=wrong)])
    assert not result.successful
    assert result.reason
    assert says in result.reason
    assert room.node.get_parameter(name).value == before


def test_a_right_change_takes_effect(bench):
    room = bench()
    camera = room.camera()
    (result,) = room.node.set_parameters([Parameter("detection_threshold", value=0.5)])
    assert result.successful
    assert room.node.get_parameter("detection_threshold").value == 0.5
    camera.publish(image(1))
    assert room.until(lambda: room.result_of(1))
    assert room.detector.threshold == 0.5


def test_every_parameter_describes_itself(bench):
    node = bench().node
    names = list(Settings.__dataclass_fields__)
    for name, descriptor in zip(names, node.describe_parameters(names)):
        assert descriptor.description, name
        assert descriptor.read_only is not Settings.__dataclass_fields__[name].metadata["live"], name


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "fer_perception.node", "--ros-args", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-p", "detection_threshold:=7.0"], "detection_threshold is 7.0"),
        (["-p", "model:=/nowhere.onnx"], "no model file /nowhere.onnx"),
    ],
)
def test_the_executable_ends_in_one_line(arguments, says):
    process = start(*arguments)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    lines = [line for line in errors.splitlines() if line.strip()]
    assert len(lines) == 1, errors
    assert lines[0].startswith("perception: ")
    assert says in lines[0]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_executable_ends_with_0_when_it_is_told_to(tiny_model, how):
    process = start("-p", f"model:={tiny_model}", "-p", "detector:=haar", "-r", "image:=/lens", "-r", "__ns:=/hall")
    try:
        peer = rclpy.create_node("watcher")
        seen = []
        peer.create_subscription(DiagnosticArray, "/diagnostics", seen.append, 10)
        deadline = time.monotonic() + 60
        while not seen and process.poll() is None and time.monotonic() < deadline:
            rclpy.spin_once(peer, timeout_sec=0.05)
        assert seen[0].status[0].hardware_id == "/lens"
        assert peer.count_subscribers("/lens")
        assert peer.count_publishers("/hall/faces")
        peer.destroy_node()
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node over real DDS."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from waiting import PATIENCE

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from rclpy.parameter import Parameter
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from robot_bench import PATIENT, change_state
from std_msgs.msg import ColorRGBA

from fer_color import node as node_module
from fer_color.errors import ColorError
from fer_color.node import ColorNode
from fer_color.settings import Settings
from fer_common.ros.executor import make_executor
from fer_common.ros.stamps import stamp_ns
from fer_msgs import msg as messages

SAD, HAPPY = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
RELIABLE = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
LATER = 77  # seconds of an image's stamp
BEST_EFFORT = QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT)


@pytest.fixture(scope="module", autouse=True)
def graph():
    rclpy.init()
    yield
    rclpy.try_shutdown()


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
        deadline = time.monotonic() + seconds
        while not (result := condition()) and time.monotonic() < deadline:
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

    def close(self):
        self.node.close()
        self.executor.shutdown()
        self.node.destroy_node()
        self.peer.destroy_node()


@pytest.fixture
def bench(request):
    made = []

    def make(*args, **kwargs):
        made.append(Bench(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("qos", [RELIABLE, BEST_EFFORT], ids=["reliable", "best effort"])
def test_emotion_in_colour_out_with_its_stamp(bench, qos):
    room = bench(qos)
    for stamp in range(100, 130):
        room.show(SAD, stamp)
        # Reliable: each one comes. Best effort: DDS may drop one.
        patience = 1.0 if qos is BEST_EFFORT else PATIENCE
        came = room.until(lambda stamp=stamp: [c for c in room.colors if c.header.stamp.sec == stamp], patience)
        assert came or qos is BEST_EFFORT
        assert all(color.header.stamp.nanosec == 5 for color in came)
        room.until(lambda: False, 0.06)  # more slowly than `rate`
    assert room.colors
    assert room.colors[-1].header.frame_id == "camera"
    assert room.colors[-1].mode == "live"
    color = room.colors[-1].color
    assert 0 < color.r < color.g < color.b <= 175 / 255 + 1e-6
    assert color.a == 1
    assert room.until(lambda: room.plain and room.plain[-1] == color)
    stamps = [frame.stamp_ns for frame in room.frames if frame.stamp_ns is not None]
    assert stamps
    assert set(stamps) <= {stamp * 1_000_000_000 + 5 for stamp in range(100, 130)}
    assert stamps == sorted(set(stamps))
    assert any(frame.stamp_ns is None for frame in room.frames), "frames go out between images, too"
    assert [frame.sent_ns for frame in room.frames] == sorted(frame.sent_ns for frame in room.frames)


def test_silent_before_the_first_image(bench):
    room = bench(lights=["none"])
    room.until(lambda: False, 0.5)
    assert room.frames == []
    assert room.colors == []


def test_fades_with_a_warning_that_names_the_topic(bench, capfd):
    room = bench(idle_after=0.3, fade_time=0.2, input_timeout=0.5, smoothing_time=0.05)
    room.show(HAPPY)
    assert room.until(lambda: room.colors)
    assert room.until(lambda: any(color.mode == "fading" for color in room.colors))
    assert room.until(lambda: room.colors[-1].mode == "idle")
    assert room.colors[-1].header.stamp.sec > 1_000_000, "the time of the fade"
    assert room.until(lambda: [round(255 * part) for part in _parts(room.colors[-1])] == [48, 32, 16])
    room.until(lambda: False, 0.5)
    room.show(HAPPY)
    assert room.until(lambda: room.colors[-1].mode == "live")
    text = capfd.readouterr().err
    assert text.count("nothing has arrived on '/faces'") == 1
    assert text.count("arrive on '/faces' again") == 1


def _parts(message):
    return message.color.r, message.color.g, message.color.b


def test_nan_is_ignored_and_the_node_lives_on(bench, capfd):
    room = bench()
    room.show([float("nan")] * 7)
    room.show([0.2] * 7)
    room.show(SAD, 7)
    assert room.until(lambda: room.colors and room.colors[-1].mode == "live")
    assert [message.header.stamp.sec for message in room.colors if message.mode == "live"] == [7]
    assert capfd.readouterr().err.count("ignored an emotion") == 1


def test_stamp_going_backwards_is_kept(bench):
    room = bench()
    for stamp in (50, 40, 45):
        room.show(SAD, stamp)
        assert room.until(lambda stamp=stamp: room.colors and room.colors[-1].header.stamp.sec == stamp)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("brightness", 2.0, "brightness"),
        ("smoothing_time", -1.0, "smoothing_time"),
        ("mode", "rainbow", "choose one of continuous, discrete"),
        ("palette", "pastel", "unknown palette 'pastel'"),
        ("palette", "~no.such.user/p.yaml", "palette file '~no.such.user/p.yaml' cannot be read"),
        ("blending", "cmyk", "choose one of srgb, linear, oklab"),
        ("idle_color", [1, 2], "three whole numbers"),
        ("rate", 10.0, "read-only"),
    ],
)
def test_wrong_change_is_refused_with_the_reason(bench, name, value, says):
    room = bench()
    before = room.node.get_parameter(name).value
    (result,) = room.node.set_parameters([Parameter(name, value=value)])
    assert not result.successful
    assert says in result.reason
    assert room.node.get_parameter(name).value == before


def test_change_that_fails_in_an_unforeseen_way_is_refused(bench, monkeypatch):
    room = bench()

    def configure(settings):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(room.node._core, "configure", configure)
    (result,) = room.node.set_parameters([Parameter("brightness", value=0.5)])
    assert not result.successful
    assert "a fault of ours" in result.reason
    assert room.node.get_parameter("brightness").value == 1.0


def test_right_change_takes_effect(bench):
    room = bench(smoothing_time=0.0)
    (result,) = room.node.set_parameters([Parameter("brightness", value=0.5)])
    assert result.successful
    room.show(SAD)
    assert room.until(lambda: room.frames and room.frames[-1].rgb in ((13, 48, 87), (13, 48, 88), (13, 49, 88)))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("brightness", 2.0, "brightness"),
        ("brightness", "full", "brightness is 'full'; it must be a number"),
        ("rate", 0.0, "rate"),
        ("baud", 5, "baud"),
        ("lights", ["laser"], "unknown light 'laser'"),
        ("lights", ["adalight:/dev/ttyNOPE:3"], "no serial port"),
        ("palette", "pastel", "unknown palette"),
        ("mode", "rainbow", "choose one of"),
        ("input", "telepathy", "choose one of fer, rep155"),
        ("blending", "cmyk", "choose one of srgb, linear, oklab"),
        ("color_order", "RGW", "use one of"),
        ("idle_color", [300, 0, 0], "three whole numbers"),
    ],
)
def test_wrong_start_is_one_line(name, value, says):
    with pytest.raises(ColorError, match=says) as caught:
        ColorNode(parameter_overrides=[Parameter(name, value=value)])
    assert "\n" not in str(caught.value)


def test_whole_number_is_taken_for_a_float(bench):
    assert bench(brightness=1).node.get_parameter("brightness").value == 1.0


def test_every_parameter_is_described(bench):
    room = bench()
    for name in Settings.__dataclass_fields__:
        descriptor = room.node.describe_parameter(name)
        assert descriptor.description
        assert descriptor.read_only == (name in ("lights", "input", "rate", "color_order", "baud"))


def test_mismatch_is_named_with_the_remedy(bench, capfd):
    room = bench()
    wants = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    room.peer.create_subscription(messages.LightColor, "color", lambda message: None, wants)
    seen = []

    def named():
        seen.append(capfd.readouterr().err)
        return (
            "/peer gets nothing from /color: its durability asks for more than this node offers (volatile)"
            in "".join(seen)
        )

    assert room.until(named)
    assert "subscribe with volatile there" in "".join(seen)


def test_hand_back(bench):
    room = bench()

    def lit():
        room.show(SAD)
        return room.frames and max(room.frames[-1].rgb) > 50

    assert room.until(lit)
    room.node.begin_hand_back()
    assert room.until(room.node.handed_back)
    assert room.frames[-1].rgb == (0, 0, 0)
    assert room.until(lambda: _parts(room.colors[-1]) == (0, 0, 0))
    assert room.colors[-1].mode == "fading"


def test_deactivated_it_hands_back_and_activated_it_takes_the_light_again(bench, tmp_path, judge):
    first, again = tmp_path / "first.jsonl", tmp_path / "light.jsonl"
    room = bench(lights=[f"record:{again}"])

    def frames():
        whole, _, _ = again.read_text().rpartition("\n")
        return [(row["t"], row["rgb"]) for row in map(json.loads, whole.splitlines())]

    def lit():
        room.show(SAD)
        return again.exists() and frames() and max(frames()[-1][1]) > 100

    assert room.until(lit)
    assert change_state(room, "deactivate")
    assert not change_state(room, "activate"), "not before they are handed back and all is out of six seconds"
    assert room.until(room.node.handed_back)
    assert frames()[-1][1] == [0, 0, 0]
    count, ended = len(frames()), room.peer.get_clock().now().nanoseconds
    for _ in range(20):
        room.show(SAD, LATER)
        room.until(lambda: False, 0.02)
    assert len(frames()) == count, "left alone"
    assert room.until(lambda: _parts(room.colors[-1]) == (0, 0, 0))
    assert all(stamp_ns(color.header) <= ended and color.header.stamp.sec != LATER for color in room.colors)
    os.rename(again, first)  # a recording is written anew
    assert room.until(lambda: change_state(room, "activate"))
    assert room.until(lit)
    rows = [json.loads(line) for line in first.read_text().splitlines()]
    for lamp in ("linear", "srgb"):
        judge([(row["t"], row["rgb"]) for row in rows] + frames(), lamp)


def test_not_activated_because_one_light_is_gone_it_still_ends_in_order(bench, tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.setattr(node_module, "REST", 0.0)
    room = bench(lights=["sacn:1:4?host=127.0.0.1", f"record:{folder}/light.jsonl"])
    assert room.until(lambda: room.show(SAD) or room.frames)
    assert change_state(room, "deactivate")
    assert room.until(room.node.handed_back)
    room.until(lambda: False, 0.2)
    os.rename(folder, tmp_path / "gone")
    assert not change_state(room, "activate")
    os.rename(tmp_path / "gone", folder)
    assert room.until(lambda: change_state(room, "activate"))
    count = len(room.frames)
    assert room.until(lambda: room.show(SAD) or len(room.frames) > count)
    assert change_state(room, "deactivate")
    assert room.until(room.node.handed_back)
    room.until(lambda: False, 0.2)
    os.rename(folder, tmp_path / "gone")
    assert not change_state(room, "activate")
    room.node.close()  # and once more by the bench


def test_works_while_simulated_time_stands_still(bench):
    room = bench(use_sim_time=True)
    room.show(SAD)
    assert room.until(lambda: len(room.frames) > 20)


@pytest.fixture
def start():
    """Starts the node as a program of its own, with these arguments; a failing test leaves none behind."""
    processes = []

    def started(*arguments, before=""):
        code = "import sys; sys.path[:0] = sys.argv[1].split('|'); sys.argv[1:] = sys.argv[2:]\n"
        code += before + "\nfrom fer_color.main import main\nsys.exit(main())"
        command = [sys.executable, "-c", code, "|".join(sys.path), "--ros-args", *arguments]
        processes.append(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
        )
        return processes[-1]

    yield started
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_executable_hands_the_light_back_on_a_signal(bench, start, tmp_path, judge, number):
    room = bench()
    path = tmp_path / "light.jsonl"
    process = start("-p", f'lights:=["record:{path}"]', "-r", "__node:=other")

    def lit():
        room.show(SAD)
        return path.exists() and any(row["mode"] == "live" and max(row["rgb"]) > 100 for row in rows())

    def rows():
        whole, _, _ = path.read_text().rpartition("\n")  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()]

    assert room.until(lit), process.poll()
    process.send_signal(number)
    assert room.until(lambda: process.poll() is not None)
    assert process.wait() == 0, process.stderr.read()
    assert rows()[-1]["rgb"] == [0, 0, 0]
    judge([(row["t"], row["rgb"]) for row in rows()], "linear")
    judge([(row["t"], row["rgb"]) for row in rows()], "srgb")


def test_only_a_later_ctrl_c_ends_the_fade(bench, start, tmp_path):
    """`ros2 launch` passes on the terminal's Ctrl-C, which the node has had already: that is not a second one."""
    room = bench()
    path = tmp_path / "light.jsonl"
    slow = "import fer_color.node\nfer_color.node.ColorNode.handed_back = lambda node: False"
    process = start("-p", f'lights:=["record:{path}"]', "-r", "__node:=other", before=slow)

    def lit():
        room.show(SAD)
        return path.exists() and '"live"' in path.read_text()

    assert room.until(lit), process.poll()
    for seconds in (0.2, 2):
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(seconds)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0, process.stderr.read()


def test_a_fault_in_a_callback_hands_the_light_back(bench, start, tmp_path, judge):
    room, path, wrong = bench(), tmp_path / "light.jsonl", tmp_path / "wrong"
    before = f"""
from pathlib import Path
from fer_color.node import ColorNode
well = ColorNode._on_faces
def on_faces(self, message):
    well(self, message)
    assert not Path({str(wrong)!r}).exists(), "a fault of ours"
ColorNode._on_faces = on_faces
"""
    process = start("-p", f'lights:=["record:{path}"]', "-r", "__node:=other", before=before)

    def rows():
        whole, _, _ = path.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def lit():
        room.show(SAD)
        return path.exists() and any(max(row["rgb"]) > 100 for row in rows())

    def ended():
        room.show(SAD)
        return process.poll() is not None

    assert room.until(lit), process.poll()
    wrong.touch()
    assert room.until(ended)
    assert process.returncode == 1
    assert "a fault of ours" in process.stderr.read()
    assert rows()[-1]["rgb"] == [0, 0, 0]
    judge([(row["t"], row["rgb"]) for row in rows()], "linear")


@pytest.mark.parametrize(
    "argument", ["lights:=[laser]", "lights:=[]", "brightness:=1.5", "brightness:=full", "palette:=pastel"]
)
def test_executable_refuses_in_one_line(start, argument):
    process = start("-p", argument)
    assert process.wait(60) == 2
    text = process.stderr.read()
    assert text.startswith("color: ")
    assert text.count("\n") == 1

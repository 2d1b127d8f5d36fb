# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

import math
import select
import socket
import time

import cv2
import numpy as np
import pytest
import rclpy
from programs import ends
from rcl_interfaces.msg import ParameterType
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image
from waiting import PATIENCE, Patience

from fer_bringup.errors import BringupError
from fer_bringup.source_node import SourceNode, to_message
from fer_bringup.sources.base import Frame, Source


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


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_camera_that_says_nothing_is_not_waited_for_once_the_program_shall_end(ros, scheme):
    with socket.create_server(("127.0.0.1", 0)) as camera:
        address = f"{scheme}://127.0.0.1:{camera.getsockname()[1]}/live"
        with pytest.raises(BringupError, match="was not waited for"):
            SourceNode(
                asked=lambda: bool(select.select([camera], [], [], 0)[0]),
                parameter_overrides=[Parameter("source", value=address)],
            )


def test_folder_arrives_over_dds_with_rising_stamps(ros, folder):
    node = make(source=str(folder), rate=50.0, frame_id="eye")
    listener = rclpy.create_node("listener")
    got = []
    listener.create_subscription(Image, "image", got.append, qos_profile_sensor_data)
    executor = SingleThreadedExecutor()
    executor.add_node(listener)
    patience = Patience()
    while not node.heard():
        assert patience.lasts()
        executor.spin_once(timeout_sec=0.05)
    node.start()
    while len(got) < 5 and patience.lasts():
        executor.spin_once(timeout_sec=0.05)
    assert [message.data[0] for message in got] == [0, 10, 20, 30, 40]
    stamps = [message.header.stamp.sec + message.header.stamp.nanosec / 1e9 for message in got]
    assert stamps == sorted(stamps)
    assert {message.header.frame_id for message in got} == {"eye"}
    assert node.finished.wait(PATIENCE)
    node.close()
    node.destroy_node()
    listener.destroy_node()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"source": "/no/file"}, "no source"),
        ({"source": "4711"}, "no camera"),
        ({"source": 4711}, "no camera 4711"),
        ({"source": True}, "source is True; it must be a text"),
        ({"pace": "slow"}, "pace is 'slow'; choose one of media, fast"),
        ({"loop": 1}, "loop is 1; it must be true or false"),
        ({"rate": 1000.0}, "rate is 1000.0 1/s; it must be from 0.1 to 240"),
        ({"rate": 0}, "rate is 0.0 1/s; it must be from 0.1 to 240"),
        ({"rate": math.nan}, "rate is nan"),
        ({"rate": "fast"}, "rate is 'fast'; it must be a number"),
    ],
)
def test_refuses_what_it_cannot_open(ros, parameters, said):
    with pytest.raises(BringupError, match=said) as caught:
        make(**parameters)
    assert "\n" not in str(caught.value)


def test_a_rate_may_be_written_as_an_integer_and_describes_itself(ros, folder):
    node = make(source=str(folder), rate=10)
    assert node.get_parameter("rate").value == 10.0
    (about,) = node.describe_parameters(["rate"])
    assert about.type == ParameterType.PARAMETER_DOUBLE
    assert about.read_only
    assert (about.floating_point_range[0].from_value, about.floating_point_range[0].to_value) == (0.1, 240.0)
    node.close()
    node.destroy_node()


def test_a_pass_through_a_folder_lasts_as_long_as_its_images(ros, folder):
    """Each image has its time, the last one too, in every pass."""
    for number in range(1, 5):
        (folder / f"{number}.png").unlink()
    node = make(source=str(folder), rate=1, loop=True)
    listener = rclpy.create_node("listener")
    stamps = []
    listener.create_subscription(
        Image, "image", lambda message: stamps.append(message.header.stamp), qos_profile_sensor_data
    )
    executor = SingleThreadedExecutor()
    executor.add_node(listener)
    patience = Patience()
    while not node.heard() and patience.lasts():
        executor.spin_once(timeout_sec=0.05)
    node.start()
    while len(stamps) < 3 and patience.lasts():
        executor.spin_once(timeout_sec=0.05)
    node.close()
    seconds = [stamp.sec + stamp.nanosec / 1e9 for stamp in stamps]
    assert seconds[2] - seconds[0] > 1.0, "two passes of one image, a second each; a late first image takes of them"
    node.destroy_node()
    listener.destroy_node()


@pytest.mark.parametrize("pace", ["media", "fast"])
def test_a_folder_without_a_readable_image_ends_in_one_line_where_it_loops(ros, tmp_path, capsys, pace):
    (tmp_path / "torn.png").write_bytes(b"no image")
    node = make(source=str(tmp_path), loop=True, pace=pace)
    node.start()
    ended = node.finished.wait(PATIENCE)
    node.close()
    node.destroy_node()
    assert ended
    assert "gave no image; is it there" in str(node.error)
    assert capsys.readouterr().out.count("torn.png") == 1


def test_a_video_that_vanishes_while_it_loops_ends_in_one_line(ros, tmp_path):
    path = tmp_path / "v.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 20, (64, 48))
    for number in range(3):
        writer.write(np.full((48, 64, 3), 20 * number, np.uint8))
    writer.release()
    node = make(source=str(path), loop=True)
    path.unlink()
    node.start()
    ended = node.finished.wait(PATIENCE)
    node.close()
    node.destroy_node()
    assert ended
    assert f"video '{path}' gave no image" in str(node.error)
    assert node.published == 3, "what was open was played to its end"


class Unplugged(Source):
    """A camera that stops after two images, is away for two looks, and then gives two more."""

    live = True
    description = "camera 0"

    def __init__(self, first=2):
        self.left, self.away, self.times = first, 2, 0

    def read(self):
        if self.left == 0:
            raise BringupError("camera 0 stopped giving images; is it still plugged in?")
        self.left -= 1
        return Frame(np.full((4, 6, 3), self.left, np.uint8), 0.0)

    def reopen(self):
        self.away -= 1
        if self.away > 0:
            return False
        self.times += 1
        self.left, self.away = 2, 1000
        self.description = "camera 1"
        return True

    def rewind(self):
        raise AssertionError("a camera has no beginning")

    def close(self):
        self.left = 0


def test_an_unplugged_camera_is_waited_for_and_goes_on(ros, monkeypatch, capfd):
    camera = Unplugged()
    monkeypatch.setattr("fer_bringup.source_node.open_source", lambda *_, **__: camera)
    monkeypatch.setattr("fer_bringup.source_node.REOPEN_S", 0.01)
    node = make(source="0")
    node.start()
    patience = Patience()
    while not (camera.times and node.published == 4 and camera.away < 999):
        assert patience.lasts()
        assert not node.finished.is_set()
        time.sleep(0.01)
    node.close()
    assert node.finished.is_set()
    assert node.error is None
    node.destroy_node()
    said = capfd.readouterr().err
    assert said.count("camera 0 stopped giving images; they go on as soon as it is back") == 1
    assert said.count("camera 1 stopped giving images; they go on as soon as it is back") == 1, "once, not at each look"
    assert said.count("camera 1 gives images again") == 1


def test_a_camera_that_never_gave_an_image_is_an_error(ros, monkeypatch):
    monkeypatch.setattr("fer_bringup.source_node.open_source", lambda *_, **__: Unplugged(first=0))
    node = make(source="0")
    node.start()
    assert node.finished.wait(PATIENCE)
    node.close()
    node.destroy_node()
    assert "stopped giving images" in str(node.error)


REFUSED = [
    (["-p", "source:=4711"], "no camera 4711"),
    (["-p", "rate:=1000.0"], "rate is 1000.0"),
    (["-p", "use_sim_time:=5"], "use_sim_time"),
    (["-r", "image"], "remap rule: '-r image'"),
    (["--params-file", "/nope.yaml"], "params file: '--params-file /nope.yaml'"),
]


@pytest.fixture(scope="module")
def refusals(made_once):
    return ends(made_once, "fer_bringup.source_node", [("--ros-args", *arguments) for arguments, _ in REFUSED])


@pytest.mark.parametrize(("arguments", "says"), REFUSED)
def test_the_executable_ends_in_one_line(refusals, arguments, says):
    done = refusals[("--ros-args", *arguments)]
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip() and "[rcl]" not in line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("source: ")
    assert says in lines[0]

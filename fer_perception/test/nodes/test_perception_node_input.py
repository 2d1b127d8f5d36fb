# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""No image, or none that matches: one plain line."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import cv2
from node_bench import BEST_EFFORT, RELIABLE, image, value
from rclpy.parameter import Parameter
from sensor_msgs.msg import CompressedImage, Image
from std_msgs.msg import String
from stranger import stranger

from fer_common.ros.executor import withdraw
from fer_perception.nodes.silence import COMPRESSED, IMAGE, STUCK


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


def silence(room, capfd):
    """The line, once whoever else is there has been found: the node's patience ends only then."""
    assert room.node.set_parameters([Parameter("input_timeout", value=0.5)])[0].successful
    text = []

    def said():
        text.append(capfd.readouterr().err)
        return "no image on" in "".join(text)

    assert room.until(said)
    (line,) = [line for line in "".join(text).splitlines() if "no image on" in line]
    return line


@pytest.mark.parametrize("reach", ["LOCALHOST", "SUBNET"])
def test_silence_is_named_with_the_topic_and_with_what_there_is(bench, capfd, monkeypatch, reach):
    room = bench()
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", reach)  # read for the line alone, now that the node is there
    room.peer.create_publisher(Image, "/other_camera/image_raw", RELIABLE)
    for topic, kind in (("/a/debug_image", Image), ("/a/debug_image/compressed", CompressedImage)):
        room.peer.create_publisher(kind, topic, RELIABLE)  # another perception's, which shows nobody anything
        assert room.until(lambda topic=topic: room.node.count_publishers(topic))
    assert room.until(lambda: room.node.count_publishers("/other_camera/image_raw"))
    line = silence(room, capfd)
    assert "/image" in line
    assert "nobody publishes it" in line
    assert "image:=" in line
    assert "there are: /other_camera/image_raw" in line
    assert "debug_image" not in line
    assert ("this machine alone is heard" in line) is (reach == "LOCALHOST")
    camera = room.camera()
    camera.publish(image(3))
    assert room.until(lambda: room.result_of(3))
    assert room.until(lambda: "images arrive on /image again" in capfd.readouterr().err or room.faces)


def known(room):
    """Whether the camera is in the node's graph by its name, which comes after the publisher."""
    return [found.node_name for found in room.node.get_publishers_info_by_topic("/image")] == ["camera"]


def test_silence_of_a_publisher_names_it(bench, capfd):
    room = bench()
    room.camera()
    assert room.until(lambda: known(room))
    line = silence(room, capfd)
    assert "/camera publishes it, but sends nothing" in line


def test_silence_of_a_publisher_that_was_heard_names_the_camera_alone(bench, capfd):
    """The topic is right. Fast DDS's shared memory may lose who stood still; where it is used, that is said."""
    room = bench()
    camera = room.camera()
    camera.publish(image(3))
    assert room.until(lambda: room.result_of(3) and known(room))
    line = silence(room, capfd)
    assert "/camera publishes it, but nothing comes any more; look at the camera" in line
    assert (STUCK in line) is ("/dev/shm/fast" in Path("/proc/self/maps").read_text())
    assert "image_topic" not in line


def test_another_type_on_the_topic_is_named(bench, capfd):
    room = bench()
    with stranger(String, "image", "publishes"):
        assert room.until(lambda: room.node.count_publishers("/image"))
        assert "sends std_msgs/msg/String" in silence(room, capfd)


def test_compressed_images_alone_are_listed_with_what_to_set(bench, capfd):
    room = bench()
    topics = ["/image/compressed", "/cam/jpegs"]
    for topic in [*topics, "/depth/compressedDepth"]:
        room.peer.create_publisher(CompressedImage, topic, RELIABLE)
        assert room.until(lambda topic=topic: room.node.count_publishers(topic))
    line = silence(room, capfd)
    assert "nobody publishes it; start the camera, or name the camera's topic (--source ros:" in line
    assert f"there are: {', '.join(topics)}, for which set the parameter compressed to true" in line
    assert "compressed:=true with launch" in line


def test_images_alone_are_listed_where_compressed_ones_are_asked_for(bench, capfd):
    room = bench(compressed=True)
    room.peer.create_publisher(Image, "image", RELIABLE)
    assert room.until(lambda: room.node.count_publishers("/image"))
    assert "there are: /image, for which leave the parameter compressed at false" in silence(room, capfd)


def test_compressed_images_on_the_topic_are_named_with_what_to_set(bench, capfd):
    room = bench()
    with stranger(CompressedImage, "image", "publishes"):
        assert room.until(lambda: room.node.count_publishers("/image"))
        line = silence(room, capfd)
    assert f"sends {COMPRESSED}, not {IMAGE}; set the parameter compressed to true" in line


def test_compressed_images_under_the_name_as_it_is_are_heard(bench):
    """Where nobody publishes image/compressed; once somebody does, before an image came, it is listened to again."""
    room = bench(compressed=True)
    assert room.node.topic == "/image/compressed"
    camera = room.camera(CompressedImage, "image")
    assert room.node.topic == "/image"
    other = room.peer.create_publisher(CompressedImage, "image/compressed", RELIABLE)
    assert room.until(lambda: room.node.topic == "/image/compressed")
    assert room.until(lambda: room.node.count_publishers("/image/compressed"))
    withdraw(room.peer, other)
    assert room.until(lambda: room.node.topic == "/image")
    assert room.until(camera.get_subscription_count)
    coded = cv2.imencode(".jpg", np.full((48, 64, 3), 255, np.uint8))[1].tobytes()
    camera.publish(CompressedImage(header=image(5).header, format="jpeg", data=coded))
    assert room.until(lambda: room.result_of(5))


def test_a_topic_that_ends_in_compressed_is_taken_as_it_is(bench):
    room = bench(cli_args=["--ros-args", "-r", "image:=/lens/compressed"], compressed=True)
    assert room.node.topic == "/lens/compressed"
    room.camera(CompressedImage, "/lens/compressed")


def test_silence_shows_in_the_diagnostics(bench):
    room = bench(input_timeout=0.5)
    assert room.until(lambda: [s for s in room.diagnostics if s.message == "no image arrives"])
    assert room.diagnostics[-1].hardware_id == "/image"
    assert value(room.diagnostics[-1], "detector") == "bright"

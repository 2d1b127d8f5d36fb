# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node over real DDS: images in, faces and emotion out."""

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import cv2
import numpy as np
from node_bench import BEST_EFFORT, HAPPY, RELIABLE, SAD, image, value
from sensor_msgs.msg import CompressedImage, Image


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
    told = room.observed[-1]
    assert (told.stamp_ns, told.at_ns, told.stamped, told.faces) == (stamp * 10**9 + 7, stamp * 10**9 + 7, True, 1)


def test_an_observer_is_told_when_images_without_a_stamp_arrived(bench):
    room = bench()
    camera = room.camera()
    for count in range(1, 4):
        message = image(0)
        message.header.stamp.nanosec = 0
        camera.publish(message)
        assert room.until(lambda count=count: len(room.observed) == count)
    assert {(told.stamp_ns, told.stamped) for told in room.observed} == {(0, False)}
    assert 0 < room.observed[0].at_ns < room.observed[1].at_ns < room.observed[2].at_ns


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
    "unknown encoding": (image(20, encoding="Gray7"), "Gray7"),
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


@pytest.mark.parametrize("compressed", [False, True], ids=["Image", "CompressedImage"])
def test_bytes_that_are_no_whole_message_are_counted_and_said_once(bench, capfd, compressed):
    """Handed to the node's own callback, since nothing of the middleware is to read them."""
    room = bench(compressed=compressed, every_frame=True)
    kind, topic = (CompressedImage, "image/compressed") if compressed else (Image, "image")
    camera = room.camera(kind, topic)
    (subscription,) = [one for one in room.node.subscriptions if one.topic_name.startswith("/image")]
    for _ in range(3):
        subscription.callback(b"\0\1\0\0 cut short")
    assert room.node.frames_refused == 3
    lines = [line for line in capfd.readouterr().err.splitlines() if "an image is left out" in line]
    assert len(lines) == 1
    assert f"14 bytes arrived that are no whole sensor_msgs/{kind.__name__}" in lines[0]
    good = image(5)
    if compressed:
        coded = cv2.imencode(".png", np.full((48, 64, 3), 255, np.uint8))[1].tobytes()
        good = CompressedImage(header=good.header, format="png", data=coded)
    camera.publish(good)
    assert room.until(lambda: room.result_of(5))


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

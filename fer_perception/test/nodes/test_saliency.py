# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a reading rests on, shown by the node over real DDS."""

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import threading

import cv2
import numpy as np
from node_bench import image
from rclpy.parameter import Parameter
from sensor_msgs.msg import CompressedImage, Image

from fer_common.emotions import LABELS
from fer_perception.nodes.saliency import SHOWN, TOPIC, drawn


def half_lit(stamp):
    """Dark above, bright below: a square over the lower half makes it darker and so another emotion."""
    message = image(stamp, width=48, height=48)
    pixels = np.full((48, 48), 200, np.uint8)
    pixels[24:] = 255
    message.data = pixels.tobytes()
    return message


def test_off_by_default_and_on_while_the_node_runs(bench):
    room = bench()
    camera = room.camera()
    camera.publish(image(1))
    assert room.until(lambda: room.result_of(1))
    assert room.node._saliency._images is None
    assert room.until(lambda: room.peer.count_publishers(TOPIC) == 0), "another test's is gone, this node has none"
    (answer,) = room.node.set_parameters([Parameter("saliency_rate", value=10.0)])
    assert answer.successful, answer.reason
    assert room.until(lambda: room.peer.count_publishers(TOPIC))


@pytest.mark.parametrize("backend", ["onnxruntime", "torch"])
def test_a_picture_of_the_face_with_its_images_header(bench, backend):
    room = bench(saliency_rate=10.0)
    if backend == "torch":
        wanted = [Parameter("backend", value="torch"), Parameter("model", value=room.model)]
        answer = room.node.set_parameters_atomically(wanted)
        assert answer.successful, answer.reason
    camera, pictures, coded = room.camera(), [], []
    for stamp in (1, 2, 3):
        camera.publish(half_lit(stamp))
        assert room.until(lambda stamp=stamp: room.result_of(stamp))
    assert room.node._saliency.published == 0, "nobody had subscribed"
    room.peer.create_subscription(Image, TOPIC, pictures.append, 10)
    room.peer.create_subscription(CompressedImage, f"{TOPIC}/compressed", coded.append, 10)
    assert room.until(lambda: room.node._saliency._images.subscribed == (1, 1))
    stamp = 10
    while not (pictures and coded) and stamp < 500:
        camera.publish(half_lit(stamp))
        assert room.until(lambda stamp=stamp: room.result_of(stamp))
        stamp += 1
    picture = pictures[0]
    assert 10 <= picture.header.stamp.sec < stamp
    assert (picture.header.frame_id, picture.encoding) == ("lens", "bgr8")
    assert (picture.width, picture.height) == (2 * SHOWN, SHOWN + 24)
    pixels = np.frombuffer(bytes(picture.data), np.uint8).reshape(picture.height, picture.width, 3).astype(int)
    left, right = pixels[:SHOWN, :SHOWN], pixels[:SHOWN, SHOWN:]
    assert np.array_equal(left[..., 0], left[..., 2]), "the face itself is grey"
    red = right[..., 2] - right[..., 0]
    assert red[SHOWN // 2 :].mean() > red[: SHOWN // 2].mean() > 0
    decoded = cv2.imdecode(np.frombuffer(bytes(coded[0].data), np.uint8), cv2.IMREAD_COLOR)
    assert decoded.shape == pixels.shape


def test_images_are_perceived_while_a_picture_is_made(bench):
    """The saliency's own network waits at a gate; images come and go beside it."""
    room = bench(saliency_rate=10.0)
    camera, pictures, gate, entered = room.camera(), [], threading.Event(), threading.Event()
    room.peer.create_subscription(Image, TOPIC, pictures.append, 10)
    classifier = room.node._perception.classifier
    again = classifier.again

    def gated():
        entered.set()
        assert gate.wait(60)
        return again()

    classifier.again = gated
    assert room.until(lambda: room.node._saliency._images.subscribed[0])
    camera.publish(half_lit(1))
    assert room.until(entered.is_set)
    for stamp in range(2, 12):
        camera.publish(half_lit(stamp))
        assert room.until(lambda stamp=stamp: room.result_of(stamp))
    assert pictures == []
    gate.set()
    assert room.until(lambda: pictures)
    assert pictures[0].header.stamp.sec == 1, "none of the others was kept for it"


def test_a_network_that_fails_is_one_line_and_the_images_go_on(bench, capfd):
    room = bench(saliency_rate=10.0)
    camera = room.camera()
    room.peer.create_subscription(Image, TOPIC, lambda _: None, 10)
    assert room.until(lambda: room.node._saliency._images.subscribed[0])
    room.node._perception.classifier._again = None
    lines = []

    def said():
        lines.extend(line for line in capfd.readouterr().err.splitlines() if TOPIC in line)
        return lines

    camera.publish(
        half_lit(1)
    )  # one: a second might be said again on a machine that takes longer than that is kept back
    assert room.until(said)
    assert len(lines) == 1
    assert "debug_saliency is left out: brightness.onnx was not loaded by a name" in lines[0]
    for stamp in (2, 3):
        camera.publish(half_lit(stamp))
        assert room.until(lambda stamp=stamp: room.result_of(stamp))


def test_where_nothing_lowers_the_answer_nothing_is_red():
    crop, answer = np.full((48, 48), 90, np.uint8), np.eye(7, dtype=np.float32)[LABELS.index("sad")]
    picture = drawn(crop, answer, np.full((48, 48), -0.5))
    assert np.array_equal(picture[:SHOWN, :SHOWN], picture[:SHOWN, SHOWN:])
    weight = np.zeros((48, 48))
    weight[40, 8] = 0.5
    picture = drawn(crop, answer, weight).astype(int)
    y, x = np.argwhere(picture[:SHOWN, SHOWN:, 2] - picture[:SHOWN, SHOWN:, 0] > 40).mean(axis=0)
    assert (y / 5, x / 5) == pytest.approx((40.4, 8.4), abs=0.3)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A camera over HTTP: a real server on loopback, cut and back."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import rclpy
from mjpeg_camera import MjpegCamera
from rclpy.parameter import Parameter
from sensor_msgs.msg import CompressedImage

from fer_bringup.errors import BringupError
from fer_bringup.options import parse
from fer_bringup.source_node import SourceNode
from fer_bringup.sources import mjpeg, open_source

JPEG = cv2.imencode(".jpg", np.full((48, 64, 3), 90, np.uint8))[1].tobytes()


@pytest.fixture
def camera() -> Iterator[MjpegCamera]:
    made = MjpegCamera(JPEG)
    yield made
    made.close()


@pytest.mark.parametrize("counted", [True, False], ids=["with lengths", "without"])
def test_it_gives_images_or_the_jpegs_as_they_came(counted: bool) -> None:
    camera = MjpegCamera(JPEG, counted=counted)
    source = open_source(camera.url)
    frame = source.read()
    assert frame is not None
    assert frame.image is not None
    assert frame.image.shape == (48, 64, 3)
    assert source.live
    source.keep_jpeg = True
    frame = source.read()
    assert frame is not None
    assert (frame.image, frame.jpeg) == (None, JPEG)
    source.close()
    camera.close()


def test_cut_and_back(camera: MjpegCamera) -> None:
    source = open_source(camera.url)
    assert source.read() is not None
    camera.close()
    with pytest.raises(BringupError, match="stopped giving images"):
        list(iter(source.read, None))
    assert not source.reopen()
    again = MjpegCamera(JPEG, port=camera.port)
    assert source.reopen()
    assert source.read() is not None
    source.close()
    again.close()


def test_the_password_is_given_to_the_camera_and_shown_to_nobody() -> None:
    camera = MjpegCamera(JPEG, password="me:secret")
    with pytest.raises(BringupError, match=r"answers 401 .*NAME:PASSWORD"):
        open_source(camera.url)
    source = open_source(camera.url.replace("//", "//me:secret@") + "?key=hidden")
    assert source.read() is not None
    assert source.description == f"camera at {camera.url}"
    source.close()
    camera.close()


def test_no_parameter_has_the_password() -> None:
    camera = MjpegCamera(JPEG, password="me:secret")
    rclpy.init()
    address = camera.url.replace("//", "//me:secret@") + "?key=hidden"
    node = SourceNode(parameter_overrides=[Parameter("source", value=address)])
    assert node.get_parameter("source").value == camera.url
    assert node.source.read() is not None
    assert "list of processes" in node.source.notice
    node.close()
    node.destroy_node()
    rclpy.try_shutdown()
    camera.close()


def test_an_answer_that_trickles_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then, each within a socket's time-out, of a header that never ends."""
    monkeypatch.setattr(mjpeg, "ANSWER_S", 0.3)
    stop = threading.Event()

    def trickle(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line, contextlib.suppress(OSError):
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not stop.wait(0.02):
                line.sendall(b"a")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=trickle, args=(listening,))
        thread.start()
        try:
            with pytest.raises(BringupError, match=r"does not answer|no MJPEG stream"):
                open_source(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        finally:
            stop.set()
            thread.join()


def test_what_sends_something_else_or_nothing_is_one_line(camera: MjpegCamera, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mjpeg, "STALL_S", 0.2)
    base = camera.url.removesuffix("/stream")
    with pytest.raises(BringupError, match=r"sends 'image/jpeg', no MJPEG stream"):
        open_source(f"{base}/still")
    with pytest.raises(BringupError, match=r"sends 'multipart/x-mixed-replace' without a boundary=\.\.\."):
        open_source(f"{base}/unbounded")
    with pytest.raises(BringupError, match="answers 404"):
        open_source(f"{base}/nothing")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(BringupError, match="does not answer"):
            open_source(f"http://127.0.0.1:{silent.getsockname()[1]}/")


def test_the_node_passes_jpegs_on_and_waits_for_a_camera_that_was_cut(camera: MjpegCamera) -> None:
    rclpy.init()
    overrides = [Parameter("source", value=camera.url), Parameter("compressed", value=True)]
    node, peer, came = SourceNode(parameter_overrides=overrides), rclpy.create_node("peer"), []
    peer.create_subscription(CompressedImage, "image/compressed", came.append, 10)

    def until(there) -> None:
        for _ in range(1200):
            if there():
                return
            rclpy.spin_once(peer, timeout_sec=0.05)
        raise AssertionError("it did not come about")

    until(node.heard)
    node.start()
    until(lambda: came)
    assert bytes(came[0].data) == JPEG
    camera.close()
    again = MjpegCamera(JPEG[:-2] + b"\x00\xff\xd9", port=camera.port)
    until(lambda: bytes(came[-1].data) == again.jpeg)
    assert not node.finished.is_set()
    node.close()
    assert node.finished.is_set()
    again.close()
    node.destroy_node()
    peer.destroy_node()
    rclpy.try_shutdown()


def test_compressed_is_refused_where_nothing_is(tmp_path) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), np.zeros((48, 64, 3), np.uint8))
    rclpy.init()
    overrides = [Parameter("source", value=str(tmp_path)), Parameter("compressed", value=True)]
    with pytest.raises(BringupError, match="gives no JPEGs"):
        SourceNode(parameter_overrides=overrides)
    rclpy.try_shutdown()


def test_the_runner_keeps_mjpeg_compressed_as_far_as_perception() -> None:
    over_http = parse(["--source", "http://camera.local/stream"]).parameters
    assert over_http["source"]["compressed"] is over_http["perception"]["compressed"] is True
    for other in ("rtsp://camera.local/live", "0", "clip.mp4"):
        assert "compressed" not in parse(["--source", other]).parameters["source"]

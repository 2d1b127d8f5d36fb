# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""ARCHITECTURE.md names the rooms that one image passes on its way from the topic to a light's bytes."""

import os
import re
import socket
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
data = pytest.importorskip("skimage.data", reason="scikit-image, which has the picture, is not installed")

TOP = Path(__file__).resolve().parents[1]
PACKAGES = ("fer_perception", "fer_color")


def rooms_of(path):
    """`package/room` of a module in a room, or None."""
    for package in PACKAGES:
        _, inside, rest = str(path).partition(f"/{package}/{package}/")
        if inside and "/" in rest:
            return f"{package}/{os.path.dirname(rest)}"
    return None


class Walk:
    """The rooms whose functions were called, by every thread that began meanwhile and by this one."""

    def __init__(self):
        self.rooms = {}

    def __call__(self, frame, event, _argument):
        room = rooms_of(frame.f_code.co_filename) if event == "call" else None
        if room:
            self.rooms.setdefault(room)


@pytest.fixture
def walk():
    seen = Walk()
    before = sys.getprofile()
    threading.setprofile(seen)
    sys.setprofile(seen)
    yield seen
    sys.setprofile(before)
    threading.setprofile(None)


@pytest.fixture
def context():
    context = rclpy.Context()
    context.init()
    yield context
    context.try_shutdown()


def passed(walk, context):
    """Send a photograph of a face until a lamp has got a colour for it; the rooms from there on, in order."""
    from rclpy.executors import SingleThreadedExecutor
    from rclpy.parameter import Parameter
    from sensor_msgs.msg import Image

    from fer_color.node import ColorNode
    from fer_perception.node import PerceptionNode

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lamp:
        lamp.bind(("127.0.0.1", 0))
        lamp.setblocking(False)
        lights = Parameter("lights", value=[f"ddp:127.0.0.1:{lamp.getsockname()[1]}:8"])
        nodes = [
            PerceptionNode(context=context),
            ColorNode(context=context, parameter_overrides=[lights]),
            rclpy.create_node("camera", context=context),
        ]
        executor = SingleThreadedExecutor(context=context)
        for node in nodes:
            executor.add_node(node)
        camera = nodes[2].create_publisher(Image, "image", 1)
        picture = np.ascontiguousarray(data.astronaut())
        message = Image(height=512, width=512, encoding="rgb8", step=512 * 3, data=picture.tobytes())
        walk.rooms.clear()
        colors, until = set(), time.monotonic() + 30
        while len(colors) < 3 and time.monotonic() < until:
            message.header.stamp = nodes[2].get_clock().now().to_msg()
            camera.publish(message)
            executor.spin_once(timeout_sec=0.05)
            try:
                colors.add(lamp.recv(2048)[10:13])
            except BlockingIOError:
                continue
        rooms = list(walk.rooms)
        nodes[1].close()
        for node in nodes:
            node.destroy_node()
        executor.shutdown()
    assert len(colors) == 3, "the lamp was sent less than three colours in 30 s"
    return rooms


def test_an_image_passes_the_rooms_that_the_page_names(walk, context):
    rooms = passed(walk, context)
    lines = re.findall(r"^\d+\. (.*)$", (TOP / "ARCHITECTURE.md").read_text(), flags=re.MULTILINE)
    assert len(lines) == 10
    for package, part in (("fer_perception", lines[:6]), ("fer_color", lines[6:])):
        named = {name for line in part for name in re.findall(r"`([a-z/]+)`", line)} - {"faces", "emotion"}
        went = {room.partition("/")[2] for room in rooms if room.startswith(package)}
        assert went == named
        assert len(named) <= 8


def test_what_stands_beside_the_way_is_named_once():
    named = re.findall(r"^\| \[(fer_\w+)\]", (TOP / "ARCHITECTURE.md").read_text(), flags=re.MULTILINE)
    there = {path.parent.name for path in TOP.glob("fer_*/package.xml")}
    assert sorted(named) == sorted(there - set(PACKAGES))


def test_the_rooms_are_there():
    for room in ("fer_perception/tracking", "fer_color/lights/udp"):
        package, _, inside = room.partition("/")
        assert rooms_of(TOP / package / package / inside / "x.py") == room
        assert (TOP / package / package / inside).is_dir()

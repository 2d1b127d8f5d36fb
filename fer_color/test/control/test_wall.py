# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The board's button as the switch at the wall: from the bytes that the sketch says to what perception is asked."""

import contextlib
import os
import tty

import pytest
from waiting import Patience

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from hypothesis import given
from hypothesis import strategies as st
from rclpy.parameter import Parameter
from std_msgs.msg import Bool

from fer_color.lights.base import EventKind
from fer_color.lights.serial.port_writer import PRESSED, PortWriter
from fer_color.node import ColorNode
from fer_common.ros.executor import make_executor
from fer_common.ros.qos import LASTING

LINE = PRESSED + b"\r\n"


class Board:
    """A colour node whose strip is a pseudo-terminal, and perception as others see it."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        light = f"adalight:{os.ttyname(self.slave)}:2?settle=0"
        self.node = ColorNode(parameter_overrides=[Parameter("lights", value=[light])])
        self.peer = rclpy.create_node("peer")
        self.asked = []
        self.peer.create_subscription(Bool, "perception/on", lambda message: self.asked.append(message.data), 10)
        self.looking = self.peer.create_publisher(Bool, "perception/looking", LASTING)
        self.executor = make_executor()
        for node in (self.node, self.peer):
            self.executor.add_node(node)
        assert self.until(lambda: self.peer.count_publishers("perception/on") and self.looking.get_subscription_count())

    def until(self, condition):
        patience = Patience()
        while not condition() and patience.lasts():
            self.executor.spin_once(timeout_sec=0.02)
            with contextlib.suppress(BlockingIOError):
                os.read(self.master, 4096)  # a board takes what comes
        return condition()

    def close(self):
        self.executor.shutdown()
        self.node.close()
        for node in (self.node, self.peer):
            node.destroy_node()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def board():
    rclpy.init()
    made = Board()
    yield made
    made.close()
    rclpy.try_shutdown()


def test_a_press_stops_perception_and_the_next_one_lets_it_look_again(board):
    os.write(board.master, b"Ada\n" + LINE)
    assert board.until(lambda: board.asked == [False]), board.asked
    board.looking.publish(Bool(data=False))
    assert board.until(lambda: board.node._wall._looking is False)
    os.write(board.master, LINE)
    assert board.until(lambda: board.asked == [False, True]), board.asked


class Talking:
    """A port that says what it is given, in these parts."""

    def __init__(self, parts):
        self.parts = list(parts)

    def read(self):
        return self.parts.pop(0) if self.parts else b""


noise = st.binary(max_size=200).filter(lambda data: PRESSED not in data)


@given(
    said=st.lists(st.one_of(st.just(LINE), noise.map(lambda data: data + b"\n")), max_size=8), cut=st.integers(1, 90)
)
def test_whatever_a_board_says_each_press_is_told_once(said, cut):
    stream, events = b"".join(said), []
    parts = [stream[at : at + cut] for at in range(0, len(stream), cut)]
    writer = PortWriter("board", Talking(parts), 0.0, lambda: 0.0, events.append, lambda: None)
    for _ in range(len(parts) + 1):
        writer._look()
    assert [event.kind for event in events] == [EventKind.BUTTON] * said.count(LINE)

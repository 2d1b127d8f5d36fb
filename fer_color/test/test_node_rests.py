# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node at its ends: handed back, deactivated and activated again, over real DDS."""

import json
import os

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

from color_bench import SAD, parts
from robot_bench import change_state

from fer_color import node as node_module
from fer_common.ros.stamps import stamp_ns

pytestmark = pytest.mark.usefixtures("color_graph")

LATER = 77  # seconds of an image's stamp


def activated(room):
    """Ask five times a second, as a person might: asked as fast as it answers, the node would do little else."""

    def asked():
        room.until(lambda: False, 0.2)
        return change_state(room, "activate")

    return room.until(asked)


def test_hand_back(node_bench):
    room = node_bench()

    def lit():
        return room.frames and max(room.frames[-1].rgb) > 50

    assert room.show_until(SAD, lit)
    room.node.begin_hand_back()
    assert room.until(room.node.handed_back)
    assert room.frames[-1].rgb == (0, 0, 0)
    assert room.until(lambda: parts(room.colors[-1]) == (0, 0, 0))
    assert room.colors[-1].mode == "fading"


def test_deactivated_it_hands_back_and_activated_it_takes_the_light_again(node_bench, tmp_path, judge):
    first, again = tmp_path / "first.jsonl", tmp_path / "light.jsonl"
    room = node_bench(lights=[f"record:{again}"])

    def frames():
        whole, _, _ = again.read_text().rpartition("\n")
        return [(row["t"], row["rgb"]) for row in map(json.loads, whole.splitlines())]

    def lit():
        return again.exists() and frames() and max(frames()[-1][1]) > 100

    assert room.show_until(SAD, lit)
    assert change_state(room, "deactivate")
    assert not change_state(room, "activate"), "not before they are handed back and all is out of six seconds"
    assert room.until(room.node.handed_back)
    assert frames()[-1][1] == [0, 0, 0]
    count, ended = len(frames()), room.peer.get_clock().now().nanoseconds
    for _ in range(20):
        room.show(SAD, LATER)
        room.until(lambda: False, 0.02)
    assert len(frames()) == count, "left alone"
    assert room.until(lambda: parts(room.colors[-1]) == (0, 0, 0))
    assert all(stamp_ns(color.header) <= ended and color.header.stamp.sec != LATER for color in room.colors)
    os.rename(again, first)  # a recording is written anew
    assert activated(room)
    assert room.show_until(SAD, lit)
    rows = [json.loads(line) for line in first.read_text().splitlines()]
    for lamp in ("linear", "srgb"):
        judge([(row["t"], row["rgb"]) for row in rows] + frames(), lamp)


def test_not_activated_because_one_light_is_gone_it_still_ends_in_order(node_bench, tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.setattr(node_module, "REST", 0.0)
    room = node_bench(lights=["sacn:1:4?host=127.0.0.1", f"record:{folder}/light.jsonl"])
    assert room.show_until(SAD, lambda: room.frames)
    assert change_state(room, "deactivate")
    assert room.until(room.node.handed_back)
    room.until(lambda: False, 0.2)
    os.rename(folder, tmp_path / "gone")
    assert not change_state(room, "activate")
    os.rename(tmp_path / "gone", folder)
    assert activated(room)
    count = len(room.frames)
    assert room.show_until(SAD, lambda: len(room.frames) > count)
    assert change_state(room, "deactivate")
    assert room.until(room.node.handed_back)
    room.until(lambda: False, 0.2)
    os.rename(folder, tmp_path / "gone")
    assert not change_state(room, "activate")
    room.node.close()  # and once more by the bench

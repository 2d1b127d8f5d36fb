# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node on a real graph, beside a real colour node."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor
from waiting import Patience

from fer_color.node import ColorNode
from fer_dashboard.node import DashboardNode
from fer_dashboard.seen.controls import parse
from fer_dashboard.seen.view import View
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray

NUMBERS = itertools.count()
SHARES = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]


def test_no_parameter_has_the_token(monkeypatch):
    given = [rclpy.parameter.Parameter("token", value="mine")]
    monkeypatch.setenv("FER_PAGE_TOKEN", "kept")
    rclpy.init()
    for overrides, token in ((given, "mine"), ([], "kept")):
        node = DashboardNode(View(), namespace=f"/token{next(NUMBERS)}", parameter_overrides=overrides)
        assert (node.token, node.get_parameter("token").value) == (token, "")
        node.destroy_node()
    rclpy.try_shutdown()


class Bench:
    """A dashboard and a colour node in one process, spun by a thread."""

    def __init__(self, **parameters: object) -> None:
        # A namespace of its own: rcl has one way to /rosout for each name in a process, and closes it with the first
        # node of that name that goes, such as one that another test left to Python's collection (rclpy 9.1.2).
        space = f"/bench{next(NUMBERS)}"
        self.view = View()
        self.dashboard = DashboardNode(self.view, namespace=space)
        self.color = ColorNode(
            namespace=space,
            parameter_overrides=[
                rclpy.parameter.Parameter(name, value=value)
                for name, value in ({"lights": ["none"]} | parameters).items()
            ],
        )
        self.camera = rclpy.create_node("camera", namespace=space)
        self.faces = self.camera.create_publisher(EmotionDistributionArray, "faces", 1)
        self.emotion = self.camera.create_publisher(EmotionDistribution, "emotion", 1)
        self._executor, self._stop = SingleThreadedExecutor(), threading.Event()
        for node in (self.dashboard, self.color, self.camera):
            self._executor.add_node(node)
        self._thread = threading.Thread(target=self._spin)
        self._thread.start()

    def _spin(self) -> None:
        while not self._stop.is_set():
            self.dashboard.keep()
            self._executor.spin_once(timeout_sec=0.02)

    def see(self, shares: Sequence[float] = SHARES) -> None:
        stamp = self.camera.get_clock().now().to_msg()
        one = EmotionDistribution(face_id="f1", probabilities=shares)
        one.header.stamp = stamp
        one.roi.x_offset, one.roi.y_offset, one.roi.width, one.roi.height = 10, 20, 30, 40
        array = EmotionDistributionArray(faces=[one], image_width=640, image_height=480)
        array.header.stamp = stamp
        self.faces.publish(array)
        self.emotion.publish(one)

    def until(self, found: Callable[[], bool], do: Callable[[], None] = lambda: None) -> None:
        patience = Patience()
        while not found():
            assert patience.lasts(), "it did not come about"
            do()
            time.sleep(0.02)  # the graph's thread works meanwhile

    def ask(self, text: str) -> str:
        return self.dashboard.ask(parse(text)).result(timeout=60)

    def control(self, name: str) -> object:
        return next((one["value"] for one in self.dashboard.controls() if one["set"] == name), None)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._executor.shutdown()
        self.color.close()
        for node in (self.dashboard, self.color, self.camera):
            node.destroy_node()


@pytest.fixture
def bench() -> Iterator[Bench]:
    rclpy.init()
    made = Bench()
    yield made
    made.close()
    rclpy.try_shutdown()


def test_it_shows_what_is_seen_while_a_page_is_open_and_subscribes_to_nothing_else(bench: Bench) -> None:
    assert bench.camera.count_subscribers("faces") == 1  # the colour node's
    bench.dashboard.watched(True)
    bench.until(
        lambda: (
            None not in [bench.view.state(time.monotonic())[name] for name in ("rgb", "emotion")]
            and bool(bench.view.state(time.monotonic())["faces"])
        ),
        bench.see,
    )
    state = bench.view.state(time.monotonic())
    assert state["emotion"] == tuple(SHARES)
    assert state["faces"][0]["box"] == (10, 20, 30, 40)
    assert state["size"] == (640, 480)
    bench.dashboard.watched(False)
    bench.until(lambda: bench.camera.count_subscribers("faces") == 1)


def test_a_control_becomes_the_nodes_parameter_and_a_refusal_its_own_words(bench: Bench) -> None:
    bench.dashboard.watched(True)
    bench.until(lambda: bench.control("color.brightness") == 1.0)
    bench.until(lambda: bench.ask('{"id": 1, "set": "color.brightness", "value": 0.25}') == "")
    assert bench.color.get_parameter("brightness").value == 0.25
    bench.until(lambda: bench.control("color.brightness") == 0.25)
    refused = bench.ask('{"id": 2, "set": "color.palette", "value": "nothing"}')
    assert "nothing" in refused
    assert bench.color.get_parameter("palette").value == "paper"


def test_switches_are_the_light_s_services(bench: Bench) -> None:
    bench.until(lambda: bench.ask('{"id": 1, "switch": "on", "value": false}') == "")
    assert bench.color._core.control.on is False
    assert bench.ask('{"id": 2, "switch": "on", "value": true}') == ""
    assert bench.color._core.control.on is True


def test_a_node_that_is_not_there_is_said_so(bench: Bench) -> None:
    assert bench.ask('{"id": 1, "set": "perception.prior", "value": "0.5"}') == "the node 'perception' is not there"
    assert bench.control("perception.prior") is None


def test_warnings_of_the_nodes_are_shown_in_their_own_words(bench: Bench) -> None:
    bench.dashboard.watched(True)
    bench.until(
        lambda: any("said for the test" in line for line in bench.view.state(time.monotonic())["notices"]),
        lambda: bench.color.get_logger().warning("said for the test"),
    )


def test_each_light_is_shown_as_the_color_node_has_it(bench: Bench) -> None:
    bench.dashboard.watched(True)
    lamps = lambda: bench.view.state(time.monotonic())["lamps"]  # noqa: E731
    bench.until(lambda: any(one["text"] == "untouched until the first result" for one in lamps()))
    bench.until(lambda: any(one["text"].startswith("shows #") and one["color"] for one in lamps()), bench.see)
    assert [one["spec"] for one in lamps()] == ["none"]


def test_a_strip_is_shown_as_it_is_sent(tmp_path: Path) -> None:
    rclpy.init()
    film = tmp_path / "light.jsonl"
    bench = Bench(lights=[f"record:{film}?leds=90"], show="gradient", smoothing_time=0.0)
    try:
        bench.dashboard.watched(True)

        def seen() -> None:
            bench.see([0.0, 0.0, 0.0, 0.6, 0.0, 0.4, 0.0])

        lamps = lambda: bench.view.state(time.monotonic())["lamps"]  # noqa: E731
        bench.until(lambda: any(len(set(one["strip"])) > 1 for one in lamps()), seen)
        (lamp,) = lamps()
        sent = [json.loads(line).get("pixels", []) for line in film.read_text().splitlines()]
        assert lamp["strip"] in [tuple("#" + bytes(rgb).hex() for rgb in pixels[::2]) for pixels in sent]
        assert len(lamp["strip"]) == 45
    finally:
        bench.close()
        rclpy.try_shutdown()


def test_no_picture_is_asked_for_unless_it_may_be_shown(bench: Bench) -> None:
    bench.dashboard.watched(True)
    bench.until(lambda: bench.camera.count_subscribers("faces") == 2)
    assert bench.camera.count_subscribers("debug_image/compressed") == 0
    (result,) = bench.dashboard.set_parameters([rclpy.parameter.Parameter("show_camera", value=True)])
    assert not result.successful


def test_what_is_read_at_the_start_is_refused_later(bench: Bench) -> None:
    (result,) = bench.dashboard.set_parameters([rclpy.parameter.Parameter("port", value=1)])
    assert not result.successful
    assert "start the node again" in result.reason

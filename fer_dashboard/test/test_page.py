# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The page in a real browser, against the real executables over a real graph."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from browser import Browser, find_browser

COLOR = [sys.executable, "-m", "fer_color", "--ros-args", "-p", "lights:=[none]", "-p", "smoothing_time:=0.1"]
DASHBOARD = [sys.executable, "-m", "fer_dashboard.main", "--ros-args", "-p"]
FEED = """
import array, cv2, time, rclpy
import numpy as np
from sensor_msgs.msg import CompressedImage
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray
rclpy.init()
node = rclpy.create_node("camera")
faces = node.create_publisher(EmotionDistributionArray, "faces", 1)
emotion = node.create_publisher(EmotionDistribution, "emotion", 1)
camera = node.create_publisher(CompressedImage, "debug_image/compressed", 1)
jpeg = array.array("B", cv2.imencode(".jpg", np.full((48, 64, 3), 90, np.uint8))[1].tobytes())
while True:
    camera.publish(CompressedImage(format="jpeg", data=jpeg))
    one = EmotionDistribution(face_id="f1", probabilities=[0.0, 0.0, 0.0, 0.75, 0.25, 0.0, 0.0])
    one.header.stamp = node.get_clock().now().to_msg()
    one.roi.x_offset, one.roi.y_offset, one.roi.width, one.roi.height = 100, 50, 200, 240
    array = EmotionDistributionArray(header=one.header, faces=[one], image_width=640, image_height=480)
    faces.publish(array)
    emotion.publish(one)
    time.sleep(0.05)
"""


def started(command: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ))


def ended(process: "subprocess.Popen[str]") -> int:
    process.send_signal(signal.SIGINT)
    return process.wait(60)


def dashboard(port: int, *more: str) -> "tuple[subprocess.Popen[str], int]":
    process = started([*DASHBOARD, f"port:={port}", *(["-p", *more] if more else [])])
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"the page: http://127\.0\.0\.1:(\d+)/", line):
            return process, int(found[1])
    raise AssertionError("the dashboard ended")


@pytest.fixture(scope="module")
def graph() -> Iterator[None]:
    processes = [started(COLOR), started([sys.executable, "-c", FEED])]
    yield
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        pytest.skip("no browser: apt-get install chromium")
    made = Browser(executable)
    yield made
    made.close()


def until(browser: Browser, expression: str, do: Callable[[], None] = lambda: None) -> object:
    deadline = time.monotonic() + 60
    while not (value := browser.evaluate(expression)):
        assert time.monotonic() < deadline, (expression, browser.evaluate("document.body.innerText"), browser.errors())
        do()
    return value


@pytest.fixture(scope="module")
def page(graph: None, browser: Browser) -> "Iterator[tuple[Browser, subprocess.Popen[str], int]]":
    process, port = dashboard(0)
    browser.look(width=1280)
    browser.visit(f"http://127.0.0.1:{port}/")
    until(browser, "document.getElementById('hex').textContent.startsWith('#')")
    yield browser, process, port
    process.kill()
    process.wait()


def test_it_shows_the_light_the_bars_and_the_faces(page) -> None:
    browser, _, _ = page
    until(browser, "bars.rows[3].cells[2].textContent === '0.75'")
    shares = json.loads(str(browser.evaluate("JSON.stringify([...bars.rows].map(r => +r.cells[2].textContent))")))
    assert sum(shares) == pytest.approx(1, abs=0.02)
    color = browser.evaluate("getComputedStyle(document.getElementById('glow')).color")
    numbers = [int(one) for one in re.findall(r"\d+", str(color))]
    said = browser.evaluate("document.getElementById('hex').textContent")
    assert "#" + "".join(f"{one:02x}" for one in numbers) == said
    assert browser.evaluate("document.querySelector('#faces rect').getAttribute('width')") == "200"
    assert browser.evaluate("document.getElementById('faces').getAttribute('aria-label')") == "1 face: f1 happy"


def test_each_light_says_what_it_does_and_no_picture_is_shown_unasked(page) -> None:
    browser, _, _ = page
    until(browser, "document.getElementById('lamps').innerText.startsWith('none: shows #')")
    assert browser.evaluate("document.getElementById('camera').hidden && document.getElementById('watched').hidden")
    assert "No picture is shown" in str(browser.evaluate("document.body.innerText"))


def test_a_control_reaches_the_node_and_a_refusal_is_shown_beside_it(page) -> None:
    browser, _, _ = page
    until(browser, "!!document.getElementById('set-color.brightness')")
    change = "const i = document.getElementById('set-color.{0}'); i.value = '{1}'; i.onchange()"
    browser.evaluate("{" + change.format("brightness", "0.5") + "}")
    until(browser, "[...document.querySelectorAll('.refused')].every(p => !p.textContent)")
    asked = [sys.executable, "-c", ASK]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert answer.stdout.strip() == "0.5", answer.stderr
    browser.evaluate(
        "{const i = document.getElementById('set-color.palette'); i.add(new Option('nothing', 'nothing'));"
        " i.value = 'nothing'; i.onchange()}"
    )
    until(browser, "document.querySelector('[data-set=\"color.palette\"] .refused').textContent.includes('nothing')")


def test_a_switch_answers(page) -> None:
    browser, _, _ = page
    browser.evaluate("document.querySelector('[data-switch=on][data-value=false]').click()")
    until(browser, "document.getElementById('switched').textContent === 'Light off: done'")
    until(browser, "document.getElementById('hex').textContent === '#000000'")
    browser.evaluate("document.querySelector('[data-switch=on][data-value=true]').click()")
    until(browser, "document.getElementById('hex').textContent !== '#000000'")


def test_nothing_is_asked_of_anybody_else_and_nothing_is_in_the_console(page) -> None:
    browser, _, port = page
    assert browser.requests()
    assert all(url.startswith(f"http://127.0.0.1:{port}/") for url in browser.requests())
    assert browser.errors() == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(page, width: int, scheme: str) -> None:
    browser, _, _ = page
    browser.look(width=width, scheme=scheme)
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_control_has_a_name_and_is_reached_by_keyboard(page) -> None:
    browser, _, _ = page
    named = "i => i.labels.length && i.labels[0].textContent.trim()"
    assert browser.evaluate(f"[...document.querySelectorAll('input, select')].every({named})")
    assert browser.evaluate("[...document.querySelectorAll('button, input, select')].every(i => i.tabIndex === 0)")


def test_it_comes_back_when_the_node_does(page) -> None:
    browser, process, port = page
    assert ended(process) == 0
    until(browser, "document.getElementById('link').className === 'lost'")
    again, _ = dashboard(port)
    try:
        until(browser, "document.getElementById('link').textContent === 'live'")
        until(browser, "document.getElementById('hex').textContent.startsWith('#')")
    finally:
        assert ended(again) == 0


def test_the_cameras_picture_is_shown_when_it_was_asked_for_and_the_page_says_so(graph: None, browser: Browser) -> None:
    process, port = dashboard(0, "show_camera:=true", "-p", "token:=abc")
    try:
        browser.visit(f"http://127.0.0.1:{port}/?token=abc")
        until(browser, "document.getElementById('camera').naturalWidth === 64")
        assert "shows the camera's picture" in str(browser.evaluate("document.body.innerText"))
        assert "No picture is shown" not in str(browser.evaluate("document.body.innerText"))
        assert [
            line for line in browser.errors() if f":{port}/" in line
        ] == []  # the page before still looks for its own
    finally:
        assert ended(process) == 0


def test_a_taken_port_is_one_line() -> None:
    first, port = dashboard(0)
    try:
        second = subprocess.run([*DASHBOARD, f"port:={port}"], capture_output=True, text=True, timeout=60)
    finally:
        assert ended(first) == 0
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert "set the parameter port" in second.stderr


ASK = """
import rclpy
from rclpy.parameter_client import AsyncParameterClient
rclpy.init()
node = rclpy.create_node("asks")
client = AsyncParameterClient(node, "color")
assert client.wait_for_services(30)
future = client.get_parameters(["brightness"])
rclpy.spin_until_future_complete(node, future)
print(future.result().values[0].double_value)
"""

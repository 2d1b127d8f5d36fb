# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The executables around a page, and what is done with the page in a browser."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable

from browser import Browser
from waiting import Patience

COLOR = [sys.executable, "-m", "fer_color", "--ros-args", "-p", "lights:=[none]", "-p", "smoothing_time:=0.1"]
PERCEPTION = [sys.executable, "-m", "fer_perception.node", "--ros-args", "-p", "detector:=haar"]
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


def until(browser: Browser, expression: str, do: Callable[[], None] = lambda: None) -> object:
    patience = Patience()
    while not (value := browser.evaluate(expression)):
        assert patience.lasts(), (expression, browser.evaluate("document.body.innerText"), browser.errors())
        do()
    return value


FIELDS = """{
  window.inputOf = field => field.querySelector('input, select');
  window.change = (set, value) => {
    const input = inputOf(document.querySelector(`[data-set="${set}"]`));
    input.value = value;
    for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind));
  };
  window.press = text => [...document.querySelectorAll('[data-switch]')].find(b => b.textContent === text).click();
  JSON.stringify([...document.querySelectorAll('[data-set]')].map(field => {
    const input = inputOf(field), slides = input.type === 'range';
    return { set: field.dataset.set, value: slides ? +input.value : input.value, low: +input.min, high: +input.max,
      choices: slides ? [] : [...input.options].map(one => one.value) };
  }));
}"""
LINK = "document.getElementById('link').textContent"
LIVE = f"{LINK} === 'live'"
SWITCHES = "JSON.stringify([...document.querySelectorAll('[data-switch]')].map(b => b.textContent))"

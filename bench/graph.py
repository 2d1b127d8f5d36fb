# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.graph: perception and colour in one process, over real DDS, fed by a camera in another."""

import json
import os
import signal
import subprocess
import sys
import time
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import rclpy
from rclpy.executors import Executor
from rclpy.parameter import Parameter

from fer_color.node import ColorNode, SentFrame
from fer_common.ros.executor import make_executor
from fer_common.ros.memory import collect_seldom, keep_freed_images
from fer_perception.node import PerceptionNode, ProcessedFrame

WORK = ("calls", "pixels", "network_calls")
"""What is counted an image: the detector's calls and the pixels it is shown, the emotion network's calls."""
WARM_UP = 60
"""Images before anything is counted."""
FIRST, LAST = 2_000, 20_000
"""Between these images memory is compared."""


def run(images: Path, rate: float, frames: int) -> dict[str, Any]:
    """Feed so many images and return what they cost.

    Returns:
        `processed`, `seconds`, `cpu_ms` (of this process a processed image), `latency_ms` (stamp to light, of each),
        `faces` (a processed image, mean), `resident` (bytes by processed image), `work` (the detector's, counted).
    """
    keep_freed_images()  # as our executables do
    rclpy.init()
    # Plain numbers: the benchmark's own notes are not to be seen in the memory that it measures.
    observed, faces, lit, sent = array("q"), array("B"), array("q"), array("q")

    def perceived(frame: ProcessedFrame) -> None:
        faces.append(frame.faces)
        observed.append(frame.stamp_ns)

    def arrived(frame: SentFrame) -> None:
        if frame.stamp_ns is not None:
            lit.append(frame.stamp_ns)
            sent.append(frame.sent_ns)

    reliable = [Parameter("qos_reliability", value="reliable")]
    perception = PerceptionNode(observer=perceived, parameter_overrides=reliable)
    color = ColorNode(observer=arrived, parameter_overrides=[Parameter("lights", value=["none"])])
    executor = make_executor()
    executor.add_node(perception)
    executor.add_node(color)
    collect_seldom()  # as our executables do
    camera = _camera(images, rate)
    resident: dict[int, int] = {}
    try:
        _spin(executor, camera, observed, WARM_UP, resident)
        begun, cpu, first = time.monotonic(), time.process_time(), len(observed)
        work = perception.work()
        _spin(executor, camera, observed, first + frames, resident)
        seconds, cpu_seconds = time.monotonic() - begun, time.process_time() - cpu
        counted = len(observed) - first
        done = perception.work()
    finally:
        camera.send_signal(signal.SIGINT)
        camera.wait()
        for node in (perception, color):
            node.close()
        executor.shutdown()
        for node in (perception, color):
            node.destroy_node()
        rclpy.shutdown()
    chosen = slice(first, first + counted)
    first_sent = dict(zip(reversed(lit), reversed(sent)))  # of several frames of one image the first
    latency = [(first_sent[stamp] - stamp) / 1e6 for stamp in observed[chosen] if stamp in first_sent]
    return {
        "processed": counted,
        "seconds": seconds,
        "cpu_ms": 1000 * cpu_seconds / counted,
        "latency_ms": latency,
        "faces": float(np.mean(faces[chosen])),
        "resident": resident,
        "work": {name: (done[name] - work[name]) / (done["images"] - work["images"]) for name in WORK},
    }


def _camera(images: Path, rate: float) -> "subprocess.Popen[str]":
    """Start a camera in a process of its own; it sends images when this returns."""
    camera = subprocess.Popen(
        [sys.executable, "-m", "bench.camera", str(images), str(rate)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True,
    )  # fmt: skip
    assert camera.stdin is not None
    assert camera.stdout is not None
    camera.stdout.readline()
    camera.stdin.write("go\n")
    camera.stdin.flush()
    return camera


def _spin(
    executor: Executor,
    camera: "subprocess.Popen[str]",
    observed: "array[int]",
    until: int,
    resident: dict[int, int],
) -> None:
    looked = 0.0
    while len(observed) < until:
        now = time.monotonic()
        if now - looked > 1.0 and camera.poll() is not None:
            raise RuntimeError(f"the camera ended by itself with {camera.returncode} after {len(observed)} images")
        looked = now if now - looked > 1.0 else looked
        executor.spin_once(timeout_sec=0.1)
        if len(observed) % 500 == 0 and len(observed) not in resident:
            resident[len(observed)] = _resident()


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    json.dump(run(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])), sys.stdout)

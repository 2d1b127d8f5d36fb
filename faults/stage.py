# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The real graph: perception and colour as processes, a camera of ours, lamps of ours, and what starts a node again."""

import array
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rclpy
from numpy.typing import NDArray
from rcl_interfaces.srv import SetParameters
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Image

from faults.decoders import artnet, ddp, sacn
from faults.lamps import MOSQUITTO, Broker, Datagrams, Lamp, Serial
from faults.other_lamps import Recording, Robot, Terminal, Wled
from fer_bringup.launching.watch import AGAIN_AFTER_S
from fer_bringup.reach import within
from fer_common.ros.stamps import stamp_ns
from fer_models import default_model
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray, LightColor

PATIENCE_S = float(os.environ.get("FER_PATIENCE", "120"))
RATE = 10.0
"""Images a second."""
Pixels = NDArray[np.uint8]


class NeverCameError(Exception):
    """What was waited for did not come about."""


class Program:
    """A node's process, with the transport that launch gives it; started again as launch does it, after a fault."""

    def __init__(
        self, name: str, module: str, log: Path, arguments: Sequence[str], terminal: int | None = None
    ) -> None:
        """Start it; all that it says goes into the log, or what it prints to a terminal's descriptor."""
        self.name, self.log, self._terminal = name, log, terminal
        self._command = [sys.executable, "-m", module, "--ros-args", *arguments]
        self._ended_at: float | None = None
        self.starts = 0
        self._start()

    def _start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log if self._terminal is None else self._terminal,
                stderr=log,
                env=within("machine", os.environ, alone=True) | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            )
        self.starts, self._ended_at = self.starts + 1, None

    def keep(self) -> int | None:
        """Start it again where it has ended, a while later; the code that it ended with, once."""
        code = self.process.poll()
        if code is None:
            return None
        if self._ended_at is None:
            self._ended_at = time.monotonic()
            return code
        if time.monotonic() - self._ended_at >= AGAIN_AFTER_S:
            self._start()
        return None

    def said(self) -> str:
        """Return all that it has said."""
        return self.log.read_text(errors="replace")

    def close(self, meanwhile: Callable[[Callable[[], bool]], bool]) -> int:
        """End it by Ctrl-C; its code. `meanwhile` does something until a condition holds, and tells whether it does."""
        self.process.send_signal(signal.SIGINT)
        if not meanwhile(lambda: self.process.poll() is not None):
            self.process.kill()
        return self.process.wait()


class Stage:
    """All of it, spun by whoever waits.

    Args:
        folder: for logs, ports and the model's copy.
        images: what the camera shows, again and again; BGR.
        alone: two lamps more listen on the ports that E1.31 and Art-Net have for themselves, at an address of ours; a
            program that wants these ports at every address, as olad does, can't start meanwhile.
    """

    def __init__(self, folder: Path, images: Sequence[Pixels], *, alone: bool = True) -> None:
        """Start the graph; `open` waits until it is lit."""
        self.folder, self.images = folder, images
        self.model = folder / "model.onnx"
        self.model.write_bytes(Path(default_model()).read_bytes())
        self.camera_on, self.offset_s, self.period = True, 0.0, 1 / RATE
        self.heard: LightColor | None = None
        self.heard_at, self.processed = 0.0, 0
        self.latency_s: list[float] = []
        self.ended: list[tuple[str, int]] = []
        self._number, self._next, self._marked_ns = 0, 0.0, 0
        self._marked_at = 0.0
        self._context = Context()
        rclpy.init(context=self._context)
        self.node = rclpy.create_node("stage", context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)
        best_effort = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
        self.camera = self.node.create_publisher(Image, "image", best_effort)
        self.faces = self.node.create_publisher(EmotionDistributionArray, "faces", 10)
        self.emotion = self.node.create_publisher(EmotionDistribution, "emotion", 10)
        self.node.create_subscription(LightColor, "color", self._on_color, 100)
        self.node.create_subscription(EmotionDistributionArray, "faces", self._on_faces, best_effort)
        self.adalight = Serial(folder, "adalight")
        self.tpm2 = Serial(folder, "tpm2")
        self.ddp = Datagrams("ddp", "ddp:{host}:{port}:{leds}", ddp)
        self.wled, self.terminal = Wled(), Terminal()
        self.lamps: list[Lamp] = [self.adalight, self.tpm2, self.ddp, self.wled, self.terminal]
        self.robot = Robot(self.node)
        self.lamps += [Recording(folder), self.robot]
        if alone:
            with contextlib.suppress(OSError):  # somebody listens there at every address
                self.lamps.append(Datagrams("sacn", "sacn:1:{leds}?host={host}", sacn, 5568))
            with contextlib.suppress(OSError):
                self.lamps.append(Datagrams("artnet", "artnet:{host}:0:{leds}", artnet, 6454))
        self.broker = Broker(folder) if MOSQUITTO else None
        for lamp in self.lamps:
            lamp.start()
        self.perception = Program(
            "perception", "fer_perception.node", folder / "perception.log",
            ["-p", f"model:={self.model}", "-p", "qos_reliability:=best_effort"],
        )  # fmt: skip
        self.color = Program(
            "color", "fer_color.main", folder / "color.log", ["-p", f"lights:={self._lights()}"], self.terminal.slave
        )
        self.programs = [self.perception, self.color]
        self._clients: dict[str, Any] = {}

    def _lights(self) -> str:
        lights = [lamp.light for lamp in self.lamps] + ([self.broker.light] if self.broker else [])
        return "[" + ", ".join(f"'{light}'" for light in lights) + "]"

    def _on_color(self, message: LightColor) -> None:
        self.heard, self.heard_at = message, time.monotonic()
        if message.mode == LightColor.LIVE and not self.offset_s:
            self.latency_s.append((time.time_ns() - stamp_ns(message.header)) / 1e9)

    def _on_faces(self, _: EmotionDistributionArray) -> None:
        self.processed += 1

    def message(self, image: Pixels) -> Image:
        """Make a message of an image, stamped now (and by `offset_s`)."""
        message = Image(height=image.shape[0], width=image.shape[1], encoding="bgr8", step=image.shape[1] * 3)
        message.data = array.array("B", image.tobytes())  # of bytes rclpy would check every one
        stamp = time.time_ns() + round(self.offset_s * 1e9)
        message.header.stamp.sec, message.header.stamp.nanosec = divmod(stamp, 10**9)
        message.header.frame_id = "stage"
        return message

    def show(self) -> None:
        """Publish the next image."""
        self._number += 1
        self.camera.publish(self.message(self.images[self._number % len(self.images)]))

    def turn(self) -> None:
        """Spin once: the camera's next image if its time has come, what has arrived, nodes that have ended."""
        now = time.monotonic()
        if self.camera_on and now >= self._next:
            self._next = now + self.period
            self.show()
        self._executor.spin_once(timeout_sec=0.01)
        for program in self.programs:
            code = program.keep()
            if code is not None:
                self.ended.append((program.name, code))

    def until(self, condition: Callable[[], Any], what: str) -> None:
        """Turn until the condition holds.

        Raises:
            NeverCameError: it did not, within `PATIENCE_S`; the text says what.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise NeverCameError(what)
            self.turn()

    def _listen(self, condition: Callable[[], bool]) -> bool:
        """Hear what comes, and no more, until the condition holds; whether it did within half a minute."""
        deadline = time.monotonic() + 30.0
        while not condition() and time.monotonic() < deadline:
            self._executor.spin_once(timeout_sec=0.01)
        return condition()

    def turns(self, seconds: float) -> None:
        """Turn for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()

    def mark(self) -> None:
        """Begin to ask `right` anew."""
        self._marked_ns, self._marked_at = time.time_ns() + round(self.offset_s * 1e9), time.monotonic()

    def right(self) -> bool:
        """Whether the light follows an image that was shown after `mark`, and every lamp shows light since then."""
        heard = self.heard
        if heard is None or heard.mode != LightColor.LIVE or self.heard_at < self._marked_at:
            return False
        return stamp_ns(heard.header) >= self._marked_ns and all(self._lit(lamp) for lamp in self.lamps)

    def _lit(self, lamp: Lamp) -> bool:
        last = lamp.received.last
        return last is not None and last[0] >= self._marked_at and max(last[1]) > 0

    def open(self) -> None:
        """Wait until all is lit."""
        self.mark()
        self.until(self.right, f"the light at the start: {self.perception.said()[-500:]} {self.color.said()[-500:]}")

    def set(self, node: str, **values: Any) -> str:
        """Set parameters of a node; why it refused, or an empty string."""
        future = self.ask(node, **values)
        self.until(future.done, f"{node}'s answer")
        return "; ".join(result.reason for result in future.result().results if not result.successful)

    def ask(self, node: str, **values: Any) -> Any:
        """Ask a node to set parameters, without waiting: a future."""
        if node not in self._clients:
            self._clients[node] = self.node.create_client(SetParameters, f"{node}/set_parameters")
        client = self._clients[node]
        self.until(client.service_is_ready, f"{node}'s service")
        parameters = [Parameter(name, value=value).to_parameter_msg() for name, value in values.items()]
        return client.call_async(SetParameters.Request(parameters=parameters))

    def kill(self, program: Program) -> None:
        """Kill a node by SIGKILL; the lamps of a colour node hold what they show until it is back."""
        starts = program.starts
        os.kill(program.process.pid, signal.SIGKILL)
        # Until then a busy machine's lamps may still read what was sent before.
        self.until(lambda: program.starts > starts, f"{program.name}'s next start")
        if program is self.color:
            for lamp in self.lamps:
                lamp.keep()

    def close(self) -> list[int]:
        """End all of it; the nodes' codes."""
        codes = [program.close(self._listen) for program in self.programs]
        self._listen(lambda: not self._lit(self.robot))  # its last message may still be on its way
        for lamp in self.lamps:
            lamp.close()
        if self.broker:
            self.broker.close()
        self._executor.shutdown()
        self.node.destroy_node()
        rclpy.shutdown(context=self._context)
        return codes


def film(path: Path, width: int = 480, every: int = 3) -> list[Pixels]:
    """Read every `every`-th image of a film, made smaller."""
    capture, images = cv2.VideoCapture(str(path)), []
    while capture.grab():
        image = capture.retrieve()[1]
        size = (width, round(image.shape[0] * width / image.shape[1]))
        images.append(np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8))
        for _ in range(every - 1):
            capture.grab()
    return images

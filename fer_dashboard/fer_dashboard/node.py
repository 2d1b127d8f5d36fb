# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node `dashboard`: messages in, the view; a person's wishes out, as parameters and services."""

import os
import re
import threading
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rcl_interfaces.msg import Log, ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import CompressedImage
from std_srvs.srv import SetBool

from fer_common.ros.executor import withdraw
from fer_common.ros.lifecycle import gone_if_refused
from fer_common.ros.stamps import stamp_ns
from fer_dashboard.errors import DashboardError
from fer_dashboard.seen.controls import CONTROLS, SWITCHES, Request, offered
from fer_dashboard.seen.view import Face, Lamp, View
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray, LightColor

ASK_AGAIN_S = 1.0
"""Seconds between two looks at the nodes' parameters while somebody watches."""
PATIENCE_S = 3.0
"""Seconds that a look may take before the node counts as gone."""
WATCHED = ("perception", "color", "source", "shared_perception", "fuser")
"""Nodes whose warnings are shown."""
VALUES = {2: "integer_value", 3: "double_value", 4: "string_value"}
"""rcl_interfaces/ParameterType to the field that holds it, of what the page can show."""
COLOR = re.compile(r"#[0-9a-f]{6}")
STRIP = re.compile(r"([0-9a-f]{6}){1,60}")
OWN = ("dashboard_host", "port", "token", "show_camera", "open_browser", "foxglove_port")
"""Its own parameters, all read at the start: nobody on the graph can open the page, or its picture, to others."""
VARIABLE = "FER_PAGE_TOKEN"
"""The environment's variable that is read where the parameter `token` is empty."""
FROM_WARNING = 30
"""rcl_interfaces/Log's level."""


NEWEST = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
"""For pictures: whoever sends them does not wait for us."""


class DashboardNode(Node):
    """Subscribes while a page is open, and to nothing while none is.

    Whoever spins it calls `keep` between two spins; `watched` and `ask` may be called by any thread.
    """

    def __init__(self, view: View, **node_kwargs: Any) -> None:
        """Declare the parameters.

        Args:
            view: takes what arrives.
            node_kwargs: as `rclpy.node.Node` takes them, but for the name.

        Raises:
            DashboardError: a parameter is wrong.
        """
        super().__init__("dashboard", **node_kwargs)
        self._view = view
        with gone_if_refused(self):
            self._declare_all()
        view.camera = self.show_camera
        self.add_on_set_parameters_callback(self._fixed)
        self._wanted = threading.Event()
        self._subscriptions_of_a_page: list[Any] = []
        self._values: dict[str, Any] = {}
        self._remote = {name: AsyncParameterClient(self, name) for name in sorted({one.node for one in CONTROLS})}
        self._switches: dict[str, Any] = {
            name: self.create_client(SetBool, service) for name, service in SWITCHES.items()
        }
        self._names: dict[str, list[str]] = {}
        self._looking: dict[str, float] = {}
        self._looked_at = -ASK_AGAIN_S

    def _declare_all(self) -> None:
        self.host = str(self._declared("dashboard_host", "127.0.0.1", "address that the page is served on"))
        self.port = int(self._declared("port", 8088, "TCP port that the page is served on; 0 takes a free one"))
        self.token = str(self._declared("token", "", "what opens the page beyond this machine; empty: a fresh one"))
        if self.token:  # every node's parameters can be read by all
            self.set_parameters([Parameter("token", value="")])
        self.token = self.token or os.environ.get(VARIABLE, "")
        self.show_camera = bool(self._declared("show_camera", False, "show the camera's picture, with the token alone"))
        self.open_browser = bool(self._declared("open_browser", False, "open the page where there is a desktop"))
        self.foxglove_port = int(
            self._declared("foxglove_port", -1, "port for Foxglove on loopback; 0 a free one, -1 none")
        )
        if not self.host.strip():
            raise DashboardError("dashboard_host is empty; give 127.0.0.1, or 0.0.0.0 for all of the network")
        if not 0 <= self.port <= 65535:
            raise DashboardError(f"port is {self.port}; give 0 to 65535")
        if not -1 <= self.foxglove_port <= 65535:
            raise DashboardError(f"foxglove_port is {self.foxglove_port}; give 0 to 65535, or -1 for none")

    def _declared(self, name: str, default: Any, reason: str) -> Any:
        return self.declare_parameter(name, default, ParameterDescriptor(description=reason)).value

    def _fixed(self, parameters: list[Any]) -> SetParametersResult:
        own = [one.name for one in parameters if one.name in OWN]
        if own:
            return SetParametersResult(
                successful=False, reason=f"{own[0]} is read at the start only; start the node again"
            )
        return SetParametersResult(successful=True)

    def watched(self, is_watched: bool) -> None:
        """Take note of whether anybody looks."""
        (self._wanted.set if is_watched else self._wanted.clear)()

    def keep(self) -> None:
        """Subscribe or let go as pages come and go, and look at the nodes' parameters."""
        if not self._wanted.is_set():
            if self._subscriptions_of_a_page:
                withdraw(self, *self._subscriptions_of_a_page)
                self._subscriptions_of_a_page = []
            return
        if not self._subscriptions_of_a_page:
            self._subscriptions_of_a_page = [
                self.create_subscription(EmotionDistributionArray, "faces", self._on_faces, 1),
                self.create_subscription(EmotionDistribution, "emotion", self._on_emotion, 1),
                self.create_subscription(LightColor, "color", self._on_color, 1),
                self.create_subscription(Log, "/rosout", self._on_log, 50),
                self.create_subscription(DiagnosticArray, "/diagnostics", self._on_diagnostics, 10),
            ]
            if self.show_camera:
                self._subscriptions_of_a_page.append(
                    self.create_subscription(CompressedImage, "debug_image/compressed", self._on_picture, NEWEST)
                )
        now = time.monotonic()
        if now - self._looked_at >= ASK_AGAIN_S:
            self._looked_at = now
            self._look(now)

    def controls(self) -> list[dict[str, Any]]:
        """Return the controls as the nodes have them; from any thread."""
        return offered(self._values)

    def _look(self, now: float) -> None:
        for name, client in self._remote.items():
            since = self._looking.get(name)
            if since is not None and now - since < PATIENCE_S:
                continue
            if since is not None or not client.services_are_ready():
                self._forget(name)  # it does not answer, or is not there
            if client.services_are_ready():
                self._looking[name] = now
                if name in self._names:
                    self._read(name)
                else:
                    client.list_parameters().add_done_callback(partial(self._listed, name))

    def _listed(self, name: str, future: Any) -> None:
        """Take note of which of the controls a node has: an older one lacks some, and refuses to be asked for them."""
        response = future.result()
        self._looking.pop(name, None)
        if response is not None:
            there = set(response.result.names)
            self._names[name] = [one.name for one in CONTROLS if one.node == name and one.name in there]
            self._read(name)

    def _read(self, name: str) -> None:
        self._looking.setdefault(name, time.monotonic())
        self._remote[name].get_parameters(self._names[name]).add_done_callback(partial(self._looked, name))

    def _looked(self, name: str, future: Any) -> None:
        self._looking.pop(name, None)
        response = future.result()
        if response is None:
            return
        found = {}
        for own, value in zip(self._names.get(name, []), response.values):
            if value.type in VALUES:
                found[f"{name}.{own}"] = getattr(value, VALUES[value.type])
        others = {key: value for key, value in self._values.items() if not key.startswith(f"{name}.")}
        self._values = others | found

    def _forget(self, name: str) -> None:
        self._looking.pop(name, None)
        self._names.pop(name, None)
        self._values = {key: value for key, value in self._values.items() if not key.startswith(f"{name}.")}

    def ask(self, request: Request) -> "Future[str]":
        """Pass a person's wish on; the answer is '' or why it was refused. From any thread."""
        answer: Future[str] = Future()
        if self.executor is None:
            answer.set_result("the dashboard is ending")
        else:
            self.executor.create_task(self._ask, request, answer)
        return answer

    def _ask(self, request: Request, answer: "Future[str]") -> None:
        def done(future: Any) -> None:
            if answer.done():
                return
            response = future.result()
            if response is None:
                answer.set_result("the node did not answer")
            elif request.control is None:
                answer.set_result("" if response.success else response.message or "the node refused")
            else:
                (result,) = response.results
                answer.set_result("" if result.successful else result.reason or "the node refused")
                self._looked_at = -ASK_AGAIN_S

        if request.control is None:
            client = self._switches[request.switch]
            if not client.service_is_ready():
                answer.set_result("the node 'color' is not there")
                return
            client.call_async(SetBool.Request(data=bool(request.value))).add_done_callback(done)
            return
        node = request.control.node
        if not self._remote[node].services_are_ready():
            answer.set_result(f"the node '{node}' is not there")
            return
        parameter = Parameter(request.control.name, value=request.value)
        self._remote[node].set_parameters([parameter]).add_done_callback(done)

    def _on_faces(self, message: Any) -> None:
        faces = [
            Face(
                one.face_id,
                (one.roi.x_offset, one.roi.y_offset, one.roi.width, one.roi.height),
                float(one.detection_score),
                tuple(float(share) for share in one.probabilities),
            )
            for one in message.faces
        ]
        self._view.faces(faces, (message.image_width, message.image_height), time.monotonic())

    def _on_emotion(self, message: Any) -> None:
        self._view.emotion([float(one) for one in message.probabilities], message.face_id, time.monotonic())

    def _on_color(self, message: Any) -> None:
        color = message.color
        delay = (
            (self.get_clock().now().nanoseconds - stamp_ns(message.header)) / 1e9 if message.mode == "live" else None
        )
        self._view.light((color.r, color.g, color.b), message.mode, delay, time.monotonic())

    def _on_diagnostics(self, message: Any) -> None:
        own = f"{self.get_namespace().rstrip('/')}/color: light "
        lamps = [
            Lamp(one.hardware_id, one.message, _color_of(one), one.level == DiagnosticStatus.WARN, _strip_of(one))
            for one in message.status
            if one.name.startswith(own)
        ]
        if lamps:
            self._view.lamps(lamps, time.monotonic())

    def _on_picture(self, message: Any) -> None:
        self._view.picture(bytes(message.data), time.monotonic())

    def _on_log(self, message: Any) -> None:
        if message.level >= FROM_WARNING and message.name.rpartition(".")[2] in WATCHED:
            self._view.notice(message.name, message.msg)


def _value_of(status: Any, key: str) -> str:
    return next((str(one.value) for one in status.values if one.key == key), "")


def _color_of(status: Any) -> str:
    text = _value_of(status, "color")
    return text if COLOR.fullmatch(text) else ""


def _strip_of(status: Any) -> tuple[str, ...]:
    text = _value_of(status, "pixels")
    return tuple(f"#{text[at : at + 6]}" for at in range(0, len(text), 6)) if STRIP.fullmatch(text) else ()

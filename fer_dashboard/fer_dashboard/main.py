# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The executable `dashboard_node`: the node in a thread of its own, the page's server in the main one."""

if __name__ == "__main__":
    from fer_common import program

    program.loading()

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import rclpy
from rclpy.exceptions import ParameterException
from rclpy.signals import SignalHandlerOptions

from fer_common.errors import FerError
from fer_common.interrupts import Interrupts
from fer_common.ros.executor import make_executor
from fer_common.ros.help import asks_for_help
from fer_common.ros.run import refusal
from fer_dashboard.errors import DashboardError
from fer_dashboard.node import OWN, DashboardNode
from fer_dashboard.seen.controls import Request
from fer_dashboard.seen.view import View
from fer_dashboard.seen.watchers import Watchers
from fer_dashboard.web.access import Access, link

if TYPE_CHECKING:
    from fer_dashboard.foxglove_live.bridge import Bridge

WAIT_S = 0.1
PERIOD, BEAT = 0.05, 1.0
"""Seconds between two states that Foxglove gets at most, and after which one is sent though nothing is new."""
ANSWER_S = 5.0
"""Seconds that a node has to answer a wish."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the page until Ctrl-C or SIGTERM; 0 then, 2 after one line where it could not start."""
    if asks_for_help(arguments):
        print(f"usage: dashboard_node [--ros-args [-p PARAMETER:=VALUE]...]\n\nparameters: {', '.join(OWN)}")
        return 0
    view, node = View(), None
    interrupts = Interrupts()
    interrupts.heed()
    try:
        rclpy.init(args=None if arguments is None else list(arguments), signal_handler_options=SignalHandlerOptions.NO)
        node = DashboardNode(view)
        return asyncio.run(_serve(node, view, interrupts))
    except FerError as error:
        print(f"dashboard: {error}", file=sys.stderr)
        return 2
    except (RuntimeError, ParameterException) as error:  # the arguments after --ros-args, a params file
        print(f"dashboard: {refusal(error)}", file=sys.stderr)
        return 2
    finally:
        if node is not None:
            node.destroy_node()
        rclpy.try_shutdown()
        interrupts.ignore()


async def _serve(node: DashboardNode, view: View, interrupts: Interrupts) -> int:
    try:
        from fer_dashboard.web.server import Hub, make_server
    except ImportError as error:
        raise DashboardError(
            f"the page needs tornado ({error}): apt install python3-tornado, or pip install tornado"
        ) from error

    async def ask(request: Request) -> str:
        try:
            return await asyncio.wait_for(asyncio.wrap_future(node.ask(request)), ANSWER_S)
        except asyncio.TimeoutError:
            return "the node did not answer in time"

    access = Access.to(node.host, node.token, camera=node.show_camera)
    watchers = Watchers(node.watched)
    hub = Hub(view, access, ask, node.controls, watchers.of("page"))
    server = make_server(hub)
    try:
        server.listen(node.port, node.host)
    except OSError as error:
        raise DashboardError(
            f"can't serve on {node.host}:{node.port} ({error.strerror}): set the parameter port or dashboard_host"
        ) from error
    port = next(iter(server._sockets.values())).getsockname()[1]
    if access.token:  # not by the logger: whoever hears /rosout, or records it, would have the token
        print(f"the page: {link(node.host, port, access.token)}", flush=True)
        _draw(link(node.host, port, access.token))
    else:
        node.get_logger().info(f"the page: {link(node.host, port, '')}")
        if node.open_browser:  # without a token: it would stand in the list of processes
            show_in_browser(link(node.host, port, ""), os.environ)
    bridge = _foxglove(node, watchers.of("foxglove")) if node.foxglove_port >= 0 else None
    stop = threading.Event()
    thread = threading.Thread(target=_spin, args=(node, stop), name="ros")
    thread.start()
    try:
        await _until_asked(view, bridge, interrupts)
    finally:
        server.stop()
        if bridge is not None:
            bridge.close()
        for client in list(hub.clients):
            client.close(1001, "the node ends")
        stop.set()
        thread.join()
    return 0


def _foxglove(node: DashboardNode, watched: Callable[[bool], None]) -> "Bridge":
    try:
        from fer_dashboard.foxglove_live.bridge import Bridge
    except ImportError as error:
        raise DashboardError(f"foxglove_port needs foxglove-sdk ({error}): pip install foxglove-sdk") from error
    bridge = Bridge(node.foxglove_port, watched)
    node.get_logger().info(f"Foxglove: ws://127.0.0.1:{bridge.port}")
    return bridge


async def _until_asked(view: View, bridge: "Bridge | None", interrupts: Interrupts) -> None:
    """Send what is new to Foxglove, where it is served, until this is to end."""
    sent, at = -1, 0.0
    while not interrupts.asked:
        await asyncio.sleep(WAIT_S if bridge is None else PERIOD)
        now = time.monotonic()
        if bridge is not None and bridge.wanted and (view.version != sent or now - at >= BEAT):
            sent, at = view.version, now
            bridge.publish(view.state(now), time.time_ns())


def _spin(node: DashboardNode, stop: threading.Event) -> None:
    executor = make_executor()
    executor.add_node(node)
    try:
        while not stop.is_set():
            node.keep()
            with contextlib.suppress(rclpy.executors.ExternalShutdownException):
                executor.spin_once(timeout_sec=WAIT_S)
    finally:
        executor.shutdown()


def show_in_browser(address: str, environment: Mapping[str, str]) -> bool:
    """Have the desktop open an address, and tell whether there is one; what it says of it is nobody's concern.

    Args:
        address: without anything secret.
        environment: this process's. A session over SSH is on another desktop than its user's eyes.
    """
    desktop = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    opener = shutil.which("xdg-open", path=environment.get("PATH"))
    if not desktop or environment.get("SSH_CONNECTION") or opener is None:
        return False
    subprocess.Popen(
        [opener, address],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return True


def _draw(text: str) -> None:
    """Draw a link as a QR code, where the terminal and the library are there."""
    if not sys.stdout.isatty():
        return
    try:
        import segno
    except ImportError:
        print("(pip install segno draws this link as a QR code)", flush=True)
        return
    segno.make(text).terminal(compact=True)


if __name__ == "__main__":
    program.run(main)

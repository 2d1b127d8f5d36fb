# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The command line of the one-process runner, and the node parameters that it stands for."""

import argparse
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fer_bringup.errors import BringupError
from fer_bringup.page import FOXGLOVE_PORT, PICTURES, PORT
from fer_bringup.reach import REACHES
from fer_common.yaml_file import read_value

NODES = ("source", "perception", "color")

TOPIC = r"(?!.*__)(~?/)?[A-Za-z_]\w*(/[A-Za-z_]\w*)*"
"""A topic's name as rclpy takes it on its command line."""

HELP = """\
A face in front of the camera, its emotion as coloured light: camera, perception and light in one process,
over real ROS 2. Ctrl-C hands the light back."""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "--source": {
        "action": "append",
        "metavar": "SOURCE",
        "help": "camera index or device (/dev/v4l/by-id/...), http:// (MJPEG) or rtsp:// address, video file, "
        "photograph (stays until Ctrl-C), image folder, or ros[:TOPIC] (an image topic that exists); "
        "default: the first camera that gives an image, else the sample clip",
    },
    "--loop": {"action": "store_true", "help": "start a file again at its end"},
    "--light": {
        "action": "append",
        "metavar": "LIGHT",
        "help": "where the light goes; may be given more than once: console (default), adalight:PORT:LEDS or "
        "tpm2:PORT:LEDS (a strip on a serial port), ddp:HOST[:PORT]:LEDS, wled:HOST, sacn:UNIVERSE:LEDS, "
        "artnet:HOST:UNIVERSE:LEDS, mqtt:HOST[:PORT]:TOPIC, record:FILE, none; options of one light follow a '?', as "
        "in adalight:/dev/ttyUSB0:60?brightness=0.5,color_order=GRB",
    },
    "--robot": {
        "action": "append",
        "metavar": "NAME|FILE",
        "help": "a robot's own light: create3, pal, nao, ... (docs/robots.md), or the path of a .yaml profile; "
        "--robot NAME:NAMESPACE for a robot in a namespace",
    },
    "--model": {
        "metavar": "NAME|FILE",
        "help": "the emotion network: fast (default), accurate, paper, or a model file",
    },
    "--reading": {
        "type": float,
        "metavar": "0..1",
        "help": "0 (default): what people see in a face; 1: what was meant by it; or a mixture",
    },
    "--detector": {
        "metavar": "NAME",
        "help": "face detector: yunet, haar or another package's; default: YuNet where its weights are, else Haar",
    },
    "--palette": {
        "metavar": "NAME|FILE",
        "help": "prototype colours: paper (default), plutchik, colorblind_safe, or a YAML file",
    },
    "--mode": {
        "choices": ("continuous", "discrete"),
        "help": "blend by the distribution (default), or show the likeliest emotion's colour",
    },
    "--show": {
        "choices": ("color", "gradient", "faces", "breath"),
        "help": "what a strip shows: the room's colour (default), its two leading emotions side by side, a segment a "
        "face where it is in the picture, or a breath whose pace follows arousal",
    },
    "--brightness": {"type": float, "metavar": "0..1", "help": "default: 1"},
    "--namespace": {
        "metavar": "NAME",
        "help": "puts every node and topic into a namespace; default: none, or ambient_2 and so on where another one "
        "runs on this machine",
    },
    "--reach": {
        "choices": REACHES,
        "help": "who can hear the nodes and talk to them: this machine alone (default, unless the environment names a "
        "transport profile or a discovery range), or the network",
    },
    "--page": {
        "type": int,
        "nargs": "?",
        "const": PORT,
        "metavar": "PORT",
        "help": f"serve a live page of the light and its controls on http://127.0.0.1:{PORT}/ (this machine only), and "
        "open it where there is a desktop; in a terminal that is done unasked",
    },
    "--preview": {"action": "store_true", "help": "serve the page and name its address; no browser is opened"},
    "--no-page": {"action": "store_true", "help": "serve no page"},
    "--foxglove": {
        "type": int,
        "nargs": "?",
        "const": FOXGLOVE_PORT,
        "metavar": "PORT",
        "help": f"with the page: the same for Foxglove on ws://127.0.0.1:{FOXGLOVE_PORT} (this machine only)",
    },
    "--show-camera": {
        "action": "store_true",
        "help": "with --page: the page shows the camera's picture, to whoever has the link with the token",
    },
    "--param": {
        "action": "append",
        "default": [],
        "metavar": "NODE.NAME=VALUE",
        "help": f"any other parameter; NODE is {', '.join(NODES)}",
    },
    "--duration": {"type": float, "metavar": "SECONDS", "help": "end this long after the first image"},
    "--report": {"type": Path, "metavar": "FILE", "help": "write what was seen, shown and how fast, as JSON"},
}


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    topic: str | None
    """An image topic that exists, or None when images come from our own source."""
    duration: float | None
    """Seconds from the first image, or None: until the source ends."""
    report: Path | None
    reach: str = ""
    """One of `REACHES`, or empty: as the environment says, and else this machine."""
    page: int | None = None
    """TCP port of the live page, 0 for a free one; None: without it."""
    preview: bool = False
    """Whether the page's address is named alone, and no browser opened."""
    foxglove: int | None = None
    """TCP port for Foxglove, 0 for a free one; None: without it."""
    show_camera: bool = False
    """Whether the page shows the camera's picture."""
    namespace: str | None = None
    """The user's, or None."""
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Node to parameter to value."""

    @property
    def movable(self) -> bool:
        """Whether a namespace is ours to choose: a topic that exists and a robot's light have names of their own."""
        lights = self.parameters["color"].get("lights") or []
        return not (self.topic or any(str(light).startswith("robot:") for light in lights))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise BringupError(f"{message} (see --help)")


def parse(arguments: list[str] | None = None, *, terminal: bool = False) -> Options:
    """Read the command line.

    Args:
        arguments: without the program's name; None: those of this process.
        terminal: whether somebody reads what it prints; then the page is served unasked.

    Raises:
        BringupError: an argument is unknown, given twice, or its value makes no sense.
    """
    parser = _Parser(prog="make ambient ARGS=…", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter)
    for names, settings in ARGUMENTS.items():
        parser.add_argument(names, **settings)
    given = parser.parse_args(arguments)
    if given.no_page and (given.page is not None or given.preview):
        raise BringupError("--no-page is the opposite of --page and --preview: give one")
    if given.page is None and not given.no_page and (given.preview or terminal):
        given.page = PORT
    return _options(given)


def _check(given: argparse.Namespace) -> None:
    if given.source and len(given.source) > 1:
        raise BringupError(f"--source was given {len(given.source)} times ({', '.join(given.source)}); name one")
    if given.duration is not None and not given.duration > 0:
        raise BringupError(f"--duration is {given.duration:g}, expected more than 0 seconds")
    if given.report and not given.report.absolute().parent.is_dir():
        raise BringupError(f"--report: there is no folder '{given.report.absolute().parent}'")
    if given.report and given.report.is_dir():
        raise BringupError(f"--report: '{given.report}' is a folder; name a file in it")
    if given.page is not None and not 0 <= given.page <= 65535:
        raise BringupError(f"--page {given.page} is no port; give 0 to 65535")
    if given.foxglove is not None and not 0 <= given.foxglove <= 65535:
        raise BringupError(f"--foxglove {given.foxglove} is no port; give 0 to 65535")
    if given.foxglove is not None and given.page is None:
        raise BringupError("--foxglove comes with the live page: add --page")
    if given.show_camera and given.page is None:
        raise BringupError("--show-camera is for the live page: add --page")


def _options(given: argparse.Namespace) -> Options:
    _check(given)
    source = given.source[0] if given.source else "auto"
    topic = None
    if source == "ros" or source.startswith("ros:"):
        topic = source[4:] or "image"
    parameters: dict[str, dict[str, Any]] = {node: {} for node in NODES}
    parameters["source"] = {"source": source, "loop": given.loop}
    if given.show_camera:
        parameters["perception"] |= PICTURES
    if source.startswith(("http://", "https://")):
        parameters["source"]["compressed"] = parameters["perception"]["compressed"] = True
    if topic is None:
        # Our own source is reliable; a best-effort subscription would lose large images between their fragments.
        parameters["perception"]["qos_reliability"] = "reliable"
    if topic and topic.endswith("/compressed"):
        parameters["perception"]["compressed"] = True
        topic = topic[: -len("/compressed")]
    if topic is not None and not re.fullmatch(TOPIC, topic, re.ASCII):
        raise BringupError(
            f"--source '{source}' names no topic: between slashes stand letters, digits and '_', a digit not first, "
            "no two '_' together; as in ros:/camera/image_raw"
        )
    lights = [*(given.light or []), *(f"robot:{robot}" for robot in given.robot or [])]
    for node, name, value in (
        ("perception", "model", given.model),
        ("perception", "reading", given.reading),
        ("perception", "detector", given.detector),
        ("color", "lights", lights or None),
        ("color", "palette", given.palette),
        ("color", "mode", given.mode),
        ("color", "show", given.show),
        ("color", "brightness", given.brightness),
    ):
        if value is not None:
            parameters[node][name] = value
    for text in given.param:
        node, name, value = _parameter(text)
        parameters[node][name] = value
    return Options(
        topic,
        given.duration,
        given.report,
        given.reach or "",
        given.page,
        given.preview,
        given.foxglove,
        given.show_camera,
        given.namespace,
        parameters,
    )


def _parameter(text: str) -> tuple[str, str, Any]:
    target, equals, value = text.partition("=")
    node, dot, name = target.partition(".")
    if not (equals and dot and name) or node not in NODES:
        raise BringupError(f"--param '{text}': expected NODE.NAME=VALUE with NODE one of {', '.join(NODES)}")
    return node, name, read_value(value, f"--param '{text}'", BringupError)

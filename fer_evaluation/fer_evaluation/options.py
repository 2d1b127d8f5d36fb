# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The command line of evaluate_bag."""

import argparse
from collections.abc import Sequence
from dataclasses import Field, dataclass, fields, replace
from pathlib import Path
from typing import Any

import fer_color.settings
from fer_color.errors import ColorError
from fer_common.settings import fault, meant
from fer_common.yaml_file import read_value
from fer_evaluation.answers.replay import Cores
from fer_evaluation.errors import EvaluationError
from fer_perception import PerceptionError, Settings

SHARD = 600.0
LEAST, MOST = 1e-3, 1e9
"""Of every length of time, seconds, and of --rate: beyond, nanoseconds would be 0 or too many for 64 bits."""
LOCAL = "local"

HELP = """\
How well perception and light did on recordings: bags in, metrics.json, report.html, tables and pictures out, the same
to the last digit each time (but for the part 'timing'). docs/evaluation.md defines every figure."""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "bags": {
        "nargs": "+",
        "type": Path,
        "metavar": "BAG",
        "help": "a rosbag2 folder, an .mcap or .db3 file, a ROS 1 .bag file, or a folder of bags",
    },
    "--labels": {
        "type": Path,
        "metavar": "CSV",
        "help": "start_s,end_s,emotion in seconds from the bag's start; for several bags a folder with NAME.labels.csv",
    },
    "--output": {"type": Path, "required": True, "metavar": "DIR", "help": "a new or empty folder for the results"},
    "--topic": {
        "action": "append",
        "default": [],
        "metavar": "NAME|TYPE",
        "help": "image topic, or all of a type; may be given more than once (several cameras); default: the only one",
    },
    "--start": {"type": float, "default": 0.0, "metavar": "S", "help": "skip so many seconds of each bag"},
    "--duration": {"type": float, "metavar": "S", "help": "take so many seconds of each bag"},
    "--recorded": {
        "nargs": "?",
        "const": "",
        "metavar": "TOPIC",
        "help": "score the answers that are in the bag in place of replaying its images; TOPIC where there are several",
    },
    "--mapping": {
        "type": Path,
        "metavar": "YAML",
        "help": "with --recorded: another program's labels to the seven, as 'joy: happy'; '' passes a label over",
    },
    "--live": {"action": "store_true", "help": "replay into the running ROS 2 graph and score what comes back"},
    "--start-nodes": {"action": "store_true", "help": "with --live: start the perception and the colour node, too"},
    "--rate": {"type": float, "default": 1.0, "metavar": "X", "help": "with --live: times the bag's own pace"},
    "--thumbnails": {
        "action": "store_true",
        "help": "put pictures of the worst moments into the report; without it no face is stored",
    },
    "--scheduler": {
        "nargs": "?",
        "const": LOCAL,
        "metavar": "ADDRESS",
        "help": "share the work with Dask: local processes, or the cluster at ADDRESS (needs dask[distributed])",
    },
    "--jobs": {"type": int, "metavar": "N", "help": "cores to use; default: all; the results are the same"},
    "--workers": {"type": int, "metavar": "N", "help": "local processes of --scheduler; default: one a core"},
    "--shard": {
        "type": float,
        "default": SHARD,
        "metavar": "S",
        "help": f"perception and light start afresh every so many seconds of a bag, with and without --scheduler "
        f"(default {SHARD:g})",
    },
    "--block": {
        "type": float,
        "metavar": "S",
        "help": "length of a block of the bootstrap; default: chosen by how errors hang together and by the labels",
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
    "--detector": {"metavar": "NAME", "help": "face detector: auto (default), yunet, haar or another package's"},
    "--palette": {
        "metavar": "NAME|FILE",
        "help": "prototype colours: paper (default), plutchik, colorblind_safe, or a YAML file",
    },
    "--param": {
        "action": "append",
        "default": [],
        "metavar": "NODE.NAME=VALUE",
        "help": "any other parameter of perception or color",
    },
}


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    bags: tuple[Path, ...]
    labels: Path | None
    output: Path
    topics: tuple[str, ...]
    start: float
    duration: float | None
    recorded: str | None
    """None: replay the images; else the topic, or '' for the only one."""
    mapping: Path | None
    live: bool
    start_nodes: bool
    rate: float
    thumbnails: bool
    scheduler: str | None
    """None: this process; `LOCAL`; or a cluster's address."""
    jobs: int | None
    """Cores to use; None: all."""
    workers: int | None
    shard: float
    block: float | None
    """None: chosen by the data."""
    cores: Cores


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise EvaluationError(f"{message} (see --help)")


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line.

    Raises:
        EvaluationError: an argument is unknown, or its value makes no sense.
    """
    parser = _Parser(prog="python3 -m fer_evaluation.evaluate_bag", description=HELP)
    for name, settings in ARGUMENTS.items():
        parser.add_argument(name, **settings)
    given = parser.parse_args(arguments)
    for name in ("rate", "shard", "block", "duration"):
        if getattr(given, name) is not None:
            in_limits(f"--{name}", getattr(given, name))
    if not 0 <= given.start <= MOST:
        raise EvaluationError(f"--start is {given.start:g}; give seconds from 0 to {MOST:g}")
    for name in ("workers", "jobs"):
        if getattr(given, name) is not None and getattr(given, name) < 1:
            raise EvaluationError(f"--{name} is {getattr(given, name)}; it must be 1 or more")
    _check_ways(given)
    names = {item.name for item in fields(Options)} - {"bags", "topics", "cores"}
    return Options(
        bags=tuple(given.bags),
        topics=tuple(given.topic),
        cores=_cores(given),
        **{name: getattr(given, name) for name in names},
    )


def in_limits(name: str, value: float) -> None:
    """EvaluationError, in one line, when an argument is not a number from `LEAST` to `MOST`."""
    if not LEAST <= value <= MOST:
        raise EvaluationError(f"{name} is {value:g}; give a number from {LEAST:g} to {MOST:g}")


def _check_ways(given: argparse.Namespace) -> None:
    ways = [f"--{name}" for name in ("recorded", "live", "scheduler") if getattr(given, name) not in (None, False)]
    if len(ways) > 1:
        raise EvaluationError(f"{' and '.join(ways)} exclude each other; give one")
    if given.mapping and given.recorded is None:
        raise EvaluationError("--mapping translates recorded labels; give --recorded, too")
    if given.workers and given.scheduler != LOCAL:
        raise EvaluationError(
            "--workers counts the local processes of --scheduler; give --scheduler without an address"
        )
    if given.start_nodes and not given.live:
        raise EvaluationError("--start-nodes belongs to --live; give both")


def _cores(given: argparse.Namespace) -> Cores:
    values: dict[str, dict[str, Any]] = {"perception": {}, "color": {}}
    for node, name, value in (
        ("perception", "model", given.model),
        ("perception", "reading", given.reading),
        ("perception", "detector", given.detector),
        ("color", "palette", given.palette),
    ):
        if value is not None:
            values[node][name] = value
    for text in given.param:
        node, name, value = _parameter(text)
        values[node][name] = value
    return Cores(
        _settings("perception", Settings(), values["perception"]),
        _settings("color", fer_color.settings.Settings(lights=("none",)), values["color"]),
    )


def _settings(node: str, defaults: Any, values: dict[str, Any]) -> Any:
    known = {item.name: item for item in fields(defaults)}
    unknown = next((name for name in values if name not in known), None)
    if unknown is not None:
        raise EvaluationError(f"{node} has no parameter '{unknown}'; its README lists them")
    try:
        return replace(defaults, **{name: _fitting(node, known[name], value) for name, value in values.items()})
    except (PerceptionError, ColorError) as error:
        raise EvaluationError(f"{node}: {error}") from error


def _fitting(node: str, item: "Field[Any]", value: Any) -> Any:
    """As a node takes it.

    Raises:
        EvaluationError: it is none for this parameter.
    """
    wanted = meant(item, value)
    reason = fault(item, wanted)
    if reason:
        text = isinstance(item.default, str) and not isinstance(value, str)
        quotes = f"; a text in quotes stays one: {node}.{item.name}=\"'{value}'\"" if text else ""
        raise EvaluationError(f"{node}.{item.name} {reason}{quotes}")
    return wanted


def _parameter(text: str) -> tuple[str, str, Any]:
    target, equals, value = text.partition("=")
    node, dot, name = target.partition(".")
    if not (equals and dot and name) or node not in ("perception", "color"):
        raise EvaluationError(f"--param '{text}': expected NODE.NAME=VALUE with NODE one of perception, color")
    return node, name, read_value(value, f"--param '{text}'", EvaluationError)

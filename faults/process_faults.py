# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faults of the nodes: they end, hang, are asked too much, stand there twice, have too little memory."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from faults.entry import fault
from faults.stage import Program, Stage
from fer_models import default_model

MODELS = 4
"""That are asked for at most, until one finds no room: two of the largest at once are more than a process has spare."""


@fault("perception is killed (SIGKILL)", "it is started again; the light fades meanwhile and follows again", kills=True)
def perception_killed(stage: Stage) -> Iterator[None]:
    """At any moment."""
    stage.kill(stage.perception)
    yield


@fault("the colour node is killed (SIGKILL)", "the lamps hold their colour; it starts again, in the dark",
        kills=True)  # fmt: skip
def color_killed(stage: Stage) -> Iterator[None]:
    """At any moment."""
    stage.kill(stage.color)
    yield


@fault("perception hangs for two seconds (SIGSTOP)", "the light fades, and follows again")
def perception_hangs(stage: Stage) -> Iterator[None]:
    """As by a machine that swaps."""
    yield from _hangs(stage, stage.perception)


@fault(
    "the colour node hangs for two seconds (SIGSTOP)",
    "the lamps hold their colour; the light goes on within the promise",
)
def color_hangs(stage: Stage) -> Iterator[None]:
    """As by a machine that swaps."""
    yield from _hangs(stage, stage.color)


def _hangs(stage: Stage, program: Program) -> Iterator[None]:
    os.kill(program.process.pid, signal.SIGSTOP)
    try:
        stage.turns(2.0)
    finally:
        os.kill(program.process.pid, signal.SIGCONT)
    yield


@fault(
    "a hundred parameter changes, faster than they are answered",
    "right ones are taken, wrong ones refused with a reason; the light goes on within the promise",
)
def parameter_storm(stage: Stage) -> Iterator[None]:
    """Ask both nodes, at most eight at a time: a ROS service keeps ten, and drops the oldest."""
    asked: list[tuple[bool, Any]] = []
    for number in range(25):
        for node, right, values in (
            ("color", True, {"brightness": 0.5 + (number % 2) / 2}),
            ("color", False, {"brightness": 7.0}),
            ("perception", True, {"reading": (number % 2) / 2}),
            ("perception", False, {"reading": "high"}),
        ):
            asked.append((right, stage.ask(node, **values)))
        stage.until(lambda: sum(not future.done() for _, future in asked) <= 4, "answers")
    stage.until(lambda: all(future.done() for _, future in asked), "every answer")
    wrong = [future.result() for right, future in asked if future.result().results[0].successful is not right]
    assert not wrong, wrong
    assert stage.set("color", brightness=1.0) == stage.set("perception", reading=0.0) == ""
    yield


@fault(
    "a second colour node by mistake", "it ends with one line, since the port is taken; the first one's light goes on"
)
def second_copy(stage: Stage) -> Iterator[None]:
    """For the same strip."""
    arguments = ["--ros-args", "-r", "__node:=second", "-p", f"lights:=['{stage.adalight.light}']"]
    second = subprocess.Popen(
        [sys.executable, "-m", "fer_color.main", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        stage.until(lambda: second.poll() is not None, "the second one's end")
        said = second.communicate()[1]
    finally:
        second.kill()
    assert second.returncode == 2, said
    assert said.count("\n") == 1, said
    assert str(stage.adalight.path) in said, said
    yield


@fault("perception reaches a limit of its memory", "a model that does not fit is refused, and the loaded one goes on, "
        "or the node is started again; the light follows again", kills=True)  # fmt: skip
def memory_limit(stage: Stage) -> Iterator[None]:
    """Nothing more than it has; what it has spare takes a small model again and again, but not two of the largest."""
    perception, twins = stage.perception, [stage.folder / f"twin{number}.onnx" for number in range(MODELS)]
    pid, starts, refused, answers = perception.process.pid, perception.starts, "", list[Any]()
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (0, before[1]))
    try:
        for twin in twins:
            twin.unlink(missing_ok=True)
            twin.symlink_to(default_model().with_name("accurate.onnx"))
            answers.append(stage.ask("perception", model=str(twin)))
            stage.until(lambda: answers[-1].done() or perception.starts > starts, "an answer or a start")
            if perception.starts > starts or (refused := answers[-1].result().results[0].reason):
                break
    finally:
        with contextlib.suppress(ProcessLookupError):  # it has ended
            resource.prlimit(pid, resource.RLIMIT_AS, before)
    assert perception.starts > starts or refused, f"it had room for {MODELS} models"
    assert "\n" not in refused, refused
    yield
    if perception.starts == starts:
        assert stage.set("perception", model=str(stage.model)) == ""

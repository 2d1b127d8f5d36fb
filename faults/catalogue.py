# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The faults by name: how each is brought about, and what must hold while it lasts.

Each is a generator: what comes before its `yield` brings the fault about, sees that what is promised meanwhile holds,
and takes the fault away; who runs it then waits until the light is right again and takes the time. What comes behind
the `yield` looks at what was said.
"""

import contextlib
import math
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sensor_msgs.msg import Image

from faults.lamps import Lamp
from faults.stage import Program, Stage
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray, LightColor

Steps = Callable[[Stage], Iterator[None]]


@dataclass(frozen=True)
class Fault:
    """One of them."""

    name: str
    follows: str
    """What follows, for the table."""
    steps: Steps
    kills: bool
    """Whether a process ends by it."""


CATALOGUE: dict[str, Fault] = {}


def _fault(name: str, follows: str, *, kills: bool = False) -> Callable[[Steps], Steps]:
    def register(steps: Steps) -> Steps:
        CATALOGUE[steps.__name__] = Fault(name, follows, steps, kills)
        return steps

    return register


def _lives(stage: Stage) -> None:
    """See that perception goes on processing images."""
    before = stage.processed
    stage.until(lambda: stage.processed >= before + 3, "images processed meanwhile")


@_fault("the camera stops for a while", "the light fades to the idle colour after `input_timeout`, and follows again")
def camera_stops(stage: Stage) -> Iterator[None]:
    """No image arrives."""
    stage.camera_on = False
    stage.until(lambda: stage.heard and stage.heard.mode != LightColor.LIVE, "a fade without images")
    stage.camera_on = True
    yield


@_fault(
    "a camera at 200 images a second", "the newest is processed, the others are dropped and counted; the light follows"
)
def images_pour(stage: Stage) -> Iterator[None]:
    """Twenty times as many images as usual, for a second and a half."""
    stage.period = 1 / 200
    try:
        stage.mark()
        stage.turns(1.5)
        stage.until(stage.right, "the light while images pour in")
    finally:
        stage.period = 0.1
    yield


@_fault("torn, truncated and absurd images", "each is refused, a line names the first; those between become light")
def torn_images(stage: Stage) -> Iterator[None]:
    """Headers that claim what is not there, and half a message."""
    whole = stage.message(stage.images[0])
    claims: list[dict[str, Any]] = [
        {"height": 2**31}, {"width": 2**31, "step": 0}, {"height": 0, "width": 0}, {"encoding": "xyz99"},
        {"step": 1}, {"data": b""}, {"data": bytes(whole.data[:1000])},
    ]  # fmt: skip
    for claim in claims:
        torn = stage.message(stage.images[0])
        for name, value in claim.items():
            setattr(torn, name, value)
        stage.camera.publish(torn)
        stage.turn()
    _lives(stage)
    yield
    assert "image" in stage.perception.said()


@_fault("NaN in a distribution", "it is left out; the light stays at the last good one")
def nan_distribution(stage: Stage) -> Iterator[None]:
    """Somebody else publishes numbers that are none, with a face's id."""
    message = EmotionDistributionArray(header=stage.message(stage.images[0]).header)
    for value in (math.nan, math.inf, -1.0, 0.0):
        one = EmotionDistribution(header=message.header, face_id="none", probabilities=[value] * 7, detection_score=1.0)
        message.faces = [one]
        stage.faces.publish(message)
        stage.turn()
    assert stage.heard is not None
    color = stage.heard.color
    assert all(0 <= value <= 1 for value in (color.r, color.g, color.b))
    yield


@_fault("the clock jumps an hour ahead, and back", "the light goes on with each; a line says that the stamps jumped")
def clock_jumps(stage: Stage) -> Iterator[None]:
    """Move the camera's stamps, both ways."""
    for offset in (3600.0, -3600.0):
        stage.offset_s = offset
        stage.mark()
        stage.until(stage.right, f"the light with stamps {offset:+.0f} s away")
    stage.offset_s = 0.0
    yield


@_fault(
    "the model file is overwritten with garbage", "the loaded one goes on; setting `model` to it is refused in one line"
)
def model_garbage(stage: Stage) -> Iterator[None]:
    """While it runs, and then it is asked for."""
    whole, asked = stage.model.read_bytes(), stage.folder / "garbage.onnx"
    for path in (stage.model, asked):
        path.write_bytes(b"garbage" * 1000)
    try:
        refused = stage.set("perception", model=str(asked))
        assert str(asked) in refused, refused
        assert "\n" not in refused, refused
        _lives(stage)
    finally:
        stage.model.write_bytes(whole)
    asked.write_bytes(whole)
    assert stage.set("perception", model=str(asked)) == ""
    assert stage.set("perception", model=str(stage.model)) == ""
    yield


@_fault("a serial strip accepts and never reads", "its driver lets frames go; the other lights go on")
def strip_stalls(stage: Stage) -> Iterator[None]:
    """Longer than what its buffer holds."""
    stage.adalight.stall()
    try:
        others = [lamp for lamp in stage.lamps if lamp is not stage.adalight]
        before = [lamp.received.count for lamp in others]
        stage.turns(2.0)
        stage.until(
            lambda: all(lamp.received.count > count + 20 for lamp, count in zip(others, before)), "the other lights"
        )
    finally:
        stage.adalight.go_on()
    yield


@_fault("a serial strip is pulled out and put back", "one line each; it is opened again and shows the light")
def strip_pulled(stage: Stage) -> Iterator[None]:
    """Its name goes and comes back, with another device behind it."""
    yield from _goes_and_returns(stage, stage.tpm2, stage.tpm2.pull, stage.tpm2.plug)


@_fault("a controller on the network loses its power", "one line; it is lit again when it is back")
def controller_off(stage: Stage) -> Iterator[None]:
    """Nobody listens on its port."""
    yield from _goes_and_returns(stage, stage.ddp, stage.ddp.switch_off, stage.ddp.switch_on)


def _goes_and_returns(stage: Stage, lamp: Lamp, go: Callable[[], None], come: Callable[[], None]) -> Iterator[None]:
    lost = stage.color.said().count("is lost")
    go()
    stage.until(lambda: stage.color.said().count("is lost") > lost, "a line about the loss")
    lamp.received.begin_anew()
    come()
    yield


@_fault("the MQTT broker accepts and never answers", "the other lights go on; it is spoken to again when it answers")
def broker_stops(stage: Stage) -> Iterator[None]:
    """Stop it in its tracks."""
    if stage.broker is None:
        yield
        return
    os.kill(stage.broker.process.pid, signal.SIGSTOP)
    try:
        stage.mark()
        stage.turns(1.0)
        stage.until(stage.right, "the other lights")
    finally:
        os.kill(stage.broker.process.pid, signal.SIGCONT)
    yield


@_fault(
    "perception is killed (SIGKILL)", "it is started again; the light fades meanwhile and follows again", kills=True
)
def perception_killed(stage: Stage) -> Iterator[None]:
    """At any moment."""
    stage.kill(stage.perception)
    yield


@_fault("the colour node is killed (SIGKILL)", "the lamps hold their colour; it starts again, in the dark",
        kills=True)  # fmt: skip
def color_killed(stage: Stage) -> Iterator[None]:
    """At any moment."""
    stage.kill(stage.color)
    yield


@_fault("perception hangs for two seconds (SIGSTOP)", "the light fades, and follows again")
def perception_hangs(stage: Stage) -> Iterator[None]:
    """As by a machine that swaps."""
    yield from _hangs(stage, stage.perception)


@_fault(
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


@_fault(
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


@_fault(
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


@_fault("perception reaches a limit of its memory", "what does not fit is left out or the node is started again; "
        "the light follows again", kills=True)  # fmt: skip
def memory_limit(stage: Stage) -> Iterator[None]:
    """Images of 48 MB, and 64 MB left to it."""
    pid = stage.perception.process.pid
    with open(f"/proc/{pid}/statm") as statm:
        size = int(statm.read().split()[0]) * resource.getpagesize()
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (size + 64 * 2**20, before[1]))
    big = Image(height=4000, width=4000, encoding="bgr8", step=12000, data=bytes(48_000_000))
    for _ in range(3):
        big.header = stage.message(stage.images[0]).header
        stage.camera.publish(big)
        stage.turns(0.3)
    with contextlib.suppress(ProcessLookupError):  # it has ended
        resource.prlimit(pid, resource.RLIMIT_AS, before)
    yield


def undergo(stage: Stage, fault: Fault) -> float:
    """Bring a fault about and wait until the light is right again; the seconds from the fault's end until then.

    Raises:
        NeverCameError, AssertionError: something that was promised did not hold.
    """
    steps = fault.steps(stage)
    next(steps)
    stage.mark()
    gone = time.monotonic()
    stage.until(stage.right, f"the light after '{fault.name}'")
    seconds = time.monotonic() - gone
    with contextlib.suppress(StopIteration):
        next(steps)
    return seconds

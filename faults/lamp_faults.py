# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faults of the lamps and of the way to them."""

import os
import signal
from collections.abc import Callable, Iterator

from faults.entry import fault
from faults.lamps import Lamp
from faults.stage import Stage


@fault("a serial strip accepts and never reads", "its driver lets frames go; the other lights go on")
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


@fault("a serial strip is pulled out and put back", "one line each; it is opened again and shows the light")
def strip_pulled(stage: Stage) -> Iterator[None]:
    """Its name goes and comes back, with another device behind it."""
    yield from _goes_and_returns(stage, stage.tpm2, stage.tpm2.pull, stage.tpm2.plug)


@fault("a controller on the network loses its power", "one line; it is lit again when it is back")
def controller_off(stage: Stage) -> Iterator[None]:
    """Nobody listens on its port."""
    yield from _goes_and_returns(stage, stage.ddp, stage.ddp.switch_off, stage.ddp.switch_on)


@fault("a WLED loses its power", "one line; it is lit again when it is back, from what it shows then")
def wled_off(stage: Stage) -> Iterator[None]:
    """Nobody answers at its address."""
    yield from _goes_and_returns(stage, stage.wled, stage.wled.switch_off, stage.wled.switch_on)


def _goes_and_returns(stage: Stage, lamp: Lamp, go: Callable[[], None], come: Callable[[], None]) -> Iterator[None]:
    lost = stage.color.said().count("is lost")
    go()
    stage.until(lambda: stage.color.said().count("is lost") > lost, "a line about the loss")
    lamp.received.begin_anew()
    come()
    yield


@fault("the MQTT broker accepts and never answers", "the other lights go on; it is spoken to again when it answers")
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

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Four lights at once: what ails one must not slow the others. The core runs on a clock of the test's own."""

import contextlib
import json
import os
import pty
import socket
import tty

import pytest
from wled_controller import Controller, state

from fer_color.core import ColorCore
from fer_color.lights import LightOptions, make_light
from fer_color.settings import Settings

EMOTIONS = [[float(k == index) for k in range(7)] for index in range(7)]
TICKS = 1200


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def box():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as box:
        box.bind(("127.0.0.1", 0))
        box.setblocking(False)
        box.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        yield box


def run(specs, box):
    """Frames that arrived at the file and at the DDP display among the lights, in 30 s of 40 ticks."""
    clock, arrived, told = Clock(), 0, []
    lights = [make_light(spec, LightOptions(), clock=clock) for spec in specs]
    for light in lights:
        light.open()
    core = ColorCore(Settings(), lights)
    for k in range(TICKS):
        clock.now += 0.025
        if k % 5 < 3:
            core.on_emotion(EMOTIONS[k // 100 % 7], k, clock.now)
        core.tick(clock.now)
        told += [notice.text for notice in core.take_notices()]
        with contextlib.suppress(BlockingIOError):
            while box.recv(2048):
                arrived += 1
    core.close()
    return arrived, told


def closed_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        return gone.getsockname()[1]


def test_one_dead_and_one_that_never_reads_do_not_slow_the_others(box, tmp_path):
    display = f"ddp:127.0.0.1:{box.getsockname()[1]}:30"
    well = [f"record:{tmp_path}/well.jsonl", display]
    alone, _ = run(well, box)
    master, slave = pty.openpty()
    tty.setraw(slave)
    board = Controller(state(on=False))
    specs = [f"record:{tmp_path}/ill.jsonl", f"ddp:127.0.0.1:{closed_port()}:30", display]
    try:
        never_reads = f"adalight:{os.ttyname(slave)}:4000"
        lights = [*specs, never_reads]
        together, told = run(lights, box)
        board.answering.clear()
        # An HTTP server that takes a request and never answers it.
        with_silent, _ = run([specs[0], f"wled:127.0.0.1:{board.port}", display, never_reads], box)
    finally:
        board.stop()
        os.close(master)
        os.close(slave)
    assert TICKS * 0.9 < alone <= 2 * TICKS
    assert together == with_silent == alone
    kept = [len(path.read_text().splitlines()) for path in (tmp_path / "well.jsonl", tmp_path / "ill.jsonl")]
    assert kept[0] == kept[1]
    assert sum("is lost" in text for text in told) == 1
    frames = [json.loads(line) for line in (tmp_path / "ill.jsonl").read_text().splitlines()]
    assert frames == [json.loads(line) for line in (tmp_path / "well.jsonl").read_text().splitlines()]

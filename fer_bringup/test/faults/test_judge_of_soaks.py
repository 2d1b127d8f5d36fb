# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The judge of suite and soak: what is surely broken it finds, and a late reader is no fault of the light."""

import contextlib
import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

from faults.decoders import ddp
from faults.lamps import HOME, Datagrams, Serial
from faults.promise import Received

WHITE, GREY, DARK = (255, 255, 255), (128, 128, 128), (0, 0, 0)


def received(*frames):
    one = Received()
    for since, at, color in frames:
        one.take(since, at, color)
    return one


def test_a_strobe_is_broken_and_a_slow_change_is_not():
    assert received((0.0, 0.0, WHITE)).broken()
    assert received((0.0, 0.0, GREY), (0.5, 0.5, DARK)).broken() == ["luminance 1.00 in 1 s at gamma 1.0"]
    assert not received((0.0, 0.0, GREY), (1.1, 1.1, DARK)).broken()


def test_what_was_read_together_may_have_come_apart():
    """Kept from the processor for two seconds, a lamp reads both at once."""
    assert not received((0.0, 0.0, GREY), (0.0, 2.0, DARK)).broken()
    assert received((0.0, 0.0, GREY), (0.0, 0.9, DARK)).broken(), "within a second whenever it came"
    assert not received((0.0, 2.0, GREY), (0.0, 2.0, DARK)).broken()


@given(
    st.lists(st.tuples(st.floats(0, 0.4), st.floats(0, 0.6), st.integers(0, 255)), min_size=1, max_size=40)
)  # fmt: skip
def test_a_late_reader_finds_nothing_that_a_prompt_one_does_not(frames):
    """Each frame truly arrives after the pause; the late reader sees it up to 0.6 s later, and knows since when."""
    now = read = 0.0
    prompt, late = Received(), Received()
    for pause, delay, level in frames:
        now += pause
        since, read = read if now < read else now, max(read, now + delay)
        prompt.take(now, now, (level, level, level))
        late.take(min(since, now), read, (level, level, level))
    assert prompt.broken() or not late.broken()


@contextlib.contextmanager
def lamp_and_way(folder, name):
    """A lamp that reads, and what sends it eight LEDs of one colour."""
    if name == "adalight":
        lamp = Serial(folder, "adalight")
        way = open(lamp.path, "wb", buffering=0)  # noqa: SIM115
        send = lambda color: way.write(b"Ada\x00\x07\x52" + bytes(color) * 8)  # noqa: E731
    else:
        lamp = Datagrams("ddp", "ddp:{host}:{port}:{leds}", ddp)
        way = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        send = lambda color: way.sendto(frame_of_ddp(color), (HOME, lamp.port))  # noqa: E731
    lamp.start()
    try:
        yield lamp, send
    finally:
        way.close()
        lamp.close()


def frame_of_ddp(color):
    return bytes([0x41, 1, 1, 1, 0, 0, 0, 0, 0, 24]) + bytes(color) * 8


@pytest.mark.parametrize("name", ["adalight", "ddp"])
def test_a_lamp_notes_times_between_which_a_frame_came(tmp_path, name):
    with lamp_and_way(tmp_path, name) as (lamp, send):
        before = time.monotonic()
        send(WHITE)
        after = time.monotonic()
        assert until(lambda: lamp.received.count)
        ((since, at, color),) = lamp.received.runs[0]
        assert color == WHITE
        assert since <= after
        assert at >= before - 1e-3
        assert at <= after + 1e-3 or name == "adalight", "the kernel's time is that of the sending"


@pytest.mark.parametrize("name", ["adalight", "ddp"])
def test_what_came_before_a_lamp_closes_is_read(tmp_path, name):
    """Kept from the processor, a lamp has its last frames still to read when all else has ended."""
    with lamp_and_way(tmp_path, name) as (lamp, send):
        lamp.stall()
        for color in (WHITE, GREY, DARK):
            send(color)
    assert lamp.received.count == 3
    assert lamp.received.last[1] == DARK


def test_a_lamp_whose_port_closes_while_it_waits_hears_again_when_it_is_open(monkeypatch):
    lamp = Datagrams("ddp", "ddp:{host}:{port}:{leds}", ddp)
    closed = threading.Event()
    read = lamp.read

    def reads_late(since):
        if not closed.is_set():
            lamp.switch_off()  # between its waiting and its reading
            closed.set()
        return read(since)

    monkeypatch.setattr(lamp, "read", reads_late)
    frame = frame_of_ddp(WHITE)
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as way:
        lamp.start()
        try:
            way.sendto(frame, (HOME, lamp.port))
            assert closed.wait(60)
            lamp.switch_on()
            way.sendto(frame, (HOME, lamp.port))
            assert until(lambda: lamp.received.count) == 1
        finally:
            lamp.close()

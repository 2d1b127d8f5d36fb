# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The Adalight light over real pseudo-terminals, read by a decoder of its own."""

import os
import pty
import select
import threading
import time
import tty

import pytest
from driven_core import DrivenCore
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

from fer_color.core import ColorCore
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.base import EventKind
from fer_color.lights.orders import COLOR_ORDERS
from fer_color.lights.pixels import channels
from fer_color.lights.serial.adalight import encode
from fer_color.settings import Settings

LEDS = 16
NEUTRAL, SAD = [0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1, 0]


def decode(stream: bytes, leds: int) -> tuple[list[list[tuple[int, ...]]], bytes]:
    """The frames in an Adalight stream, written from the protocol's description, and what is left at its end."""
    frames = []
    while True:
        at = stream.find(b"Ada")
        if at < 0 or len(stream) < at + 6:
            return frames, stream[max(0, at) :]
        high, low, check = stream[at + 3 : at + 6]
        if check != (high ^ low ^ 0x55) or (high << 8 | low) + 1 != leds:
            stream = stream[at + 1 :]
            continue
        end = at + 6 + 3 * leds
        if len(stream) < end:
            return frames, stream[at:]
        body = stream[at + 6 : end]
        frames.append([tuple(body[k : k + 3]) for k in range(0, len(body), 3)])
        stream = stream[end:]


class Strip:
    """A controller on a pseudo-terminal behind a link, as a by-id name is, that can go away and come back."""

    def __init__(self, path, leds=LEDS):
        self.path, self.leds = path, leds
        self.frames: list[tuple[float, tuple[int, ...]]] = []
        self.reading = threading.Event()
        self.reading.set()
        self.plug()

    def plug(self):
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        name = os.ttyname(slave)
        self.slave = slave
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(name)
        self.gone = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def unplug(self):
        self.gone.set()
        self.thread.join()
        os.close(self.master)
        os.close(self.slave)
        self.path.unlink()

    def _read(self):
        rest = b""
        while not self.gone.is_set():
            if not self.reading.is_set():
                self.reading.wait(0.05)
                continue
            if select.select([self.master], [], [], 0.05)[0]:
                frames, rest = decode(rest + os.read(self.master, 65536), self.leds)
                now = time.monotonic()
                for frame in frames:
                    assert len(set(frame)) == 1
                    self.frames.append((now, frame[0]))


class Driver(DrivenCore):
    """A core with a strip."""

    def __init__(self, strip, emotion, leds=LEDS, **settings):
        super().__init__(f"adalight:{strip.path}:{leds}", emotion, **settings)


@pytest.fixture
def strip(tmp_path):
    strip = Strip(tmp_path / "strip")
    yield strip
    if not strip.gone.is_set():
        strip.unplug()


@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(1, 700), st.sampled_from(COLOR_ORDERS))
def test_round_trip(rgb, leds, order):
    frames, rest = decode(encode(channels(Frame(rgb), leds, order), leds), leds)
    assert rest == b""
    assert frames == [[tuple(rgb["RGB".index(channel)] for channel in order)] * leds]


def test_nothing_is_written_before_the_first_image(strip):
    with Driver(strip, None) as driver:
        assert until(driver.light.ready)
        assert not until(lambda: strip.frames, 0.3)


def test_frames_arrive_at_the_colour_and_in_number(strip, judge):
    with Driver(strip, SAD) as driver:
        assert until(lambda: strip.frames and strip.frames[-1][1] == (26, 97, 175))
        count = len(strip.frames)
        assert until(lambda: len(strip.frames) >= count + 50), "a steady colour is sent on and on"
        driver.core.begin_hand_back(time.monotonic())
        assert until(lambda: driver.core.handed_back(time.monotonic()))
    assert until(lambda: strip.frames[-1][1] == (0, 0, 0)), "its last may wait to be read"
    judge(strip.frames, "linear")
    assert until(lambda: len(driver.sent) == len(strip.frames)), "each frame that was handed over is a whole one"
    assert driver.told == []


def test_reader_goes_away_and_comes_back(strip, judge):
    with Driver(strip, SAD) as driver:
        assert until(lambda: strip.frames and strip.frames[-1][1] == (26, 97, 175))
        strip.unplug()
        assert until(lambda: driver.light.ready() is False)
        assert until(lambda: driver.told)
        # What is read after a new start is judged as that of a strip that kept its light, and of one that went dark.
        before = len(strip.frames)
        strip.plug()
        assert until(lambda: len(strip.frames) > before and strip.frames[-1][1] == (26, 97, 175))
        assert until(lambda: len(driver.told) == 2)
        assert "is lost" in driver.told[0]
        assert "is back" in driver.told[1]
        assert driver.core.mode == "live"
    judge(strip.frames, "linear")
    judge(strip.frames[before:], "linear")


def test_replaced_while_the_old_one_is_still_held(strip):
    with Driver(strip, SAD, leds=1000) as driver:
        strip.reading.clear()
        assert until(lambda: any("takes no bytes" in text for text in driver.told))
        held = os.dup(strip.master)
        strip.unplug()
        strip.reading.set()
        strip.leds = 1000
        strip.plug()
        assert until(lambda: strip.frames)
        os.close(held)
    assert any("replaced" in text for text in driver.told)


def test_reader_that_pauses_gets_whole_frames_and_no_flash(strip, judge):
    strip.leds = 1000  # 3006 bytes: the kernel's buffer for a pseudo-terminal is full after a few frames
    with Driver(strip, SAD, leds=1000) as driver:
        assert until(lambda: any("baud carry only" in text for text in driver.told))
        assert until(lambda: len(strip.frames) > 3)
        strip.reading.clear()
        assert until(lambda: any("takes no bytes" in text for text in driver.told))
        driver.emotion = NEUTRAL
        count = len(strip.frames)
        strip.reading.set()
        assert until(lambda: len(strip.frames) > count + 3)
        assert until(lambda: any("takes bytes again" in text for text in driver.told))
        assert until(lambda: strip.frames[-1][1] == (241, 241, 241))
    judge(strip.frames, "linear")


def test_newest_frame_is_the_next_one(strip):
    strip.leds = 300
    light = make_light(f"adalight:{strip.path}:300", LightOptions(), clock=time.monotonic)
    light.open()
    assert until(light.ready)
    light.send(Frame((1, 1, 1)), lambda: None)
    assert not light.ready()  # 906 bytes take 79 ms: whoever has a frame meanwhile keeps it
    assert until(light.ready)
    assert [event.kind for event in light.take_events() if event.kind is not EventKind.NOTE] == [EventKind.DONE]
    light.close()
    assert until(lambda: [rgb for _, rgb in strip.frames] == [(1, 1, 1)])


def test_closing_a_port_that_nobody_reads_does_not_hang(strip):
    strip.reading.clear()
    driver = Driver(strip, SAD, leds=4000)
    with driver:
        assert until(lambda: any("takes no bytes" in text for text in driver.told))
    # Leaving the block closes it; pytest's time-out is the judge.


def test_listener_that_fails_does_not_put_the_light_out(strip):
    def fail(index, sent):
        raise RuntimeError("the listener's own fault")

    driver = Driver(strip, SAD)
    driver.core = ColorCore(Settings(), [driver.light], on_sent=fail)
    with driver:
        assert until(lambda: len(strip.frames) > 10)
    assert any("listener failed" in text for text in driver.told)

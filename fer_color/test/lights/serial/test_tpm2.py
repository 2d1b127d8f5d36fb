# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""TPM2 over a pseudo-terminal, read by a decoder written from the protocol's description."""

import os
import pty
import select
import threading
import time
import tty

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

from fer_color.core import ColorCore
from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.base import EventKind
from fer_color.lights.serial.tpm2 import encode, miscounted_by_wled
from fer_color.settings import Settings

SAD = [0, 0, 0, 0, 0, 1, 0]


def decode(stream):
    """The payloads of the data packets in a stream, and what is left at its end."""
    payloads, at = [], 0
    while len(stream) - at >= 4:
        if stream[at : at + 2] != b"\xc9\xda":
            at += 1
            continue
        size = stream[at + 2] << 8 | stream[at + 3]
        if len(stream) < at + 5 + size:
            break
        assert stream[at + 4 + size] == 0x36, "a packet ends with its end byte"
        payloads.append(stream[at + 4 : at + 4 + size])
        at += 5 + size
    return payloads, stream[at:]


class Strip:
    """A controller on a pseudo-terminal."""

    def __init__(self):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)
        self.frames, self.stop = [], threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        rest = b""
        while not self.stop.is_set():
            if select.select([self.master], [], [], 0.05)[0]:
                payloads, rest = decode(rest + os.read(self.master, 65536))
                self.frames += [(time.monotonic(), payload) for payload in payloads]

    def close(self):
        self.stop.set()
        self.thread.join()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def strip():
    strip = Strip()
    yield strip
    strip.close()


def test_packets_of_the_description():
    """Start C9, data frame DA, size 3 (high byte first), the payload, end 36; an RGBW lamp's has nine bytes."""
    assert encode(b"\xff\x00\x80") == bytes.fromhex("c9 da 0003 ff0080 36")
    assert len(encode(bytes(4))) == 9
    assert encode(bytes(512))[2:4] == b"\x02\x00"


@given(st.lists(st.binary(max_size=700), max_size=5), st.binary(max_size=3).filter(lambda noise: 0xC9 not in noise))
def test_round_trip(payloads, noise):
    assert decode(noise + b"".join(map(encode, payloads)))[0] == payloads


def test_light_arrives_and_is_handed_back(strip, judge):
    light = make_light(f"tpm2:{strip.port}:16?color_order=BGR", LightOptions(), clock=time.monotonic)
    light.open()
    core = ColorCore(Settings(), [light])

    def shown():
        core.on_emotion(SAD, 0, time.monotonic())
        return strip.frames and strip.frames[-1][1] == bytes((175, 97, 26)) * 16

    assert until(shown)
    core.begin_hand_back(time.monotonic())
    assert until(lambda: core.tick(time.monotonic()) or core.handed_back(time.monotonic()))
    core.close()
    assert until(lambda: strip.frames[-1][1] == bytes(48)), "its last may wait to be read"
    judge([(at, tuple(payload[2::-1])) for at, payload in strip.frames], "linear")


def test_white_is_extracted(strip):
    light = make_light(f"tpm2:{strip.port}:2?color_order=GRBW", LightOptions(), clock=time.monotonic)
    light.open()
    assert until(light.ready)
    light.send(Frame((100, 30, 60)), lambda: None)
    assert until(lambda: strip.frames)
    assert strip.frames[0][1] == bytes((0, 70, 30, 30)) * 2
    light.close()


def test_rate_is_at_most_what_was_asked_for(strip):
    now = [100.0]
    light = make_light(f"tpm2:{strip.port}:2?rate=2", LightOptions(), clock=lambda: now[0])
    light.open()
    assert until(light.ready)
    light.send(Frame((1, 2, 3)), lambda: None)
    now[0] += 0.5
    assert until(light.ready), "half a second later"
    light.send(Frame((1, 2, 3)), lambda: None)
    assert until(lambda: [event for event in light.take_events() if event.kind is EventKind.DONE] or None)
    assert until(light._writer.idle), "the port would take another"
    assert not light.ready()
    now[0] += 0.5
    assert light.ready()
    light.close()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("tpm2", "write tpm2:PORT:LEDS"),
        ("tpm2:/dev/ttyUSB0", "write tpm2:PORT:LEDS"),
        ("tpm2:/dev/ttyUSB0:0", "give 1 to 21845"),
        ("tpm2:/dev/ttyUSB0:21846", "give 1 to 21845"),
        ("tpm2:/dev/ttyUSB0:16384?color_order=RGBW", "give 1 to 16383"),
        ("tpm2:/dev/ttyNOPE:3", "no serial port"),
    ],
)
def test_wrong_notation_is_one_line(spec, says):
    with pytest.raises(ColorError, match=says):
        make_light(spec, LightOptions(), clock=lambda: 0.0).open()


@given(st.integers(1, 21845), st.sampled_from([3, 4]))
def test_lengths_that_wled_on_usb_misreads(leds, channels):
    """Its state machine (wled_serial.cpp, 0.14.4 to 16.0.1) reads `count` triples, and the rest as commands."""
    high, low = divmod(leds * channels, 256) if leds * channels < 65536 else (0, 0)
    count = high * 0x100 // 3 + low // 3
    assert miscounted_by_wled(high * 256 + low) == (3 * count < (high * 256 + low) // 3 * 3)


def test_wled_on_usb_is_sent_to_adalight_where_it_would_misread():
    for leds, told in ((60, 0), (100, 1), (256, 0), (300, 0), (350, 1)):
        light = make_light(f"tpm2:/dev/ttyUSB0:{leds}", LightOptions(), clock=lambda: 0.0)
        texts = [event.text for event in light.take_events()]
        assert len(texts) == told, (leds, texts)
        assert all(f"for WLED use adalight:/dev/ttyUSB0:{leds}" in text for text in texts)

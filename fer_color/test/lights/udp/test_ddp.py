# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""DDP, read by a display that was written from the protocol's description."""

import socket

import pytest
from ddp_reader import Display
from hypothesis import given
from hypothesis import strategies as st

from fer_color.core import ColorCore
from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.udp.ddp import encode
from fer_color.settings import Settings

ANGRY, NEUTRAL, SAD = [1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1, 0]


class Controller:
    """A controller on a port, which can go and come back there; read when the test says so."""

    def __init__(self):
        self.socket, self.port = None, 0
        self.display = Display()
        self.start()

    def start(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", self.port))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.display = Display()

    def stop(self):
        self.socket.close()

    def datagrams(self):
        found = []
        while True:
            try:
                found.append(self.socket.recv(2048))
            except BlockingIOError:
                return found

    def frames(self):
        return [frame for frame in map(self.display.take, self.datagrams()) if frame is not None]


@pytest.fixture
def controller():
    controller = Controller()
    yield controller
    controller.stop()


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def light_at(controller, leds, options="", clock=lambda: 0.0):
    light = make_light(f"ddp:127.0.0.1:{controller.port}:{leds}{options}", LightOptions(), clock=clock)
    light.open()
    return light


def test_packet_of_the_description():
    """Version 1 and push, sequence 1, RGB at 8 bits, display 1, offset 0, length 6."""
    packet = encode(bytes((255, 0, 0, 0, 0, 255)), 1)
    assert packet == [bytes.fromhex("41 01 0b 01 00000000 0006 ff0000 0000ff")]
    first, second = encode(bytes(1440) + b"\x01\x02\x03", 15)
    assert first[:10] == bytes.fromhex("40 0f 0b 01 00000000 05a0")
    assert second == bytes.fromhex("41 01 0b 01 000005a0 0003 010203")


@given(st.integers(1, 65536), st.integers(1, 15), st.integers(1, 8))
def test_numbers_grow_packet_by_packet_and_none_is_skipped_by_wled(leds, first, frames):
    """By FPP (e131bridge.cpp, 9531348) and by WLED (e131.cpp, 0.14.4 to 16.0.1, with 'skip out of sequence' on)."""
    last, pushed = 0, 0
    for _ in range(frames):
        packets = encode(bytes(3 * leds), first)
        for packet in packets:
            number = packet[1]
            assert not number or not last or number == last % 15 + 1, "FPP counts an error"
            if pushed and number:
                late = pushed - 5 < number < pushed if pushed > 5 else number > 10 + pushed or number < pushed
                assert not late, "WLED takes it for a late one"
            last = number or last
            pushed = number if packet[0] & 1 and number else pushed
        first = (first - 1 + len(packets)) % 15 + 1


@given(st.binary(min_size=1, max_size=9000), st.integers(1, 15), st.booleans())
def test_round_trip(data, sequence, white):
    display = Display()
    frames = [display.take(packet) for packet in encode(data, sequence, white=white)]
    assert frames[-1] == data
    assert set(frames[:-1]) <= {None}


def test_frames_arrive_in_the_strips_order(controller):
    clock = Clock()
    light = light_at(controller, 30, "?color_order=GRB", clock)
    for k in range(40):
        clock.now += 0.025
        assert light.ready()
        light.send(Frame((k, 2, 3)), lambda: None)
    assert controller.frames() == [bytes((2, k, 3)) * 30 for k in range(40)]


def test_pixels_white_and_reverse(controller):
    light = light_at(controller, 2, "?color_order=RGBW&reverse=true")
    light.send(Frame((0, 0, 0), pixels=((10, 20, 30), (9, 9, 200))), lambda: None)
    (datagram,) = controller.datagrams()
    assert datagram[2] == 0x1B
    assert datagram[10:] == bytes((0, 0, 191, 9, 0, 10, 20, 10))


def test_more_leds_than_a_datagram_holds(controller):
    light = light_at(controller, 1000)
    light.send(Frame((7, 8, 9)), lambda: None)
    assert controller.frames() == [bytes((7, 8, 9)) * 1000]


def test_rate_is_what_a_controller_stands(controller):
    clock = Clock()
    light = light_at(controller, 1, "?rate=20", clock)
    for _ in range(1000):
        clock.now += 0.01
        if light.ready():
            light.send(Frame((1, 1, 1)), lambda: None)
    assert 198 <= len(controller.frames()) <= 202


def test_gone_and_back_is_one_line_each_and_no_flash(controller, judge):
    clock = Clock()
    light = light_at(controller, 1, "?transfer=linear", clock)
    core, told, received = ColorCore(Settings(smoothing_time=0.0), [light]), [], []

    def run(seconds, emotion):
        for _ in range(round(seconds / 0.025)):
            clock.now += 0.025
            core.on_emotion(emotion, 0, clock.now)
            core.tick(clock.now)
            told.extend(notice.text for notice in core.take_notices())
            if controller.socket.fileno() >= 0:
                received.extend((clock.now, tuple(frame)) for frame in controller.frames())

    run(8, ANGRY)
    assert received[-1][1] == (231, 30, 36)
    controller.stop()
    run(3, ANGRY)
    controller.start()
    before, back = len(received), clock.now
    run(8, NEUTRAL)
    assert received[before][0] - back < 3
    assert received[-1][1] == (255, 255, 255)
    # As the strip that kept its light, and as the one that went dark meanwhile.
    judge(received, "linear")
    judge(received[before:], "linear")
    assert ["is lost" in text for text in told] == [True, False]
    assert "is back" in told[1]
    core.close()


def test_hand_back_is_dark(controller):
    clock = Clock()
    core = ColorCore(Settings(), [light_at(controller, 4, "", clock)])
    for _ in range(100):
        clock.now += 0.025
        core.on_emotion(SAD, 0, clock.now)
    core.begin_hand_back(clock.now)
    begun = clock.now
    while not core.handed_back(clock.now):
        clock.now += 0.025
        core.tick(clock.now)
        assert clock.now - begun < 3
    assert controller.frames()[-1] == bytes(12)
    core.close()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("ddp", "write ddp:HOST"),
        ("ddp:127.0.0.1", "write ddp:HOST"),
        ("ddp:127.0.0.1:4048:many", "write ddp:HOST"),
        ("ddp:127.0.0.1:4048:30:9", "write ddp:HOST"),
        ("ddp:127.0.0.1:0", "0 LEDs: give 1 to 65536"),
        ("ddp:127.0.0.1:70000:30", "port 70000 of '127.0.0.1' does not exist"),
        ("ddp:127.0.0.1:30?max_ma=20", "draw 30 mA when they are dark"),
        ("ddp:no.such.host.invalid:30", "host 'no.such.host.invalid' is not known"),
    ],
)
def test_wrong_notation_is_one_line(spec, says):

    with pytest.raises(ColorError, match=says) as caught:
        make_light(spec, LightOptions(), clock=lambda: 0.0).open()
    assert "\n" not in str(caught.value)


def test_ipv6_and_the_protocols_own_port():
    light = make_light("ddp:[::1]:30", LightOptions(), clock=lambda: 0.0)
    assert str(light._ways[0].address) == "[::1]:4048"
    light.open()
    light.close()


def test_after_a_pause_the_controller_may_have_gone_dark(controller, judge):
    """The machine slept for five seconds; WLED went back to its own after 2.5 s, or not."""
    clock = Clock()
    core = ColorCore(Settings(smoothing_time=0.0), [light_at(controller, 1, "?transfer=linear", clock)])
    received = []

    def run(seconds, emotion):
        for _ in range(round(seconds / 0.025)):
            clock.now += 0.025
            core.on_emotion(emotion, 0, clock.now)
            received.extend((clock.now, tuple(frame)) for frame in controller.frames())

    run(8, NEUTRAL)
    clock.now += 5
    before = len(received)
    run(6, NEUTRAL)
    assert received[-1][1] == (255, 255, 255)
    judge(received, "linear")
    judge(received[before:], "linear")
    core.close()

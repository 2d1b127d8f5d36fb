# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A published flash analyser, EA's IRIS, on pictures of what lamps show: it passes ours, and fails what does flash."""

import socket

import numpy as np
import pytest
from ddp_reader import Display
from hypothesis import example, given, settings
from hypothesis import strategies as st
from iris_judge import FPS, render, verdicts
from strip_judge import LAMPS

from fer_color.core import ColorCore
from fer_color.flash import limiter
from fer_color.flash.limiter import FlashLimiter
from fer_color.flash.strip_limiter import StripLimiter
from fer_color.lights import LightOptions, make_light
from fer_color.settings import Settings

pytest.importorskip(
    "iris_pse_detection", reason="EA's IRIS is not installed: pip install --no-deps -r requirements/alone.txt"
)

WHITE, RED, DARK = (1.0, 1.0, 1.0), (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)
MOODS = [[float(k == index) for k in range(7)] for index in range(7)]
# The analyser takes half a second for ten seconds of pictures: fewer examples than for our own judge.
some = settings(max_examples=min(settings.default.max_examples // 5, 200))

channel = st.floats(0, 1)
colors = st.one_of(st.sampled_from([WHITE, RED, DARK, (1.0, 1.0, 0.0)]), st.tuples(channel, channel, channel))
# Either side of where red is four fifths of the light: the least change that an analyser takes for a red flash.
edges = st.builds(
    lambda red, off: ((red, red * (0.25 + off), 0.0), (red, red * (0.25 - off), 0.0)), channel, st.floats(0, 0.1)
)
pairs = st.one_of(st.tuples(colors, colors), edges)
strobes = st.lists(st.tuples(pairs, st.floats(0.5, 30), st.floats(0.5, 5)), min_size=1, max_size=4)


def wishes(script):
    """(seconds, colour) at 60 a second: each pair in turn, so many times a second, for so many seconds."""
    now = 0.0
    for (one, other), hertz, seconds in script:
        for _ in range(round(seconds * FPS)):
            now += 1 / FPS
            yield now, (one, other)[int(now * hertz * 2) % 2]


@pytest.mark.parametrize("lamp", ["linear", "srgb"])
@pytest.mark.parametrize(
    ("bright", "dark", "fault"),
    [
        ((255, 255, 255), (0, 0, 0), "luminance FlashFail"),
        ((200, 0, 0), (0, 0, 0), "red FlashFail"),
        ((200, 40, 0), (200, 60, 0), None),
    ],
)
def test_iris_fails_a_light_that_flashes(lamp, bright, dark, fault):
    flashing = [(k / 10, bright if k % 2 else dark) for k in range(60)]
    found = verdicts(render(flashing), lamp)
    assert fault in found if fault else not any("luminance" in verdict for verdict in found)


def test_iris_fails_weak_flashes_that_go_on():
    flashing = [(k / 5, (255, 255, 255) if k % 2 else (0, 0, 0)) for k in range(60)]
    assert "luminance ExtendedFail" in verdicts(render(flashing), "linear")


def test_iris_finds_a_limiter_that_does_not_count_the_edge_of_deep_red(monkeypatch):
    monkeypatch.setattr(limiter, "RED_FLASH", 0.0)
    faulty = FlashLimiter("linear")
    edge = [(((0.6, 0.14, 0.0), (0.6, 0.16, 0.0)), 10.0, 12.0)]
    assert "red FlashFail" in verdicts(
        render([(now, faulty.step(wanted, now)) for now, wanted in wishes(edge)]), "linear"
    )


@pytest.mark.parametrize("transfer", LAMPS)
@some
@given(script=strobes)
@example(script=[(((0.6, 0.14, 0.0), (0.6, 0.16, 0.0)), 10.0, 12.0)])
@example(script=[((WHITE, DARK), 2.5, 15.0)])
@example(script=[((RED, DARK), 7.0, 15.0)])
def test_iris_passes_the_worst_that_can_be_asked_of_a_light(transfer, script):
    bounded = FlashLimiter(transfer)
    received = [(now, bounded.step(wanted, now)) for now, wanted in wishes(script)]
    for lamp in LAMPS[transfer]:
        assert verdicts(render(received), lamp) == set()


@some
@given(scripts=st.lists(strobes, min_size=4, max_size=4))
@example(scripts=[[(((0.6, 0.14, 0.0), (0.6, 0.16, 0.0)), hertz, 10.0)] for hertz in (3.0, 4.1, 5.3, 7.7)])
def test_iris_passes_the_worst_that_can_be_asked_of_a_strip(scripts):
    bounded, received = StripLimiter("linear", [1] * 4), []
    for row in zip(*map(wishes, scripts)):
        received.append((row[0][0], bounded.step(np.array([wanted for _, wanted in row]), row[0][0])))
    pictures = render(received)
    assert verdicts(pictures, "linear") == set()
    for segment in range(4):
        assert verdicts(pictures[:, segment : segment + 1], "linear") == set()


class Room:
    """The colour core with a DDP light, whose datagrams are read by a display apart from the driver."""

    def __init__(self, options="", **changes):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.display, self.received, self.now = Display(), [], 100.0
        spec = f"ddp:127.0.0.1:{self.socket.getsockname()[1]}:4{options}"
        self.light = make_light(spec, LightOptions(), clock=lambda: self.now)
        self.light.open()
        self.core = ColorCore(Settings(**changes), [self.light])

    def tick(self):
        self.now += 0.025
        self.core.tick(self.now)
        while True:
            try:
                frame = self.display.take(self.socket.recv(2048))
            except BlockingIOError:
                return
            self.received.append((self.now, np.frombuffer(frame, dtype=np.uint8).reshape(-1, 3)))

    def leave(self):
        self.core.begin_hand_back(self.now)
        while not self.core.handed_back(self.now):
            self.tick()
        self.core.close()
        self.socket.close()


@pytest.mark.parametrize("show", ["color", "gradient", "breath"])
@pytest.mark.parametrize("transfer", ["linear", "srgb"])
def test_iris_passes_ordinary_moods_on_the_wire(show, transfer):
    """Half a minute of moods that last some seconds, with a classifier's noise, 20 images a second."""
    room, random = Room(f"?transfer={transfer}", show=show), np.random.default_rng(6)
    for image in range(30 * 20):
        mood = np.array(MOODS[image // 70 % 7]) + random.dirichlet([0.3] * 7) * 0.5
        room.core.on_emotion((mood / mood.sum()).tolist(), image, room.now)
        room.tick()
        room.tick()
    room.leave()
    assert len(room.received) > 600
    assert verdicts(render(room.received), transfer) == set()


@some
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 30)), min_size=1, max_size=20),
    st.booleans(),
)
def test_iris_passes_the_worst_moods_on_the_wire(script, dimming):
    room = Room("?transfer=linear", smoothing_time=0.0, palette="plutchik")
    for one, other, times in script:
        for k in range(times):
            room.core.on_emotion(MOODS[(one, other)[k % 2]], k, room.now)
            if dimming:
                room.core.configure(Settings(smoothing_time=0.0, palette="plutchik", brightness=float(k % 3 > 0)))
            room.tick()
    room.leave()
    assert verdicts(render(room.received), "linear") == set()

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What every strip has: order of channels and LEDs, white extraction, current limit, pace."""

import contextlib
import socket

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.core import ColorCore
from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.base import DirectLight
from fer_color.lights.current import CurrentLimit
from fer_color.lights.orders import COLOR_ORDERS, WHITE_ORDERS
from fer_color.lights.pixels import channels
from fer_color.lights.transport.frame_rate import FrameRate
from fer_color.settings import Settings

byte = st.integers(0, 255)
colors = st.tuples(byte, byte, byte)


@given(st.lists(colors, min_size=1, max_size=20), st.sampled_from(COLOR_ORDERS + WHITE_ORDERS), st.booleans())
def test_no_light_is_lost_or_added(pixels, order, reverse):
    """Read back as a chip with that order does: white stands for equal parts of the three."""
    data = channels(Frame((0, 0, 0), pixels=tuple(pixels)), len(pixels), order, reverse=reverse)
    assert len(data) == len(order) * len(pixels)
    read = []
    for start in range(0, len(data), len(order)):
        chip = dict(zip(order, data[start : start + len(order)]))
        read.append(tuple(chip[name] + chip.get("W", 0) for name in "RGB"))
    assert read == (pixels[::-1] if reverse else pixels)


@given(colors, st.sampled_from(WHITE_ORDERS))
def test_white_takes_all_that_the_three_have_in_common(rgb, order):
    chip = dict(zip(order, channels(Frame(rgb), 1, order)))
    assert chip["W"] == min(rgb)
    assert min(chip[name] for name in "RGB") == 0


def test_one_colour_is_for_all():
    assert channels(Frame((1, 2, 3)), 3, "RGB") == bytes((1, 2, 3)) * 3


def drawn(data, width, led_ma):
    """Milliamperes as WLED reckons: 1 for each chip, and the rest of `led_ma` in equal parts for three channels."""
    return len(data) / width + sum(data) / 255 * (led_ma - 1) / 3


class Supply(DirectLight):
    """A strip that keeps what current it draws."""

    def __init__(self, options, leds):
        super().__init__("supply", options, "linear", lambda: 0.0)
        self.leds = leds
        self.drawn = []
        self.rgb = []

    def write(self, frame):
        order = self.options.color_order
        self.drawn.append(drawn(channels(frame, self.leds, order), len(order), self.options.led_ma))
        self.rgb.append(frame.rgb)


@given(
    st.integers(1, 300),
    st.floats(0.1, 1.2),
    st.sampled_from(["RGB", "GRBW"]),
    st.sampled_from([20.0, 55.0, 60.0]),
    st.lists(st.integers(0, 6), min_size=1, max_size=6),
)
def test_supply_is_never_overloaded(leds, share, order, led_ma, emotions):
    max_ma = leds * (1 + share * (led_ma - 1))
    light = Supply(LightOptions(max_ma=max_ma, led_ma=led_ma, color_order=order), leds)
    core, now = ColorCore(Settings(smoothing_time=0.0), [light]), 0.0
    for emotion in emotions:
        for _ in range(30):
            now += 0.05
            core.on_emotion([float(k == emotion) for k in range(7)], 0, now)
    assert max(light.drawn) <= max_ma


def test_limit_keeps_the_hue_and_uses_the_supply():
    light = Supply(LightOptions(max_ma=1000.0), 60)
    core = ColorCore(Settings(smoothing_time=0.0), [light])
    for k in range(400):
        core.on_emotion([0, 0, 0, 0, 1, 0, 0], 0, k * 0.025)
    assert len(set(light.rgb[-1])) == 1
    assert 930 < light.drawn[-1] <= 1000


@given(st.integers(1, 1000), st.floats(1, 1000), st.floats(0, 3000), st.booleans())
def test_a_limit_is_refused_or_leaves_some_light(leds, led_ma, max_ma, white):
    """One just above what dark chips draw was taken, left the strip dark for ever and failed on black."""
    with contextlib.suppress(ColorError):
        limit = CurrentLimit(leds, led_ma, max_ma, white=white)
        assert limit.scale(np.zeros((1, 3))) == 1.0
        assert 0 < limit.scale(np.ones((1, 3))) <= 1.0


@pytest.mark.parametrize(
    ("values", "ma"), [([[1, 1, 1]], 54 * 60), ([[1, 0, 0]], 18 * 60), ([[0, 0, 0], [1, 1, 1]], 27 * 60)]
)
def test_estimate(values, ma):
    """55 mA an LED at full white, 1 of them for the chip."""
    assert CurrentLimit(60, 55.0, 1e5).estimate(np.array(values, dtype=float)) == pytest.approx(ma)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("none?max_ma=500", "max_ma needs a number of LEDs"),
        ("adalight:/dev/ttyUSB0:60?max_ma=60", "60 LEDs draw 60 mA when they are dark"),
        ("adalight:/dev/ttyUSB0:60?max_ma=80", "60 mA when they are dark, and up to 51 more by rounding: give more"),
        ("adalight:/dev/ttyUSB0:60?baud=300", "baud is 300: give a number from 1200 to 12000000$"),
        ("adalight:/dev/ttyUSB0:60?baud=115200.0", "baud is '115200.0': give a whole number"),
        ("adalight:/dev/ttyUSB0:60?max_ma=-1", "max_ma is -1: give a number from 0"),
        ("adalight:/dev/ttyUSB0:60?led_ma=0", "led_ma is 0"),
        ("adalight:/dev/ttyUSB0:60?rate=0", "rate is 0"),
        ("adalight:/dev/ttyUSB0:60?rate=0.1", "rate is 0.1: a board may go dark between two frames, give 0.5 or more"),
        ("adalight:/dev/ttyUSB0:60?reverse=maybe", "reverse is 'maybe': give true or false"),
        ("adalight:/dev/ttyUSB0:60?color_order=RGBB", "or with a W, such as GRBW"),
    ],
)
def test_wrong_options_are_one_line(spec, says):
    with pytest.raises(ColorError, match=says) as caught:
        make_light(spec, LightOptions(), clock=lambda: 0.0)
    assert "\n" not in str(caught.value)


@given(st.floats(0.5, 100), st.lists(st.floats(0, 0.2), min_size=1, max_size=300))
def test_pace_is_kept_in_any_second(rate, pauses):
    pace, now, sent = FrameRate(rate), 0.0, []
    for pause in pauses:
        now += pause
        if pace.allows(now):
            pace.spend(now)
            sent.append(now)
    for first in sent:
        assert sum(first <= at < first + 1 for at in sent) <= rate + 2


def test_pace_lets_a_slower_caller_through():
    pace = FrameRate(44)
    for k in range(100):
        assert pace.allows(k * 0.025)
        pace.spend(k * 0.025)


@pytest.mark.parametrize("spec", ["wled:HOST", "mqtt:HOST:home/x"])
def test_a_host_that_is_switched_off_is_named_before_anything_moves(spec):
    """A listener whose queue is full answers as little as a machine that is off."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        host = f"127.0.0.1:{busy.getsockname()[1]}"
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(busy.getsockname())
        with pytest.raises(ColorError, match="nobody answered within 3 s"):
            make_light(spec.replace("HOST", host), LightOptions(), clock=lambda: 0.0).open()
        for one in waiting:
            one.close()

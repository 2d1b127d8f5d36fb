# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise on an ESPHome lamp that was found white, with an effect or without, until it is white again."""

import json

import pytest
from emitting_lamps import GAMMAS
from esphome_lamp import emitted
from light_judge import check_light

from fer_color.core import ColorCore
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.base import Event, EventKind
from fer_color.settings import Settings

NEUTRAL, SAD = 4, 5
FOUND = {"state": "ON", "brightness": 150, "color_mode": "white", "color": {"w": 255}}


class Way:
    """A sender without its thread, on a clock of its own."""

    def __init__(self, found, options=""):
        self.now, self.orders = 100.0, []
        self.light = make_light(f"mqtt:127.0.0.1:esp/lamp/set{options}", LightOptions(), clock=lambda: self.now)
        self.light._sender = self
        self.light._hear("esp/lamp", json.dumps(found).encode(), True)
        self.light._find(self.light._told)

    def idle(self):
        return True

    def put(self, message, sent):
        self.orders += [(self.now, json.loads(one.payload)) for one in (*message.before, message)]
        sent()
        self.light._events.append(Event(EventKind.DONE, self.now))

    def finish(self):
        pass

    def close(self):
        pass


def driven(found, mood, options="?rate=1"):
    """The orders of half a minute, hand-back included, each with its seconds."""
    way = Way(found, options)
    core = ColorCore(Settings(smoothing_time=0.0), [way.light])
    for _ in range(600):
        way.now += 0.05
        core.on_emotion([float(k == mood) for k in range(7)], 0, way.now)
        core.tick(way.now)
    core.begin_hand_back(way.now)
    while not core.handed_back(way.now):
        way.now += 0.05
        core.tick(way.now)
    core.close()
    return way.orders


@pytest.mark.parametrize("options", ["", "?rate=1"])
@pytest.mark.parametrize("mood", [NEUTRAL, SAD])
@pytest.mark.parametrize("effect", [{}, {"effect": "Rainbow"}])
def test_it_never_goes_through_dark(effect, mood, options):
    orders = driven(FOUND | effect, mood, options)
    assert orders[-1][1] == {"state": "ON", "brightness": 150, "color": {"w": 255}, "transition": 0} | effect
    for gamma in GAMMAS.values():
        shown = emitted(FOUND | effect, orders, gamma)
        check_light(shown)
        assert min(parts[0].min() for _, parts in shown) > 0


@pytest.mark.parametrize(
    ("effect", "change"),
    [
        ({}, lambda orders: [*orders[:-1], (orders[-1][0], orders[-1][1] | {"transition": 0.25})]),
        ({"effect": "Rainbow"}, lambda orders: [orders[0], *orders[2:]]),
    ],
)
def test_the_judge_finds_a_part_of_a_second_and_an_effect_that_ends_alone(effect, change):
    with pytest.raises(AssertionError):
        check_light(emitted(FOUND | effect, change(driven(FOUND | effect, NEUTRAL)), GAMMAS["gamma 1"]))


def test_an_effect_is_ended_by_the_first_order_that_is_lit():
    way = Way(FOUND | {"effect": "Rainbow"})
    for rgb in ((0, 0, 0), (9, 9, 9), (8, 8, 8)):
        way.light.send(Frame(rgb, level=1), lambda: None)
    assert [order.get("effect") for _, order in way.orders] == [None, "none", None, None]
    assert [order["state"] for _, order in way.orders] == ["OFF", "ON", "ON", "ON"]

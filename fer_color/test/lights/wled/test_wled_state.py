# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""WLED's state object: what it shows, how it is taken over and given back."""

import pytest
from wled_controller import state

from fer_color.lights.wled.state import Look, read_state, release, shows, take_over

ORANGE = (255, 160, 0)


@pytest.mark.parametrize(
    ("content", "color"),
    [
        (state(on=False), Look()),
        (state(bri=255), Look((255, 160, 0))),
        (state(bri=25, segment={"col": ["FFA000"]}), Look((255, 160, 0), 25)),
        (state(bri=255, segment={"col": [[10, 20, 30, 40]]}), None),
        (state(bri=100, segment={"col": [[10, 20, 30, 0]], "bri": 51}), Look((10, 20, 30), 20)),
        (state(segment={"fx": 9}), None),
        (state(segment={"frz": True}), None),
        (state() | {"seg": []}, Look()),
        (state() | {"seg": [state()["seg"][0], state(segment={"id": 1, "col": [[1, 2, 3]]})["seg"][0]]}, None),
        (state() | {"seg": [state()["seg"][0], state(segment={"id": 1, "on": False})["seg"][0]]}, Look(ORANGE, 128)),
    ],
)
def test_what_a_state_shows(content, color):
    assert shows(read_state(content)) == color


def test_every_segment_is_taken_and_given_back():
    found = state() | {"seg": [state()["seg"][0], state(segment={"id": 4, "fx": 7, "bri": 9})["seg"][0]]}
    *_, last = take_over(read_state(found), Look((1, 2, 3)))
    assert [(segment["id"], segment["col"]) for segment in last["seg"]] == [(0, [[1, 2, 3]]), (4, [[1, 2, 3]])]
    kept = {name: found["seg"][1][name] for name in ("id", "on", "bri", "fx", "frz", "col")}
    off, put_back, on = release(read_state(found))
    assert put_back["seg"][1] == kept
    assert (off["on"], put_back["on"], on) == (False, False, {"on": True, "tt": 100})


def test_a_segment_that_is_off_stays_off():
    found = state() | {"seg": [state()["seg"][0], state(segment={"id": 4, "on": False})["seg"][0]]}
    (request,) = take_over(read_state(found), Look((1, 2, 3), 128))
    assert [segment["id"] for segment in request["seg"]] == [0]

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the page shows, by a clock that the test moves."""

import json

import pytest

from fer_dashboard.seen.view import LARGEST_PICTURE, LONGEST, MOST, NOTICES, PICTURE_PERIOD, STALE, Face, Lamp, View

JPEG = b"\xff\xd8\xff and so on"
SHARES = (0.0, 0.0, 0.0, 0.75, 0.25, 0.0, 0.0)


def test_the_newest_is_shown_and_goes_when_it_is_stale() -> None:
    view = View()
    view.light((0.1, 0.2, 0.3), "live", 0.02, 10.0)
    view.light((0.2, 0.2, 0.3), "live", 0.03, 10.1)
    view.emotion(SHARES, "f1", 10.1)
    view.faces([Face("f1", (1, 2, 3, 4), 0.9, SHARES)], (640, 480), 10.1)
    state = view.state(10.2)
    assert state["rgb"] == (0.2, 0.2, 0.3)
    assert state["emotion"] == SHARES
    assert state["faces"][0]["box"] == (1, 2, 3, 4)
    assert state["latency_ms"] == pytest.approx(30)
    gone = view.state(10.1 + STALE)
    assert (gone["rgb"], gone["emotion"], gone["faces"], gone["latency_ms"]) == (None, None, [], None)


def test_nobody_is_seen_at_once() -> None:
    view = View()
    view.emotion(SHARES, "f1", 1.0)
    view.faces([], (640, 480), 1.1)
    assert view.state(1.2)["emotion"] is None


def test_rate_is_over_two_seconds() -> None:
    view = View()
    for number in range(60):
        view.faces([], (0, 0), number / 30)
    assert view.state(2.0)["rate"] == pytest.approx(30, abs=1)


@pytest.mark.parametrize("delay", [-1.0, 1.8e9, 86400.0])
def test_a_latency_of_another_clock_is_none(delay: float) -> None:
    view = View()
    view.light((0, 0, 0), "live", delay, 1.0)
    assert view.state(1.1)["latency_ms"] is None


@pytest.mark.parametrize("shares", [(0.5, 0.5), (float("nan"),) * 7])
def test_what_is_no_distribution_is_left_out(shares: tuple[float, ...]) -> None:
    view = View()
    view.emotion(shares, "f1", 1.0)
    assert view.state(1.0)["emotion"] is None


def test_messages_of_any_length_and_numbers_that_are_none_are_bounded() -> None:
    """A page reads JSON, which knows no NaN."""
    view, long = View(), "a" * 10**6
    view.light((0.1, 0.2, 0.3), long, None, 1.0)
    view.light((float("nan"), 0.2, 0.3), "live", None, 1.0)
    view.emotion(SHARES, long, 1.0)
    view.lamps([Lamp(long, long)] * 1000, 1.0)
    torn = Face("f2", (1, 2, 3, 4), 0.9, (float("inf"), *SHARES[1:]))
    view.faces([torn, Face(long, (1, 2, 3, 4), 0.9, SHARES), *[torn] * 1000], (640, 480), 1.0)
    state = view.state(1.1)
    assert (state["rgb"], len(state["faces"]), len(state["lamps"])) == ((0.1, 0.2, 0.3), 1, MOST)
    assert len(json.dumps(state, allow_nan=False)) < 2 * MOST * LONGEST + 50_000


def test_notices_are_few_short_and_not_said_twice() -> None:
    view = View()
    for number in range(20):
        view.notice("color", f"line {number}\nwith a break " + "x" * 5000)
        view.notice("color", f"line {number}\nwith a break " + "x" * 5000)
    lines = view.state(0.0)["notices"]
    assert len(lines) == NOTICES
    assert lines[-1].startswith("color: line 19 with a break x")
    assert max(map(len, lines)) <= 300


def test_lights_are_shown_in_their_nodes_words_and_go_when_it_does() -> None:
    view = View()
    view.lamps([Lamp("none", "shows #102030", "#102030"), Lamp("wled:x", "light 'wled:x' is lost", lost=True)], 1.0)
    first, second = view.state(1.1)["lamps"]
    assert first == {"spec": "none", "text": "shows #102030", "color": "#102030", "lost": False, "strip": ()}
    assert second["lost"] is True
    assert view.state(1.0 + STALE)["lamps"] == []


def test_no_picture_is_taken_unasked() -> None:
    view = View()
    view.picture(JPEG, 1.0)
    assert view.newest_picture(1.0) is None
    assert (view.state(1.0)["camera"], view.state(1.0)["picture"]) == (False, None)


def test_pictures_are_few_small_and_go_when_they_are_stale() -> None:
    view = View()
    view.camera = True
    for number in range(100):
        view.picture(JPEG, 1.0 + number * PICTURE_PERIOD / 10 + 1e-6)
    assert view.state(3.0)["picture"] == 10
    view.picture(b"no JPEG", 4.0)
    for at in (5.0, 6.0):
        view.picture(JPEG + bytes(LARGEST_PICTURE), at)
    assert view.newest_picture(3.1) == JPEG
    (line,) = view.state(6.0)["notices"]
    assert "debug_width" in line
    assert view.newest_picture(7.0) is None

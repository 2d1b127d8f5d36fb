"""What the page shows, by a clock that the test moves."""

import pytest

from fer_dashboard.seen.view import NOTICES, STALE, Face, View

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


def test_notices_are_few_short_and_not_said_twice() -> None:
    view = View()
    for number in range(20):
        view.notice("color", f"line {number}\nwith a break " + "x" * 5000)
        view.notice("color", f"line {number}\nwith a break " + "x" * 5000)
    lines = view.state(0.0)["notices"]
    assert len(lines) == NOTICES
    assert lines[-1].startswith("color: line 19 with a break x")
    assert max(map(len, lines)) <= 300

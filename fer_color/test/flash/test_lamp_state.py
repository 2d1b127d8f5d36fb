# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a lamp may be showing, and when its changes count from: by hand, with numbers for colours."""

import pytest

from fer_color.flash.lamp_state import MOST_STATES, Reckoning

NONE = 0


class Account:
    """Notes when changes are counted as of a later time, and what is taken back."""

    def __init__(self):
        self.noted = []

    def postpone_newest(self, at):
        self.noted.append(("newest", at))

    def postpone_all(self, at):
        self.noted.append(("all", at))

    def take_back(self):
        self.noted.append("taken back")


class Lamp(Reckoning[int, Account]):
    """Shows a number; `NONE` is dark."""

    def __init__(self, shows=7):
        self.account = Account()
        super().__init__(self.account, shows, NONE)

    def _name(self, state):
        return f"number {state}"

    def send(self, number, now):
        self._advance(now)
        self._sent(number, changed=self._states != [number])

    @property
    def possible(self):
        return self._states

    @property
    def noted(self):
        noted, self.account.noted = self.account.noted, []
        return noted


@pytest.fixture
def lamp():
    return Lamp()


def test_at_first_it_shows_what_it_is_said_to_and_then_what_was_sent(lamp):
    assert lamp.surely == 7
    lamp.send(8, 1.0)
    assert lamp.surely == 8
    assert lamp.noted == []


def test_a_change_counts_from_its_arrival_and_what_changed_nothing_does_not(lamp):
    lamp.send(8, 1.0)
    lamp.delivered(1.5)
    assert lamp.noted == [("newest", 1.5)]
    lamp.send(8, 2.0)
    lamp.delivered(2.5)
    assert lamp.noted == []


def test_after_a_way_that_was_blocked_all_counts_from_then(lamp):
    lamp.send(8, 1.0)
    lamp.send(8, 2.0)
    lamp.delayed(3.5)
    assert lamp.noted == [("all", 3.5)]


def test_what_is_lost_leaves_the_last_the_one_before_and_dark(lamp):
    lamp.send(8, 1.0)
    lamp.lost()
    assert lamp.possible == [7, 8, NONE]
    assert lamp.surely is None


def test_a_lamp_that_cannot_go_dark_by_itself_is_not_taken_for_dark(lamp):
    lamp.send(8, 1.0)
    lamp.lost(may_be_dark=False)
    assert lamp.possible == [7, 8]


@pytest.mark.parametrize("arrives", [Lamp.delivered, Lamp.delayed])
def test_what_has_arrived_is_what_it_shows_though_it_may_be_dark_now(lamp, arrives):
    lamp.send(8, 1.0)
    arrives(lamp, 1.0)
    lamp.lost()
    assert lamp.possible == [8, NONE]


def test_lost_twice_it_may_show_no_more_than_before(lamp):
    lamp.send(8, 1.0)
    lamp.lost()
    lamp.lost()
    assert lamp.possible == [7, 8, NONE]


def test_from_a_frame_that_never_left_nothing_remains(lamp):
    lamp.send(8, 1.0)
    lamp.undone()
    assert (lamp.surely, lamp.noted) == (7, ["taken back"])
    lamp.undone()
    assert (lamp.surely, lamp.noted) == (7, [])
    lamp.delivered(2.0)
    assert lamp.noted == [], "there is no change any more that could be late"


def test_a_frame_that_never_left_and_changed_nothing_gives_nothing_back(lamp):
    lamp.send(7, 1.0)
    lamp.undone()
    assert (lamp.surely, lamp.noted) == (7, [])


def test_what_has_arrived_cannot_be_undone(lamp):
    lamp.send(8, 1.0)
    lamp.delivered(1.0)
    lamp.undone()
    assert (lamp.surely, lamp.noted) == (8, [("newest", 1.0)])


def test_what_was_replaced_since_a_moment_may_still_be_shown(lamp):
    for number, now in ((1, 1.0), (2, 2.0), (2, 2.5), (3, 3.0), (4, 4.0)):
        lamp.send(number, now)
        lamp.delivered(now)
    lamp.lost(since=3.0)
    assert lamp.possible == [2, 3, 4, NONE], "2 was replaced at 3.0, and 1 before"


def test_of_many_that_were_replaced_twelve_are_kept_evenly(lamp):
    for number in range(1, 41):
        lamp.send(number, float(number))
        lamp.delivered(float(number))
    lamp.lost(since=2.0)
    # 39 were replaced since: 1 to 39.
    assert lamp.possible == [*(1 + round(k * 38 / 11) for k in range(12)), 40, NONE]


@pytest.mark.parametrize("replaced", [1, 2, 11, 12, 13])
def test_few_that_were_replaced_are_all_kept(lamp, replaced):
    for number in range(1, replaced + 2):
        lamp.send(number, float(number))
        lamp.delivered(float(number))
    lamp.lost(since=2.0)
    kept = list(range(1, replaced + 1)) if replaced <= 12 else [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13]
    assert lamp.possible == [*kept, replaced + 1, NONE]


def test_when_it_remembers_too_much_the_first_the_newest_and_dark_remain(lamp):
    lamp._states = [*range(20, 40), NONE]
    lamp.lost()
    assert lamp.possible == [20, *range(26, 40), NONE]
    assert len(lamp.possible) == MOST_STATES == 16


def test_sixteen_it_remembers(lamp):
    lamp._states = list(range(20, 35))
    lamp.lost()
    assert lamp.possible == [*range(20, 35), NONE]
    lamp._states = list(range(20, 36))
    lamp.lost(may_be_dark=False)
    assert lamp.possible == list(range(20, 36))


def test_what_is_found_is_one_more_or_all_there_is(lamp):
    lamp.send(8, 1.0)
    lamp.lost()
    lamp.found(9, surely=False)
    lamp.found(8, surely=False)
    assert lamp.possible == [7, 8, NONE, 9]
    lamp.found(5, surely=True)
    assert lamp.surely == 5
    lamp.undone()
    assert lamp.surely == 5
    lamp.lost(since=0.0)
    assert lamp.possible == [5, NONE], "what it has shown before is no matter any more"


def test_what_may_be_found_beside_what_is_sure_makes_it_unsure(lamp):
    lamp.found(9, surely=False)
    assert lamp.possible == [7, 9]


def test_a_clock_that_goes_back_stands_still_and_all_counts_anew_when_it_is_back(lamp):
    lamp.send(8, 10.0)
    lamp.send(9, 4.0)
    lamp.delivered(5.0)
    assert lamp.noted == [("newest", 10.0)], "no earlier than the latest time that was read"
    lamp.send(8, 10.0)
    assert lamp.noted == [("all", 10.0)]
    lamp.send(9, 11.0)
    assert lamp.noted == [], "once"


def test_the_same_time_twice_is_no_clock_that_goes_back(lamp):
    lamp.send(8, 10.0)
    lamp.send(9, 10.0)
    lamp.send(8, 11.0)
    assert lamp.noted == []


def test_it_remembers_what_it_has_shown_for_six_hundred_changes(lamp):
    for number in range(1, 702):
        lamp.send(number, float(number))
    assert [state for _, state in lamp._recent] == list(range(101, 701))

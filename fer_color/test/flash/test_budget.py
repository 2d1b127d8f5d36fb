# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is spent and what is left, by hand and against a plain list of changes; both budgets alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.flash.budget import Budget
from fer_color.flash.promise import WINDOWS
from fer_color.flash.strip_budget import StripBudget

(SHORT, *SHORT_LIMITS), (LONG, *LONG_LIMITS) = WINDOWS
LIMITS = tuple(min(pair) for pair in zip(SHORT_LIMITS, LONG_LIMITS))


class Strip:
    """A strip's budget with as many curves and one part, asked as one colour's is."""

    def __init__(self, curves=1):
        self.whole, self.curves = StripBudget(curves, 1), curves

    def spend(self, now, change):
        self.whole.spend(now, np.array(change, dtype=float).reshape(self.curves, 1, 2))

    def left(self, now):
        return tuple(self.whole.left(now).ravel())

    def balance(self, now):
        return tuple(self.whole.balance(now).ravel())

    def rested(self, now):
        return bool(self.whole.rested(now)[0])

    def __getattr__(self, name):
        return getattr(self.whole, name)


@pytest.fixture(params=[Budget, Strip], ids=["one colour", "strip"])
def make(request):
    return request.param


def test_at_the_start_all_is_left_and_it_has_rested(make):
    assert make().left(5.0) == make().balance(5.0) == pytest.approx(LIMITS)
    assert make().rested(5.0)
    assert make(3).left(5.0) == pytest.approx(LIMITS * 3)


def test_a_change_counts_for_a_window_closed_at_both_ends(make):
    budget = make()
    budget.spend(0.0, (0.125, 0.0625))
    assert budget.left(0.0) == pytest.approx((LIMITS[0] - 0.125, LIMITS[1] - 0.0625))
    assert budget.left(SHORT) == budget.left(0.0), "exactly a window ago still counts"
    left = [limit - spent for limit, spent in zip(LONG_LIMITS, (0.125, 0.0625))]
    assert budget.left(0.01 + SHORT) == pytest.approx([min(pair) for pair in zip(SHORT_LIMITS, left)])


def test_the_long_window_bounds_what_the_short_one_would_give_back(make):
    budget, now, spent = make(), 0.0, 0.0
    while spent + SHORT_LIMITS[0] <= LONG_LIMITS[0]:
        budget.spend(now, (SHORT_LIMITS[0], 0.0))
        spent, now = spent + SHORT_LIMITS[0], now + SHORT + 0.01
    assert budget.left(now) == pytest.approx((min(SHORT_LIMITS[0], LONG_LIMITS[0] - spent), LIMITS[1]))
    assert budget.left(LONG)[0] == pytest.approx(min(SHORT_LIMITS[0], LONG_LIMITS[0] - spent)), "closed here, too"
    assert budget.left(now + LONG) == pytest.approx(LIMITS)


def test_what_goes_beyond_is_a_debt_in_the_balance_and_nothing_left(make):
    budget = make()
    budget.spend(1.0, (LIMITS[0] + 0.25, LIMITS[1] + 0.5))
    assert budget.balance(1.0) == pytest.approx((-0.25, -0.5))
    assert budget.left(1.0) == (0.0, 0.0)


def test_each_curve_has_an_account_of_its_own(make):
    budget = make(2)
    budget.spend(1.0, (0.125, 0.0, 0.0, 0.0625))
    assert budget.left(1.0) == pytest.approx((LIMITS[0] - 0.125, LIMITS[1], LIMITS[0], LIMITS[1] - 0.0625))


def test_it_has_rested_when_the_longest_window_is_over(make):
    budget = make()
    budget.spend(0.0, (0.125, 0.0))
    assert not budget.rested(0.0)
    assert not budget.rested(LONG), "closed"
    assert budget.rested(0.01 + LONG)
    budget.spend(LONG, (0.0, 0.0))
    assert budget.rested(0.01 + LONG), "nothing was spent"
    budget.spend(100.0, (0.125, 0.0))
    assert not budget.rested(100.0 + LONG / 2), "whatever the clock's beginning"


def test_what_lies_within_20_ms_is_one_entry_at_the_later_time(make):
    budget = make()
    for now in (1.0, 1.0078125, 1.015625):
        budget.spend(now, (0.0625, 0.03125))
    assert entries(budget) == [(1.0, 1.015625, (0.1875, 0.09375))]
    budget.spend(1.03125, (0.0625, 0.0))
    assert entries(budget)[1:] == [(1.03125, 1.03125, (0.0625, 0.0))]
    assert budget.left(2.06)[0] == pytest.approx(LIMITS[0] - 0.25)


def test_20_ms_count_from_the_first_change_of_an_entry(make):
    budget = make()
    for now in (0.0, 0.015, 0.02, 0.0201):
        budget.spend(now, (0.0625, 0.0))
    assert [first for first, _, _ in entries(budget)] == [0.0, 0.0201]


def test_nothing_is_no_entry(make):
    budget = make()
    budget.spend(1.0, (0.0, 0.0))
    assert entries(budget) == []
    budget.spend(1.0, (0.0, 0.0625))
    assert len(entries(budget)) == 1, "red alone is something"


def test_what_was_taken_back_was_never_spent(make):
    budget = make()
    budget.take_back()
    budget.spend(1.0, (0.0625, 0.03125))
    budget.spend(1.01, (0.125, 0.125))
    budget.take_back()
    assert budget.left(1.01) == pytest.approx((LIMITS[0] - 0.0625, LIMITS[1] - 0.03125))
    budget.take_back()
    assert budget.left(1.01) == pytest.approx((LIMITS[0] - 0.0625, LIMITS[1] - 0.03125)), "the newest alone, once"


def test_taking_back_leaves_no_more_than_nothing(make):
    budget = make()
    budget.spend(1.0, (0.1, 0.0))
    for _ in range(7):
        budget.spend(1.001, (0.1, 0.7))
        budget.take_back()
    assert all(amount >= 0 for _, _, change in entries(budget) for amount in change)
    assert budget.balance(1.001) == pytest.approx((LIMITS[0] - 0.1, LIMITS[1]))


def test_taking_back_what_changed_nothing_takes_nothing(make):
    budget = make()
    budget.spend(1.0, (0.125, 0.0625))
    budget.spend(1.5, (0.0, 0.0))
    budget.take_back()
    assert budget.left(1.5) == pytest.approx((LIMITS[0] - 0.125, LIMITS[1] - 0.0625))


def test_the_newest_counts_as_late_as_it_arrived(make):
    budget = make()
    budget.postpone_newest(3.0)
    budget.postpone_all(3.0)
    assert entries(budget) == []
    budget.spend(1.0, (0.125, 0.0))
    budget.spend(2.0, (0.0625, 0.0))
    budget.postpone_newest(2.5)
    assert [last for _, last, _ in entries(budget)] == [1.0, 2.5]
    budget.postpone_newest(2.25)
    assert [last for _, last, _ in entries(budget)] == [1.0, 2.5], "never earlier"
    assert [first for first, _, _ in entries(budget)] == [1.0, 2.0]
    budget.spend(3.0, (0.0625, 0.0))
    budget.postpone_newest(2.75)
    assert entries(budget)[-1][1] == 3.0
    budget.postpone_newest(3.5)
    assert [last for _, last, _ in entries(budget)] == [1.0, 2.5, 3.5], "the newest of several alone"


def test_all_count_as_late_as_the_way_was_blocked(make):
    budget = make()
    for now in (1.0, 2.0, 3.0):
        budget.spend(now, (0.0625, 0.0))
    budget.postpone_all(2.5)
    assert [last for _, last, _ in entries(budget)] == [2.5, 2.5, 3.0]
    assert budget.left(2.5 + 1.0)[0] == pytest.approx(LIMITS[0] - 3 * 0.0625)


def test_what_no_window_holds_any_more_is_forgotten(make):
    budget = make()
    for now in range(40):
        budget.spend(float(now), (0.0625, 0.0))
        budget.left(float(now))
    assert [first for first, _, _ in entries(budget)] == [float(now) for now in range(40) if now >= 39 - LONG]


def test_a_strips_parts_are_apart():
    budget = StripBudget(1, 3)
    budget.spend(1.0, np.array([[[0.125, 0.0], [0.0, 0.0625], [0.0, 0.0]]]))
    assert budget.left(1.0)[0] == pytest.approx(np.array(LIMITS) - [[0.125, 0.0], [0.0, 0.0625], [0.0, 0.0]])
    assert budget.rested(1.0).tolist() == [False, False, True]


def test_a_strip_whose_entries_are_never_forgotten_adds_the_oldest():
    budget, each = StripBudget(1, 1), 2.0**-12
    for k in range(1000):
        budget.postpone_all(k / 30)
        budget.spend(k / 30, np.full((1, 1, 2), each))
    assert budget._count == 400
    assert budget.balance(999 / 30).ravel() == pytest.approx(np.array(LIMITS) - 1000 * each)
    assert budget._first[:2].tolist() == pytest.approx([600 / 30, 601 / 30]), "the two oldest have become one"


def test_a_strip_of_two_oldest_that_are_apart_keeps_the_later_time():
    budget = StripBudget(1, 1)
    for k in range(401):
        budget.enter(float(k), float(k), np.full((1, 1, 2), 0.5))
    assert budget._last[:3].tolist() == [1.0, 2.0, 3.0]
    assert budget._change[0].tolist() == [[[1.0, 1.0]]]
    assert budget._last[399] == 400.0
    assert budget._change[1:400].max() == 0.5


def entries(budget):
    if isinstance(budget, Budget):
        return budget.spent()
    whole, count = budget.whole, budget.whole._count
    changes = (tuple(change.ravel().tolist()) for change in whole._change[:count])
    return list(zip(whole._first[:count].tolist(), whole._last[:count].tolist(), changes))


@given(script=st.lists(st.tuples(st.sampled_from([0.0, 0.015625, 0.25, 1.05, 6.0]), st.integers(0, 64)), max_size=40))
def test_it_is_what_a_plain_list_says_but_for_20_ms(script):
    """Of a change the list knows the moment; an entry may count it 20 ms longer."""
    one, strip, changes, now = Budget(), Strip(), [], 8.0
    for pause, amount in script:
        now += pause
        change = (amount / 128, amount / 256)
        changes.append((now, change))
        for budget in (one, strip):
            budget.spend(now, change)
        found = one.balance(now)
        assert strip.balance(now) == pytest.approx(found)
        for k in range(2):
            most, least = (
                min(
                    limits[k] - sum(change[k] for at, change in changes if now - at <= seconds + more)
                    for seconds, *limits in WINDOWS
                )
                for more in (0.0, 0.021)
            )
            assert least - 1e-9 <= found[k] <= most + 1e-9

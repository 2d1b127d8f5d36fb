# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Work ahead and behind: every item once, in order, and every failure where it belongs."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_evaluation.beside.pipeline import Behind, ahead


class BrokenError(Exception):
    pass


def give(work, items):
    with Behind(work) as behind:
        for item in items:
            behind.give(item)


def broken():
    yield 1
    raise BrokenError


@given(st.lists(st.integers(), max_size=30))
def test_every_item_comes_once_and_in_order(items):
    done = []
    with ahead(iter(items)) as taken, Behind(done.append) as behind:
        for item in taken:
            behind.give(item)
    assert done == items


@given(st.integers(0, 12))
def test_what_the_source_raises_comes_where_its_next_item_would_be(count):
    def source():
        yield from range(count)
        raise BrokenError

    got = []
    with pytest.raises(BrokenError), ahead(source()) as taken:
        got.extend(taken)
    assert got == list(range(count))


@given(st.integers(0, 20))
def test_what_the_work_raises_is_raised_and_ends_it(place):
    done = []

    def work(item):
        if item == place:
            raise BrokenError
        done.append(item)

    with pytest.raises(BrokenError):
        give(work, range(100))
    assert done == list(range(place))


def test_whoever_leaves_early_leaves_no_thread():
    before = threading.active_count()
    with ahead(iter(range(1000))) as taken:
        assert next(taken) == 0
    with pytest.raises(BrokenError):
        give(lambda item: None, broken())
    assert threading.active_count() == before

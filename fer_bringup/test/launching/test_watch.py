# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What follows when a launched node has ended."""

import pytest

from fer_bringup.launching.watch import MOST, WITHIN_S, Next, Watch


@pytest.mark.parametrize(
    ("code", "follows"), [(-9, Next.AGAIN), (1, Next.AGAIN), (-11, Next.AGAIN), (0, Next.END), (2, Next.FAIL)]
)
def test_killed_or_fallen_it_starts_again_refused_or_ended_it_ends_all(code, follows):
    assert Watch().ended("/color", code) is follows


def test_the_last_source_ends_all():
    watch = Watch({"/a/source", "/b/source"})
    assert watch.ended("/a/source", 0) is Next.WAIT
    assert watch.ended("/b/source", -9) is Next.AGAIN
    assert watch.ended("/b/source", 0) is Next.END


def test_a_source_that_was_refused_is_told_at_the_end():
    watch = Watch({"/a/source", "/b/source"})
    assert watch.ended("/a/source", 2) is Next.WAIT
    assert watch.ended("/b/source", 0) is Next.FAIL


def test_what_falls_again_and_again_is_given_up():
    now = [0.0]
    watch = Watch(clock=lambda: now[0])
    for _ in range(MOST):
        assert watch.ended("/color", 1) is Next.AGAIN
        now[0] += 1.0
    assert watch.ended("/color", 1) is Next.FAIL
    assert watch.ended("/perception", 1) is Next.AGAIN, "another one"
    now[0] += WITHIN_S
    assert watch.ended("/color", 1) is Next.AGAIN, "long ago"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The arithmetic of `python -m bench.page.glow`: which colour the page shows, and since when."""

from bench.page.glow import delays

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 255, 0)


def test_each_colour_waits_until_it_is_shown():
    assert delays([(100.0, RED), (200.0, BLUE)], [(130.0, RED), (240.0, BLUE)]) == [30.0, 40.0]


def test_a_later_colour_stands_for_those_that_the_page_left_out():
    assert delays([(100.0, RED), (110.0, GREEN), (120.0, BLUE)], [(150.0, BLUE)]) == [50.0, 40.0, 30.0]


def test_a_colour_that_returns_is_the_newest_that_was_published_by_then():
    assert delays([(100.0, RED), (200.0, BLUE), (300.0, RED)], [(120.0, RED), (210.0, BLUE), (310.0, RED)]) == [
        20.0,
        10.0,
        10.0,
    ]


def test_what_was_never_published_counts_for_nothing_and_what_is_not_yet_shown_waits():
    assert delays([(100.0, RED), (200.0, BLUE)], [(90.0, GREEN), (110.0, RED)]) == [10.0]

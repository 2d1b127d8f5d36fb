# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Any viewer is enough, and the last one that goes ends it."""

from fer_dashboard.seen.watchers import Watchers


def test_it_is_told_when_the_first_comes_and_the_last_goes() -> None:
    told: list[bool] = []
    watchers = Watchers(told.append)
    page, foxglove = watchers.of("page"), watchers.of("foxglove")
    page(True)
    foxglove(True)
    page(True)
    page(False)
    assert told == [True]
    foxglove(False)
    foxglove(False)
    assert told == [True, False]

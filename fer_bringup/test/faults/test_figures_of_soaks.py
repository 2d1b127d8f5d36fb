# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a soak came to: growth is found where it is, and what ends a process or fills it on purpose is none."""

import csv

import pytest

from faults.figures import Happened, Sample, Soaked, page, table


def soaked(megabytes, seconds=3600.0, threads=lambda at: 9):
    done = Soaked(seconds=seconds, seed=1, settled=300.0, codes=(0, 0))
    for at in range(0, int(seconds), 5):
        size, pid = megabytes(at)
        done.samples.append(Sample(at, {"it": size}, {"it": threads(at)}, {"it": 20}, {"it": pid}, 10.0))
    return done


def test_memory_that_is_flat_from_minute_five_holds_whatever_it_was_before():
    done = soaked(lambda at: (300.0 if at < 300 else 180.0, 1))
    assert done.grown("it") == (0.0, 0, 0)
    assert done.holds()


@pytest.mark.parametrize(("share", "holds"), [(0.019, True), (0.03, False), (-0.1, True)])
def test_a_slow_growth_counts_and_more_than_two_percent_of_it_does_not_hold(share, holds):
    done = soaked(lambda at: (180.0 * (1 + share * max(0.0, at - 330) / (3420 - 360)), 1))
    assert done.grown("it")[0] == pytest.approx(share, abs=1e-3)
    assert done.holds() is holds


def test_what_comes_in_the_last_twentieth_does_not_count():
    assert soaked(lambda at: (180.0 if at < 3425 else 230.0, 1)).holds()
    assert not soaked(lambda at: (180.0 if at < 3300 else 230.0, 1)).holds()


def test_another_process_is_not_compared_with():
    assert soaked(lambda at: (180.0, 1) if at < 2000 else (240.0, 2)).grown("it")[0] == 0.0


def test_a_thread_that_stays_does_not_hold():
    assert not soaked(lambda at: (180.0, 1), threads=lambda at: 9 + at // 1800).holds()


def test_a_fault_that_was_not_got_over_does_not_hold():
    done = soaked(lambda at: (180.0, 1))
    done.happened.append(Happened(10.0, "a fault", failure="never came"))
    assert not done.holds()
    assert "- 10 s, a fault: never came" in page(done)


def test_the_table_has_every_sample():
    done = soaked(lambda at: (180.0 + at, 1), seconds=20.0)
    rows = list(csv.DictReader(table(done).splitlines()))
    assert [float(row["it_megabytes"]) for row in rows] == [180.0, 185.0, 190.0, 195.0]
    assert {row["it_pids"] for row in rows} == {"1.0"}

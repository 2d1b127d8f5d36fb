# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

import json

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.report import Report

SECOND = 1_000_000_000
NOBODY = {"p50": None, "p95": None, "p99": None}


def take(report, stamp, faces=0, probabilities=None, *, at=None, stamped=True):
    """Tell of an image; at its stamp, where nothing else is said."""
    report.processed(stamp, faces, probabilities, at_ns=stamp if at is None else at, stamped=stamped)


def test_rows_and_latencies_by_hand(tmp_path):
    report = Report()
    start = 100 * SECOND
    take(report, start, 1, [1, 0, 0, 0, 0, 0, 0])
    take(report, start + SECOND, 0, None)
    take(report, start + 2 * SECOND, 2, [0, 1, 0, 0, 0, 0, 0])
    report.sent(start, (1, 2, 3), start + 10_000_000)
    report.sent(start, (9, 9, 9), start + 90_000_000)
    report.sent(None, (4, 4, 4), start + 15_000_000)
    report.sent(start + 2 * SECOND, (5, 6, 7), start + 2 * SECOND + 30_000_000)
    report.write(tmp_path / "r.json", frames_in=5)
    content = json.loads((tmp_path / "r.json").read_text())
    assert {key: content[key] for key in ("frames_in", "frames_processed", "frames_dropped", "faces")} == {
        "frames_in": 5,
        "frames_processed": 3,
        "frames_dropped": 2,
        "faces": 3,
    }
    assert content["latency_ms"] == {"p50": 20.0, "p95": 29.0, "p99": 29.8}
    assert [row["t"] for row in content["rows"]] == [0.0, 1.0, 2.0]
    assert [row["rgb"] for row in content["rows"]] == [[1, 2, 3], [1, 2, 3], [5, 6, 7]]
    assert content["rows"][1]["probabilities"] is None


def test_without_rows_it_keeps_no_image_but_knows_when_the_first_came():
    report = Report(rows=False)
    assert report.first_at is None
    for number in range(3):
        take(report, number, 1, [1, 0, 0, 0, 0, 0, 0])
        report.sent(number, (1, 2, 3), number)
    assert report.first_at is not None
    assert report._images == []
    assert report._unlit == {}


def test_empty_report_has_its_parts():
    content = Report().content(0)
    assert content["rows"] == []
    assert content["latency_ms"] == NOBODY


def test_report_that_cannot_be_written(tmp_path):
    with pytest.raises(BringupError, match="cannot write the report"):
        Report().write(tmp_path / "no" / "r.json", 0)


def test_images_without_a_stamp_have_their_own_times_and_colours_and_no_latency():
    """All share the stamp 0; the light was busy for the third, and the fifth's bytes are told of before the image."""
    report = Report()
    for number in range(5):
        light = (0, (number, 0, 0), 1_796_053_099 * SECOND + number)
        if number == 4:
            report.sent(*light)
        take(report, 0, at=7 * SECOND + number * SECOND // 10, stamped=False)
        if number not in (2, 4):
            report.sent(*light)
    content = report.content(5)
    assert [row["t"] for row in content["rows"]] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert [row["rgb"][0] for row in content["rows"]] == [0, 1, 1, 3, 4]
    assert content["latency_ms"] == NOBODY


@pytest.mark.parametrize("ahead", [3600, 1, -3600, -1_700_000_000], ids=["hour", "second", "behind", "simulated"])
def test_stamps_of_another_clock_give_no_latency(ahead):
    report = Report()
    for number in range(3):
        taken = 1_800_000_000 * SECOND + number
        take(report, taken + ahead * SECOND)
        report.sent(taken + ahead * SECOND, (1, 2, 3), taken + 20_000_000)
    assert report.content(3)["latency_ms"] == NOBODY
    take(report, 1_800_000_001 * SECOND)
    report.sent(1_800_000_001 * SECOND, (1, 2, 3), 1_800_000_001 * SECOND + 20_000_000)
    assert report.content(4)["latency_ms"]["p50"] == 20.0


def test_time_goes_on_where_the_cameras_clock_is_set():
    """Back by 1000 s, as a simulation begins anew; then from arrivals to stamps, as /clock is heard at last."""
    now = iter([50.0, 50.1, 50.3, 50.4, 50.6])
    report = Report(clock=lambda: next(now))
    for stamp, stamped in ((1000.0, True), (1000.1, True), (0.5, True), (0.6, False), (1e6, True)):
        take(report, int(stamp * SECOND), stamped=stamped)
    assert [row["t"] for row in report.content(5)["rows"]] == pytest.approx([0, 0.1, 0.3, 0.4, 0.6])

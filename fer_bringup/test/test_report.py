# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

import json

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.report import Report

SECOND = 1_000_000_000


def test_rows_and_latencies_by_hand(tmp_path):
    report = Report()
    start = 100 * SECOND
    report.processed(start, 1, [1, 0, 0, 0, 0, 0, 0])
    report.processed(start + SECOND, 0, None)
    report.processed(start + 2 * SECOND, 2, [0, 1, 0, 0, 0, 0, 0])
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
        report.processed(number, 1, [1, 0, 0, 0, 0, 0, 0])
        report.sent(number, (1, 2, 3), number)
    assert report.first_at is not None
    assert report._processed == []
    assert report._sent == {}


def test_empty_report_has_its_parts():
    content = Report().content(0)
    assert content["rows"] == []
    assert content["latency_ms"] == {"p50": None, "p95": None, "p99": None}


def test_report_that_cannot_be_written(tmp_path):
    with pytest.raises(BringupError, match="cannot write the report"):
        Report().write(tmp_path / "no" / "r.json", 0)

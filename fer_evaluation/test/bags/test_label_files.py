# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Labels that meet no bag and bags that meet no labels are told; a bag is called as it was named."""

import json
import os
import subprocess
import sys

import pytest
from bag_files import fails
from grey_bags import evaluated

pytestmark = pytest.mark.usefixtures("blank_pictures")
LABELS = "start_s,end_s,emotion\n0,1,sad\n"


def test_what_finds_no_partner_is_said(tmp_path, grey_bag, capsys):
    (tmp_path / "labels").mkdir()
    for name in ("a_good", "C_good"):
        (tmp_path / "labels" / f"{name}.labels.csv").write_text(LABELS)
    bags = [grey_bag(12, "a_good"), grey_bag(12, "c_good")]
    content, report = evaluated(tmp_path, *bags, "--labels", tmp_path / "labels")
    assert list(content["labels"]) == ["a_good"]
    said = capsys.readouterr().out
    for line in (
        f"1 of 2 bags have no labels in '{tmp_path / 'labels'}': 'c_good'",
        f"1 label files in '{tmp_path / 'labels'}' are called like none of the bags: 'C_good.labels.csv'",
    ):
        assert f"note: {line}\n" in said
        assert line.replace("'", "&#x27;") in report


def test_where_no_bag_has_labels_it_is_said_what_there_is(tmp_path, grey_bag, capsys):
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "Grey.labels.csv").write_text(LABELS)
    line = fails(capsys, tmp_path, grey_bag(2), "--labels", tmp_path / "labels")
    assert line.endswith("such as 'grey.labels.csv'; it holds: 'Grey.labels.csv'")


def test_a_link_to_a_bag_is_called_as_it_is_named(tmp_path, grey_bag, capsys):
    (tmp_path / "day").mkdir()
    for name in ("subject1", "subject2"):
        (tmp_path / "day" / name).symlink_to(grey_bag(12, f"rosbag2_{name}"))
        (tmp_path / "day" / f"{name}.labels.csv").write_text(LABELS)
    content, _ = evaluated(tmp_path, tmp_path / "day", "--labels", tmp_path / "day")
    assert [one["bag"] for one in content["series"]] == ["subject1", "subject2"]
    assert list(content["labels"]) == ["subject1", "subject2"]
    assert "note: " not in capsys.readouterr().out


def test_a_bag_whose_name_is_no_utf_8_keeps_its_labels(tmp_path, grey_bag):
    name = os.fsdecode(b"nu_\xff")
    grey_bag(12).rename(tmp_path / name)
    (tmp_path / f"{name}.labels.csv").write_text(LABELS)
    given = [tmp_path / name, "--labels", tmp_path, "--detector", "haar", "--output", tmp_path / f"{name}.out"]
    # A process of its own: what it prints must be bytes.
    done = subprocess.run([sys.executable, "-m", "fer_evaluation.evaluate_bag", *given], capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(b"nu_?.out\n")
    content = json.loads((tmp_path / f"{name}.out" / "metrics.json").read_text())
    assert list(content["labels"]) == ["nu_?"]
    assert "Evaluation of nu_?" in (tmp_path / f"{name}.out" / "report.html").read_text()

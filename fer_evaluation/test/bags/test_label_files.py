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
from made_bags import two_topics

from fer_evaluation.bags.messages import IMAGE

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


@pytest.mark.parametrize("recorded", [[], ["--recorded"]])
def test_a_label_beyond_its_bag_names_both(tmp_path, grey_bag, capsys, recorded):
    bags = [grey_bag(12, "one"), grey_bag(12, "other")]
    (tmp_path / "one.labels.csv").write_text(LABELS)
    (tmp_path / "other.labels.csv").write_text("start_s,end_s,emotion\n0,9,sad\n")
    if recorded:
        bags.reverse()  # the first one has no answers
    line = fails(capsys, tmp_path, *bags, "--labels", tmp_path, *recorded)
    assert f"{tmp_path / 'other.labels.csv'}, line 2: 0 to 9 s lies outside the bag 'other', which is 1.1" in line


def test_notes_say_which_of_several_bags_and_cameras_they_are_of(tmp_path, grey_bag, capsys):
    two_topics(tmp_path / "two")
    odd = [tmp_path / "two", grey_bag(3, "one"), grey_bag(3, "good")]
    for bag in odd[:2]:
        (bag / "extra.mcap").write_bytes(b"")
    (tmp_path / "two.labels.csv").write_text("start_s,end_s,emotion\n0.11,0.15,sad\n")
    _, report = evaluated(tmp_path, *odd, "--topic", IMAGE, "--labels", tmp_path)
    said = capsys.readouterr().out
    for bag in ("two", "one"):
        assert said.count(f"note: {bag}: metadata.yaml does not name extra.mcap") == 1
        assert f"<li>{bag}: metadata.yaml does not name extra.mcap" in report
    assert "note: two /depth: 1 of 1 labels cover no image of /depth" in said

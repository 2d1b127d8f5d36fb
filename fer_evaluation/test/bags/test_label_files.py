# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Labels that meet no bag and bags that meet no labels are told; a bag is called as it was named."""

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

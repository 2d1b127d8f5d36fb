# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Figures by group of people: right for each, none for a few, and from what a set or a table says."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from band_model import write_band_model
from data_layouts import folders, rafdb

from fer_training import evaluate
from fer_training.data.groups import groups_of, read_groups
from fer_training.errors import TrainingError
from fer_training.measures.by_group import FEWEST, REST, by_group
from fer_training.measures.metrics import score


def test_each_group_has_the_figures_that_sklearn_finds_and_a_few_faces_have_none() -> None:
    from sklearn.metrics import accuracy_score, balanced_accuracy_score

    generator = np.random.default_rng(4)
    count = 400
    labels, answers = generator.integers(0, 7, count), generator.dirichlet(np.ones(7), count)
    answers[:200] += np.eye(7)[labels[:200]]  # the first are read better
    names = [f"{k}.png" for k in range(count)]
    ages = {name: "young" if k < 200 else "old" for k, name in enumerate(names[:340])}
    found = by_group(score(answers, labels, np.eye(7)[labels]), names, {"age": ages, "hat": {names[3]: "yes"}})
    rows = {(one.kind, one.group): one for one in found}
    assert list(rows) == [("age", "old"), ("age", "young"), ("age", REST), ("hat", "yes"), ("hat", REST)]
    tops = answers.argmax(axis=1)
    for key, where in ((("age", "young"), slice(0, 200)), (("age", "old"), slice(200, 340))):
        metrics = rows[key].metrics
        assert metrics is not None
        assert metrics.accuracy == pytest.approx(accuracy_score(labels[where], tops[where]))
        assert metrics.balanced_accuracy == pytest.approx(balanced_accuracy_score(labels[where], tops[where]))
        low, high = rows[key].intervals["accuracy"]
        assert low <= metrics.accuracy <= high
    assert rows["age", "young"].intervals["accuracy"][0] > rows["age", "old"].intervals["accuracy"][1]
    assert [one.faces for one in found] == [140, 200, 60, 1, 399]
    assert (rows["hat", "yes"].metrics, rows["hat", "yes"].intervals) == (None, {})
    assert FEWEST > 1


def test_the_command_reads_a_table_and_a_set_that_says_nothing_has_no_groups(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders(tmp_path / "set")
    assert groups_of(tmp_path / "set") == {}
    table = tmp_path / "who.csv"
    names = sorted(f"{path.parent.name}/{path.name}" for path in (tmp_path / "set").rglob("*.png"))
    table.write_text("name,age\n" + "".join(f"{name},{'4-19' if 'val' in name else ''}\n" for name in names))
    model = write_band_model(tmp_path / "bands.onnx")
    arguments = ["--model", str(model), "--data", str(tmp_path / "set"), "--split", "valid", "--threads", "1"]
    assert evaluate.main([*arguments, "--output", str(tmp_path / "out"), "--groups", str(table)]) == 0
    printed = capsys.readouterr().out
    found = json.loads((tmp_path / "out" / "metrics.json").read_text())["by_group"]
    assert [(one["kind"], one["faces"]) for one in found] == [("age", 21)]
    assert "fewer than 30 faces: no figure" in printed
    assert evaluate.main([*arguments, "--output", str(tmp_path / "out")]) == 0
    assert "by group" not in capsys.readouterr().out
    table.write_text("name,age\nfaces/1.png,4-19\n")
    assert evaluate.main([*arguments, "--output", str(tmp_path / "out"), "--groups", str(table)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"'{table}' names none of these" in line


def test_raf_dbs_own_notes_are_read_and_an_odd_one_is_named(tmp_path: Path) -> None:
    root = tmp_path / "set"
    rafdb(root)
    assert groups_of(root) == {}, "notes are a download of their own"
    notes = root / "basic" / "Annotation" / "manual"
    notes.mkdir(parents=True)
    landmarks = "12.5\t30.0\n" * 5
    (notes / "train_00001_manu_attri.txt").write_text(f"{landmarks}1\n2\n4\n")
    (notes / "test_00002_manu_attri.txt").write_text(f"{landmarks}0\r\n0\r\n2")
    assert groups_of(root) == {
        "sex": {"train_00001.jpg": "female", "test_00002.jpg": "male"},
        "race": {"train_00001.jpg": "Asian", "test_00002.jpg": "Caucasian"},
        "age": {"train_00001.jpg": "70+", "test_00002.jpg": "20-39"},
    }
    for said in ("3\n0\n0\n", "0\n0\n", "x\n0\n0\n", "0\n-1\n0\n", "0\n0\n99999999999999999999\n"):
        (notes / "train_00001_manu_attri.txt").write_text(landmarks + said)
        with pytest.raises(
            TrainingError, match=r"^Annotation/manual/train_00001_manu_attri\.txt: '.*expected 0 to \d$"
        ):
            groups_of(root)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no table of groups"),
        (b"name\nface.png\n", "first line"),
        (b"name,age,age\nface.png,1,2\n", "first line"),
        (b"name,\nface.png,1\n", "first line"),
        (b"name,age\nface.png\n", "row 2: 1 fields, expected 2"),
        (b'name,age\n"face.png,1\n', "is no table of groups"),
        (b"name,age\nface\xff.png,1\n", "cannot read"),
    ],
)
def test_what_is_no_table_is_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "who.csv").write_bytes(content)
    with pytest.raises(TrainingError, match=told) as caught:
        read_groups(tmp_path / "who.csv")
    assert "\n" not in str(caught.value)


def test_a_table_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="cannot read"):
        read_groups(tmp_path / "none.csv")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TrainingError, match="no regular file"):
        read_groups(tmp_path / "pipe")

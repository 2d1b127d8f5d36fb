# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Valence and arousal in the tables, and compared; alone or beside emotions."""

import csv
import json

import numpy as np
import pytest
from made_results import write_results
from made_series import HAPPY, SAD, labels, one_hot, series

from fer_common.rep155 import VALENCE_AROUSAL
from fer_evaluation.compare import main
from fer_evaluation.report.tables import read_scored

COUNT = 600
DRAWN = np.random.default_rng(1).random(COUNT // 10)
ALONE, BESIDE = "start_s,end_s,valence,arousal", "start_s,end_s,emotion,valence,arousal"


@pytest.fixture
def results(tmp_path):
    """Makes results of a minute that was mostly happy: results(name, share answered so, columns, *rows) -> folder."""

    def make(name, share, columns, *rows):
        happy = np.repeat(share > DRAWN, 10)
        one = series(np.arange(COUNT) / 10, one_hot(*np.where(happy, HAPPY, SAD)))
        return write_results(tmp_path / name, one, labels(*rows, columns=columns))

    return make


def compared(tmp_path, *arguments):
    code = main([*map(str, arguments), "--output", str(tmp_path / "out.json")])
    content = json.loads((tmp_path / "out.json").read_text())
    return code, {item["name"]: item for item in content["differences"]}, content


def test_tables_have_them_where_they_are_labelled(results):
    folder = results("a", 1, BESIDE, "0,20,happy,0.25,-0.125", "20,40,,0.5,0.75", "40,60,sad,,")
    _, samples = read_scored(folder)
    labelled = np.repeat([[0.25, -0.125], [0.5, 0.75], [np.nan, np.nan]], 200, axis=0)
    np.testing.assert_array_equal(samples.affect, labelled)
    assert samples.label.tolist() == [HAPPY] * 200 + [-1] * 200 + [SAD] * 200
    with (results("plain", 1, "start_s,end_s,emotion", "0,60,happy") / "frames.csv").open() as file:
        assert next(csv.reader(file))[-1] == "label_surprise", "no columns that nobody asked for"


def test_evaluations_by_valence_and_arousal_alone_are_compared(results, tmp_path):
    rows = [f"{k},{k + 10},{0.8 - k / 100},{0.5 + k / 1000}" for k in range(0, 60, 10)]
    a, b = results("a", 0.4, ALONE, *rows), results("b", 0.95, ALONE, *rows)
    code, found, content = compared(tmp_path, a, b)
    assert code == 0
    assert set(found) == {f"{name}_{figure}" for name in ("valence", "arousal") for figure in ("agreement", "error")}
    for folder, column in ((a, "a"), (b, "b")):
        affect = json.loads((folder / "metrics.json").read_text())["affect"]
        assert all(item[column] == pytest.approx(affect[name], abs=1e-6) for name, item in found.items())
    assert found["valence_error"]["verdict"] == "better"
    assert content["pairs"] == COUNT
    assert content["block_s"] >= 10, "as long as labels make them"
    assert content["spans"] == [], "no emotion's probability has changed"


def test_beside_emotions_all_are_compared_and_limits_are_held(results, tmp_path):
    rows = ["0,30,happy,0.8,0.5", "30,60,,0.8,0.5"]
    a, b = results("a", 0.95, BESIDE, *rows), results("b", 0.4, BESIDE, *rows)
    (tmp_path / "limits.yaml").write_text("valence_error: {worse_by: 0.1}\naffect.valence_error: {max: 2}\n")
    code, found, content = compared(tmp_path, a, b, "--thresholds", tmp_path / "limits.yaml")
    assert code == 1
    assert [item["met"] for item in content["checks"]] == [False, True]
    assert {"accuracy", "valence_error"} <= set(found)
    assert all(span["start"] < 30 for span in content["spans"])
    turned = np.mean((DRAWN >= 0.4) & (DRAWN < 0.95))
    off = abs(VALENCE_AROUSAL[SAD][0] - 0.8) - abs(VALENCE_AROUSAL[HAPPY][0] - 0.8)
    assert found["valence_error"]["b"] - found["valence_error"]["a"] == pytest.approx(off * turned, abs=1e-6)


def test_a_limit_of_what_was_not_compared_is_not_met(results, tmp_path):
    a = results("a", 0.5, ALONE, "0,60,0.5,0.5")
    (tmp_path / "limits.yaml").write_text("accuracy: {worse_by: 0.1}\n")
    code, _, content = compared(tmp_path, a, a, "--thresholds", tmp_path / "limits.yaml")
    assert (code, content["checks"][0]["value"]) == (1, "not compared")


def test_one_labelled_with_them_and_one_without_are_compared_by_emotions(results, tmp_path):
    a = results("a", 0.5, BESIDE, "0,60,happy,0.5,0.5")
    b = results("b", 0.9, "start_s,end_s,emotion", "0,60,happy")
    _, found, content = compared(tmp_path, a, b)
    assert content["pairs"] == COUNT
    assert "accuracy" in found
    assert "valence_error" not in found


@pytest.mark.parametrize("cell", ["2", "x", "nan", ""])
def test_a_damaged_cell_is_named(results, tmp_path, capsys, cell):
    a = results("a", 0.5, ALONE, "0,60,0.5,0.25")
    text = (a / "frames.csv").read_text()
    (a / "frames.csv").write_text(text.replace(",0.5,0.25\n", f",0.5,{cell}\n", 1))
    assert main([str(a), str(a)]) == 2
    said = capsys.readouterr().err
    assert "frames.csv', line 2: " in said
    assert "arousal" in said
    assert said.count("\n") == 1

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What `evaluate_bag` is told that makes no sense is one line."""

import json
import shutil

import pytest
from bag_files import fails

from fer_evaluation.evaluate_bag import main
from fer_evaluation.options import parse

pytestmark = pytest.mark.usefixtures("blank_pictures")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("start_s,end_s,emotion\n0,1,sad\n0.5,1.5,happy\n", "lines 2 and 3 overlap"),
        ("start_s,end_s,emotion\n0,1,sad\n1,60,happy\n", "line 3: 1 to 60 s lies outside the bag '"),
        ("start_s,end_s,emotion\n-1,1,sad\n", "lies outside the bag '"),
        ("start_s,end_s,emotion\n0,1,furious\n", "line 2: unknown emotion 'furious'; there are: angry, disgust"),
        ("start_s,end_s,emotion\n1,1,sad\n", "the end must come later"),
        ("start_s,end_s,emotion\n0,later,sad\n", "end_s is 'later'"),
        ("start_s,end_s,emotion\n0,nan,sad\n", "end_s is 'nan'"),
        ("start_s,end_s\n0,1\n", "the first line names the columns"),
        ("start_s,end_s,mood\n0,1,sad\n", "unknown column 'mood'"),
        ("start_s,end_s,emotion\n0,1\n", "2 values under 3 columns"),
        ("start_s,end_s,emotion\n", "hold no row"),
        ("", "the first line names the columns"),
        ("start_s,end_s,valence,arousal\n0,1,2,0\n", "both go from -1 to 1"),
        ("start_s,end_s,valence\n0,1,0\n", "both valence and arousal"),
        ("start_s,end_s,angry,happy\n0,1,0,1\n", "'disgust' is missing"),
    ],
)
def test_odd_labels(capsys, tmp_path, grey_bag, text, said):
    bag, labels = grey_bag(), tmp_path / "labels.csv"
    labels.write_text(text)
    line = fails(capsys, tmp_path, bag, "--labels", labels)
    assert said in line
    assert "labels.csv" in line


def test_missing_things(capsys, tmp_path, grey_bag):
    bag = grey_bag()
    assert "no bag" in fails(capsys, tmp_path, tmp_path / "nowhere")
    assert "can't be read" in fails(capsys, tmp_path, bag, "--labels", tmp_path / "nowhere.csv")
    assert "lies behind its end" in fails(capsys, tmp_path, bag, "--start", 100)
    assert "no model file" in fails(capsys, tmp_path, bag, "--model", "/nowhere.onnx")
    assert "unknown palette" in fails(capsys, tmp_path, bag, "--palette", "neon")
    assert "no parameter 'speed'" in fails(capsys, tmp_path, bag, "--param", "color.speed=1")
    assert "exclude each other" in fails(capsys, tmp_path, bag, "--live", "--recorded")


@pytest.mark.parametrize("value", ["inf", "nan", "0", "-1", "1e-10", "1e300"])
@pytest.mark.parametrize("name", ["duration", "shard", "block", "rate"])
def test_lengths_of_time_that_make_no_sense(capsys, tmp_path, grey_bag, name, value):
    line = fails(capsys, tmp_path, grey_bag(), f"--{name}={value}")
    assert f"--{name} is {float(value):g}; give a number from 0.001 to 1e+09" in line


@pytest.mark.parametrize("value", ["inf", "nan", "-1", "1e300"])
def test_starts_that_make_no_sense(capsys, tmp_path, grey_bag, value):
    assert f"--start is {float(value):g}; give seconds from 0" in fails(capsys, tmp_path, grey_bag(), "--start", value)


def test_the_shortest_shard_and_stretch_are_evaluated(tmp_path, grey_bag):
    given = ["--shard", "0.001", "--duration", "0.001", "--output", str(tmp_path / "out")]
    assert main([str(grey_bag()), *given]) == 0
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["frames"] == 1


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("color.palette=3", "color.palette is 3; it must be a text; a text in quotes stays one"),
        ("color.quiet_hours=22", "color.quiet_hours is 22; it must be a text"),
        ("color.brightness=high", "color.brightness is 'high'; it must be a number"),
        ("color.brightness=true", "color.brightness is True; it must be a number"),
        ("color.idle_color=3", "color.idle_color is 3; it must be a list, each a whole number"),
        ("color.idle_color=[0.5, 0.5, 0.5]", "it must be a list, each a whole number"),
        ("perception.model=7", "perception.model is 7; it must be a text"),
        ("perception.max_faces=2.5", "perception.max_faces is 2.5; it must be a whole number"),
        ("perception.quality_gate=maybe", "perception.quality_gate is 'maybe'; it must be true or false"),
        ("perception.prior=[1, 2]", "prior is '1,2'; give"),
    ],
)
def test_parameters_of_another_kind(capsys, tmp_path, grey_bag, parameter, said):
    assert said in fails(capsys, tmp_path, grey_bag(), "--param", parameter)


def test_parameters_are_taken_as_a_node_takes_them():
    given = ["color.brightness=1", "color.idle_color=[1, 2, 3]", "perception.prior=0.5", "perception.model='7'"]
    cores = parse(["bag", "--output", "out", *(word for item in given for word in ("--param", item))]).cores
    assert (cores.color.brightness, cores.color.idle_color) == (1.0, (1, 2, 3))
    assert (cores.perception.prior, cores.perception.model) == ("0.5", "7")


def test_an_output_folder_that_is_not_empty(capsys, tmp_path, grey_bag):
    bag = grey_bag()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert "isn't empty" in fails(capsys, tmp_path, bag)
    shutil.rmtree(tmp_path / "out")
    (tmp_path / "out").write_text("a file")
    assert "is a file" in fails(capsys, tmp_path, bag)

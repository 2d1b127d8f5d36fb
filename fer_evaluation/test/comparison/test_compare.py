# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Two evaluations against each other: the difference, its interval, limits for a CI."""

import json
import shutil
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_results import write_results
from made_series import labels, one_hot, random_answers, series

from fer_evaluation.compare import main
from fer_evaluation.report.tables import read_scored

COUNT = 600


@pytest.fixture
def folders(tmp_path):
    """Makes an evaluation of distributions: folders(name, probabilities) -> folder; sad for a minute."""

    def make(name, p, text="0,60,sad", bag="bag"):
        return write_results(tmp_path / name, series(np.arange(len(p)) / 10, p, bag=bag), labels(text))

    return make


def blocks_right(share, seed=0):
    """Right or wrong for ten images at a time."""
    right = np.repeat(np.random.default_rng(seed).random(COUNT // 10) < share, 10)
    return one_hot(*np.where(right, 5, 3)) * 0.94 + 0.06 / 7


def compared(tmp_path, *arguments):
    output = tmp_path / "comparison.json"
    code = main([*map(str, arguments), "--output", str(output)])
    content = json.loads(output.read_text())
    return code, {item["name"]: item for item in content["differences"]}, content


def test_a_difference_reaches_no_further_than_its_figure(folders, tmp_path):
    half = np.repeat([5, 3], 30)
    a, b = folders("a", one_hot(*half)), folders("b", one_hot(*half[::-1]))
    _, found, _ = compared(tmp_path, a, b, "--block", "3")
    for name, most in (("accuracy", 1), ("brier", 2), ("kl", 12 * np.log(10))):
        assert (found[name]["low"], found[name]["high"]) == pytest.approx((-most, most))


def test_tables_keep_every_digit(folders):
    p, _ = random_answers(50)
    keys, samples = read_scored(folders("a", p))
    assert np.array_equal(samples.answer.astype(np.float32), p)
    assert [key[2] for key in keys] == (np.arange(50) * 10**8).tolist()


def test_the_same_twice_makes_no_difference(folders, tmp_path):
    a, b = folders("a", blocks_right(0.5)), folders("b", blocks_right(0.5))
    code, found, content = compared(tmp_path, a, b)
    assert code == 0
    assert content["pairs"] == COUNT
    assert all(item["a"] == item["b"] and item["low"] == item["high"] == 0 for item in found.values())


def test_values_are_those_of_metrics_json(folders, tmp_path):
    a, b = folders("a", blocks_right(0.5)), folders("b", blocks_right(0.6, 1))
    _, found, _ = compared(tmp_path, a, b)
    for folder, side in ((a, "a"), (b, "b")):
        content = json.loads((folder / "metrics.json").read_text())
        for name, item in found.items():
            assert item[side] == pytest.approx(content[name], abs=1e-6)


def test_pairing_sees_a_small_gain_that_two_intervals_hide(folders, tmp_path, capsys):
    """B is A, and right in eight more seconds of sixty: apart, their intervals overlap almost wholly.

    Answers are alike for a second at a time, so blocks of two seconds are long enough; the one label of a minute would
    have them longer.
    """
    p = blocks_right(0.5)
    better = p.copy()
    wrong = np.flatnonzero(p[:, 5] < 0.5)[:80]
    better[wrong] = one_hot(5)[0] * 0.94 + 0.06 / 7
    a, b = folders("a", p), folders("b", better)
    _, found, content = compared(tmp_path, a, b, "--block", "2")
    apart = [json.loads((folder / "metrics.json").read_text())["intervals"]["accuracy"] for folder in (a, b)]
    assert apart[0][1] > apart[1][0]
    assert found["accuracy"]["low"] > 0
    shown = capsys.readouterr().out
    assert "better" in next(line for line in shown.splitlines() if line.startswith("accuracy"))
    assert content["spans"][0]["gain"] == pytest.approx(0.94)


def test_what_is_better_and_worse_by_time(folders, tmp_path):
    p = one_hot(*[5] * 300, *[3] * 300)
    a, b = folders("a", p), folders("b", p[::-1])
    _, found, content = compared(tmp_path, a, b)
    assert content["spans"][0]["gain"] == 1
    assert content["spans"][0]["start"] >= 30
    assert content["spans"][-1]["gain"] == -1
    assert content["spans"][-1]["start"] < 30
    assert found["accuracy"]["low"] < 0 < found["accuracy"]["high"]


def test_what_one_did_not_see_is_left_out_of_both(folders, tmp_path):
    p = blocks_right(0.5)
    gaps = p.copy()
    gaps[:100] = np.nan
    _, found, content = compared(tmp_path, folders("a", p), folders("b", gaps))
    assert content["pairs"] == COUNT - 100
    assert content["alone_a"] == 100
    assert found["accuracy"]["a"] == found["accuracy"]["b"]


def test_other_bags_and_labels_are_refused(folders, tmp_path, capsys):
    a, b = folders("a", blocks_right(0.5)), folders("b", blocks_right(0.5), bag="other")
    assert main([str(a), str(b)]) == 2
    assert "no labelled and answered moment in common" in capsys.readouterr().err
    assert main([str(a), str(b), "--by-stamp"]) == 0
    c = folders("c", blocks_right(0.5), "0,60,happy")
    assert main([str(a), str(c)]) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("accuracy: {min: 0.4}", 0),
        ("accuracy: {min: 0.9}", 1),
        ("colour_error: {max: 1}", 1),
        ("accuracy: {worse_by: 0.5}\nkl: {worse_by: 9}", 0),
        ("accuracy: {worse_by: 0.01}", 1),
        ("steadiness.changes_a_minute: {max: 100}", 0),
        ("no.such.figure: {min: 0}", 1),
        ("response.median_s: {max: 100}", 0),
    ],
)
def test_limits(folders, tmp_path, text, code):
    a, b = folders("a", blocks_right(0.8)), folders("b", blocks_right(0.6, 1))
    limits = tmp_path / "limits.yaml"
    limits.write_text(text)
    report = tmp_path / "junit.xml"
    assert main([str(a), str(b), "--thresholds", str(limits), "--junit", str(report)]) == code
    root = ElementTree.parse(report).getroot()
    suite = root.find("testsuite")
    assert int(suite.get("tests")) == len(suite.findall("testcase")) == text.count("{")
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accuracy: 0.7", "give one or more of min, max, worse_by"),
        ("accuracy: {atleast: 1}", "give one or more of"),
        ("accuracy: {min: high}", "give a number"),
        ("entropy: {worse_by: 1}", "worse_by is for the compared figures"),
        ("", "give lines such as"),
        ("a: [", "cannot be read"),
    ],
)
def test_odd_limits(folders, tmp_path, capsys, text, said):
    a = folders("a", blocks_right(0.8))
    (tmp_path / "limits.yaml").write_text(text)
    assert main([str(a), str(a), "--thresholds", str(tmp_path / "limits.yaml")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_missing_things(folders, tmp_path, capsys):
    a = folders("a", blocks_right(0.8))
    for arguments in ([a, tmp_path / "nowhere"], [a, a, "--junit", tmp_path / "x"], [a, a, "--block", 0]):
        assert main([str(item) for item in arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    (a / "frames.csv").write_text("t\n1\n")
    assert main([str(a), str(a)]) == 2
    assert "other columns" in capsys.readouterr().err


def test_one_block_of_time_tells_nothing_apart(folders, tmp_path, capsys):
    """Three moments within two seconds: every resample is the whole, which is no narrow interval but none."""
    a, b = folders("a", one_hot(5, 5, 5), "0,0.5,sad"), folders("b", one_hot(5, 5, 3), "0,0.5,sad")
    _, found, content = compared(tmp_path, a, b)
    assert content["blocks"] == 1
    assert found["accuracy"]["b"] - found["accuracy"]["a"] == pytest.approx(-1 / 3)
    assert {item["verdict"] for item in found.values()} == {"not told apart"}
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("accuracy"))
    assert line.endswith("not told apart: a single block of time gives no interval")
    assert compared(tmp_path, a, b, "--block", 0.2)[1]["accuracy"]["why_none"] == "", "two blocks that differ"


def test_blocks_that_all_differ_alike_tell_nothing_apart(folders, tmp_path, capsys):
    p = np.tile(one_hot(5, 3), (30, 1))
    a, b = folders("a", p, "0,6,sad"), folders("b", one_hot(*[5] * 60), "0,6,sad")
    _, found, content = compared(tmp_path, a, b)
    assert content["blocks"] == 3
    assert found["accuracy"]["verdict"] == "not told apart"
    assert "not told apart: no resample differs" in capsys.readouterr().out


def test_two_perceptions_differ_in_what_they_are_told(folders, tmp_path):
    """`replace` on a frozen result: the verdict follows the sign and the figure's sense."""
    from fer_evaluation.comparison.paired_moments import Difference

    gain = Difference("accuracy", 0.5, 0.6, 0.05, 0.15, 30)
    assert gain.verdict == "better"
    assert replace(gain, name="kl").verdict == "worse"
    assert replace(gain, low=-0.01).verdict == "not told apart"
    assert replace(gain, name="kl", low=-0.2, high=-0.1).verdict == "better"


def test_twin_stamps_are_paired_one_by_one(folders, tmp_path):
    """Two images with one stamp, as drivers of 1 Hz clocks give them: neither is lost, and none is left over."""
    found = []
    for name, p in (("a", blocks_right(0.5)), ("b", blocks_right(0.6, 1))):
        folder = folders(name, p)
        for table in ("frames.csv", "faces.csv"):
            lines = (folder / table).read_text().splitlines()
            place = lines[0].split(",").index("stamp_ns")
            rows = [line.split(",") for line in lines[1:]]
            twins = [[*row[:place], str(int(row[place]) // 10**9), *row[place + 1 :]] for row in rows]
            (folder / table).write_text("\n".join([lines[0], *(",".join(row) for row in twins)]) + "\n")
        found.append(folder)
    _, differences, content = compared(tmp_path, *found)
    assert (content["pairs"], content["alone_a"], content["alone_b"]) == (COUNT, 0, 0)
    assert differences["accuracy"]["a"] == pytest.approx(blocks_right(0.5)[:, 5].round().mean())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Two evaluations, small, to be damaged."""
    folder = tmp_path_factory.mktemp("whole")
    for name in ("a", "b"):
        write_results(folder / name, series(np.arange(8) / 10, random_answers(8)[0]), labels("0,60,sad"))
    return folder


DAMAGES = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 12),
        st.sampled_from(
            [b"", b"\0", b"\xff", b",", b"\n", b'"', b"nan", b"inf", b"-1", b"1e999", b"9" * 400, b"null", b"[", b"{",
             b"x", b'"a"', b"[1]", b"true"]
        ),
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["metrics.json", "frames.csv", "faces.csv"]), DAMAGES)
def test_damaged_results_are_one_line(whole, capsys, file, damages):
    path = whole / "b" / file
    content = path.read_bytes()
    damaged = content
    for place, length, put in damages:
        at = place % len(content)
        damaged = damaged[:at] + put + damaged[at + length :]
    try:
        path.write_bytes(damaged)
        code = main([str(whole / "a"), str(whole / "b")])
    finally:
        path.write_bytes(content)
    said = capsys.readouterr().err
    assert code in (0, 2)
    assert said.count("\n") == (1 if code else 0)


@pytest.mark.parametrize("value", ["[1, 2]", '"many"', "{}", "true", "1e999", "9" * 400, "null", "NaN"])
@pytest.mark.parametrize("name", ["detection_rate", "steadiness", "light"])
def test_a_figure_of_another_kind_is_not_shown(whole, tmp_path, name, value):
    for one in ("a", "b"):
        shutil.copytree(whole / one, tmp_path / one)
    content = json.loads((tmp_path / "b" / "metrics.json").read_text())
    content[name] = "PLACE"
    (tmp_path / "b" / "metrics.json").write_text(json.dumps(content).replace('"PLACE"', value))
    assert main([str(tmp_path / "a"), str(tmp_path / "b")]) in (0, 2)

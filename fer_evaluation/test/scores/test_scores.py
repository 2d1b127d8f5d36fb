# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The figures against scikit-learn, other people's colour code, and cases worked by hand."""

import warnings

import numpy as np
import pytest
from made_series import ANGRY, HAPPY, SAD, labelled_frames, labels, measure, one_hot, random_answers, series

from fer_color.blend import blend
from fer_color.color_difference import color_errors
from fer_color.palette import PAPER
from fer_common.emotions import LABELS, VALENCE_AROUSAL
from fer_evaluation.answers.series import FaceRows, Light, join, no_faces
from fer_evaluation.report.verdict import verdict
from fer_evaluation.scores.flash import travel
from fer_evaluation.scores.metrics import evaluate
from fer_evaluation.scores.statistics import per_class


def test_classes_are_counted_as_scikit_learn_does():
    from sklearn import metrics as theirs

    p, truth = random_answers(400)
    content = measure(series(np.arange(400) / 10, p), labelled_frames(truth))
    top, present = p.argmax(axis=1), sorted(set(truth.tolist()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about answers that are no label
        assert content["accuracy"] == pytest.approx(theirs.accuracy_score(truth, top), abs=1e-6)
        assert content["balanced_accuracy"] == pytest.approx(theirs.balanced_accuracy_score(truth, top), abs=1e-6)
        expected = theirs.f1_score(truth, top, labels=present, average="macro")
        assert content["macro_f1"] == pytest.approx(expected, abs=1e-6)
        assert content["confusion"] == theirs.confusion_matrix(truth, top, labels=range(7)).tolist()
        columns = theirs.precision_recall_fscore_support(truth, top, labels=range(7), zero_division=np.nan)
    for label, precision, recall, f1, count in zip(LABELS, *columns):
        row = content["per_class"][label]
        assert row["samples"] == count
        for name, value in (("precision", precision), ("recall", recall), ("f1", f1)):
            if row[name] is None:
                assert np.isnan(value)
            else:
                assert row[name] == pytest.approx(value, abs=1e-6)


def test_distributions_by_hand():
    """A label of half happy, half sad; answered with a quarter and three quarters, and with certainty for angry."""
    answer = np.zeros((2, 7))
    answer[0, [HAPPY, SAD]] = 0.25, 0.75
    answer[1, ANGRY] = 1.0
    given_labels = labels("0,1,0,0,0,1,0,1,0", columns=",".join(["start_s", "end_s", *LABELS]))
    content = measure(series([0.0, 0.5], answer), given_labels)
    kl = [0.5 * np.log(0.5 / 0.25) + 0.5 * np.log(0.5 / 0.75), np.log(0.5) - np.log(1e-12)]
    assert content["kl"] == pytest.approx(np.mean(kl), abs=1e-6)
    assert content["brier"] == pytest.approx(np.mean([0.25**2 * 2, 1 + 0.25 + 0.25]), abs=1e-6)
    # 0.75 sure where half of the people say so; 1.0 sure where none does.
    assert content["calibration_error"] == pytest.approx((0.25 + 1.0) / 2, abs=1e-6)
    assert content["accuracy"] == 0  # the tie of the label goes to happy, which comes first


def test_who_is_not_seen_is_missed_and_not_wrong():
    p = one_hot(SAD, SAD, SAD, SAD)
    p[1:3] = np.nan
    content = measure(series([0, 0.1, 0.2, 0.3], p), labels("0,1,sad"))
    assert (content["accuracy"], content["detection_rate"], content["samples"]) == (1.0, 0.5, 2)


def test_steadiness_by_hand():
    """Two changes in 0.6 s that are counted: the step of 5 s and the one over a faceless image say nothing."""
    p = one_hot(SAD, SAD, HAPPY, SAD, SAD, HAPPY, HAPPY, SAD)
    p[4] = np.nan
    t = [0, 0.2, 0.4, 0.6, 0.8, 1.0, 6.0, 6.1]
    content = measure(series(t, p), None)
    assert content["steadiness"]["seconds"] == pytest.approx(0.7)
    assert content["steadiness"]["changes_a_minute"] == pytest.approx(3 / 0.7 * 60, rel=1e-5)
    assert content["steadiness"]["variation_a_second"] == pytest.approx(3 / 0.7, rel=1e-5)
    assert content["rate"]["gaps"] == 1
    assert content["rate"]["longest_step_s"] == 5.0


def test_entropy_and_uncertainty_by_hand():
    p = [[1 / 7] * 7, [0.5, 0.5, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0]]
    content = measure(series([0, 0.1, 0.2], p), None)
    assert content["entropy"] == pytest.approx((np.log2(7) + 1 + 0) / 3, abs=1e-5)
    assert content["uncertain"] == pytest.approx(1 / 3, abs=1e-6)


def test_response_time_is_of_the_answer_that_stays():
    """Happy is labelled from 1 s; a flicker at 1.1 does not count, what begins at 1.5 does."""
    t = np.arange(0, 3, 0.1)
    top = np.where(t < 1.05, SAD, np.where(np.isclose(t, 1.1), HAPPY, np.where(t < 1.45, SAD, HAPPY)))
    content = measure(series(t, one_hot(*top)), labels("0,1,sad", "1,3,happy"))
    assert [each["seconds"] for each in content["response"]["each"]] == [0.0, pytest.approx(0.5)]
    never = measure(series(t, one_hot(*top)), labels("0,3,fear"))
    assert never["response"]["answered"] == 0
    assert never["response"]["each"][0]["seconds"] is None


def test_a_label_that_goes_on_is_no_change():
    t = np.arange(0, 3, 0.1)
    content = measure(series(t, one_hot(*[SAD] * 30)), labels("0,1,sad", "1,2,sad", "2,3,happy"))
    assert content["response"]["changes"] == 2


def test_half_way_of_the_light_by_hand():
    """From sad's colour in ten equal steps to happy's: half of the way, by CIEDE2000, is where coloraide has it."""
    from coloraide import Color

    start, end = PAPER.srgb()[SAD], PAPER.srgb()[HAPPY]
    rgb = np.round(255 * (start + np.linspace(0, 1, 11)[:, None] * (end - start))).astype(np.uint8)
    light = Light(1 + np.arange(11) / 10, rgb, np.array([0]))
    t = np.arange(0, 3, 0.5)
    content = measure(series(t, one_hot(*[HAPPY] * 6), light=light), labels("1,3,happy"))
    goal = Color("srgb", end.tolist())
    off = [goal.delta_e(Color("srgb", (row / 255).tolist()), method="2000") for row in rgb]
    expected = next(k for k, value in enumerate(off) if value <= off[0] / 2) / 10
    assert content["response"]["each"][0]["light_half_way_s"] == pytest.approx(expected)


def test_colour_error_is_the_projects():
    p, truth = random_answers(50)
    content = measure(series(np.arange(50) / 10, p), labelled_frames(truth))
    assert content["colour_error"] == pytest.approx(color_errors(p, one_hot(*truth)).mean(), abs=1e-4)


def test_columns_are_those_of_the_training():
    theirs = pytest.importorskip("fer_training.data.ferplus_columns")
    from fer_evaluation.bags import ferplus

    assert theirs.FERPLUS_INDEX == ferplus.INDEX
    assert len(theirs.FERPLUS_COLUMNS) == ferplus.COLUMNS


def test_light_colour_error_by_hand():
    from coloraide import Color

    white = np.full((2, 3), 255)
    content = measure(series([0, 0.1], one_hot(SAD, SAD), rgb=white), labels("0,1,happy"))
    goal = blend(one_hot(HAPPY), PAPER)[0]
    expected = Color("white").delta_e(Color("srgb", goal.tolist()), method="2000")
    assert content["light"]["colour_error"] == pytest.approx(expected, abs=0.02)


def test_the_flash_promise_by_hand():
    """Dark, white, dark, white within a second: 3 of luminance; a slow one keeps to 1 in six seconds."""
    frames = np.array([[255] * 3, [0] * 3, [255] * 3], np.uint8)
    fast = travel([Light(np.array([0, 0.5, 1.0]), frames, np.array([0]))])
    assert fast.worst["luminance_1s"] == pytest.approx(3)
    assert not fast.kept
    slow = travel([Light(np.array([0.0, 10.0, 20.0]), frames // 2, np.array([0]))])
    assert slow.worst["luminance_6s"] == pytest.approx(127 / 255)  # of a lamp that takes bytes as linear light
    assert slow.kept
    assert slow.luminance_a_second == pytest.approx(2 * ((127 / 255 + 0.055) / 1.055) ** 2.4 / 20 * 1.5)


def test_red_is_judged_by_itself():
    red = np.array([[200, 0, 0], [0, 0, 0]], np.uint8)
    judged = travel([Light(np.array([0, 0.5]), red, np.array([0]))])
    assert judged.worst["red_1s"] == pytest.approx(2 * 200 / 255)


def test_valence_and_arousal_by_hand():
    p = one_hot(HAPPY, SAD)
    given_labels = labels("0,0.05,0.81,0.51", "0.05,1,-0.33,-0.27", columns="start_s,end_s,valence,arousal")
    content = measure(series([0, 0.1], p), given_labels)
    assert content["affect"]["samples"] == 2
    assert content["affect"]["valence_error"] == pytest.approx(0.15)
    assert content["affect"]["arousal_error"] == 0
    assert content["affect"]["arousal_agreement"] == pytest.approx(1)
    assert content["accuracy"] is None
    assert "valence off by 0.15, arousal by 0.00" in verdict(content)[0]
    x, y = np.array(VALENCE_AROUSAL)[[HAPPY, SAD], 0], np.array([0.81, -0.33])
    expected = 2 * np.cov(x, y, ddof=0)[0, 1] / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    assert content["affect"]["valence_agreement"] == pytest.approx(expected, abs=1e-6)


def test_blocks_are_as_long_for_valence_and_arousal_as_for_emotions():
    """What is missed hangs together as long as a label lasts, whatever it says."""
    t = np.arange(600) / 10
    one, places = series(t, one_hot(*np.repeat([HAPPY, SAD], 300))), ("0.8,0.5", "-0.3,-0.2", "0.1,0.9")
    spans = [f"{5 * k},{5 * k + 5}" for k in range(12)]
    felt = [f"{span},{places[k % 3]}" for k, span in enumerate(spans)]
    named = [f"{span},{('happy', 'sad', 'fear')[k % 3]}" for k, span in enumerate(spans)]
    by_place = measure(one, labels(*felt, columns="start_s,end_s,valence,arousal"))["intervals"]
    by_name = measure(one, labels(*named))["intervals"]
    assert by_place["labels_median_s"] == by_name["labels_median_s"] == 5
    assert by_place["block_s"] >= 10
    assert by_place["dependence_s"] > 0.5, "of how much was missed"
    assert by_place["blocks"] == 6


def test_each_face_is_held_against_its_own_label():
    t = np.array([0.0, 0.1])
    p = one_hot(HAPPY, HAPPY, SAD, SAD)
    faces = FaceRows(
        np.array([0, 1, 0, 1]), np.array(["f1", "f1", "f2", "f2"]), np.zeros((4, 4), int), np.ones(4), p.astype("f4")
    )
    given_labels = labels("0,1,happy,f1", "0,1,happy,f2", columns="start_s,end_s,emotion,face_id")
    content = measure(series(t, one_hot(HAPPY, HAPPY), faces=faces), given_labels)
    assert content["samples"] == 4
    assert content["accuracy"] == 0.5
    assert content["per_face"]["f1"]["accuracy"] == 1
    assert content["per_face"]["f2"]["accuracy"] == 0


def test_of_one_image_with_a_face_nothing_tells_how_steady_it_is():
    assert "no two images with a face follow each other" in verdict(measure(series([0], one_hot(SAD)), None))[1]
    assert "no face, no answer" in verdict(measure(series([0], [[np.nan] * 7], faces=no_faces()), None))[1]


def test_several_series_are_pooled_and_listed():
    one = series([0, 0.1], one_hot(SAD, SAD), bag="one")
    other = series([0, 0.1], one_hot(SAD, HAPPY), bag="other")
    content = evaluate([one, other], [labels("0,1,sad")] * 2, palette=PAPER, about={}).content
    assert content["accuracy"] == 0.75
    assert [part["accuracy"] for part in content["series"]] == [1.0, 0.5]
    assert content["intervals"]["blocks"] == 2, "blocks never reach from one recording into another"


def test_no_class_has_a_value_of_nothing():
    row = per_class(np.zeros((7, 7)))[0]
    assert row == {"precision": None, "recall": None, "f1": None, "samples": 0}


def test_joined_shards_keep_what_belongs_together():
    light = Light(np.array([0.0, 0.1]), np.zeros((2, 3), np.uint8), np.array([0]))
    one, other = series([0, 0.1], one_hot(SAD, SAD), light=light), series([0.2, 0.3], one_hot(SAD, SAD), light=light)
    both = join([one, other])
    assert both.faces.frame.tolist() == [0, 1, 2, 3]
    assert both.light.restarts.tolist() == [0, 2]
    assert join([series([0], [[np.nan] * 7], faces=no_faces())]).frames.face_id.tolist() == [""]

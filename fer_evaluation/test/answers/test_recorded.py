# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Answers that lie in a bag are scored: ours, REP-155's, and a neighbour's labels."""

import csv
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recordings import LATE, SIZE, START, STEP, Recording, emotion, header, make, truth, with_images

from fer_common.rep155 import WORDS, from_expression
from fer_evaluation.answers.mapping import of_message
from fer_evaluation.bags.messages import COLOR, EMOTION, EXPRESSION, FACES, STRING
from fer_evaluation.compare import main as compare
from fer_evaluation.evaluate_bag import main

pytestmark = pytest.mark.usefixtures("blank_pictures")
LABEL_TEXT = "start_s,end_s,emotion\n0,2,sad\n2,4,happy\n"


def answer(stamp, probabilities):
    """An `emotion` with any numbers for probabilities."""
    message = emotion(stamp, "sad")
    message.probabilities = np.asarray(probabilities, np.float32)
    return message


@pytest.fixture
def evaluate(tmp_path):
    """Evaluates tmp_path/bag with the labels: evaluate(*options) -> metrics.json and frames.csv."""
    (tmp_path / "labels.csv").write_text(LABEL_TEXT)

    def run(*options, name="out"):
        given = [str(tmp_path / "bag"), "--labels", str(tmp_path / "labels.csv"), "--output", str(tmp_path / name)]
        assert main([*given, *options]) == 0
        rows = list(csv.DictReader((tmp_path / name / "frames.csv").open()))
        return json.loads((tmp_path / name / "metrics.json").read_text()), rows

    return run


def test_our_own_answers_with_their_light(tmp_path, evaluate):
    recording = Recording(tmp_path / "bag")
    recording.add("/chatter", STRING, START, make(STRING, data="the bag begins"))
    for number in range(40):
        stamp = START + number * STEP
        seen = [emotion(stamp, truth(number))] if number != 5 else []
        recording.add("/faces", FACES, stamp + LATE, make(FACES, **SIZE, header=header(stamp), faces=seen))
        if seen:
            recording.add("/emotion", EMOTION, stamp + LATE + 1000, seen[0])
        rgba = make("std_msgs/msg/ColorRGBA", r=0.2, g=0.4, b=0.6, a=1.0)
        recording.add("/color", COLOR, stamp + 2 * LATE, make(COLOR, header=header(stamp), color=rgba, mode="live"))
    recording.close()
    content, rows = evaluate("--recorded")
    assert content["source"] == "recorded"
    assert (content["frames"], content["frames_with_face"]) == (40, 39)
    assert content["accuracy"] == 1
    assert content["timing"]["latency_ms"]["p50"] == pytest.approx(30, abs=0.1)
    assert rows[5]["face_id"] == ""
    assert rows[3]["face_id"] == "f1"
    assert [rows[3][channel] for channel in "rgb"] == ["51", "102", "153"]
    assert float(rows[0]["t"]) == pytest.approx(0.03)
    assert content["flash"]["worst"]["luminance_1s"] < 0.6


@pytest.mark.parametrize("images", [True, False])
@pytest.mark.parametrize("kind", [FACES, EMOTION, EXPRESSION])
def test_answers_whose_stamps_stand_still_count_each(tmp_path, evaluate, kind, images):
    """A driver stamped every image alike: log time counts, and that is said."""
    recording = Recording(tmp_path / "bag")
    if images:
        with_images(recording, "/image", stamp=START)
    for number in range(40):
        at, said = START + number * STEP, emotion(START, truth(number))
        if kind == FACES:
            recording.add("/faces", FACES, at + LATE, make(FACES, **SIZE, header=header(START), faces=[said]))
        if kind == EXPRESSION:
            values = {"valence": 0.0, "arousal": 0.0, "confidence": 0.9}
            said = make(EXPRESSION, header=header(START), expression=truth(number), **values)
            recording.add("/humans/faces/a/expression", EXPRESSION, at + LATE, said)
        elif number % 2:  # of a node that gives both the room is silent while it shows nobody
            recording.add("/emotion", EMOTION, at + LATE + 1000, said)
    recording.close()
    content, rows = evaluate("--recorded")
    assert content["frames"] == (40 if kind != EMOTION else 20)
    assert content["accuracy"] == 1
    assert content["timing"]["latency_ms"]["p99"] < 131, "of the first image alone"
    page = (tmp_path / "out" / "report.html").read_text()
    assert page.count("the stamps of the images stand still") == 1
    if images:
        every = 1 if kind != EMOTION else 2
        assert [round(float(row["t"]), 3) for row in rows] == [k / 10 for k in range(every - 1, 40, every)]


def test_two_perceptions_on_one_recording_are_compared(tmp_path, evaluate, capsys):
    recording = Recording(tmp_path / "bag")
    recording.add("/chatter", STRING, START, make(STRING, data="the bag begins"))
    for number in range(40):
        stamp = START + number * STEP
        for topic, name in (("/old/faces", "sad"), ("/new/faces", truth(number))):
            message = make(FACES, **SIZE, header=header(stamp), faces=[emotion(stamp, name)])
            recording.add(topic, FACES, stamp + LATE, message)
    recording.close()
    assert main([str(tmp_path / "bag"), "--recorded", "--output", str(tmp_path / "x")]) == 2
    assert "2 topics with answers: /new/faces" in capsys.readouterr().err
    evaluate("--recorded", "/old/faces", name="old")
    evaluate("--recorded", "/new/faces", name="new")
    assert compare([str(tmp_path / "old"), str(tmp_path / "new")]) == 2, "they are called differently"
    assert compare([str(tmp_path / "old"), str(tmp_path / "new"), "--by-stamp"]) == 0
    assert "better" in capsys.readouterr().out


def test_expressions_of_rep_155(tmp_path, evaluate):
    recording = Recording(tmp_path / "bag")
    for number in range(40):
        stamp = START + number * STEP
        for face_id, name in (("abc", "sad" if number < 20 else "happy"), ("xyz", "bored")):
            values = {"expression": name, "valence": 0.0, "arousal": 0.0, "confidence": 0.8}
            message = make(EXPRESSION, header=header(stamp), **values)
            recording.add(f"/humans/faces/{face_id}/expression", EXPRESSION, stamp, message)
    recording.close()
    content, rows = evaluate("--recorded")
    assert content["frames"] == 40
    assert content["accuracy"] is not None
    assert rows[0]["face_id"] == "room", "the mean of all faces, as the light takes them"
    assert float(rows[0]["sad"]) == pytest.approx(0.4)
    assert float(rows[0]["neutral"]) == pytest.approx((0.2 + 1.0) / 2), "bored is a shade of neutral"
    assert content["answers_refused"] == 0


def test_a_neighbours_labels_by_a_mapping(tmp_path, evaluate, capsys):
    recording = Recording(tmp_path / "bag")
    for number in range(40):
        word = "Sadness" if number < 20 else "joy" if number % 2 else "unclear"
        recording.add("/mood", STRING, START + number * STEP, make(STRING, data=word))
    recording.close()
    given = [str(tmp_path / "bag"), "--output", str(tmp_path / "x"), "--recorded"]
    assert main(given) == 2
    assert "no topic with answers" in capsys.readouterr().err
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("sadness: sad\njoy: happy\n")
    assert main([*given, "--mapping", str(mapping)]) == 2
    assert "'unclear', which the mapping doesn't know" in capsys.readouterr().err
    mapping.write_text("sadness: sad\njoy: happy\nunclear: ''\n")
    content, _ = evaluate("--recorded", "--mapping", str(mapping))
    assert content["frames"] == 30
    assert content["accuracy"] == 1
    mapping.write_text("sadness: blue\n")
    assert main([*given, "--mapping", str(mapping)]) == 2
    assert "unknown emotion 'blue'" in capsys.readouterr().err


def test_answers_take_their_images_times(tmp_path, evaluate):
    from fer_evaluation.bags.messages import IMAGE
    from fer_evaluation.make_bag import image_message

    recording = Recording(tmp_path / "bag")
    for number in range(40):
        stamp = START + number * STEP
        recording.add("/image", IMAGE, stamp + 1000, image_message(np.zeros((8, 8, 3), np.uint8), stamp, None))
        late = LATE + (number % 3) * 150_000_000  # answers overtake each other
        recording.add("/faces", FACES, stamp + late, make(FACES, **SIZE, header=header(stamp), faces=[]))
    recording.close()
    _, rows = evaluate("--recorded", "--start", "1", "--duration", "2")
    assert [round(float(row["t"]), 3) for row in rows] == [k / 10 for k in range(10, 30)]


ODD = {
    "no number": [0.1, 0.1, float("nan"), 0.1, 0.1, 0.5, 0.1],
    "no number at all": [float("nan")] * 7,
    "infinite": [0.0, float("inf"), 0, 0, 0, 0, 0],
    "negative": [-0.2, 1.2, 0, 0, 0, 0, 0],
    "sums to 2": [0, 0, 0, 0, 0, 2, 0],
    "all zero": [0] * 7,
}


@pytest.mark.parametrize("values", ODD.values(), ids=ODD)
@pytest.mark.parametrize("kind", [FACES, EMOTION])
def test_an_answer_that_is_no_distribution_is_left_out_and_counted(tmp_path, evaluate, kind, values):
    recording = Recording(tmp_path / "bag")
    recording.add("/chatter", STRING, START, make(STRING, data="the bag begins"))
    for number in range(40):
        stamp = START + number * STEP
        message = answer(stamp, values) if number in (3, 7) else emotion(stamp, truth(number))
        if kind == FACES:
            message = make(FACES, **SIZE, header=header(stamp), faces=[message])
        recording.add("/answers", kind, stamp + LATE, message)
    recording.close()
    content, rows = evaluate("--recorded")
    assert content["answers_refused"] == 2
    assert (content["frames"], content["frames_with_face"], content["samples"]) == (40, 38, 38)
    assert content["accuracy"] == 1
    assert (rows[3]["face_id"], rows[3]["sad"]) == ("", "")
    page = (tmp_path / "out" / "report.html").read_text()
    assert "2 of the answers on /answers are left out: the first one " in page


@pytest.mark.parametrize("values", [*ODD.values(), [0, 0, 0, 0, 0, 1.0005, 0], [0, 0, 0, 0, 0, 0.9995, 0], [1 / 7] * 7])
def test_what_the_light_ignores_is_left_out(values):
    from fer_color.core import ColorCore
    from fer_color.settings import Settings
    from fer_evaluation.answers.refused_answers import Refusals

    refusals = Refusals()
    found = refusals.distribution("/emotion", np.asarray(values, np.float32))
    shown = ColorCore(Settings()).on_emotion(np.asarray(values, np.float32).tolist(), 1, 0.0)
    assert (found is not None) == shown == (refusals.count == 0)
    if found is not None:
        assert found.sum() == pytest.approx(1, abs=1e-6)


def test_where_nothing_is_left_the_line_says_why(tmp_path, capsys):
    recording = Recording(tmp_path / "bag")
    for number in range(3):
        values = {"expression": "", "valence": float("nan"), "arousal": float("nan"), "confidence": 1.0}
        message = make(EXPRESSION, header=header(START + number * STEP), **values)
        recording.add("/humans/faces/abc/expression", EXPRESSION, START + number * STEP, message)
    recording.close()
    assert main([str(tmp_path / "bag"), "--recorded", "--output", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "3 of the answers on /humans/faces/abc/expression are left out: the first one has neither" in error


def test_thumbnails_of_recorded_answers_come_from_the_images(tmp_path, evaluate):
    recording = Recording(tmp_path / "bag")
    with_images(recording, "/camera/image")
    for number in range(40):
        stamp = START + number * STEP
        message = make(FACES, **SIZE, header=header(stamp), faces=[emotion(stamp, "angry")])
        recording.add("/camera/faces", FACES, stamp + LATE, message)
    recording.close()
    evaluate("--recorded", "--thumbnails")
    assert 'src="data:image/jpeg' in (tmp_path / "out" / "report.html").read_text()
    evaluate("--recorded", name="private")
    assert "image/jpeg" not in (tmp_path / "private" / "report.html").read_text()


def test_thumbnails_beside_answers_without_an_image(tmp_path, evaluate):
    """A word has neither a stamp nor a picture, but a field `data` as images have."""
    recording = Recording(tmp_path / "bag")
    with_images(recording, "/image")
    for number in range(40):
        recording.add("/mood", STRING, START + number * STEP + LATE, make(STRING, data="rage"))
    recording.close()
    (tmp_path / "mapping.yaml").write_text("rage: angry\n")
    content, _ = evaluate("--recorded", "--thumbnails", "--mapping", str(tmp_path / "mapping.yaml"))
    assert content["accuracy"] == 0
    said = "4 of the 4 worst moments have no picture: the bag has no image of that time"
    assert said in (tmp_path / "out" / "report.html").read_text()


SAID = st.floats(-2, 2, width=32) | st.just(math.nan)


@given(st.sampled_from(["", " ", "confused", "HAPPY", *WORDS]), SAID, SAID, SAID)
def test_an_expression_is_taken_as_the_light_takes_it(word, valence, arousal, confidence):
    message = make(
        EXPRESSION, header=header(START), expression=word, valence=valence, arousal=arousal, confidence=confidence
    )
    wanted = from_expression(word, valence, arousal, confidence)
    np.testing.assert_allclose(of_message(message, {}), wanted, atol=1e-6)
    np.testing.assert_allclose(of_message(message, {"other": "sad"}), wanted, atol=1e-6)


def test_a_mapping_takes_words_otherwise_or_passes_them_over():
    values = {"header": header(START), "valence": -0.6, "arousal": 0.5, "confidence": 0.75}
    furious = make(EXPRESSION, expression="Furious", **values)
    assert of_message(furious, {"furious": "fear"}).tolist() == [0, 0, 0.75, 0, 0.25, 0, 0]
    assert of_message(furious, {"furious": ""}) is None

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Several cameras and several bags in one evaluation."""

import csv
import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
from made_bags import START, STEP, pictures, two_topics
from rosbags.rosbag2 import StoragePlugin, Writer

import fer_evaluation
from fer_evaluation.bags.messages import IMAGE, typestore
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import image_message


def evaluate(folder, *arguments):
    assert main([*map(str, arguments), "--output", str(folder)]) == 0
    return json.loads((folder / "metrics.json").read_text())


def test_cameras_by_name_and_by_type(tmp_path):
    two_topics(tmp_path / "two")
    by_name = evaluate(tmp_path / "a", tmp_path / "two", "--topic", "/image", "--topic", "/depth")
    assert [(one["topic"], one["frames"]) for one in by_name["series"]] == [("/image", 3), ("/depth", 3)]
    assert by_name["frames"] == 6
    by_type = evaluate(tmp_path / "b", tmp_path / "two", "--topic", IMAGE)
    assert [one["topic"] for one in by_type["series"]] == ["/depth", "/image"]
    rows = list(csv.DictReader((tmp_path / "a" / "frames.csv").open()))
    assert [row["topic"] for row in rows] == ["/image"] * 3 + ["/depth"] * 3
    assert (tmp_path / "a" / "timeline2.png").exists()


def test_a_topic_without_messages_does_not_stand_in_the_way(tmp_path):
    with Writer(tmp_path / "bag", version=8, storage_plugin=StoragePlugin.SQLITE3) as writer:
        writer.add_connection("/silent", IMAGE, typestore=typestore())
        connection = writer.add_connection("/image", IMAGE, typestore=typestore())
        for number, image in enumerate(pictures(3)):
            data = typestore().serialize_cdr(image_message(image, START + number * STEP, None), IMAGE)
            writer.write(connection, START + number * STEP, data)
    assert evaluate(tmp_path / "out", tmp_path / "bag")["frames"] == 3


def test_many_bags_with_labels_for_some(tmp_path, grey_bag, capsys):
    for name in ("one", "other"):
        grey_bag(20, name)
    (tmp_path / "one.labels.csv").write_text("start_s,end_s,emotion\n0,1,sad\n")
    content = evaluate(tmp_path / "out", tmp_path / "one", tmp_path / "other", "--labels", tmp_path)
    assert [one["bag"] for one in content["series"]] == ["one", "other"]
    assert list(content["labels"]) == ["one"]
    assert content["detection_rate"] == 0
    assert content["series"][1]["per_class"] is None
    given = [str(tmp_path / "one"), str(tmp_path / "other"), "--output", str(tmp_path / "x"), "--labels"]
    assert main([*given, str(tmp_path / "one.labels.csv")]) == 2
    assert "one label file for 2 bags" in capsys.readouterr().err
    assert main([*given, str(tmp_path / "one")]) == 2
    assert "holds no NAME.labels.csv" in capsys.readouterr().err


def test_a_camera_and_a_bag_without_an_image_that_can_be_read_spoil_nothing(tmp_path, grey_bag, capsys):
    store = typestore()
    with Writer(tmp_path / "torn", version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        for topic in ("/image", "/late"):
            connection = writer.add_connection(topic, IMAGE, typestore=store)
            for number, image in enumerate(pictures(3)):
                message = replace(image_message(image, START + number * STEP, None), encoding="none")
                log_ns = START + number * STEP + (10 * 10**9 if topic == "/late" else 0)
                writer.write(connection, log_ns, store.serialize_cdr(message, IMAGE))
    given = [tmp_path / "torn", grey_bag(3), "--topic", IMAGE, "--duration", "5", "--detector", "haar"]
    content = evaluate(tmp_path / "out", *given)
    frames = {(one["bag"], one["topic"]): one["frames"] for one in content["series"]}
    assert frames == {("torn", "/image"): 0, ("torn", "/late"): 0, ("grey", "/image"): 3}
    said = capsys.readouterr().out
    assert "note: no image of torn /image could be evaluated: an image is left out: " in said
    assert "note: no image of torn /late could be evaluated: no image was recorded in that time" in said
    page = (tmp_path / "out" / "report.html").read_text()
    assert "All are drawn below" in page
    assert "no image of torn /image could be evaluated" in page
    assert "timeline2" not in page
    jsonschema.validate(content, json.loads(files(fer_evaluation).joinpath("metrics.schema.json").read_text()))

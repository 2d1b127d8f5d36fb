# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Several cameras and several bags in one evaluation."""

import csv
import json

from made_bags import START, STEP, pictures, two_topics
from rosbags.rosbag2 import StoragePlugin, Writer

from fer_evaluation.bags.messages import IMAGE
from fer_evaluation.evaluate_bag import main


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
    from fer_evaluation.bags.messages import typestore
    from fer_evaluation.make_bag import image_message

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

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags by other writers and storages are read alike, and each that is odd is one clear line."""

import json
from pathlib import Path

import numpy as np
import pytest
from bag_files import fails, read, write_mcap, write_ros1
from made_bags import START, STEP, pictures, timed, two_topics
from mcap.writer import CompressionType
from rosbags.rosbag1 import Writer as Rosbag1Writer
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Rosbag2Writer

from fer_evaluation.bags.bag import find_bags, open_bag
from fer_evaluation.bags.image_topics import choose_images
from fer_evaluation.bags.messages import IMAGE, typestore
from fer_evaluation.errors import EvaluationError
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import Form, image_message, write_bag

pytestmark = pytest.mark.usefixtures("blank_pictures")


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
@pytest.mark.parametrize("compression", ["none", "message", "file", "storage"])
def test_what_make_bag_writes_is_read_again(tmp_path, storage, compression):
    if (storage, compression) == ("sqlite3", "storage"):
        pytest.skip("compression by the storage is MCAP's own")
    images = pictures()
    write_bag(tmp_path / "bag", timed(images), Form(storage, compression, start_s=START / 1e9))
    found = read(tmp_path / "bag")
    assert [stamp for stamp, _ in found] == [START + STEP * k for k in range(len(images))]
    assert all(np.array_equal(one, other) for (_, one), other in zip(found, images))


@pytest.mark.parametrize("compression", [CompressionType.NONE, CompressionType.LZ4, CompressionType.ZSTD])
@pytest.mark.parametrize("chunks", [True, False])
def test_mcap_files_of_another_writer(tmp_path, compression, chunks):
    images = pictures()
    write_mcap(tmp_path / "other.mcap", images, compression, chunks=chunks)
    found = read(tmp_path / "other.mcap")
    assert len(found) == len(images)
    assert all(np.array_equal(one, other) for (_, one), other in zip(found, images))


@pytest.mark.parametrize("compression", ["none", "bz2", "lz4"])
def test_bags_of_ros_1(tmp_path, compression):
    writer = Rosbag1Writer
    kinds = {"none": None, "bz2": writer.CompressionFormat.BZ2, "lz4": writer.CompressionFormat.LZ4}
    images = pictures()
    write_ros1(tmp_path / "one.bag", images, kinds[compression])
    found = read(tmp_path / "one.bag")
    assert [stamp for stamp, _ in found] == [START + STEP * k for k in range(len(images))]
    assert all(np.array_equal(one, other) for (_, one), other in zip(found, images))


def test_a_bag_without_definitions_is_read_by_the_usual_ones(tmp_path):
    """As Humble's SQLite bags are: schema 3 and before have no definitions."""
    import sqlite3

    images = pictures(3)
    write_bag(tmp_path / "bag", timed(images), Form("sqlite3"))
    file = next((tmp_path / "bag").glob("*.db3"))
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE message_definitions")
        database.execute("UPDATE schema SET schema_version = 3")
    database.close()
    assert len(read(file)) == 3


def test_definitions_are_those_of_fer_msgs():
    from fer_evaluation.bags.messages import DEFINITIONS

    folder = Path(__file__).resolve().parents[3] / "fer_msgs" / "msg"
    for name, definition in DEFINITIONS.items():
        package, _, kind = name.split("/")
        if package != "fer_msgs":
            continue
        lines = [line.split("#")[0].strip() for line in (folder / f"{kind}.msg").read_text().splitlines()]
        ours = [line.replace("fer_msgs/", "") for line in definition.split("\n") if line]
        assert ours == [line for line in lines if line and "=" not in line]


def test_topics_are_chosen_by_name_or_type(tmp_path):
    two_topics(tmp_path / "two")
    with open_bag(tmp_path / "two") as bag:
        assert [topic.name for topic in choose_images(bag, ["/depth"])] == ["/depth"]
        assert [topic.name for topic in choose_images(bag, ["image", "/depth"])] == ["/image", "/depth"]
        assert [topic.name for topic in choose_images(bag, [IMAGE])] == ["/depth", "/image"]
        with pytest.raises(EvaluationError, match=r"2 image topics: /depth .*, /image .*; name one"):
            choose_images(bag, [])
        with pytest.raises(
            EvaluationError, match=r"no image topic of the name or type '/rgb'; it has: /depth .*/image"
        ):
            choose_images(bag, ["/rgb"])


def test_a_folder_of_bags(tmp_path, grey_bag):
    for name in ("b", "a"):
        grey_bag(2, name)
    assert [path.name for path in find_bags([tmp_path])] == ["a", "b"]
    with pytest.raises(EvaluationError, match="two of the bags are called 'a'"):
        find_bags([tmp_path, tmp_path / "a"])


def cut(file):
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
@pytest.mark.parametrize("compression", ["none", "message", "file"])
def test_a_truncated_bag(capsys, tmp_path, grey_bag, storage, compression):
    bag = grey_bag(300, storage=storage, compression=compression)
    cut(next(path for path in bag.iterdir() if path.name != "metadata.yaml"))
    line = fails(capsys, tmp_path, bag)
    assert "grey" in line
    assert "cut off" in line
    assert "reindex" in line or "recover" in line


def test_a_truncated_mcap_file_and_ros_1_bag(capsys, tmp_path):
    write_mcap(tmp_path / "a.mcap", pictures(), CompressionType.LZ4)
    cut(tmp_path / "a.mcap")
    assert "mcap recover" in fails(capsys, tmp_path, tmp_path / "a.mcap")
    write_ros1(tmp_path / "b.bag", pictures(), None)
    cut(tmp_path / "b.bag")
    assert "rosbag reindex" in fails(capsys, tmp_path, tmp_path / "b.bag")


def test_fewer_messages_than_the_index_promises(capsys, tmp_path, grey_bag):
    bag = grey_bag(20, storage="sqlite3")
    metadata = bag / "metadata.yaml"
    metadata.write_text(metadata.read_text().replace("message_count: 20", "message_count: 25"))
    with open_bag(bag) as opened, pytest.raises(EvaluationError, match="20 of the 25 messages"):
        list(opened.messages(["/image"]))


def test_a_missing_index(capsys, tmp_path, grey_bag):
    bag = grey_bag()
    (bag / "metadata.yaml").unlink()
    line = fails(capsys, tmp_path, bag)
    assert "metadata.yaml is missing" in line
    assert "ros2 bag reindex" in line
    (tmp_path / "empty").mkdir()
    assert "holds no bag" in fails(capsys, tmp_path, tmp_path / "empty")


def test_an_unindexed_bag_of_ros_1(capsys, tmp_path):
    write_ros1(tmp_path / "one.bag", pictures(), None)
    content = bytearray((tmp_path / "one.bag").read_bytes())
    place = content.index(b"index_pos=") + len(b"index_pos=")
    content[place : place + 8] = bytes(8)
    (tmp_path / "one.bag").write_bytes(content)
    assert "its index is missing: 'rosbag reindex" in fails(capsys, tmp_path, tmp_path / "one.bag")


def test_zero_messages(capsys, tmp_path):
    for storage in (StoragePlugin.MCAP, StoragePlugin.SQLITE3):
        path = tmp_path / storage.name
        with Rosbag2Writer(path, version=8, storage_plugin=storage) as writer:
            writer.add_connection("/image", IMAGE, typestore=typestore())
        assert "holds no message" in fails(capsys, tmp_path, path)


def test_no_image_topic_lists_those_that_exist(capsys, tmp_path):
    store = typestore()
    with Rosbag2Writer(tmp_path / "talk", version=8) as writer:
        connection = writer.add_connection("/chatter", "std_msgs/msg/String", typestore=store)
        message = store.types["std_msgs/msg/String"](data="hello")
        writer.write(connection, START, store.serialize_cdr(message, "std_msgs/msg/String"))
    line = fails(capsys, tmp_path, tmp_path / "talk")
    assert "no image topic" in line
    assert "/chatter (std_msgs/msg/String, 1)" in line


def test_two_image_topics_and_none_named(capsys, tmp_path):
    two_topics(tmp_path / "two")
    line = fails(capsys, tmp_path, tmp_path / "two")
    assert "2 image topics" in line
    assert "--topic /depth" in line


def test_a_bag_without_a_face_is_evaluated(tmp_path, grey_bag):
    assert main([str(grey_bag(20, jpeg=80)), "--output", str(tmp_path / "out")]) == 0
    content = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert content["frames"] == 20
    assert content["frames_with_face"] == 0
    assert content["accuracy"] is None
    assert content["entropy"] is None


def test_torn_images_are_counted_and_said(tmp_path):
    store = typestore()
    with Rosbag2Writer(tmp_path / "torn", version=8) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=store)
        for number in range(4):
            message = image_message(np.zeros((60, 80, 3), np.uint8), START + number * STEP, None)
            if number % 2:
                message.data = message.data[:-5]
            writer.write(connection, START + number * STEP, store.serialize_cdr(message, IMAGE))
    assert main([str(tmp_path / "torn"), "--output", str(tmp_path / "out")]) == 0
    content = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert content["frames"] == content["frames_refused"] == 2

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags by other writers and storages are read alike, and each that is odd is one clear line."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from made_bags import START, STEP, pictures, timed, two_topics
from mcap.writer import CompressionType
from mcap.writer import Writer as McapWriter
from rosbags.rosbag1 import Writer as Rosbag1Writer
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Rosbag2Writer
from rosbags.typesys import Stores, get_typestore

from fer_evaluation.bags.bag import choose_images, find_bags, open_bag
from fer_evaluation.bags.messages import IMAGE, stamp_ns, typestore
from fer_evaluation.errors import EvaluationError
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import Form, image_message, write_bag
from fer_evaluation.options import parse
from fer_perception import message_to_array


def read(path, topic="/image"):
    with open_bag(path) as bag:
        return [(stamp_ns(item.message), message_to_array(item.message).copy()) for item in bag.messages([topic])]


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


def write_mcap(path, images, compression, *, chunks=True):
    """By the MCAP project's own writer."""
    store = typestore()
    definition, _ = store.generate_msgdef(IMAGE, ros_version=2)
    with path.open("wb") as file:
        writer = McapWriter(file, compression=compression, use_chunking=chunks, chunk_size=4000)
        writer.start("ros2", "other")
        schema = writer.register_schema(IMAGE, "ros2msg", definition.encode())
        channel = writer.register_channel("/image", "cdr", schema)
        for number, image in enumerate(images):
            stamp = START + STEP * number
            data = bytes(store.serialize_cdr(image_message(image, stamp, None), IMAGE))
            writer.add_message(channel, stamp, data, stamp)
        writer.finish()


@pytest.mark.parametrize("compression", [CompressionType.NONE, CompressionType.LZ4, CompressionType.ZSTD])
@pytest.mark.parametrize("chunks", [True, False])
def test_mcap_files_of_another_writer(tmp_path, compression, chunks):
    images = pictures()
    write_mcap(tmp_path / "other.mcap", images, compression, chunks=chunks)
    found = read(tmp_path / "other.mcap")
    assert len(found) == len(images)
    assert all(np.array_equal(one, other) for (_, one), other in zip(found, images))


def write_ros1(path, images, compression):
    store = get_typestore(Stores.ROS1_NOETIC)
    types = store.types
    bag = Rosbag1Writer(path)
    if compression:
        bag.set_compression(compression)
    with bag as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=store)
        for number, image in enumerate(images):
            stamp = START + STEP * number
            header = types["std_msgs/msg/Header"](
                seq=number,
                stamp=types["builtin_interfaces/msg/Time"](sec=stamp // 10**9, nanosec=stamp % 10**9),
                frame_id="camera",
            )
            message = types[IMAGE](header, 24, 32, "bgr8", 0, 96, image.reshape(-1))
            writer.write(connection, stamp, store.serialize_ros1(message, IMAGE))


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


def fails(capsys, tmp_path, *arguments):
    """The one line of an evaluation that must fail and leave nothing."""
    before = sorted(path.name for path in tmp_path.iterdir())
    code = main([*map(str, arguments), "--output", str(tmp_path / "out")])
    lines = [line for line in capsys.readouterr().err.splitlines() if "image/s" not in line and line.strip()]
    assert code == 2
    assert len(lines) == 1, lines
    assert lines[0].startswith("evaluate_bag: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == before, "something was left"
    return lines[0]


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("start_s,end_s,emotion\n0,1,sad\n0.5,1.5,happy\n", "lines 2 and 3 overlap"),
        ("start_s,end_s,emotion\n0,1,sad\n1,60,happy\n", "line 3: 1 to 60 s lies outside the bag"),
        ("start_s,end_s,emotion\n-1,1,sad\n", "lies outside the bag"),
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

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags as other programs and other years write them: each is read whole, and what is odd about it is said."""

import base64
import itertools
import json
import re
import shutil
import sqlite3
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import yaml
import zstandard
from mcap.writer import CompressionType, IndexType
from mcap.writer import Writer as McapWriter
from rosbags.rosbag1 import Writer as Rosbag1Writer
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Rosbag2Writer
from rosbags.typesys import Stores, get_typestore
from test_bag import START, STEP, fails, pictures, read, timed, write_mcap, write_ros1

from fer_evaluation.bags.bag import bag_name, find_bags, open_bag
from fer_evaluation.bags.messages import COMPRESSED, IMAGE, stamp_ns, typestore
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import Form, image_message, write_bag
from fer_perception import message_to_array

STRING = "std_msgs/msg/String"
GREY = [np.full((24, 32), 10 * k, np.uint8) for k in range(12)]


def same(found, images, start=START):
    assert [stamp for stamp, _ in found] == [start + STEP * k for k in range(len(images))]
    assert all(np.array_equal(one, other) for (_, one), other in zip(found, images))


def evaluated(tmp_path, *arguments):
    """metrics.json and the report of an evaluation that must succeed; Haar needs no weights."""
    out = tmp_path / "out"
    assert main([*map(str, arguments), "--detector", "haar", "--output", str(out)]) == 0
    return json.loads((out / "metrics.json").read_text()), (out / "report.html").read_text()


def by_parts(path, edges, storage):
    """One rosbag2 bag of several files, as a recorder that splits writes it: each by the real writer, put together."""
    folder = path.with_name(f"{path.name}.parts")
    folder.mkdir()
    images = timed(pictures(edges[-1]))
    infos = []
    for number, (first, last) in enumerate(itertools.pairwise(edges)):
        write_bag(folder / str(number), images[first:last], Form(storage, start_s=START / 1e9))
        infos.append(
            yaml.safe_load((folder / str(number) / "metadata.yaml").read_text())["rosbag2_bagfile_information"]
        )
    path.mkdir()
    whole = infos[0]
    whole["relative_file_paths"] = []
    for number in range(len(infos)):
        file = next(file for file in (folder / str(number)).iterdir() if file.suffix != ".yaml")
        name = f"{path.name}_{number}{file.suffix}"
        shutil.move(file, path / name)
        whole["relative_file_paths"].append(name)
    for key in ("message_count",):
        whole[key] = edges[-1]
    whole["topics_with_message_count"][0]["message_count"] = edges[-1]
    return path, whole, infos


def write_metadata(path, said):
    (path / "metadata.yaml").write_text(yaml.safe_dump({"rosbag2_bagfile_information": said}))


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
@pytest.mark.parametrize("of_one", ["first", "last"])
def test_a_split_bag_whose_metadata_has_the_time_of_one_split(tmp_path, storage, of_one):
    """Galactic and Humble write duration or start of one split alone (rosbag2 #1413, #841)."""
    path, whole, infos = by_parts(tmp_path / "bag", [0, 10, 20, 40], storage)
    of = infos[0 if of_one == "first" else -1]
    whole["duration"], whole["starting_time"] = of["duration"], of["starting_time"]
    write_metadata(path, whole)
    same(read(path), pictures(40))
    with open_bag(path) as bag:
        assert (bag.start_ns, bag.duration) == (START, pytest.approx(3.9))
    content, _ = evaluated(tmp_path, path)
    assert content["frames"] == 40
    assert content["series"][0]["duration_s"] == pytest.approx(3.9)


def test_splits_are_read_in_the_order_of_their_times_where_they_overlap(tmp_path):
    store, images = typestore(), pictures(12)
    path = tmp_path / "bag"
    path.mkdir()
    for number, part in enumerate((range(0, 12, 2), range(1, 12, 2))):
        with Rosbag2Writer(tmp_path / f"p{number}", version=8, storage_plugin=StoragePlugin.MCAP) as writer:
            connection = writer.add_connection("/image", IMAGE, typestore=store)
            for k in part:
                message = image_message(images[k], START + k * STEP, None)
                writer.write(connection, START + k * STEP, store.serialize_cdr(message, IMAGE))
        shutil.move(tmp_path / f"p{number}" / f"p{number}.mcap", path / f"bag_{number}.mcap")
    write_metadata(path, {"relative_file_paths": ["bag_0.mcap", "bag_1.mcap"], "version": 9})
    same(read(path), images)


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
@pytest.mark.parametrize("given", [[], ["--start", "0.2", "--duration", "0.5"]])
def test_metadata_that_promises_more(tmp_path, capsys, storage, given):
    write_bag(tmp_path / "bag", timed(pictures()), Form(storage, start_s=START / 1e9))
    file = tmp_path / "bag" / "metadata.yaml"
    file.write_text(file.read_text().replace("message_count: 12", "message_count: 28"))
    line = fails(capsys, tmp_path, tmp_path / "bag", "--detector", "haar", *given)
    assert "12 of the 28 messages that its index promises" in line


def test_rows_that_are_gone(tmp_path, capsys):
    write_bag(tmp_path / "bag", timed(pictures(40)), Form("sqlite3", start_s=START / 1e9))
    with sqlite3.connect(next((tmp_path / "bag").glob("*.db3"))) as database:
        database.execute("DELETE FROM messages WHERE id BETWEEN 10 AND 25")
    database.close()
    line = fails(capsys, tmp_path, tmp_path / "bag", "--detector", "haar")
    assert "24 of the 40 messages that its index promises" in line


def test_rows_of_another_topic_that_are_gone_spoil_nothing(tmp_path):
    bag_of_many(tmp_path / "bag", "sqlite3")
    file = tmp_path / "bag" / "metadata.yaml"
    said = yaml.safe_load(file.read_text())["rosbag2_bagfile_information"]
    for entry in said["topics_with_message_count"]:
        entry["message_count"] += 5 if entry["topic_metadata"]["name"] == "/other" else 0
    write_metadata(tmp_path / "bag", said)
    assert len(read(tmp_path / "bag")) == 3


@pytest.mark.parametrize("shard", ["0.3", "600"])
def test_messages_that_an_mcap_index_counts_and_the_file_lacks(tmp_path, capsys, shard):
    """A chunk's messages are fewer than the file's statistics say: found when they are read."""
    path = tmp_path / "other.mcap"
    store, images = typestore(), pictures()
    definition, _ = store.generate_msgdef(IMAGE, ros_version=2)
    with path.open("wb") as file:
        writer = McapWriter(file, compression=CompressionType.NONE, chunk_size=4000)
        writer.start("ros2", "other")
        channel = writer.register_channel(
            "/image", "cdr", writer.register_schema(IMAGE, "ros2msg", definition.encode())
        )
        for k, image in enumerate(images):
            data = bytes(store.serialize_cdr(image_message(image, START + STEP * k, None), IMAGE))
            writer.add_message(channel, START + STEP * k, data, START + STEP * k)
        statistics = writer._McapWriter__statistics if hasattr(writer, "_McapWriter__statistics") else None
        statistics = statistics or writer.__dict__["_Writer__statistics"]
        statistics.channel_message_counts[channel] += 4
        statistics.message_count += 4
        writer.finish()
    assert "12 of the 16 messages" in fails(capsys, tmp_path, path, "--detector", "haar", "--shard", shard)


def bag_of_many(path, storage):
    """Three images, and a topic of strings beside them."""
    store = typestore()
    with Rosbag2Writer(path, version=8, storage_plugin=StoragePlugin[storage.upper()]) as writer:
        image = writer.add_connection("/image", IMAGE, typestore=store)
        other = writer.add_connection("/other", STRING, typestore=store)
        for k, picture in enumerate(pictures(3)):
            message = image_message(picture, START + k * STEP, None)
            writer.write(image, START + k * STEP, store.serialize_cdr(message, IMAGE))
            text = store.types[STRING](data="hello")
            writer.write(other, START + k * STEP + 1, store.serialize_cdr(text, STRING))


CHANGES = {
    "empty": "encoding = '', encoded_message_definition = ''",
    "ros2idl": "encoding = 'ros2idl', encoded_message_definition = "
    "'module std_msgs { module msg { struct String { string data; }; }; };'",
    "unparsable": "encoded_message_definition = 'this is ] no definition ['",
    "unknown encoding": "encoding = 'omgidl'",
    "another hash": "type_description_hash = 'RIHS01_00'",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("kind", [STRING, IMAGE])
def test_what_a_bag_says_of_its_types_does_not_spoil_it(tmp_path, change, kind):
    bag_of_many(tmp_path / "bag", "sqlite3")
    with sqlite3.connect(next((tmp_path / "bag").glob("*.db3"))) as database:
        database.execute(f"UPDATE message_definitions SET {change} WHERE topic_type = ?", (kind,))
    database.close()
    same(read(tmp_path / "bag"), pictures(3))


@pytest.mark.parametrize(
    ("encoding", "profile"),
    [("json", ""), ("protobuf", "ros2"), ("flatbuffer", ""), ("ros1", ""), ("cbor", "ros2"), ("", "")],
)
def test_a_topic_of_another_encoding_beside_the_images(tmp_path, encoding, profile):
    path, store = tmp_path / "mixed.mcap", typestore()
    with path.open("wb") as file:
        writer = McapWriter(file)
        writer.start(profile, "other")
        image = writer.register_channel(
            "/image", "cdr", writer.register_schema(IMAGE, "ros2msg", b"not ] a definition")
        )
        other = writer.register_channel("/other", encoding, writer.register_schema("a.B", "x", b"\xff"))
        bare = writer.register_channel("/bare", "json", 0)
        spoilt = writer.register_channel("/front", encoding, writer.register_schema(IMAGE, "x", b"\xff"))
        for k, picture in enumerate(pictures(3)):
            data = bytes(store.serialize_cdr(image_message(picture, START + k * STEP, None), IMAGE))
            writer.add_message(image, START + k * STEP, data, START + k * STEP)
            for channel in (other, bare, spoilt):
                writer.add_message(channel, START + k * STEP, b"{}", START + k * STEP)
        writer.finish()
    same(read(path), pictures(3))
    content, report = evaluated(tmp_path, path, "--topic", "/image")
    assert content["frames"] == 3
    if encoding != "ros1":  # whose messages are read, and are none
        assert f"/front can't be read: messages of the encoding '{encoding}' are not read" in report.replace(
            "&#x27;", "'"
        )


def test_only_a_topic_that_is_asked_for_fails(tmp_path, capsys):
    path, store = tmp_path / "mixed.mcap", typestore()
    with path.open("wb") as file:
        writer = McapWriter(file)
        writer.start("", "other")
        image = writer.register_channel("/image", "cdr", writer.register_schema(IMAGE, "ros2msg", b""))
        spoilt = writer.register_channel("/front", "cbor", writer.register_schema(IMAGE, "x", b""))
        data = bytes(store.serialize_cdr(image_message(pictures(1)[0], START, None), IMAGE))
        writer.add_message(image, START, data, START)
        writer.add_message(spoilt, START, data, START)
        writer.finish()
    line = fails(capsys, tmp_path, path, "--topic", "/front")
    assert "topic /front can't be read: messages of the encoding 'cbor' are not read" in line


def test_qos_that_only_metadata_has_and_a_newer_version(tmp_path):
    write_bag(tmp_path / "bag", timed(pictures(3)), Form("sqlite3", start_s=START / 1e9))
    file = tmp_path / "bag" / "metadata.yaml"
    said = yaml.safe_load(file.read_text())["rosbag2_bagfile_information"]
    said["version"], said["storage_identifier"] = 10, ""
    said["topics_with_message_count"][0]["topic_metadata"]["offered_qos_profiles"] = [
        {"history": "keep_last", "depth": 5}
    ]
    said["topics_with_message_count"][0]["topic_metadata"]["type_description_hash"] = "RIHS01_ff"
    write_metadata(tmp_path / "bag", said)
    same(read(tmp_path / "bag"), pictures(3))


@pytest.mark.parametrize(
    "text",
    [
        "rosbag2_bagfile_information:\n  version: nine\n  duration: {nanoseconds: long}\n  message_count: many\n",
        "rosbag2_bagfile_information:\n  relative_file_paths: 7\n  topics_with_message_count: [1, {x: 2}]\n",
        "rosbag2_bagfile_information: [1, 2]\n",
        "a: &a [1]\nrosbag2_bagfile_information: {x: *a}\n",
        "]",
        "",
    ],
)
@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
def test_metadata_that_makes_no_sense_is_told_and_not_needed(tmp_path, text, storage):
    write_bag(tmp_path / "bag", timed(pictures(3)), Form(storage, start_s=START / 1e9))
    (tmp_path / "bag" / "metadata.yaml").write_text(text)
    same(read(tmp_path / "bag"), pictures(3))


def test_fewer_files_than_metadata_names(tmp_path, capsys):
    path, whole, _ = by_parts(tmp_path / "bag", [0, 2, 4], "mcap")
    write_metadata(path, whole)
    (path / "bag_1.mcap").unlink()
    line = fails(capsys, tmp_path, path)
    assert "lacks bag_1.mcap" in line


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
def test_a_renamed_storage_file(tmp_path, storage):
    write_bag(tmp_path / "bag", timed(pictures(3)), Form(storage, start_s=START / 1e9))
    file = next(file for file in (tmp_path / "bag").iterdir() if file.suffix != ".yaml")
    file.rename(file.with_name(f"holiday{file.suffix}"))
    with open_bag(tmp_path / "bag") as bag:
        assert any("holiday" in line and file.name in line for line in bag.notices)
    same(read(tmp_path / "bag"), pictures(3))


def test_a_storage_file_with_the_ending_of_another(tmp_path):
    write_bag(tmp_path / "bag", timed(pictures(3)), Form("sqlite3", start_s=START / 1e9))
    shutil.copy(next((tmp_path / "bag").glob("*.db3")), tmp_path / "other.mcap")
    same(read(tmp_path / "other.mcap"), pictures(3))


def test_a_folder_that_is_called_like_a_bag_of_ros_1(tmp_path):
    write_bag(tmp_path / "run1.bag", timed(pictures(3)), Form(start_s=START / 1e9))
    same(read(tmp_path / "run1.bag"), pictures(3))
    assert [bag_name(path) for path in find_bags([tmp_path])] == ["run1.bag"]


def test_a_folder_of_loose_files(tmp_path):
    folder = tmp_path / "day"
    folder.mkdir()
    for name in ("walk", "talk", "run10", "run9"):
        write_mcap(folder / f"{name}.mcap", pictures(3), CompressionType.ZSTD)
    assert [bag_name(path) for path in find_bags([folder])] == ["run9", "run10", "talk", "walk"]


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
def test_a_compressed_file_alone(tmp_path, storage):
    write_bag(tmp_path / "bag", timed(pictures(3)), Form(storage, "file", start_s=START / 1e9))
    file = next(file for file in (tmp_path / "bag").iterdir() if file.suffix == ".zstd")
    shutil.move(file, tmp_path / f"alone{''.join(file.suffixes)}")
    same(read(tmp_path / f"alone{''.join(file.suffixes)}"), pictures(3))
    assert bag_name(tmp_path / f"alone{''.join(file.suffixes)}") == "alone"


def test_an_mcap_file_compressed_by_hand(tmp_path):
    write_mcap(tmp_path / "a.mcap", pictures(3), CompressionType.NONE)
    (tmp_path / "b.mcap.zstd").write_bytes(zstandard.compress((tmp_path / "a.mcap").read_bytes()))
    same(read(tmp_path / "b.mcap.zstd"), pictures(3))


def test_messages_compressed_each_without_metadata(tmp_path):
    write_bag(tmp_path / "bag", timed(pictures(3)), Form("sqlite3", "message", start_s=START / 1e9))
    same(read(next((tmp_path / "bag").glob("*.db3"))), pictures(3))


@pytest.mark.parametrize("whole", [True, False])
def test_a_bag_of_ros_1_that_is_still_active(tmp_path, capsys, whole):
    path = tmp_path / "one.bag.active"
    write_ros1(tmp_path / "one.bag", pictures(3), None)
    content = bytearray((tmp_path / "one.bag").read_bytes())
    if not whole:
        place = content.index(b"index_pos=") + len(b"index_pos=")
        content[place : place + 8] = bytes(8)
    (tmp_path / "one.bag").unlink()
    path.write_bytes(content)
    if whole:
        same(read(path), pictures(3))
    else:
        assert "its index is missing: 'rosbag reindex" in fails(capsys, tmp_path, path)


def test_a_bag_of_ros_1_with_a_type_of_another_checksum(tmp_path):
    store = get_typestore(Stores.ROS1_NOETIC)
    with Rosbag1Writer(tmp_path / "one.bag") as writer:
        image = writer.add_connection("/image", IMAGE, typestore=store)
        writer.add_connection("/odd", "odd_msgs/msg/Odd", msgdef="uint8 [ x", md5sum="0" * 32)
        types = store.types
        for k, picture in enumerate(pictures(3)):
            stamp = START + STEP * k
            time = types["builtin_interfaces/msg/Time"](sec=stamp // 10**9, nanosec=stamp % 10**9)
            header = types["std_msgs/msg/Header"](seq=k, stamp=time, frame_id="")
            message = types[IMAGE](header, 24, 32, "bgr8", 0, 96, picture.reshape(-1))
            writer.write(image, stamp, store.serialize_ros1(message, IMAGE))
    same(read(tmp_path / "one.bag"), pictures(3))


@pytest.mark.parametrize("chunks", [True, False])
@pytest.mark.parametrize("index", [IndexType.ALL, IndexType.NONE, IndexType.CHUNK])
def test_messages_that_are_out_of_order(tmp_path, chunks, index):
    path, store, images = tmp_path / "other.mcap", typestore(), pictures()
    definition, _ = store.generate_msgdef(IMAGE, ros_version=2)
    order = np.random.default_rng(1).permutation(len(images)).tolist()
    with path.open("wb") as file:
        writer = McapWriter(file, use_chunking=chunks, chunk_size=6000, index_types=index, use_statistics=chunks)
        writer.start("ros2", "other")
        channel = writer.register_channel(
            "/image", "cdr", writer.register_schema(IMAGE, "ros2msg", definition.encode())
        )
        for k in order:
            data = bytes(store.serialize_cdr(image_message(images[k], START + STEP * k, None), IMAGE))
            writer.add_message(channel, START + STEP * k, data, START + STEP * k)
        writer.finish()
    same(read(path), images)


def test_a_summary_without_schemas_and_channels(tmp_path):
    path, store, images = tmp_path / "other.mcap", typestore(), pictures()
    with path.open("wb") as file:
        writer = McapWriter(file, repeat_channels=False, repeat_schemas=False)
        writer.start("ros2", "other")
        channel = writer.register_channel("/image", "cdr", writer.register_schema(IMAGE, "ros2msg", b""))
        for k, image in enumerate(images):
            data = bytes(store.serialize_cdr(image_message(image, START + STEP * k, None), IMAGE))
            writer.add_message(channel, START + STEP * k, data, START + STEP * k)
        writer.finish()
    same(read(path), images)


def test_the_ros_2_writer_of_mcap(tmp_path):
    writer_of = pytest.importorskip("mcap_ros2.writer")
    path, images = tmp_path / "other.mcap", pictures()
    definition, _ = typestore().generate_msgdef(IMAGE, ros_version=2)
    with path.open("wb") as file:
        writer = writer_of.Writer(file)
        schema = writer.register_msgdef(IMAGE.replace("/msg/", "/"), definition)
        for k, image in enumerate(images):
            stamp = START + STEP * k
            header = {"stamp": {"sec": stamp // 10**9, "nanosec": stamp % 10**9}, "frame_id": "camera"}
            message = {"header": header, "height": 24, "width": 32, "encoding": "bgr8", "is_bigendian": 0, "step": 96}
            writer.write_message("/image", schema, message | {"data": image.tobytes()}, stamp, stamp)
        writer.finish()
    same(read(path), images)


def png(image):
    return cv2.imencode(".png", image)[1].tobytes()


def test_foxglove_compressed_images_by_its_own_writer(tmp_path):
    foxglove = pytest.importorskip("foxglove")
    channels, messages = pytest.importorskip("foxglove.channels"), pytest.importorskip("foxglove.messages")
    path, context = tmp_path / "fox.mcap", foxglove.Context()
    with foxglove.open_mcap(str(path), context=context):
        protobuf = channels.CompressedImageChannel("/camera", context=context)
        raw = channels.RawImageChannel("/raw", context=context)
        schema = {"type": "object", "title": "foxglove.CompressedImage"}
        spelt = foxglove.Schema(
            name="foxglove.CompressedImage", encoding="jsonschema", data=json.dumps(schema).encode()
        )
        spoken = foxglove.Channel("/spoken", message_encoding="json", schema=spelt, context=context)
        for k, image in enumerate(GREY):
            stamp = START + STEP * k
            at = messages.Timestamp(sec=stamp // 10**9, nsec=stamp % 10**9)
            one = messages.CompressedImage(timestamp=at, frame_id="c", data=png(image), format="png")
            protobuf.log(one, log_time=stamp)
            values = {"timestamp": {"sec": stamp // 10**9, "nsec": stamp % 10**9}, "frame_id": "c", "format": "png"}
            spoken.log(json.dumps(values | {"data": base64.b64encode(png(image)).decode()}).encode(), log_time=stamp)
            one = messages.RawImage(
                timestamp=at, frame_id="c", width=32, height=24, encoding="mono8", step=32, data=image.tobytes()
            )
            raw.log(one, log_time=stamp)
    for topic in ("/camera", "/spoken", "/raw"):
        same(read(path, topic), GREY)
    content, _ = evaluated(tmp_path, path, "--topic", "/camera", "--topic", "/spoken", "--topic", "/raw")
    assert content["frames"] == 36


@pytest.mark.parametrize("brought", [True, False])
def test_foxglove_messages_in_ros(tmp_path, brought):
    kind, store = "foxglove_msgs/msg/CompressedImage", typestore()
    with Rosbag2Writer(tmp_path / "bag", version=8, storage_plugin=StoragePlugin.SQLITE3) as writer:
        connection = writer.add_connection("/camera", kind, typestore=store)
        for k, image in enumerate(GREY):
            stamp = START + STEP * k
            time = store.types["builtin_interfaces/msg/Time"](sec=stamp // 10**9, nanosec=stamp % 10**9)
            data = np.frombuffer(png(image), np.uint8)
            message = store.types[kind](timestamp=time, frame_id="c", data=data, format="png")
            writer.write(connection, stamp, store.serialize_cdr(message, kind))
    if not brought:
        with sqlite3.connect(next((tmp_path / "bag").glob("*.db3"))) as database:
            database.execute("DELETE FROM message_definitions")
        database.close()
    same(read(tmp_path / "bag", "/camera"), GREY)


def test_an_empty_or_short_image_is_left_out_and_counted(tmp_path):
    store, images = typestore(), pictures(6)
    with Rosbag2Writer(tmp_path / "bag", version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=store)
        for k, image in enumerate(images):
            data = bytes(store.serialize_cdr(image_message(image, START + k * STEP, None), IMAGE))
            writer.write(connection, START + k * STEP, {1: b"", 2: data[:40], 3: data[:-500]}.get(k, data))
        message = image_message(images[0], START + 9 * STEP, None)
        short = SimpleNamespace(
            **{name: getattr(message, name) for name in message.__dataclass_fields__ if name[0] != "_"}
        )
        empty = store.types[IMAGE](**(vars(short) | {"data": np.empty(0, np.uint8)}))
        writer.write(connection, START + 9 * STEP, store.serialize_cdr(empty, IMAGE))
    content, report = evaluated(tmp_path, tmp_path / "bag")
    assert (content["frames"], content["frames_refused"]) == (3, 4)
    assert "an image is left out" in report


@pytest.mark.parametrize("storage", list(StoragePlugin))
@pytest.mark.parametrize("odd", [0, 1, 2**63 - 1])
def test_one_wrong_log_time(tmp_path, storage, odd):
    """Neither hours of empty shards nor labels that lie beside what they mean; the gap is told."""
    store, images = typestore(), pictures()
    with Rosbag2Writer(tmp_path / "bag", version=8, storage_plugin=storage) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=store)
        other = writer.add_connection("/talk", STRING, typestore=store)
        writer.write(other, odd, store.serialize_cdr(store.types[STRING](data=""), STRING))
        for k, image in enumerate(images):
            message = image_message(image, START + k * STEP, None)
            writer.write(connection, START + k * STEP, store.serialize_cdr(message, IMAGE))
    (tmp_path / "labels.csv").write_text("start_s,end_s,emotion\n0.15,0.55,happy\n")
    content, report = evaluated(tmp_path, tmp_path / "bag", "--labels", tmp_path / "labels.csv")
    assert content["frames"] == len(images)
    assert content["series"][0]["duration_s"] == pytest.approx(1.1)
    assert re.search("the log times jump by [0-9]+ s", report)
    rows = (tmp_path / "out" / "frames.csv").read_text()
    assert rows.count("happy") >= 4


def test_a_clock_that_is_set_while_it_records(tmp_path):
    """From 1970 to now, as a robot without a battery does when NTP answers."""
    store, images = typestore(), pictures()
    with Rosbag2Writer(tmp_path / "bag", version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=store)
        for k, image in enumerate(images):
            log = k * STEP + (START if k >= 5 else 10**9)
            writer.write(connection, log, store.serialize_cdr(image_message(image, log, None), IMAGE))
    content, report = evaluated(tmp_path, tmp_path / "bag", "--shard", "0.3")
    assert content["frames"] == len(images)
    assert content["series"][0]["duration_s"] == pytest.approx(1.0)
    assert "the log times jump by 16999" in report


def test_every_type_that_is_read_is_known():
    assert set(typestore().types) >= {IMAGE, COMPRESSED, STRING}
    assert message_to_array(image_message(pictures(1)[0], START, None)).shape == (24, 32, 3)
    assert stamp_ns(image_message(pictures(1)[0], START, None)) == START

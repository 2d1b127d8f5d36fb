# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags as other programs and other years write them: each is read whole, and what is odd about it is said."""

import bz2
import gzip
import lzma
import re
import sqlite3

import numpy as np
import pytest
import zstandard
from bag_files import fails, read, write_mcap, write_ros1
from grey_bags import STRING, bag_of_many, evaluated, same
from made_bags import START, STEP, pictures, timed
from mcap.writer import CompressionType, IndexType
from mcap.writer import Writer as McapWriter
from rosbags.rosbag1 import Writer as Rosbag1Writer
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Rosbag2Writer
from rosbags.typesys import Stores, get_typestore

from fer_evaluation.bags.messages import COMPRESSED, IMAGE, stamp_ns, typestore
from fer_evaluation.make_bag import Form, image_message, write_bag
from fer_perception import message_to_array

pytestmark = pytest.mark.usefixtures("blank_pictures")

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
        said = report.replace("&#x27;", "'")
        assert f"/front can't be read: messages of the encoding '{encoding}' are not read" in said


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


def test_messages_beside_chunks(tmp_path):
    """As MCAP allows them, though few writers do both."""
    path, store, images = tmp_path / "other.mcap", typestore(), pictures()
    with path.open("wb") as file:
        writer = McapWriter(file)
        writer.start("ros2", "other")
        channel = writer.register_channel("/image", "cdr", writer.register_schema(IMAGE, "ros2msg", b""))
        for k in (0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11):
            if k == 3:
                writer._Writer__finalize_chunk()
                writer._Writer__chunk_builder = None
            data = bytes(store.serialize_cdr(image_message(images[k], START + STEP * k, None), IMAGE))
            writer.add_message(channel, START + STEP * k, data, START + STEP * k)
        writer.finish()
    same(read(path), images)


def test_types_as_dds_calls_them(tmp_path):
    """As recorders beside ROS write them."""
    path, store, images = tmp_path / "dds.mcap", typestore(), pictures(3)
    with path.open("wb") as file:
        writer = McapWriter(file)
        writer.start("", "other")
        schema = writer.register_schema("sensor_msgs::msg::dds_::Image_", "omgidl", b"")
        channel = writer.register_channel("rt/image", "cdr", schema)
        for k, image in enumerate(images):
            data = bytes(store.serialize_cdr(image_message(image, START + STEP * k, None), IMAGE))
            writer.add_message(channel, START + STEP * k, data, START + STEP * k)
        writer.finish()
    same(read(path, "rt/image"), images)


def test_two_types_on_one_topic_are_one_camera(tmp_path):
    path, store, images = tmp_path / "two.mcap", typestore(), pictures(4)
    with path.open("wb") as file:
        writer = McapWriter(file)
        writer.start("ros2", "other")
        kinds = (IMAGE, COMPRESSED)
        channels = [writer.register_channel("/a", "cdr", writer.register_schema(k, "ros2msg", b"")) for k in kinds]
        for k, image in enumerate(images):
            message = image_message(image, START + STEP * k, None if k % 2 == 0 else 90)
            data = bytes(store.serialize_cdr(message, kinds[k % 2]))
            writer.add_message(channels[k % 2], START + STEP * k, data, START + STEP * k)
        writer.finish()
    content, _ = evaluated(tmp_path, path)
    assert (content["frames"], len(content["series"])) == (4, 1)


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz")])
def test_a_packed_file_is_named(tmp_path, capsys, pack, name):
    write_mcap(tmp_path / "a.mcap", pictures(3), CompressionType.NONE)
    (tmp_path / "a.mcap.packed").write_bytes(pack((tmp_path / "a.mcap").read_bytes()))
    assert f"is packed by {name}; unpack it" in fails(capsys, tmp_path, tmp_path / "a.mcap.packed")


def test_a_database_of_another_program(tmp_path, capsys):
    with sqlite3.connect(tmp_path / "notes.db3") as database:
        database.execute("CREATE TABLE notes (text)")
    database.close()
    assert "it is a database, but none of rosbag2's" in fails(capsys, tmp_path, tmp_path / "notes.db3")


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


def test_an_empty_or_short_image_is_left_out_and_counted(tmp_path):
    store, images = typestore(), pictures(6)
    with Rosbag2Writer(tmp_path / "bag", version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=store)
        for k, image in enumerate(images):
            data = bytes(store.serialize_cdr(image_message(image, START + k * STEP, None), IMAGE))
            writer.write(connection, START + k * STEP, {1: b"", 2: data[:40], 3: data[:-500]}.get(k, data))
        message = image_message(images[0], START + 9 * STEP, None)
        whole = {name: getattr(message, name) for name in message.__dataclass_fields__ if name[0] != "_"}
        empty = store.types[IMAGE](**(whole | {"data": np.empty(0, np.uint8)}))
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

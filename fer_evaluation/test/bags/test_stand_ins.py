# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files that stand where a bag's should: each is named for what it is, and what is whole beside them is read."""

import shutil

import pytest
from bag_files import fails, read, write_mcap
from grey_bags import evaluated, same
from made_bags import START, STEP, pictures, timed
from mcap import records
from mcap.writer import CompressionType
from mcap.writer import Writer as McapWriter
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Rosbag2Writer

from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.messages import IMAGE, typestore
from fer_evaluation.bags.storage import type_name
from fer_evaluation.make_bag import Form, image_message, write_bag

pytestmark = pytest.mark.usefixtures("blank_pictures")

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 12345\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LFS, "is a pointer of Git LFS, not the file: 'git lfs pull' fetches it"),
        (b"<!DOCTYPE html><html><body>sign in</body></html>", "is a web page, so the download went wrong"),
        (b"", "is an empty file; record again"),
        (bytes(4096), "is a file of zeros"),
    ],
)
@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
def test_what_stands_in_for_a_storage_file_is_named(tmp_path, capsys, storage, content, said):
    write_bag(tmp_path / "bag", timed(pictures(2)), Form(storage, start_s=START / 1e9))
    file = next(file for file in (tmp_path / "bag").iterdir() if file.suffix != ".yaml")
    file.write_bytes(content)
    for named in (tmp_path / "bag", file):
        line = fails(capsys, tmp_path, named)
        assert file.name in line
        assert said in line


def split(path):
    """A bag of two files, by the real writer, whose index is that of the first."""
    for number in range(2):
        images = [(image, number + k / 10) for k, image in enumerate(pictures(4))]
        write_bag(path.with_name(f"part{number}"), images, Form(start_s=START / 1e9))
    whole = path.with_name("part0").rename(path)
    shutil.move(path.with_name("part1") / "part1.mcap", whole / "part1.mcap")
    index = whole / "metadata.yaml"
    index.write_text(index.read_text().replace("- part0.mcap", "- part0.mcap\n  - part1.mcap"))
    return whole


@pytest.mark.parametrize("where", ["bags/part1.mcap", "/home/robot/bags/part1.mcap", "C:\\bags\\part1.mcap"])
def test_files_are_named_by_their_paths_on_the_machine_that_recorded(tmp_path, where):
    bag = split(tmp_path / "bag")
    index = bag / "metadata.yaml"
    index.write_text(index.read_text().replace("- part1.mcap", f"- {where}"))
    with open_bag(bag) as opened:
        assert opened.notices == ()
    assert len(read(bag)) == 8


def test_an_empty_file_among_a_bag_s_is_left_out_and_said(tmp_path):
    """As a recorder leaves it that was broken off right after it had begun another file."""
    bag = split(tmp_path / "bag")
    assert len(read(bag)) == 8
    (bag / "part1.mcap").write_bytes(b"")
    content, report = evaluated(tmp_path, bag)
    assert content["frames"] == 4
    assert "part1.mcap of the bag is empty, and left out" in report


def test_a_file_that_can_not_be_read_is_named(tmp_path, capsys):
    bag = split(tmp_path / "bag")
    (bag / "part1.mcap").write_bytes(b"something else")
    assert "part1.mcap begins as none of" in fails(capsys, tmp_path, bag)


def test_a_chunk_whose_times_its_index_does_not_know(tmp_path, monkeypatch):
    """0 in a chunk's index, as where a clock was set while it was written: a part is whole all the same."""
    whole, count = records.ChunkIndex.write, iter(range(100))

    def write(index, builder):
        if next(count) == 1:
            index.message_start_time = index.message_end_time = 0
        whole(index, builder)

    monkeypatch.setattr(records.ChunkIndex, "write", write)
    write_mcap(tmp_path / "other.mcap", pictures(12), CompressionType.NONE)
    same(read(tmp_path / "other.mcap"), pictures(12))
    with open_bag(tmp_path / "other.mcap") as bag:
        part = list(bag.messages(["/image"], START + STEP, START + 4 * STEP))
    assert [recorded.log_ns for recorded in part] == [START + k * STEP for k in range(1, 4)]


@pytest.mark.parametrize(
    "name",
    ["sensor_msgs/Image", "sensor_msgs::msg::Image", "::sensor_msgs::msg::Image", "sensor_msgs::msg::dds_::Image_",
     "sensor_msgs.msg.Image"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["cdr", "CDR"])
def test_a_type_by_any_of_its_names(tmp_path, name, encoding):
    assert type_name(name) == IMAGE
    with (tmp_path / "other.mcap").open("wb") as file:
        writer = McapWriter(file)
        writer.start("", "other")
        channel = writer.register_channel("/image", encoding, writer.register_schema(name, "omgidl", b""))
        for k, image in enumerate(pictures(3)):
            data = bytes(typestore().serialize_cdr(image_message(image, START + k * STEP, None), IMAGE))
            writer.add_message(channel, START + k * STEP, data, START + k * STEP)
        writer.finish()
    same(read(tmp_path / "other.mcap"), pictures(3))


def test_foxglove_s_images_by_the_names_of_idl(tmp_path):
    kind, store = "foxglove_msgs/msg/RawImage", typestore()
    with (tmp_path / "other.mcap").open("wb") as file:
        writer = McapWriter(file)
        writer.start("", "other")
        schema = writer.register_schema("foxglove::RawImage", "omgidl", b"")
        channel = writer.register_channel("/image", "cdr", schema)
        for k, image in enumerate(pictures(3)):
            stamp = START + k * STEP
            time = store.types["builtin_interfaces/msg/Time"](sec=stamp // 10**9, nanosec=stamp % 10**9)
            raw = store.types[kind](time, "c", 32, 24, "bgr8", 96, image.reshape(-1))
            writer.add_message(channel, stamp, bytes(store.serialize_cdr(raw, kind)), stamp)
        writer.finish()
    same(read(tmp_path / "other.mcap"), pictures(3))


def test_big_endian_messages(tmp_path):
    store = typestore()
    with Rosbag2Writer(tmp_path / "bag", version=8, storage_plugin=StoragePlugin.MCAP) as writer:
        connection = writer.add_connection("/image", IMAGE, typestore=store)
        for k, image in enumerate(pictures(3)):
            message = image_message(image, START + k * STEP, None)
            writer.write(connection, START + k * STEP, store.serialize_cdr(message, IMAGE, little_endian=False))
    same(read(tmp_path / "bag"), pictures(3))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a bag's metadata says, and its files hold otherwise."""

import itertools
import shutil
import sqlite3

import pytest
import yaml
import zstandard
from bag_files import fails, read, write_mcap, write_ros1
from grey_bags import bag_of_many, evaluated, same
from made_bags import START, STEP, pictures, timed
from mcap.writer import CompressionType
from mcap.writer import Writer as McapWriter
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Rosbag2Writer

from fer_evaluation.bags.bag import bag_name, find_bags, open_bag
from fer_evaluation.bags.messages import IMAGE, typestore
from fer_evaluation.make_bag import Form, image_message, write_bag

pytestmark = pytest.mark.usefixtures("blank_pictures")


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


@pytest.mark.parametrize("ending", [".MCAP", ".mcap.zst", ".Mcap.Zstd"])
def test_loose_files_by_any_spelling_of_their_ending(tmp_path, grey_bag, ending):
    bag = grey_bag(3)
    content = (bag / "grey.mcap").read_bytes()
    (bag / "metadata.yaml").unlink()
    (bag / "grey.mcap").unlink()
    packed = ending.lower() != ".mcap"
    (bag / f"morning{ending}").write_bytes(zstandard.compress(content) if packed else content)
    (found,) = find_bags([bag])
    assert bag_name(found) == "morning"
    assert len(read(found)) == 3


def test_a_file_beside_that_metadata_does_not_name_is_said(tmp_path, grey_bag):
    """As after a recorder's crash; what is the same file packed is none."""
    bag = grey_bag(3)
    shutil.copy(bag / "grey.mcap", bag / "grey_1.mcap")
    (bag / "grey.mcap.zstd").write_bytes(b"")
    content, report = evaluated(tmp_path, bag)
    assert content["frames"] == 3
    assert "metadata.yaml does not name grey_1.mcap, so it is not read" in report


def test_bags_that_lie_deeper_are_named(tmp_path, capsys, grey_bag):
    (tmp_path / "days" / "one").mkdir(parents=True)
    grey_bag(2).rename(tmp_path / "days" / "one" / "bag")
    assert f"name '{tmp_path / 'days' / 'one'}', which does" in fails(capsys, tmp_path, tmp_path)


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


@pytest.mark.parametrize("ending", [".bag", ".mcap"])
def test_files_of_messages_in_folders_of_a_folder(tmp_path, ending):
    """As of a recorder that was killed before it wrote the index, or of subjects with a folder each."""
    for name in ("s10", "s9"):
        (tmp_path / "day" / name).mkdir(parents=True)
        file = tmp_path / "day" / name / f"walk {name}{ending}"
        write_ros1(file, pictures(3), None) if ending == ".bag" else write_mcap(file, pictures(3), CompressionType.ZSTD)
    write_bag(tmp_path / "day" / "whole", timed(pictures(3)), Form(start_s=START / 1e9))
    (tmp_path / "day" / ".trash").mkdir()
    write_mcap(tmp_path / "day" / ".trash" / "x.mcap", pictures(3), CompressionType.ZSTD)
    assert [bag_name(path) for path in find_bags([tmp_path / "day"])] == ["walk s9", "walk s10", "whole"]


def test_a_bag_of_a_folder_that_lost_its_index_is_told(tmp_path, capsys, grey_bag):
    for name in ("days/good", "days/killed"):
        (tmp_path / "days").mkdir(exist_ok=True)
        grey_bag(3, name)
    (tmp_path / "days" / "killed" / "metadata.yaml").unlink()
    line = fails(capsys, tmp_path, tmp_path / "days")
    assert f"bag '{tmp_path / 'days' / 'killed'}' has no index" in line


def test_a_loose_file_beside_bags_is_one_of_them(tmp_path):
    write_bag(tmp_path / "whole", timed(pictures(3)), Form(start_s=START / 1e9))
    write_mcap(tmp_path / "walk_0.mcap", pictures(3), CompressionType.ZSTD)
    assert [bag_name(path) for path in find_bags([tmp_path])] == ["whole", "walk_0"]


def test_bags_that_lie_too_deep_beside_others_are_said(tmp_path, capsys, grey_bag):
    for name in ("days/good", "days/a/deep", "days/a/b/deeper", "days/a/loose"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        grey_bag(3, name)
    (tmp_path / "days" / "a" / "loose" / "metadata.yaml").unlink()
    content, report = evaluated(tmp_path, tmp_path / "days")
    assert [one["bag"] for one in content["series"]] == ["good"]
    said = f"3 bags lie too deep in '{tmp_path / 'days'}' and are not scored: '{tmp_path / 'days' / 'a' / 'b'}"
    assert said in capsys.readouterr().out
    assert "3 bags lie too deep" in report

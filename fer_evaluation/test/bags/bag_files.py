# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags of several writers, and what is read of them."""

from made_bags import START, STEP
from mcap.writer import Writer as McapWriter
from rosbags.rosbag1 import Writer as Rosbag1Writer
from rosbags.typesys import Stores, get_typestore

from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.messages import IMAGE, stamp_ns, typestore
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import image_message
from fer_perception import message_to_array


def read(path, topic="/image"):
    with open_bag(path) as bag:
        return [(stamp_ns(item.message), message_to_array(item.message).copy()) for item in bag.messages([topic])]


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


def fails(capsys, tmp_path, *arguments):
    """The one line of an evaluation that must fail and leave nothing."""
    before = sorted(path.name for path in tmp_path.iterdir())
    code = main([*map(str, arguments), "--output", str(tmp_path / "out")])
    lines = [line for line in capsys.readouterr().err.splitlines() if "/s]" not in line and line.strip()]
    assert code == 2
    assert len(lines) == 1, lines
    assert lines[0].startswith("evaluate_bag: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == before, "something was left"
    return lines[0]

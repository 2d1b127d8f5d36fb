# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whole files from elsewhere: bags, model files, checkpoints, dlib's weights.

Their readers go on to libraries that are not ours (SQLite, MCAP's and rosbags' readers, ONNX Runtime, safetensors);
whatever those raise must come out as our own error. torch and ONNX are loaded when they are first needed.
"""

import io
import sqlite3
import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from mcap.writer import CompressionType, Writer
from rosbags.rosbag1 import Writer as Ros1Writer
from rosbags.typesys import Stores, get_typestore

from fer_common.emotions import LABELS
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.report.tables import FACES, FRAMES, WANTED, read_scored
from fer_perception.backends.registry import create_backend
from fuzz.target import Target, of_file

TYPE, TOPIC = "std_msgs/msg/String", "/said"
SAID = b"\0\1\0\0" + struct.pack("<I", 6) + b"hello\0"
DEFINITION = b"string data"
METADATA = b"""rosbag2_bagfile_information:
  version: 9
  storage_identifier: mcap
  relative_file_paths: [bag_0.mcap]
  message_count: 3
  topics_with_message_count:
    - topic_metadata: {name: /said, type: std_msgs/msg/String, serialization_format: cdr}
      message_count: 3
"""


def _read_bag(path: Path) -> object:
    with open_bag(path) as bag:
        return [bag.listing(), *bag.messages([topic.name for topic in bag.topics if not topic.unread])]


def _mcap(compression: CompressionType, *, chunks: bool = True, index: bool = True) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, compression=compression, use_chunking=chunks, use_statistics=index, use_summary_offsets=index)
    writer.start("ros2", "fuzz")
    schema = writer.register_schema(TYPE, "ros2msg", DEFINITION)
    channel = writer.register_channel(TOPIC, "cdr", schema)
    for time in (1, 2, 10**9):
        writer.add_message(channel, time, SAID, time)
    writer.finish()
    return file.getvalue()


def _sqlite(folder: Path) -> bytes:
    path = folder / "bag.db3"
    database = sqlite3.connect(path)
    database.execute("PRAGMA page_size = 512")
    database.execute("CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT, type TEXT, serialization_format TEXT)")
    database.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, topic_id INTEGER, timestamp INTEGER, data BLOB)")
    database.execute("INSERT INTO topics VALUES (1, ?, ?, 'cdr')", (TOPIC, TYPE))
    database.executemany("INSERT INTO messages (topic_id, timestamp, data) VALUES (1, ?, ?)", [(1, SAID), (2, SAID)])
    database.commit()
    database.close()
    return path.read_bytes()


def _ros1(folder: Path) -> bytes:
    path = folder / "one.bag"
    store = get_typestore(Stores.ROS1_NOETIC)
    with Ros1Writer(path) as writer:
        connection = writer.add_connection(TOPIC, TYPE, typestore=store)
        for time in (1, 2):
            writer.write(connection, time, struct.pack("<I", 5) + b"hello")
    return path.read_bytes()


def _model() -> bytes:
    """Make the smallest file of the contract: every face gets the same seven shares."""
    import onnx
    from onnx import TensorProto, helper

    shares = np.full((1, len(LABELS)), 1 / len(LABELS), np.float32)
    nodes = [
        helper.make_node("Cast", ["face"], ["grey"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["grey", "sides"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "shares"], ["probabilities"]),
    ]
    graph = helper.make_graph(
        nodes,
        "smallest",
        [helper.make_tensor_value_info("face", TensorProto.UINT8, ["N", 1, 48, 48])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(LABELS)])],
        [
            helper.make_tensor("shares", TensorProto.FLOAT, shares.shape, shares.tobytes(), raw=True),
            helper.make_tensor("zero", TensorProto.FLOAT, [1], np.zeros(1, np.float32).tobytes(), raw=True),
            helper.make_tensor("sides", TensorProto.INT64, [2], np.array([2, 3]).tobytes(), raw=True),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    words = {"labels": ",".join(LABELS), "crop": '{"margin": 1.0, "align": "none"}', "architecture": "smallest"}
    helper.set_model_props(model, words)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _checkpoint(folder: Path) -> bytes:
    import torch

    from fer_training.runs.checkpoint import save_checkpoint

    path = folder / "last.safetensors"
    save_checkpoint(path, {"weights": {"a": torch.zeros(2), "b": torch.ones(1, 3)}}, {"epoch": 1, "best": 0.5})
    return path.read_bytes()


def _read_checkpoint(path: Path) -> object:
    from fer_training.runs.checkpoint import load_checkpoint

    return load_checkpoint(path)


def _layer(kind: str, count: int) -> bytes:
    head = bytes([1, len(kind)]) + kind.encode() + bytes([1, 2])
    extents = b"".join(bytes([1, extent]) for extent in (count, 1, 1, 1))
    return head + extents + np.zeros(count, "<f4").tobytes()


def _read_dlib(path: Path) -> object:
    from fer_training.weights.dlib import read_layers

    return read_layers(path)


@cache
def _made(name: str) -> tuple[bytes, ...]:
    """Make the examples of a target that need a folder or a library that is slow to load."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="fer-fuzz-") as folder:
        made = {"bag_sqlite": _sqlite, "bag_ros1": _ros1, "checkpoint": _checkpoint}
        return (made[name](Path(folder)),) if name in made else (_model(),)


def _with_metadata(path: Path) -> object:
    (path.parent / "bag_0.mcap").write_bytes(_mcap(CompressionType.NONE))
    return _read_bag(path.parent)


def _table(columns: Sequence[str]) -> bytes:
    """Write a table of an evaluation with one labelled row."""
    shares = {name: str(1 / len(LABELS)) for name in (*LABELS, *WANTED)}
    row = {"bag": "a", "topic": "/image", "stamp_ns": "1", "t": "0.5", "label": LABELS[0], "face_id": "f1", **shares}
    return (",".join(columns) + "\n" + ",".join(row.get(name, "") for name in columns) + "\n").encode()


def _read_tables(path: Path) -> object:
    for name, columns in (("frames.csv", FRAMES), ("faces.csv", FACES)):
        if path.name != name:
            (path.parent / name).write_bytes(_table(columns))
    return read_scored(path.parent)


FILES = {
    "bag_mcap": Target(
        of_file("bag.mcap", _read_bag),
        (
            _mcap(CompressionType.NONE),
            _mcap(CompressionType.ZSTD),
            _mcap(CompressionType.NONE, chunks=False, index=False),
        ),
    ),
    "bag_sqlite": Target(of_file("bag.db3", _read_bag), lambda: _made("bag_sqlite")),
    "bag_ros1": Target(of_file("one.bag", _read_bag), lambda: _made("bag_ros1")),
    "frames_csv": Target(of_file("frames.csv", _read_tables), (_table(FRAMES),)),
    "faces_csv": Target(of_file("faces.csv", _read_tables), (_table(FACES),)),
    "bag_metadata": Target(of_file("metadata.yaml", _with_metadata), (METADATA,)),
    "model_file": Target(
        of_file("model.onnx", lambda path: create_backend("onnxruntime", path)), lambda: _made("model_file")
    ),
    "model_file_torch": Target(
        of_file("model.onnx", lambda path: create_backend("torch", path)), lambda: _made("model_file")
    ),
    "checkpoint": Target(of_file("last.safetensors", _read_checkpoint), lambda: _made("checkpoint")),
    "dlib_weights": Target(
        of_file("dlib.dat", _read_dlib), (_layer("con_4", 4) + _layer("affine_", 2) + _layer("con_4", 1),)
    ),
}
"""Name to target."""

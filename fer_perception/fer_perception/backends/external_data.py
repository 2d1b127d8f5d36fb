# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where a model file's weights lie: within it, or in files beside it, and never outside its folder. Needs no ONNX.

ONNX lets a tensor name a file by a path (`external_data`), and not every library that reads such a model holds the
path against the model's folder. So the fields are walked first, as protobuf's encoding and onnx.proto define them.
"""

from collections.abc import Iterator
from pathlib import Path

from fer_perception.errors import PerceptionError
from fer_perception.wording import shown

Fields = dict[int, "Fields | None"]
TENSOR: Fields = {13: None}
"""TensorProto.external_data, entries of a key and a value."""
SPARSE: Fields = {1: TENSOR, 2: TENSOR}
GRAPH: Fields = {}
NODE: Fields = {5: {5: TENSOR, 6: GRAPH, 10: TENSOR, 11: GRAPH, 22: SPARSE, 23: SPARSE}}
"""NodeProto.attribute: t, g, tensors, graphs, sparse_tensor, sparse_tensors."""
GRAPH.update({1: NODE, 5: TENSOR, 15: SPARSE})
"""GraphProto: node, initializer, sparse_initializer."""
MODEL: Fields = {7: GRAPH, 20: {1: GRAPH, 2: GRAPH}, 25: {7: NODE}}
"""ModelProto: graph, training_info, functions."""
LARGEST = 1 << 31
"""Bytes of a model file: protobuf reads no more."""
DEEPEST = 100
"""Messages within messages; protobuf's own readers stop there, too."""


def check_external_data(path: Path) -> None:
    """Hold every file that a model names against the model's own folder, links followed.

    Raises:
        PerceptionError: one lies outside, or the model's fields are torn.
        OSError: the model can't be read.
    """
    folder = path.parent.resolve()
    for name in _places(path):
        if not _within(folder, name):
            raise PerceptionError(
                f"{path} names weights outside its own folder, or what is no file ({shown(name)}); put them beside "
                "it, or make one file of both with 'onnx.save'"
            )


def weight_files(path: Path) -> tuple[Path, ...]:
    """Return the files beside a model file that hold some of its weights, by name; errors as `check_external_data`."""
    check_external_data(path)
    return tuple(path.parent / name for name in _places(path))


def _places(path: Path) -> list[str]:
    """List what a model's tensors name, in order."""
    if path.stat().st_size > LARGEST:
        raise PerceptionError(
            f"{path} can't be loaded as an ONNX model: it has over {LARGEST} bytes; name another file"
        )
    content = path.read_bytes()
    if b"location" not in content:
        return []
    try:
        places = {value for key, value in _entries(memoryview(content), MODEL) if key == b"location"}
    except (IndexError, ValueError) as error:
        raise PerceptionError(
            f"{path} can't be loaded as an ONNX model: its fields are torn; name another file"
        ) from error
    return [place.decode(errors="replace") for place in sorted(places)]


def _within(folder: Path, name: str) -> bool:
    try:
        file = folder / name
        if file.exists() and not file.is_file():  # a pipe would be waited for, a device has no end
            return False
        return not Path(name).is_absolute() and file.resolve().is_relative_to(folder)
    except (OSError, ValueError, RuntimeError):  # too long, a NUL byte, links in a ring
        return False


def _entries(message: memoryview, known: Fields, depth: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Yield every entry of `external_data` below a message, as key and value."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    for number, part in _parts(message):
        if number not in known:
            continue
        below = known[number]
        if below is None:
            entry = {name: bytes(value) for name, value in _parts(part)}
            yield entry.get(1, b""), entry.get(2, b"")
        else:
            yield from _entries(part, below, depth + 1)


def _parts(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield number and bytes of every field that has a length; the others are passed over."""
    at = 0
    while at < len(message):
        tag, at = _number(message, at)
        kind = tag & 7
        if kind == 0:
            _, at = _number(message, at)
            continue
        if kind == 2:
            size, at = _number(message, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if size > len(message) - at:
            raise ValueError("torn")
        if kind == 2:
            yield tag >> 3, message[at : at + size]
        at += size


def _number(message: memoryview, at: int) -> tuple[int, int]:
    """Read a varint; return it and where the next field begins."""
    value = 0
    for shift in range(0, 70, 7):
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a number without its end")

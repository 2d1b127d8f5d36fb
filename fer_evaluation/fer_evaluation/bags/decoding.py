# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A topic's bytes as messages, by types of our own: what a bag says of the usual ones can't spoil them."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rosbags.typesys import Stores, get_types_from_idl, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

from fer_evaluation.bags import foxglove
from fer_evaluation.bags.messages import (
    COLOR,
    COMPRESSED,
    EMOTION,
    EXPRESSION,
    FACES,
    IMAGE,
    PACKET,
    STRING,
    from_packet,
    typestore,
    usual_types,
)
from fer_evaluation.bags.storage import Channel

OTHER = "no type that is evaluated"
USUAL = (IMAGE, COMPRESSED, STRING)
"""The same wherever ROS is; the definitions that bags bring of them are not looked at."""
OURS = (EMOTION, FACES, COLOR, EXPRESSION)
"""Types that may have grown since: the bag's own definition counts, where it can be read."""
KINDS = {
    "foxglove.CompressedImage": COMPRESSED,
    "foxglove_msgs/msg/CompressedImage": COMPRESSED,
    "foxglove.CompressedVideo": COMPRESSED,
    "foxglove_msgs/msg/CompressedVideo": COMPRESSED,
    "foxglove.RawImage": IMAGE,
    "foxglove_msgs/msg/RawImage": IMAGE,
    "foxglove::CompressedImage": COMPRESSED,
    "foxglove::CompressedVideo": COMPRESSED,
    "foxglove::RawImage": IMAGE,
    PACKET: COMPRESSED,
}
"""Another program's images and packets of video, by type, and the message that they are read as."""
Decode = Callable[[bytes], Any]


@dataclass(frozen=True)
class Unread:
    """Why a topic can't be read, in a few words."""

    why: str


def kind_of(type_name: str) -> str:
    """Return what messages of a type are read as: images of other programs as those of sensor_msgs."""
    return KINDS.get(type_name, type_name)


def decoder(channel: Channel) -> Decode | Unread:
    """Return what makes messages of a channel's bytes; it raises whatever it likes on bytes that are none."""
    name, encoding = channel.type, channel.encoding.lower()
    if name.startswith("foxglove::") and encoding == "cdr":  # as OMG's IDL spells it; its fields are those of ROS
        name = f"foxglove_msgs/msg/{name.removeprefix('foxglove::')}"
    if name not in (*USUAL, *OURS, *KINDS):
        return Unread(OTHER)
    if encoding in ("cdr", "ros1"):
        if name.startswith("foxglove."):
            return Unread(f"its encoding is '{encoding}', which is none of Foxglove's")
        if encoding == "ros1" and name in KINDS:
            return Unread("of bags of ROS 1 only images of sensor_msgs are read")
        store = _store(name, encoding, channel.definition, channel.definition_encoding)
        if name not in store.types:
            return Unread("the bag brings no definition of its type")
        read = functools.partial(_cdr if encoding == "cdr" else _ros1, store, name)
        if name == PACKET:
            return _then(read, from_packet)
        return _then(read, foxglove.from_ros) if name in KINDS else read
    if name.startswith("foxglove.") and encoding == "json":
        return foxglove.from_json
    if name.startswith("foxglove.") and encoding == "protobuf":
        try:
            return foxglove.protobuf_decoder(channel.definition, name)
        except foxglove.UnreadableError as error:
            return Unread(str(error))
    return Unread(f"messages of the encoding '{encoding}' are not read; record cdr")


def _cdr(store: Typestore, name: str, data: bytes) -> Any:
    return store.deserialize_cdr(memoryview(data), name)  # which is not copied


def _ros1(store: Typestore, name: str, data: bytes) -> Any:
    return store.deserialize_ros1(data, name)


def _then(first: Decode, second: Callable[[Any], Any]) -> Decode:
    return lambda data: second(first(data))


@functools.lru_cache(maxsize=64)
def _store(name: str, encoding: str, definition: bytes, definition_encoding: str) -> Typestore:
    """Types by which a message is read: of `OURS` the bag's own definition where it is a whole one, else ours."""
    if name in USUAL and encoding == "cdr":
        return usual_types()
    if name in USUAL or not definition:
        return typestore() if encoding == "cdr" else _noetic()
    try:
        text = definition.decode()
        idl = definition_encoding == "ros2idl"
        found = get_types_from_idl(text) if idl else get_types_from_msg(text, name)
        store = get_typestore(Stores.ROS2_HUMBLE if encoding == "cdr" else Stores.ROS1_NOETIC)
        store.register({key: fields for key, fields in found.items() if key not in store.types})
        store.get_msgdef(name)
    except Exception:  # of several parsers; ours is at hand
        return typestore() if encoding == "cdr" else _noetic()
    return store


@functools.cache
def _noetic() -> Typestore:
    return get_typestore(Stores.ROS1_NOETIC)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Foxglove's image messages (JSON, protobuf, ROS) as those of sensor_msgs, by the schemas that Foxglove publishes.

https://docs.foxglove.dev/docs/sdk/schemas
"""

import base64
import functools
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from fer_evaluation.bags.messages import COMPRESSED, IMAGE, typestore


class UnreadableError(Exception):
    """Why, in a few words."""


def from_json(data: bytes) -> Any:
    """Read a message of the encoding 'json', its bytes in base64."""
    fields = json.loads(data)
    stamp = fields.get("timestamp") or {}
    pixels = base64.b64decode(fields["data"], validate=True)
    return _message(fields, int(stamp.get("sec", 0)), int(stamp.get("nsec", stamp.get("nanosec", 0))), pixels)


def from_ros(message: Any) -> Any:
    """Read one of foxglove_msgs."""
    fields = {name: getattr(message, name) for name in ("format", "frame_id", "width", "height", "encoding", "step")
              if hasattr(message, name)}  # fmt: skip
    return _message(fields, int(message.timestamp.sec), int(message.timestamp.nanosec), bytes(message.data))


def protobuf_decoder(schema: bytes, name: str) -> Callable[[bytes], Any]:
    """Return what reads messages of the encoding 'protobuf', by the types that the bag brings.

    Args:
        schema: a serialized FileDescriptorSet.
        name: the message's.

    Raises:
        UnreadableError: protobuf is not installed, or the types are none.
    """
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    except ImportError as error:
        raise UnreadableError("protobuf is not installed: pip install protobuf") from error
    try:
        pool, files = descriptor_pool.DescriptorPool(), descriptor_pb2.FileDescriptorSet()
        files.ParseFromString(schema)
        left = list(files.file)
        while left:  # a file is added after those that it imports
            known = [one for one in left if not {other.name for other in left} & set(one.dependency)]
            if not known:
                raise UnreadableError("its protobuf types import each other in a circle")
            for one in known:
                pool.Add(one) if hasattr(pool, "Add") else pool.AddSerializedFile(one.SerializeToString())
            left = [one for one in left if one not in known]
        descriptor = pool.FindMessageTypeByName(name)
        made = getattr(message_factory, "GetMessageClass", None)
        kind = made(descriptor) if made else message_factory.MessageFactory(pool).GetPrototype(descriptor)
    except UnreadableError:
        raise
    except Exception as error:  # of protobuf's several roots
        raise UnreadableError(f"its protobuf types can't be read ({type(error).__name__})") from error
    return functools.partial(_from_protobuf, kind)


def _from_protobuf(kind: Any, data: bytes) -> Any:
    message = kind.FromString(data)
    fields = {name: getattr(message, name) for name in ("format", "frame_id", "width", "height", "encoding", "step")
              if hasattr(message, name)}  # fmt: skip
    return _message(fields, int(message.timestamp.seconds), int(message.timestamp.nanos), bytes(message.data))


def _message(fields: dict[str, Any], seconds: int, nanoseconds: int, pixels: bytes) -> Any:
    types = typestore().types
    time = types["builtin_interfaces/msg/Time"](sec=seconds, nanosec=nanoseconds)
    header = types["std_msgs/msg/Header"](stamp=time, frame_id=str(fields.get("frame_id", "")))
    data = np.frombuffer(pixels, np.uint8)
    if "encoding" not in fields:
        return types[COMPRESSED](header=header, format=str(fields.get("format", "")), data=data)
    height, width, step = (int(fields.get(name, 0)) for name in ("height", "width", "step"))
    return types[IMAGE](
        header=header,
        height=height,
        width=width,
        encoding=str(fields["encoding"]),
        is_bigendian=0,
        step=step,
        data=data,
    )

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The message types that are read from and written to bags, for bags that do not bring their own definitions."""

import functools
from collections.abc import Mapping
from typing import Any

from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

from fer_common.ros import stamps

IMAGE = "sensor_msgs/msg/Image"
COMPRESSED = "sensor_msgs/msg/CompressedImage"
EMOTION = "fer_msgs/msg/EmotionDistribution"
FACES = "fer_msgs/msg/EmotionDistributionArray"
COLOR = "fer_msgs/msg/LightColor"
EXPRESSION = "hri_msgs/msg/Expression"
STRING = "std_msgs/msg/String"
PACKET = "ffmpeg_image_transport_msgs/msg/FFMPEGPacket"

_FOXGLOVE_COMPRESSED = """
builtin_interfaces/Time timestamp
string frame_id
uint8[] data
string format
"""
DEFINITIONS = {
    EMOTION: """
std_msgs/Header header
string face_id
sensor_msgs/RegionOfInterest roi
float32 detection_score
float32[7] probabilities
""",
    FACES: """
std_msgs/Header header
uint32 image_width
uint32 image_height
fer_msgs/EmotionDistribution[] faces
""",
    COLOR: """
std_msgs/Header header
std_msgs/ColorRGBA color
string mode
""",
    EXPRESSION: """
std_msgs/Header header
string expression
float32 valence
float32 arousal
float32 confidence
""",
    "foxglove_msgs/msg/CompressedImage": _FOXGLOVE_COMPRESSED,
    "foxglove_msgs/msg/CompressedVideo": _FOXGLOVE_COMPRESSED,
    "foxglove_msgs/msg/RawImage": """
builtin_interfaces/Time timestamp
string frame_id
uint32 width
uint32 height
string encoding
uint32 step
uint8[] data
""",
    PACKET: """
std_msgs/Header header
int32 width
int32 height
string encoding
uint64 pts
uint8 flags
bool is_bigendian
uint8[] data
""",
}
"""Fields alone: constants and comments don't lie in a bag's bytes. hri_msgs is REP-155's."""


USUAL = {
    "std_msgs/msg/Header": """
builtin_interfaces/Time stamp
string frame_id
""",
    IMAGE: """
std_msgs/Header header
uint32 height
uint32 width
string encoding
uint8 is_bigendian
uint32 step
uint8[] data
""",
    COMPRESSED: """
std_msgs/Header header
string format
uint8[] data
""",
    STRING: """
string data
""",
}
"""What most bags need, in CDR."""


@functools.cache
def usual_types() -> Typestore:
    """Return the types of `USUAL` alone: to load all that ROS has takes as long as thirty images."""
    return _with(get_typestore(Stores.EMPTY), USUAL)


@functools.cache
def typestore() -> Typestore:
    """Return the message types of ROS 2 and those of `DEFINITIONS`."""
    return _with(get_typestore(Stores.ROS2_HUMBLE), DEFINITIONS)


def _with(store: Typestore, definitions: Mapping[str, str]) -> Typestore:
    for name, definition in definitions.items():
        store.register(get_types_from_msg(definition, name))
    return store


def from_packet(message: Any) -> Any:
    """Read a packet of ffmpeg_image_transport's video as the CompressedImage that it would be."""
    kind = usual_types().types[COMPRESSED]
    return kind(header=message.header, format=str(message.encoding), data=message.data)


def stamp_ns(message: Any) -> int:
    """Return the stamp in a message's header, nanoseconds; 0 where it has none."""
    header = getattr(message, "header", None)
    return 0 if header is None else stamps.stamp_ns(header)

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is seen, as Foxglove's own messages. Needs foxglove-sdk."""

import struct
import zlib
from collections.abc import Sequence
from typing import Any

from foxglove.messages import (
    Color,
    CompressedImage,
    CubePrimitive,
    ImageAnnotations,
    Log,
    LogLevel,
    Point2,
    PointsAnnotation,
    PointsAnnotationType,
    Pose,
    Quaternion,
    SceneEntity,
    SceneUpdate,
    SpherePrimitive,
    TextAnnotation,
    TextPrimitive,
    Timestamp,
    Vector3,
)

from fer_common.emotions import LABELS

FRAME = "room"
"""The frame of everything that stands in space."""
APART_M, WIDE_M, HIGH_M = 0.3, 0.2, 1.0
"""Bars of the distribution: their distance, their width, and the height of probability 1, in metres."""
LINE_PX, TEXT_PX = 3.0, 18.0
WHITE = Color(r=1.0, g=1.0, b=1.0, a=1.0)
UPRIGHT = Quaternion(x=0.0, y=0.0, z=0.0, w=1.0)
DARK = (0.0, 0.0, 0.0)


def stamp(now_ns: int) -> Timestamp:
    """Return nanoseconds since 1970 as Foxglove has them."""
    return Timestamp(sec=now_ns // 10**9, nsec=now_ns % 10**9)


def boxes(state: dict[str, Any], now_ns: int) -> ImageAnnotations:
    """Return a box and a line of text for each face of a view's state, in pixels of the image."""
    points, texts = [], []
    for face in state["faces"]:
        x, y, width, height = (float(one) for one in face["box"])
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        points.append(
            PointsAnnotation(
                timestamp=stamp(now_ns),
                type=PointsAnnotationType.LineLoop,
                points=[Point2(x=across, y=down) for across, down in corners],
                outline_color=WHITE,
                thickness=LINE_PX,
            )
        )
        best = max(range(len(LABELS)), key=face["probabilities"].__getitem__)
        texts.append(
            TextAnnotation(
                timestamp=stamp(now_ns),
                position=Point2(x=x, y=y),
                text=f"{face['id']} {LABELS[best]} {face['probabilities'][best]:.2f}",
                font_size=TEXT_PX,
                text_color=WHITE,
                background_color=Color(r=0.0, g=0.0, b=0.0, a=0.7),
            )
        )
    return ImageAnnotations(timestamp=stamp(now_ns), points=points, texts=texts)


def night(width: int, height: int, now_ns: int) -> CompressedImage:
    """Return a black picture of the image's size for the boxes to lie on: no camera's picture is ever sent."""
    return CompressedImage(timestamp=stamp(now_ns), frame_id=FRAME, data=black_png(width, height), format="png")


def black_png(width: int, height: int) -> bytes:
    """Return a black PNG of one bit a pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = bytes(1 + (width + 7) // 8) * height  # each row begins with its filter: none
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def room(state: dict[str, Any], now_ns: int) -> SceneUpdate:
    """Return the seven probabilities as bars with their words, and the light as a ball above them."""
    shares = state["emotion"] or [0.0] * len(LABELS)
    rgb = state["rgb"] or DARK
    color = Color(r=rgb[0], g=rgb[1], b=rgb[2], a=1.0)
    middle = APART_M * (len(LABELS) - 1) / 2
    bars = [_bar(index, share, color) for index, share in enumerate(shares)]
    words = [
        TextPrimitive(
            pose=_at(0.0, APART_M * index - middle, -0.1), billboard=True, font_size=0.08, color=WHITE, text=label
        )
        for index, label in enumerate(LABELS)
    ]
    ball = SpherePrimitive(pose=_at(0.0, 0.0, 1.5), size=Vector3(x=0.5, y=0.5, z=0.5), color=color)
    entity = SceneEntity(timestamp=stamp(now_ns), frame_id=FRAME, id="room", cubes=bars, texts=words, spheres=[ball])
    return SceneUpdate(entities=[entity])


def _bar(index: int, share: float, color: Color) -> CubePrimitive:
    high = max(HIGH_M * share, 0.001)
    across = APART_M * index - APART_M * (len(LABELS) - 1) / 2
    return CubePrimitive(pose=_at(0.0, across, high / 2), size=Vector3(x=WIDE_M, y=WIDE_M, z=high), color=color)


def _at(x: float, y: float, z: float) -> Pose:
    return Pose(position=Vector3(x=x, y=y, z=z), orientation=UPRIGHT)


def line(text: str, now_ns: int) -> Log:
    """Return a warning of a node's."""
    name, _, words = text.partition(": ")
    return Log(timestamp=stamp(now_ns), level=LogLevel.Warning, name=name, message=words)


def numbers(state: dict[str, Any]) -> dict[str, Any]:
    """Return what can be plotted, for `NUMBERS`; what is not known is left out."""
    shares: Sequence[float] = state["emotion"] or ()
    found: dict[str, Any] = dict(zip(LABELS, shares))
    if state["rgb"]:
        found |= dict(zip(("red", "green", "blue"), state["rgb"]))
    found |= {"faces": len(state["faces"]), "rate": state["rate"], "mode": state["mode"]}
    if state["latency_ms"] is not None:
        found["latency_ms"] = state["latency_ms"]
    return found


NUMBERS = {
    "type": "object",
    "title": "fer.Room",
    "properties": {
        **{name: {"type": "number"} for name in (*LABELS, "red", "green", "blue", "rate", "latency_ms")},
        "faces": {"type": "integer"},
        "mode": {"type": "string"},
    },
}
"""JSON Schema of the numbers: seven probabilities that sum to 1, sRGB of 0 to 1, images a second, milliseconds."""

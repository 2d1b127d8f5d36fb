# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Foxglove's server as another author's client sees it: tornado speaks the protocol, protobuf reads the messages."""

import asyncio
import base64
import json
import struct
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection, websocket_connect
from waiting import Patience

from fer_common.emotions import LABELS
from fer_dashboard.errors import DashboardError
from fer_dashboard.seen.view import Face, View

pytest.importorskip("foxglove", reason="foxglove-sdk is not installed")
from fer_dashboard.foxglove_live.bridge import Bridge
from fer_dashboard.foxglove_live.pictures import black_png

PROTOCOL = "foxglove.sdk.v1"
SHARES = (0.0, 0.0, 0.0, 0.75, 0.25, 0.0, 0.0)
MESSAGE = 1
"""The protocol's number of a message's frame."""


def seen() -> dict[str, Any]:
    view = View()
    now = time.monotonic()
    view.faces([Face("f1", (100, 50, 200, 240), 0.9, SHARES)], (640, 480), now)
    view.emotion(SHARES, "f1", now)
    view.light((1.0, 0.5, 0.0), "live", 0.008, now)
    view.notice("color", "the strip is gone")
    return view.state(now)


class Viewer:
    """One client: what it was offered, and the newest message of each topic."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.socket = socket
        self.offered: dict[str, dict[str, Any]] = {}

    @classmethod
    async def to(cls, port: int) -> "Viewer":
        viewer = cls(await websocket_connect(f"ws://127.0.0.1:{port}/", subprotocols=[PROTOCOL]))
        while len(viewer.offered) < 5:
            frame = await asyncio.wait_for(viewer.socket.read_message(), 60)
            assert isinstance(frame, str)
            said = json.loads(frame)
            if said["op"] == "advertise":
                viewer.offered |= {channel["topic"]: channel for channel in said["channels"]}
        return viewer

    async def subscribe(self, topic: str) -> None:
        wish = {"id": self.offered[topic]["id"], "channelId": self.offered[topic]["id"]}
        await self.socket.write_message(json.dumps({"op": "subscribe", "subscriptions": [wish]}))

    async def message(self, topic: str, bridge: Bridge) -> bytes:
        """The next message of a topic, while the bridge sends what it sees over and over."""
        state = seen()
        waiting = asyncio.ensure_future(self._next(self.offered[topic]["id"]))
        while not waiting.done():
            bridge._logged = []
            bridge.publish(state, 1_700_000_000_250_000_000)
            await asyncio.wait([waiting], timeout=0.05)
        return waiting.result()

    async def _next(self, subscription: int) -> bytes:
        while True:
            frame = await self.socket.read_message()
            assert frame is not None
            if isinstance(frame, bytes):
                kind, of, _ = struct.unpack_from("<BIQ", frame)
                if (kind, of) == (MESSAGE, subscription):
                    return frame[13:]


def decoded(channel: dict[str, Any], data: bytes) -> Any:
    """Read a message by the schema that came with it."""
    descriptor_pb2 = pytest.importorskip("google.protobuf.descriptor_pb2", reason="protobuf is not installed")
    from google.protobuf import descriptor_pool, message_factory

    files = descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(channel["schema"]))
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    kind = message_factory.GetMessageClass(pool.FindMessageTypeByName(channel["schemaName"]))
    return kind.FromString(data)


def served(test: Callable[[Bridge, list[bool]], Awaitable[None]]) -> None:
    told: list[bool] = []
    bridge = Bridge(0, told.append)
    try:
        asyncio.run(test(bridge, told))
    finally:
        bridge.close()


def test_each_topic_has_a_schema_that_foxglove_shows_and_says_what_is_seen() -> None:
    async def test(bridge: Bridge, told: list[bool]) -> None:
        viewer = await Viewer.to(bridge.port)
        kinds = {topic: channel["schemaName"] for topic, channel in viewer.offered.items()}
        assert kinds == {
            "/fer/faces": "foxglove.ImageAnnotations",
            "/fer/night": "foxglove.CompressedImage",
            "/fer/room": "foxglove.SceneUpdate",
            "/fer/log": "foxglove.Log",
            "/fer/numbers": "fer.Room",
        }
        read = {}
        for topic in kinds:
            await viewer.subscribe(topic)
            read[topic] = await viewer.message(topic, bridge)
        faces = decoded(viewer.offered["/fer/faces"], read["/fer/faces"])
        assert [(one.x, one.y) for one in faces.points[0].points] == [(100, 50), (300, 50), (300, 290), (100, 290)]
        assert faces.texts[0].text == "f1 happy 0.75"
        assert (faces.timestamp.seconds, faces.timestamp.nanos) == (1_700_000_000, 250_000_000)
        room = decoded(viewer.offered["/fer/room"], read["/fer/room"]).entities[0]
        assert [bar.size.z for bar in room.cubes] == pytest.approx([max(share, 0.001) for share in SHARES])
        assert [text.text for text in room.texts] == list(LABELS)
        light = room.spheres[0].color
        assert (light.r, light.g, light.b) == (1.0, 0.5, 0.0)
        line = decoded(viewer.offered["/fer/log"], read["/fer/log"])
        assert (line.name, line.message) == ("color", "the strip is gone")
        numbers = json.loads(read["/fer/numbers"])
        assert [numbers[label] for label in LABELS] == list(SHARES)
        assert (numbers["red"], numbers["faces"], numbers["latency_ms"]) == (1.0, 1, 8.0)
        assert decoded(viewer.offered["/fer/night"], read["/fer/night"]).data == black_png(640, 480)

    served(test)


def test_somebody_looks_from_the_first_subscription_to_the_last_clients_end() -> None:
    async def test(bridge: Bridge, told: list[bool]) -> None:
        viewer = await Viewer.to(bridge.port)
        assert (told, bridge.wanted) == ([], False)  # who has only connected sees nothing
        await viewer.subscribe("/fer/numbers")
        await viewer.message("/fer/numbers", bridge)
        assert (told, bridge.wanted) == ([True], True)
        viewer.socket.close()
        patience = Patience()
        while bridge.wanted:
            assert patience.lasts(), "the client's end was not noticed"
            await asyncio.sleep(0.01)
        assert told == [True, False]

    served(test)


def test_a_port_that_is_taken_is_one_line() -> None:
    first = Bridge(0, lambda _: None)
    try:
        with pytest.raises(DashboardError, match=f"127.0.0.1:{first.port}.*set foxglove_port"):
            Bridge(first.port, lambda _: None)
    finally:
        first.close()


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (640, 480), (1921, 1080)])
def test_the_night_is_a_black_png(size: tuple[int, int]) -> None:
    cv2 = pytest.importorskip("cv2")
    np = pytest.importorskip("numpy")
    picture = cv2.imdecode(np.frombuffer(black_png(*size), np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.shape[:2] == size[::-1]
    assert not picture.any()

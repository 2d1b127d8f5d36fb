# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The server over real sockets."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from fer_dashboard.seen.controls import Request
from fer_dashboard.seen.view import View
from fer_dashboard.web import server as served
from fer_dashboard.web.access import Access, link
from fer_dashboard.web.server import LARGEST, MOST_CLIENTS, POLICY, Hub, make_server

Test = Callable[[Hub, int], Awaitable[None]]
SHARES = [0.0, 0.0, 0.0, 0.75, 0.25, 0.0, 0.0]


def serve(test: Test, token: str = "", watched: Callable[[bool], None] = lambda _: None) -> None:
    """Run a test against a server on a free port of loopback; every wish but dark is granted."""

    async def ask(request: Request) -> str:
        return "too dark" if request.value == 0 else ""

    async def run() -> None:
        hub = Hub(View(), Access("127.0.0.1", token), ask, list, watched)
        server = make_server(hub)
        server.listen(0, "127.0.0.1")
        try:
            await test(hub, next(iter(server._sockets.values())).getsockname()[1])
        finally:
            server.stop()
            for client in list(hub.clients):
                client.close()

    asyncio.run(run())


async def get(port: int, path: str = "/", **options: Any) -> Any:
    return await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}{path}", raise_error=False, **options)


async def connect(port: int, headers: dict[str, str] | None = None, **options: Any) -> Any:
    headers = {"Origin": f"http://127.0.0.1:{port}"} if headers is None else headers
    return await websocket_connect(HTTPRequest(f"ws://127.0.0.1:{port}/ws", headers=headers), **options)


def test_every_file_of_the_page_is_served_under_a_strict_policy() -> None:
    async def test(hub: Hub, port: int) -> None:
        for path in ("/", "/app.js", "/drawing.js", "/style.css", "/icon.svg"):
            answer = await get(port, path)
            assert answer.code == 200
            assert answer.headers["Content-Security-Policy"] == POLICY
            assert b"http://" not in answer.body.replace(b"http://www.w3.org/2000/svg", b"")
            assert b"https:" not in answer.body.replace(b'"https:"', b"")
        for path in ("/nothing", "/../node.py", "/%2e%2e/node.py", "/page/index.html"):
            assert (await get(port, path)).code == 404

    assert "unsafe" not in POLICY
    serve(test)


def test_a_foreign_name_is_not_answered_to() -> None:
    async def test(hub: Hub, port: int) -> None:
        assert (await get(port, headers={"Host": "evil.example"})).code == 421

    serve(test)


def test_states_flow_and_wishes_are_answered() -> None:
    async def test(hub: Hub, port: int) -> None:
        page = await connect(port)
        hub.view.emotion(SHARES, "f1", hub.clock())
        while True:
            message = json.loads(await page.read_message())
            if message["state"]["emotion"]:
                break
        assert message["state"]["emotion"] == SHARES
        for value, refused in ((0.5, ""), (0, "too dark"), ("x", "Brightness: 'x' is no number")):
            await page.write_message(json.dumps({"id": 7, "set": "color.brightness", "value": value}))
            while "answer" not in (message := json.loads(await page.read_message())):
                pass
            assert message["refused"] == refused

    serve(test)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[::", None])
def test_another_sites_websocket_is_refused(origin: str | None) -> None:
    async def test(hub: Hub, port: int) -> None:
        with pytest.raises(Exception, match="403"):
            await connect(port, {} if origin is None else {"Origin": origin})
        assert not hub.clients

    serve(test)


def test_a_socket_without_a_page_or_behind_a_proxy_that_hides_the_host_is_told_why() -> None:
    async def test(hub: Hub, port: int) -> None:
        for headers in ({}, {"Origin": "https://lamps.example"}):
            refused = await get(port, "/ws", headers=headers)
            assert refused.code == 403
            assert b"the socket is for the page itself" in refused.body

    serve(test)


def test_who_watches_whether_it_is_there_is_answered_and_who_writes_is_told() -> None:
    async def test(hub: Hub, port: int) -> None:
        page = await get(port)
        asked = await get(port, method="HEAD")
        assert (asked.code, asked.body) == (200, b"")
        assert asked.headers["Content-Length"] == page.headers["Content-Length"]
        written = await get(port, method="POST", body="x")
        assert written.code == 405
        assert b"only read" in written.body

    serve(test)


def test_a_message_that_is_too_long_ends_its_page_alone() -> None:
    async def test(hub: Hub, port: int) -> None:
        page, other = await connect(port), await connect(port)
        await page.write_message("x" * (10 * LARGEST))
        while await page.read_message() is not None:
            pass
        assert json.loads(await other.read_message())["state"]

    serve(test)


def test_more_pages_than_there_is_room_for_are_turned_away() -> None:
    async def test(hub: Hub, port: int) -> None:
        pages = [await connect(port) for _ in range(MOST_CLIENTS)]
        with pytest.raises(Exception, match="403"):
            await connect(port)
        assert len(hub.clients) == len(pages)
        refused = await get(port, "/ws", headers={"Origin": f"http://127.0.0.1:{port}"})
        assert (refused.code, refused.body) == (403, b"50 pages are open already: close one\n")

    serve(test)


def test_watching_begins_with_the_first_page_and_ends_with_the_last() -> None:
    seen: list[bool] = []

    async def test(hub: Hub, port: int) -> None:
        first, second = await connect(port), await connect(port)
        assert seen == [True]
        first.close()
        second.close()
        while hub.clients:
            await asyncio.sleep(0.01)
        assert seen == [True, False]

    serve(test, watched=seen.append)


def test_a_stalled_page_gets_the_newest_state_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "PERIOD", 0.001)
    many = 400

    async def test(hub: Hub, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 12)
        lines = [
            "GET /ws HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Origin: http://127.0.0.1:{port}",
            "Upgrade: websocket",
        ]
        lines += ["Connection: Upgrade", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13"]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        await reader.readuntil(b"\r\n\r\n")
        (stalled,) = hub.clients
        stream = stalled.ws_connection.stream
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        other = await connect(port)
        for number in range(many):
            hub.view.notice("color", f"{number} " + "x" * 280)
            while f"{number} x" not in await other.read_message():
                pass
        assert len(stream._write_buffer) < 8192  # one state waits, not hundreds
        heard = b""
        while f"{many - 1} x".encode() not in heard:
            heard += await reader.read(1 << 16)
        assert heard.count(b'"state"') < many / 2
        writer.close()

    serve(test)


def test_without_its_token_nothing_opens_and_with_it_all_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "WRONG_TOKEN_S", 0.01)

    async def test(hub: Hub, port: int) -> None:
        for path in ("/", "/app.js", "/?token=wrong", "/nothing"):
            answer = await get(port, path)
            assert answer.code == 403
            assert b"link that the node printed" in answer.body
        with pytest.raises(Exception, match="403"):
            await connect(port)
        answer = await get(port, "/?token=right")
        cookie = answer.headers["Set-Cookie"]
        assert answer.code == 200
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        with_cookie = {"Cookie": f"{hub.access.cookie}=right", "Origin": f"http://127.0.0.1:{port}"}
        assert (await get(port, "/app.js", headers=with_cookie)).code == 200
        assert json.loads(await (await connect(port, with_cookie)).read_message())["state"]

    serve(test, token="right")


@pytest.mark.parametrize("token", ["abc+def/gh==", "a&b=c#d", "correct horse ", "ключ", "50%", '";'])
def test_the_link_opens_the_page_whatever_the_users_token_is(token: str) -> None:
    async def test(hub: Hub, port: int) -> None:
        answer = await get(port, link("127.0.0.1", port, token).partition(str(port))[2])
        assert answer.code == 200
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        assert cookie.isascii()
        assert (await get(port, "/app.js", headers={"Cookie": cookie})).code == 200

    serve(test, token=token)


def test_the_picture_is_behind_the_token_and_nowhere_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "WRONG_TOKEN_S", 0.01)
    jpeg = b"\xff\xd8\xff and so on"

    async def test(hub: Hub, port: int) -> None:
        with_cookie = {"Cookie": f"{hub.access.cookie}=right"}
        hub.view.picture(jpeg, hub.clock())
        assert (await get(port, "/camera?1", headers=with_cookie)).code == 404
        hub.view.camera = True
        hub.view.picture(jpeg, hub.clock())
        for path in ("/camera?1", "/camera?token=wrong"):
            refused = await get(port, path)
            assert refused.code == 403
            assert jpeg not in refused.body
        answer = await get(port, "/camera?1", headers=with_cookie)
        assert (answer.code, answer.body, answer.headers["Content-Type"]) == (200, jpeg, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"

    serve(test, token="right")

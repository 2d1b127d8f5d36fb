# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What may answer in WLED's place: too slowly, too much, too deep, or with parts missing. It costs this light alone."""

import copy
import json
import socket
import threading
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import until
from wled_controller import INFO, Controller, state

from fer_color.core import ColorCore
from fer_color.lights import LightOptions, make_light
from fer_color.lights.transport.address import Address
from fer_color.lights.wled import api as api_module
from fer_color.lights.wled.api import WledApi
from fer_color.lights.wled.state import Look, WledState, read_state, release, shows, take_over
from fer_color.settings import Settings

SAD = [0, 0, 0, 0, 0, 1, 0]


class Server:
    """Answers each request by the next of `answers`: functions of the connection, after the request was read."""

    def __init__(self, *answers, port=0):
        self.answers, self.requests, self.sent = list(answers), [], 0
        self.listener = socket.create_server(("127.0.0.1", port))
        self.address = Address(*self.listener.getsockname())
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopping.is_set():
            with suppress(OSError):
                connection, _ = self.listener.accept()
                with connection:
                    self.requests.append(connection.recv(65536))
                    self.answers.pop(0)(self, connection)

    def close(self):
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def server():
    made = []

    def make(*answers):
        made.append(Server(*answers))
        return made[-1]

    yield make
    for one in made:
        one.close()


def says(content, status="200 OK"):
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode()

    def answer(_server, connection):
        connection.recv(0)
        connection.sendall(head + text)

    return answer


def trickles(server, connection):
    """A byte now and then, for as long as somebody listens."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not server.stopping.wait(0.02):
        connection.sendall(b" ")


def never_ends(server, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not server.stopping.is_set():
        connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
        server.sent += 65536


def test_who_sends_a_byte_at_a_time_is_given_up(server, monkeypatch):
    monkeypatch.setattr(api_module, "_PATIENCE", 0.3)
    with pytest.raises(TimeoutError):
        WledApi(server(trickles).address).open()


def test_an_answer_without_end_is_not_read_to_its_end(server):
    flood = server(never_ends)
    with pytest.raises(OSError, match="it is longer than 131072 bytes"):
        WledApi(flood.address).open()
    assert flood.sent < 50e6, "what the kernel's buffers hold, not a gigabyte"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"leds":' * 10_000, "it is nested too deeply"),
        (b"[1, 2]", "is no JSON object"),
        (b"\xff\xfe", "is no JSON object"),
        (b"", "is no JSON object"),
        (b'{"hello": "world"}', "is no WLED"),
    ],
)
def test_what_is_no_wled_is_named(server, text, reason):
    with pytest.raises(OSError, match=reason) as caught:
        WledApi(server(says(text), says(text)).address).open()
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("status", ["301 Moved", "404 Not Found", "500 Internal Server Error"])
def test_another_status_is_a_loss_and_no_redirect_is_followed(server, status):
    board = server(says({}, status))
    with pytest.raises(OSError, match=f"it answers {status}"):
        WledApi(board.address).deliver([{"on": True}], threading.Event())
    assert len(board.requests) == 1


def test_busy_is_asked_again(server):
    """WLED makes its JSON in one buffer, and says 503 while somebody else's request has it."""
    busy = says({"error": 3}, "503 Service Unavailable")
    board = server(busy, busy, says({"success": True}))
    WledApi(board.address).deliver([{"on": True}], threading.Event())
    assert len(board.requests) == 3


def test_busy_for_long_is_a_loss(server, monkeypatch):
    monkeypatch.setattr(api_module, "_PATIENCE", 0.3)
    board = server(*[says({"error": 3}, "503 Service Unavailable")] * 50)
    with pytest.raises(OSError, match="it answers 503"):
        WledApi(board.address).deliver([{"on": True}], threading.Event())


@pytest.mark.parametrize(
    "change",
    [
        {"seg": None},
        {"seg": [None]},
        {"seg": [[]]},
        {"seg": {"id": 0}},
        {"seg": [{"col": [None]}]},
        {"seg": [{"col": [[1, 2]]}]},
        {"seg": [{"col": ["red"]}]},
        {"seg": [{"col": [[1, 2, 3.5]]}]},
        {"seg": [{"bri": None}]},
        {"seg": [{"id": -1}]},
        {"seg": [{"id": 0}] * 300},
        {"bri": 256},
        {"bri": True},
        {"on": "yes"},
        {"pl": "1"},
    ],
)
def test_a_state_with_parts_missing_is_none(server, change):
    with pytest.raises(ValueError, match=r"segment|colour|'bri'|'on'|'id'|'pl'|hex"):
        read_state(state() | change)
    with pytest.raises(OSError, match="is no WLED"):
        WledApi(server(says(INFO), says({}), says(state() | change)).address).open()


def paths(content, so_far=()):
    """All the places in a JSON value."""
    yield so_far
    for key, part in (
        content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    ):
        yield from paths(part, (*so_far, key))


PLACES = sorted((path for path in paths(state()) if path), key=str)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
    max_leaves=5,
)


@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), junk, st.booleans()), min_size=1, max_size=3))
def test_whatever_a_controller_says_is_a_state_or_a_value_error(changes):
    content = copy.deepcopy(state())
    for path, value, removed in changes:
        with suppress(LookupError, TypeError):
            place = content
            for key in path[:-1]:
                place = place[key]
            if removed:
                del place[path[-1]]
            else:
                place[path[-1]] = value
    try:
        found = read_state(content)
    except ValueError:
        return
    assert isinstance(found, WledState)
    look = shows(found)
    assert look is None or all(type(part) is int and 0 <= part <= 255 for part in (*look.rgb, look.level))
    assert json.dumps([release(found), take_over(found, Look((1, 2, 3)))])


@pytest.mark.parametrize("broken", [state() | {"seg": [None]}, b'{"on":' + b"[" * 100_000])
def test_another_light_goes_on_and_this_one_comes_back(tmp_path, monkeypatch, broken):
    monkeypatch.setattr("fer_color.lights.transport.worker._BACKOFF_MOST", 0.2)
    board = Controller(state(on=False))
    lights = [
        make_light(spec, LightOptions(), clock=time.monotonic)
        for spec in (f"wled:127.0.0.1:{board.port}", f"record:{tmp_path}/light.jsonl")
    ]
    for light in lights:
        light.open()
    core, told = ColorCore(Settings(smoothing_time=0.0), lights), []

    def run(condition):
        def ticked():
            now = time.monotonic()
            core.on_emotion(SAD, 0, now)
            core.tick(now)
            told.extend(notice.text for notice in core.take_notices())
            return condition()

        return until(ticked)

    def lines():
        return len((tmp_path / "light.jsonl").read_text().splitlines())

    assert run(lambda: board.log)
    board.stop()
    assert run(lambda: told)
    port, good = board.port, board.state
    fake = Server(*[says(INFO), says({}), says(broken)] * 50, port=port)
    assert run(lambda: len(fake.requests) >= 4)
    count = lines()
    assert run(lambda: lines() > count + 5), "the other one goes on"
    fake.close()
    board.state = good
    board.start()
    assert run(lambda: len(told) > 1)
    assert ["is lost" in text for text in told] == [True, False]
    assert told[1].endswith("is back")
    core.close()
    board.stop()

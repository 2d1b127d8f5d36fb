# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""WLED's JSON API: a controller on this machine, whose state python-wled's models read."""

import socket
import threading
import time

import pytest
from driven_core import DrivenCore
from waiting import until
from wled_controller import Controller, state

from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.base import EventKind
from fer_color.lights.transport.address import Address
from fer_color.lights.wled.api import WledApi

ORANGE = (255, 160, 0)
SAD, HAPPY = [0, 0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0, 0]


def color_of(content):
    """What the controller shows, by python-wled's models: bytes after brightness."""
    wled = pytest.importorskip("wled", reason="python-wled needs Python 3.11")
    read = wled.State.from_dict(content)
    segments = list(read.segments.values()) if isinstance(read.segments, dict) else read.segments
    if not read.on:
        return (0, 0, 0)
    colors = {
        tuple(round(part * read.brightness / 255 * segment.brightness / 255) for part in segment.color.primary[:3])
        for segment in segments
        if segment.on
    }
    assert all(segment.effect_id == 0 and not segment.freeze for segment in segments)
    (color,) = colors
    return color


class Driver(DrivenCore):
    """A core with a light at a controller."""

    def __init__(self, controller, emotion, options=""):
        super().__init__(f"wled:127.0.0.1:{controller.port}{options}", emotion, smoothing_time=0.05)


@pytest.fixture
def controller():
    made = []

    def make(*args, **kwargs):
        made.append(Controller(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def check(judge, log, before=(0, 0, 0)):
    """The promise, for a lamp that takes the bytes as light, and for one that takes them as sRGB."""
    frames = [(log[0][0] - 10, before)] + [(at, color_of(content)) for at, content in log]
    for lamp in ("linear", "srgb"):
        # What the lamp showed before we came is not ours: it starts ten seconds earlier.
        judge(frames, lamp) if before == (0, 0, 0) else judge_from(judge, frames, lamp)


def judge_from(judge, frames, lamp):
    """The judge starts from dark; going there slowly before costs nothing of what is judged."""
    first, color = frames[0]
    ramp = [(first - 100 + k, tuple(part * k // 100 for part in color)) for k in range(100)]
    judge(ramp + frames, lamp)


def test_colour_is_shown_and_the_state_before_comes_back(controller, judge):
    found = state(bri=128, segment={"col": [[255, 160, 0], [9, 9, 9], [0, 0, 0]], "bri": 200, "fx": 0})
    board = controller(found)
    with Driver(board, SAD) as driver:
        assert (driver.light.initial, driver.light.initial_level) == ((255, 160, 0), 100)
        assert until(lambda: board.log and color_of(board.state) == (26, 97, 175))
        driver.hand_back()
    assert board.state == found
    check(judge, board.log, before=(100, 63, 0))


@pytest.mark.parametrize("thinks", [(0.4, 0.0), (0.0, 0.4)])
def test_a_controller_that_takes_its_time_is_followed_and_handed_back(controller, judge, thinks):
    """By a busy access point: each frame waits for an answer, and so do all after it."""
    found = state(on=False)
    board = controller(found, thinks=thinks)
    with Driver(board, SAD) as driver:
        assert until(lambda: board.log and color_of(board.state) == (26, 97, 175))
        driver.emotion = HAPPY
        assert until(lambda: color_of(board.state)[2] < 90), "no blue any more"
        driver.hand_back()
    assert board.state == found
    assert driver.told == []
    check(judge, board.log)


def test_off_stays_off_and_an_effect_fades_in(controller, judge):
    found = state(on=False, segment={"fx": 42})
    board = controller(found)
    with Driver(board, SAD) as driver:
        assert driver.light.initial == (0, 0, 0)
        assert until(lambda: board.log and color_of(board.state) == (26, 97, 175))
        driver.hand_back()
    assert board.state == found
    assert {"on": False, "tt": 0} in board.requests, "off first: what it was would glow on its way there"
    assert not any(content["on"] for _, content in board.log[-2:])
    check(judge, board.log)


def test_preset_fades_in_by_what_it_had_set_and_not_by_its_number(controller):
    """WLED applies a preset with the preset's own transition, which may be none."""
    found = state(ps=3, bri=10, segment={"fx": 42})
    board = controller(found)
    with Driver(board, SAD) as driver:
        assert until(lambda: board.log)
        driver.hand_back()
    assert board.state == found
    assert board.requests[-1]["tt"] == 100, "ten seconds"
    assert not {"ps", "pl"} & board.requests[-1].keys()


def test_playlist_is_called_again(controller):
    board = controller(state(ps=4, pl=3, bri=10))
    with Driver(board, SAD) as driver:
        assert until(lambda: board.log)
        driver.hand_back()
    assert board.requests[-1]["ps"] == 3


WHITE = state(bri=255, segment={"col": [[255, 255, 255], [0, 0, 0], [0, 0, 0]]})
GREY = state(bri=255, segment={"col": [[90, 90, 90], [0, 0, 0], [0, 0, 0]]})
"""Two seconds' way from any colour: to white it is seven of the eight that a light has to be handed back in."""


def test_comes_back_in_a_white_preset(controller, judge):
    """It reads the white, so that it does not go from there to blue at once."""
    board = controller(state(on=False))
    with Driver(board, SAD) as driver:
        assert until(lambda: board.log and color_of(board.state) == (26, 97, 175))
        board.stop()
        assert until(lambda: any("is lost" in text for text in driver.told))
        board.state, first = WHITE, len(board.log)
        board.start()
        assert until(lambda: color_of(board.state) == (26, 97, 175))
    check(judge, board.log[first:], before=(255, 255, 255))


def test_silent_at_the_start_it_is_taken_and_handed_back_as_it_is_found_later(controller, judge):
    board = controller(GREY)
    board.answering.clear()
    with Driver(board, SAD) as driver:
        assert until(lambda: any("is lost" in text for text in driver.told))
        board.answering.set()
        assert until(lambda: color_of(board.state) == (26, 97, 175))
        assert driver.light.returns_to == (90, 90, 90)
        driver.hand_back()
    assert board.state == GREY
    check(judge, board.log, before=(90, 90, 90))


def test_back_in_an_effect_it_says_nothing_of_what_it_shows(controller):
    board = controller(state(on=False))
    light = make_light(f"wled:127.0.0.1:{board.port}", LightOptions(), clock=time.monotonic)
    light.open()
    light.send(Frame((1, 2, 3)), lambda: None)
    assert until(light.ready)
    events = []
    for found, shows_then in ((state(segment={"fx": 9}), None), (WHITE, (255, 255, 255))):
        board.stop()
        light.send(Frame((1, 2, 3)), lambda: None)
        assert until(lambda: events.extend(light.take_events()) or any(one.kind is EventKind.LOST for one in events))
        board.state = found
        board.start()
        assert until(lambda: events.extend(light.take_events()) or events[-1].kind is EventKind.BACK)
        assert (events[-1].shows, events[-1].surely) == (shows_then, True)
        events.clear()
    light.close()


def test_nothing_is_sent_before_the_first_image(controller):
    board = controller()
    light = make_light(f"wled:127.0.0.1:{board.port}", LightOptions(), clock=time.monotonic)
    light.open()
    light.close()
    assert board.requests == []


def test_gone_and_back(controller, judge):
    board = controller(state(on=False))
    with Driver(board, SAD) as driver:
        assert until(lambda: board.log and color_of(board.state) == (26, 97, 175))
        board.stop()
        assert until(lambda: any("is lost" in text for text in driver.told))
        board.state, first = state(on=False), len(board.log)
        board.start()
        assert until(lambda: color_of(board.state) == (26, 97, 175))
        assert until(lambda: len(driver.told) == 2)
        assert "is back" in driver.told[1]
    check(judge, board.log[:first])
    check(judge, board.log[first:])


def test_controller_that_accepts_and_never_answers_is_lost_not_waited_for(controller):
    board = controller(state(on=False))
    with Driver(board, SAD) as driver:
        assert until(lambda: board.log)
        board.answering.clear()
        assert until(lambda: any("is lost" in text for text in driver.told))
        board.answering.set()
        assert until(lambda: any("is back" in text for text in driver.told))


def test_a_request_that_is_given_up_cannot_arrive_later():
    """The kernel would go on sending it, and it might come after the state was read anew."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api = WledApi(Address(*listener.getsockname()))
        with pytest.raises(TimeoutError):
            api.deliver([{"on": True}], threading.Event())
        peer, _ = listener.accept()
        with peer, pytest.raises(ConnectionResetError):
            list(iter(lambda: peer.recv(1000), b""))


def test_somebody_who_switches_it_off_is_obeyed(controller):
    board = controller(state(on=False))
    with Driver(board, SAD) as driver:
        assert until(lambda: board.log and color_of(board.state) == (26, 97, 175))
        board.apply({"on": False})
        driver.emotion, count = HAPPY, len(board.log)
        assert until(lambda: len(board.log) > count + 5)
        assert board.state["on"] is False


def test_what_drives_it_live_is_named(controller):
    board = controller(info={"live": True, "lm": "E1.31"})
    light = make_light(f"wled:127.0.0.1:{board.port}", LightOptions(), clock=time.monotonic)
    light.open()
    assert "is being driven by E1.31" in light.take_events()[0].text
    light.close()


def test_silent_host_does_not_keep_the_others_from_starting():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        light = make_light(f"wled:127.0.0.1:{listener.getsockname()[1]}", LightOptions(), clock=time.monotonic)
        light.open()
        assert until(lambda: not light.ready())
        light.close()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("wled", "write wled:HOST"),
        ("wled:127.0.0.1:80:30", "write wled:HOST"),
        ("wled:no.such.host.invalid", "is not known"),
        ("wled:127.0.0.1:1", "no WLED answers at 127.0.0.1:1"),
        ("wled:127.0.0.1?max_ma=500", "max_ma needs a number of LEDs"),
    ],
)
def test_wrong_notation_is_one_line(spec, says):
    with pytest.raises(ColorError, match=says) as caught:
        make_light(spec, LightOptions(), clock=lambda: 0.0).open()
    assert "\n" not in str(caught.value)


def test_something_else_on_that_port_is_named(controller):
    board = controller()
    board.info = {"hello": "world"}
    with pytest.raises(ColorError, match="what answers there is no WLED"):
        make_light(f"wled:127.0.0.1:{board.port}", LightOptions(), clock=lambda: 0.0).open()

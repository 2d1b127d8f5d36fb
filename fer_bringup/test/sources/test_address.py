# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Addresses of cameras."""

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.sources.address import VARIABLE, Address, is_address, without_secrets


def test_a_password_is_used_and_never_shown() -> None:
    address = Address.of("rtsp://me:p%40ss@camera.local:8554/live?token=secret")
    assert (address.scheme, address.user, address.password) == ("rtsp", "me", "p@ss")
    assert address.plain == "rtsp://camera.local:8554/live?token=secret"
    assert address.shown == "rtsp://camera.local:8554/live"
    assert Address.of("http://[::1]:80/").plain == "http://[::1]:80/"


def test_a_password_comes_out_of_the_environment() -> None:
    address = Address.of("rtsp://me@camera.local:8554/live?token=x", {VARIABLE: "p@ss/word"})
    assert (address.user, address.password, address.tells) == ("me", "p@ss/word", False)
    assert address.url == "rtsp://me:p%40ss%2Fword@camera.local:8554/live?token=x"
    assert Address.of("rtsp://me@camera.local/live", {}).url == "rtsp://me@camera.local/live"
    assert Address.of("http://camera.local/", {VARIABLE: "secret"}).password == ""
    assert Address.of("http://me:mine@camera.local/", {VARIABLE: "secret"}).password == "mine"
    with pytest.raises(BringupError, match="is no text") as caught:
        Address.of("http://me@camera.local/", {VARIABLE: "secret\udcff"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("http://me:secret@camera.local/x", ["list of processes", "unencrypted"]),
        ("https://me:secret@camera.local/x", ["list of processes"]),
        ("rtsp://me@camera.local/x", ["unencrypted"]),
        ("rtsps://me@camera.local/x", []),
        ("http://me@127.0.0.1/x", []),
        ("rtsp://me@[::1]/x", []),
        ("http://camera.local/x", []),
    ],
)
def test_what_others_can_see_of_a_password_is_told_without_it(text: str, says: list[str]) -> None:
    notice = Address.of(text, {VARIABLE: "kept"}).notice
    assert [word for word in ("list of processes", "unencrypted") if word in notice] == says
    assert "secret" not in notice
    assert "kept" not in notice


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("rtsp://me:secret@camera.local/live?key=secret", "rtsp://camera.local/live"),
        ("http://me:secret@camera.local:99999/", "http://"),
        ("ftp://me:secret@camera.local/", "ftp://"),
        ("/dev/video0", "/dev/video0"),
        ("auto", "auto"),
    ],
)
def test_what_a_parameter_shows_of_a_source(source: str, seen: str) -> None:
    assert without_secrets(source) == seen


@pytest.mark.parametrize("text", ["ftp://x/y", "file:///etc/hostname", "http://", "http://x:port/", "http://[::/"])
def test_what_is_no_address_is_one_line_without_it(text: str) -> None:
    assert is_address(text)
    with pytest.raises(BringupError) as caught:
        Address.of(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["0", "clip.mp4", "/dev/v4l/by-id/usb-x", "auto", "ros:/image"])
def test_what_is_something_else(text: str) -> None:
    assert not is_address(text)

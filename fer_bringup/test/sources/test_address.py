# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Addresses of cameras."""

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.sources.address import Address, is_address


def test_a_password_is_used_and_never_shown() -> None:
    address = Address.of("rtsp://me:p%40ss@camera.local:8554/live?token=secret")
    assert (address.scheme, address.user, address.password) == ("rtsp", "me", "p@ss")
    assert address.plain == "rtsp://camera.local:8554/live?token=secret"
    assert address.shown == "rtsp://camera.local:8554/live"
    assert Address.of("http://[::1]:80/").plain == "http://[::1]:80/"


@pytest.mark.parametrize("text", ["ftp://x/y", "file:///etc/hostname", "http://", "http://x:port/", "http://[::/"])
def test_what_is_no_address_is_one_line_without_it(text: str) -> None:
    assert is_address(text)
    with pytest.raises(BringupError) as caught:
        Address.of(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["0", "clip.mp4", "/dev/v4l/by-id/usb-x", "auto", "ros:/image"])
def test_what_is_something_else(text: str) -> None:
    assert not is_address(text)

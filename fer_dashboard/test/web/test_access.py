# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Who may look."""

import pytest

from fer_dashboard.web.access import Access, name_of


@pytest.mark.parametrize("host", ["127.0.0.1:8088", "localhost", "[::1]:8088", "127.0.0.53"])
def test_loopback_answers_to_its_own_names(host: str) -> None:
    access = Access.to("127.0.0.1")
    assert access.token == ""
    assert access.knows(host)
    assert access.lets_in(None)


@pytest.mark.parametrize(
    "host", ["evil.example", "192.168.1.20:8088", "localhost.evil.example", "", "127.0.0.1.evil.example", "[::"]
)
def test_loopback_answers_to_no_other_name(host: str) -> None:
    assert not Access.to("127.0.0.1").knows(host)


def test_beyond_this_machine_a_token_is_wanted() -> None:
    access = Access.to("0.0.0.0")
    assert len(access.token) >= 32
    assert access.token != Access.to("0.0.0.0").token
    assert access.knows("192.168.1.20:8088")
    assert access.lets_in(access.token)
    for wrong in (None, "", access.token[:-1], access.token + "x", "ä"):
        assert not access.lets_in(wrong)


def test_a_picture_wants_a_token_on_loopback_too() -> None:
    access = Access.to("127.0.0.1", camera=True)
    assert len(access.token) >= 32
    assert not access.lets_in(None)
    assert access.lets_in(access.token)
    assert access.knows("localhost:8088")
    assert not access.knows("evil.example")


def test_a_websocket_is_opened_by_our_own_page_only() -> None:
    access = Access.to("127.0.0.1")
    assert access.same_site("http://127.0.0.1:8088", "127.0.0.1:8088")
    for origin in (None, "null", "http://evil.example", "http://127.0.0.1:9000", "http://[::"):
        assert not access.same_site(origin, "127.0.0.1:8088")


def test_name_of_a_host_header() -> None:
    assert name_of("LocalHost:80") == "localhost"
    assert name_of("[::1]:80") == "::1"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Who may look."""

import ipaddress
import socket

import pytest

from fer_dashboard.web.access import Access, link, name_of, reached_at


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


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "192.168.1.20", "lamps.local"])
def test_a_link_names_what_was_asked_for(host: str) -> None:
    assert reached_at(host) == host
    assert name_of(link(host, 8088, "").split("/")[2]) == host


@pytest.mark.parametrize(("host", "family"), [("0.0.0.0", socket.AF_INET), ("::", socket.AF_INET6)])
def test_a_link_to_all_addresses_is_one_that_others_can_open(host: str, family: socket.AddressFamily) -> None:
    named = name_of(link(host, 8088, "abc").split("/")[2])
    try:
        assert not ipaddress.ip_address(named).is_unspecified
    except ValueError:  # no way out here, and so the name
        assert named == socket.gethostname().lower()
        return
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind((host, 0))
        server.listen()
        socket.create_connection((named, server.getsockname()[1]), timeout=10).close()


def test_two_servers_of_one_machine_have_cookies_of_their_own() -> None:
    one, other = Access.to("0.0.0.0"), Access.to("0.0.0.0")
    assert one.cookie != other.cookie
    assert one.cookie == Access.to("0.0.0.0", one.token).cookie
    assert one.token not in one.cookie

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A name with addresses of both families, as a Raspberry Pi's in a home network."""

import socket

import pytest

from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.transport.address import Address


@pytest.fixture
def named(monkeypatch):
    """Give names addresses in the order in which the system would, IPv6 first; all else is the system's."""
    known = {"both.local": ["::1", "127.0.0.1"], "six.local": ["::1"], "far.local": ["fe80::1", "127.0.0.1"]}
    ask = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        return [found for one in known.get(host, [host]) for found in ask(one, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize("spec", ["ddp:both.local:{}:1", "artnet:both.local:{}:0:1", "sacn:1:1?host=both.local:{}"])
def test_pixels_go_to_the_address_at_which_such_lamps_listen(named, spec):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lamp:
        lamp.bind(("127.0.0.1", 0))
        lamp.settimeout(60)
        light = make_light(spec.format(lamp.getsockname()[1]), LightOptions(), clock=lambda: 100.0)
        light.open()
        light.send(Frame((1, 2, 3)), lambda: None)
        assert bytes((1, 2, 3)) in lamp.recv(2048)
        light.close()


def test_a_name_of_one_family_is_taken_as_it_is(named):
    assert Address("six.local", 4048).resolve(socket.SOCK_DGRAM)[1][0] == "::1"
    assert Address("::1", 4048).resolve(socket.SOCK_DGRAM)[1][0] == "::1"
    assert Address("127.0.0.1", 4048).resolve(socket.SOCK_DGRAM)[1][0] == "127.0.0.1"
    assert Address("far.local", 4048).resolve(socket.SOCK_DGRAM)[1][0] == "127.0.0.1"

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What an MQTT light is told by its notation: the broker, the topic, and how to get in."""

import json
import os
import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fer_color.errors import ColorError
from fer_color.lights.mqtt import home_assistant
from fer_color.lights.mqtt.broker import Access, Message
from fer_color.lights.mqtt.home_assistant import OFFLINE, ONLINE
from fer_color.lights.mqtt.secret import find_password
from fer_color.lights.transport.address import Address, split_address

PORT = 1883
TLS_PORT = 8883
_MOST_BYTES, _MOST_LEVELS = 1000, 100
"""Of a topic. MQTT allows 65535 bytes; mosquitto closes the connection at 200 levels, ours included."""
_NO_LETTERS = ("Cc", "Cs")
"""Unicode's categories of control characters and of halves of a letter."""
_WRITE = "write mqtt:HOST[:PORT]:TOPIC, for example mqtt:homeassistant.local:home/ambient"
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class MqttConfig:
    """The broker and the topic; ColorError when that can't be one."""

    address: Address
    """The broker's; the protocol's port is 1883, 8883 with TLS."""
    topic: str
    """Where our state stands; when it ends in /set, a lamp's command topic instead."""
    discovery: str = "homeassistant"
    """The prefix under which Home Assistant looks for devices; empty: don't announce."""

    def __post_init__(self) -> None:
        """Check the topics."""
        if fault := _fault_of_topic(self.topic):
            raise ColorError(f"{_shown(self.topic)} is no topic to publish on: {fault}")
        if self.discovery and (fault := _fault_of_topic(self.discovery)):
            raise ColorError(f"discovery is {_shown(self.discovery)}, no topic to publish on: {fault}")

    @property
    def lamp(self) -> str:
        """The state topic of the lamp that is driven; empty: the light is our own."""
        return self.topic.removesuffix("/set") if self.topic.endswith("/set") else ""

    def conversation(self) -> dict[str, Any]:
        """Return what a `Broker` is told to say and to listen to."""
        if self.lamp:
            # zigbee2mqtt's lamps don't retain their state, but tell it when they are asked.
            ask = Message(f"{self.lamp}/get", b'{"state": ""}')
            return {"topics": [self.lamp], "greeting": [ask], "farewell": []}
        where = home_assistant.availability_topic(self.topic)
        here, gone = (Message(where, word.encode(), retain=True) for word in (ONLINE, OFFLINE))
        greeting = [here]
        if self.discovery:
            topic, content = home_assistant.discovery(self.topic, self.discovery)
            greeting.insert(0, Message(topic, json.dumps(content).encode(), retain=True))
        # In this order: what was asked for is known before it is asked for again.
        topics = [self.topic, home_assistant.control_topic(self.topic), home_assistant.command_topic(self.topic)]
        return {"topics": topics, "greeting": greeting, "farewell": [gone]}


def read_config(rest: str, own: Mapping[str, str]) -> tuple[MqttConfig, Access, str]:
    """Read `HOST[:PORT]:TOPIC` and the light's own options; return a line of warning, too, which may be empty.

    Raises:
        ColorError: something of it is wrong.
    """
    for name, value in own.items():
        if not value and name != "discovery":
            raise ColorError(f"option '{name}' has no value: write {name}=VALUE, or leave it out")
    tls = _FLAGS.get(own.get("tls", "false").lower())
    if tls is None:
        raise ColorError(f"tls is '{own['tls']}': give true or false")
    found = split_address(rest, TLS_PORT if tls else PORT)
    if not found or not found[1]:
        raise ColorError(_WRITE)
    if "@" in found[0].host:
        raise ColorError(f"'{found[0].host}' is no host: a name to get in with is an option, write ?user=NAME")
    ca_file = own.get("ca_file", "")
    if ca_file and not tls:
        raise ColorError("ca_file is for TLS: add tls=true")
    if ca_file and (fault := _fault_of_authority(os.path.expanduser(ca_file))):
        raise ColorError(f"ca_file '{ca_file}' {fault}: name the PEM file of the broker's authority")
    if "password_file" in own and "user" not in own:
        raise ColorError("password_file needs a name beside it: add ,user=NAME")
    user = own.get("user", "")
    if _fault_of_text(user):
        raise ColorError(f"user is {_shown(user)}: {_fault_of_text(user)}")
    password, warning = find_password(own.get("password_file", ""))
    config = MqttConfig(found[0], found[1], own.get("discovery", "homeassistant"))
    return config, Access(user, password, tls, os.path.expanduser(ca_file)), warning


def _fault_of_authority(path: str) -> str:
    """Say what is wrong with a file of certificates; empty: nothing."""
    if not os.path.isfile(path) or not os.access(path, os.R_OK):
        return "cannot be read"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError):
        return "has no certificate"
    return ""


def _shown(text: str) -> str:
    """Write a text, of which anything may be wrong, in one line."""
    return f"'{text}'" if not _fault_of_text(text) else ascii(text)


def _fault_of_text(text: str) -> str:
    """Say what is wrong with a name; empty: nothing. MQTT 5, 1.5.4: a broker may close the connection for it."""
    for letter in text:
        number = ord(letter)
        no_character = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
        if no_character or unicodedata.category(letter) in _NO_LETTERS:
            return "leave out what is no letter"
    return ""


def _fault_of_topic(topic: str) -> str:
    """Say what is wrong with a topic to publish on; empty: nothing."""
    if not topic or set("+#") & set(topic) or topic[0] == "$":
        return "leave out + and # and a leading $"
    if fault := _fault_of_text(topic):
        return fault
    if len(topic.encode()) > _MOST_BYTES or topic.count("/") >= _MOST_LEVELS:
        return f"give at most {_MOST_BYTES} bytes and {_MOST_LEVELS} levels"
    return ""

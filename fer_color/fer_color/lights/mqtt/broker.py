# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One MQTT connection over paho-mqtt: opened, used frame by frame with the broker's receipt, and closed."""

import contextlib
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fer_color.errors import ColorError
from fer_color.lights.mqtt.faults import ClosedError, OldBrokerError, RefusedError
from fer_color.lights.transport.address import Address

_PATIENCE = 2.0
"""Seconds until a broker that does not answer counts as gone."""
_HANDSHAKE = 1.0
_KEEP_ALIVE = 5
_READ, _WRITE = "read '{}'", "write to '{}'"
_CLOSED = "the broker closed the connection"
_STEP = 0.1
_MOST_PACKET = 256 * 1024
"""Bytes; a lamp's state or a command has a few hundred."""


@dataclass(frozen=True)
class Access:
    """How to get in."""

    user: str = ""
    password: str = ""
    tls: bool = False
    ca_file: str = ""
    """With `tls`: who vouches for the broker, a PEM file; empty: the system's certificates."""


@dataclass(frozen=True)
class Message:
    """What is published, always with a receipt (QoS 1)."""

    topic: str
    payload: bytes
    retain: bool = False
    before: "tuple[Message, ...]" = ()
    """Others that go before it, in order, where the last message did not have the same."""


class Broker:
    """A connection to a broker. `open` and `deliver` raise OSError when it is gone."""

    def __init__(
        self,
        address: Address,
        access: Access,
        *,
        greeting: Sequence[Message],
        farewell: Sequence[Message],
        topics: Sequence[str],
        hear: Callable[[str, bytes, bool], None],
        refused: Callable[[str], None],
    ) -> None:
        """Remember whom to ask; nothing is connected yet.

        Args:
            address: the broker's.
            access: see there.
            greeting: published at each new connection.
            farewell: published before we leave; the last one also by the broker itself when it loses us (the will).
            topics: subscribed at each new connection.
            hear: called with topic and payload of what arrives on them, and whether the broker had retained it, in a
                thread of the connection.
            refused: called, once for each, with what we may not do, such as `write to 'home/x' (Not authorized)`.
        """
        self._address = address
        self._access = access
        self._greeting = greeting
        self._farewell = farewell
        self._topics = topics
        self._hear = hear
        self._refused = refused
        self._complaints: set[str] = set()
        self._reason = ""
        """Why the broker closed the connection, where it said so."""
        self._client: Any = None
        self._changed = threading.Condition()
        self._code: Any = None
        self._connected = self._gone = False
        self._receipts: dict[int, str] = {}
        """For each number that the broker has answered: why it refuses, empty: it does not."""
        self._last: Message | None = None
        self._greeted = False
        self._version = 5
        """Of MQTT, 5 or 4 (3.1.1). One that does not know 5 says so, closes the connection, or says nothing at all."""

    def check(self) -> None:
        """ColorError when the client library is missing or the host is not known."""
        try:
            import paho.mqtt.enums  # noqa: F401 - as of version 2
        except ImportError as error:
            raise ColorError("MQTT needs the package paho-mqtt: python3 -m pip install 'paho-mqtt>=2'") from error
        self._address.resolve(socket.SOCK_STREAM)

    def open(self) -> None:
        """Connect, subscribe and greet; what the broker has retained on `topics` but the last has been heard then."""
        try:
            self._open()
        except OldBrokerError:
            self._version = 4
            try:
                self._open()
            except OSError:
                self._version = 5  # it was something else
                raise
        except (ClosedError, RefusedError):
            self._version = 5  # who was silent before may know no other
            raise

    def speaks_tls(self) -> bool:
        """Tell whether what listens there answers TLS, whoever vouches for it."""
        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        where = (self._address.host, self._address.port)
        try:
            with socket.create_connection(where, timeout=_HANDSHAKE) as line, anybody.wrap_socket(line):
                return True
        except OSError:
            return False

    def _open(self) -> None:
        self.close()
        self._code, self._connected, self._last, self._greeted = None, False, None, False
        self._gone, self._reason = False, ""
        self._receipts.clear()
        self._client = client = self._new_client()
        try:
            client.connect(self._address.host, self._address.port, keepalive=_KEEP_ALIVE, **self._limits())
            client.loop_start()
            self._await_greeting()
            if self._code is None:
                raise OldBrokerError(_CLOSED)
            if self._code.is_failure and self._version == 5 and "protocol version" in str(self._code):
                raise OldBrokerError(str(self._code))
            if self._code.is_failure:
                raise RefusedError(self._code)
            for topic in self._topics:
                _, number = client.subscribe(topic, qos=1)
                self._receive(number, _READ.format(topic))
            self._greeted = True  # as soon as any of it may be with the broker
            for message in self._greeting:
                self._publish(message, threading.Event())
        except BaseException:
            self.close()
            raise

    def _await_greeting(self) -> None:
        """Wait for the broker's answer; of one that says nothing, ask in the other version the next time."""
        try:
            self._wait(lambda: self._code is not None or (self._gone and self._version == 5))
        except TimeoutError:
            self._version = 9 - self._version
            raise

    def deliver(self, message: Message, stopping: threading.Event) -> None:
        """Publish it, unless just that was the last over this connection."""
        if message != self._last:
            if self._last is None or message.before != self._last.before:
                for other in message.before:
                    self._publish(other, stopping)
            self._publish(message, stopping)
            self._last = message
        elif not self._connected:
            raise self._closed()

    def lets_write(self, topic: str) -> bool:
        """Tell whether the broker has not refused to take messages on it. (With MQTT 3.1.1 none says so.)"""
        return _WRITE.format(topic) not in self._complaints

    def close(self) -> None:
        """Say farewell and leave; the will is not published then."""
        client, connected = self._client, self._connected
        if client is None:
            return
        if connected and self._greeted:
            with contextlib.suppress(OSError):
                for message in self._farewell:
                    self._publish(message, threading.Event())
        self._client = None
        client.disconnect()
        client.loop_stop()

    def _limits(self) -> dict[str, Any]:
        """Return how much a broker may send at once, which MQTT 5 lets us say."""
        if self._version != 5:
            return {}
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        properties: Any = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.MaximumPacketSize = _MOST_PACKET
        return {"properties": properties}

    def _new_client(self) -> Any:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        name = f"fer_color-{uuid.uuid4().hex[:12]}"
        # It would send again what was under way when it was lost, and the limiter would not know.
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            reconnect_on_failure=False,
            protocol=MQTTProtocolVersion.MQTTv5 if self._version == 5 else MQTTProtocolVersion.MQTTv311,
        )
        client.connect_timeout = _PATIENCE
        if self._access.user:
            client.username_pw_set(self._access.user, self._access.password or None)
        if self._access.tls:
            client.tls_set(ca_certs=self._access.ca_file or None)
        if self._farewell:
            client.will_set(self._farewell[-1].topic, self._farewell[-1].payload, qos=1, retain=True)
        client.on_connect = lambda _client, _data, _flags, code, _properties: self._on_connect(code)
        client.on_disconnect = lambda _client, _data, flags, code, _properties: self._on_disconnect(flags, code)
        client.on_subscribe = lambda _client, _data, number, codes, _properties: self._on_receipt(number, codes)
        client.on_publish = lambda _client, _data, number, code, _properties: self._on_receipt(number, [code])
        client.on_message = lambda _client, _data, message: self._on_message(message)
        return client

    def _publish(self, message: Message, stopping: threading.Event) -> None:
        if not self._connected:
            raise self._closed()
        receipt = self._client.publish(message.topic, message.payload, qos=1, retain=message.retain)
        self._receive(receipt.mid, _WRITE.format(message.topic), stopping)

    def _wait(self, done: Callable[[], bool]) -> None:
        """Until it is done; OSError when the broker is gone meanwhile, or for `_PATIENCE` silent."""
        deadline = time.monotonic() + _PATIENCE
        with self._changed:
            while not done():
                if self._gone and (self._code is None or not self._code.is_failure):
                    raise self._closed()
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError("the broker does not answer")
                self._changed.wait(min(left, _STEP))

    def _on_connect(self, code: Any) -> None:
        with self._changed:
            self._code, self._connected = code, not code.is_failure
            self._changed.notify_all()

    def _on_disconnect(self, flags: Any, code: Any) -> None:
        with self._changed:
            self._connected, self._gone = False, True
            self._reason = str(code) if flags.is_disconnect_packet_from_server else ""
            self._changed.notify_all()

    def _closed(self) -> ClosedError:
        return ClosedError(f"{_CLOSED}: {self._reason}" if self._reason else _CLOSED)

    def _on_message(self, message: Any) -> None:
        self._hear(message.topic, bytes(message.payload), bool(message.retain))

    def _on_receipt(self, number: int, codes: Sequence[Any]) -> None:
        with self._changed:
            self._receipts[number] = next((str(code) for code in codes if code.is_failure), "")
            self._changed.notify_all()

    def _receive(self, number: int, asked_for: str, stopping: threading.Event | None = None) -> None:
        """Wait for the receipt of that number, in which the broker may refuse what was asked for; that is said once."""
        self._wait(lambda: number in self._receipts or (stopping is not None and stopping.is_set()))
        refusal = self._receipts.pop(number, "")
        if refusal and asked_for not in self._complaints:
            self._complaints.add(asked_for)
            self._refused(f"{asked_for} ({refusal})")

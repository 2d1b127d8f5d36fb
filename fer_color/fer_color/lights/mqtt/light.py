# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `mqtt:HOST[:PORT]:TOPIC`: a light for Home Assistant, or somebody's lamp behind its command topic."""

import json
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fer_color.control.commands import Control
from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Event, EventKind, Frame, Light
from fer_color.lights.mqtt import home_assistant
from fer_color.lights.mqtt.broker import Access, Broker, Message
from fer_color.lights.mqtt.config import TLS_PORT, MqttConfig, read_config
from fer_color.lights.mqtt.faults import ClosedError, RefusedError, explain
from fer_color.lights.mqtt.home_assistant import MOST
from fer_color.lights.options import LightOptions
from fer_color.lights.transport.frame_rate import FrameRate
from fer_color.lights.transport.frame_sender import FrameSender
from fer_color.transfer import Rgb8

_RATE = 10.0
_LAMP_RATE = 4.0
"""Messages a second: what Home Assistant's front end follows, and what a Zigbee lamp stands."""
_SAY_AGAIN = 5.0
"""Seconds between two lines about messages that are ignored."""
_MOST_OBEYED = 64
_PASSWORD = "add user=NAME,password_file=FILE or set FER_MQTT_PASSWORD"
_ANSWER = 1.0
"""Seconds that a lamp may take to say what it shows."""


class MqttLight(Light):
    """A light of our own, or somebody's lamp.

    With a topic of our own it publishes there, retained, what the light shows, lets Home Assistant find it, and takes
    its commands. With a lamp's command topic it commands that lamp, and returns it to the state that it had reported.
    """

    def __init__(self, spec: str, config: MqttConfig, access: Access, options: LightOptions, clock: Clock) -> None:
        """Remember the broker, which `open` asks."""
        # Nobody knows what kind of lamp listens, or follows us in an automation; ESPHome's have a gamma of 2.8.
        super().__init__(spec, options, "any", clock)
        self.split, self.initial_level, self.returns_level = True, 1, 1
        self._config = config
        rate = options.rate or (_LAMP_RATE if config.lamp else _RATE)
        self._pace = FrameRate(rate)
        self._found: bytes | None = None
        """The state that is returned to: the first one, heard before we sent anything."""
        self._beside: dict[str, Any] = {}
        """What a lamp shows beside its colour by the state that was read last, and is told to leave."""
        self._told: bytes | None = None
        """The newest state that is none of ours, heard since the way was opened."""
        self._heard = threading.Event()
        self._opening = True
        """Whether what is heard now says how the lamp was found."""
        self._opened = False
        self._sent = False
        self._obeyed = ""
        """The digest of the last command that was taken and that the broker may still retain."""
        self._obeyed_lately: deque[str] = deque(maxlen=_MOST_OBEYED)
        self._kept_last = b""
        """What stands at the control topic by the broker's own receipt."""
        self._intact = False
        """Whether that was still so when the way was opened: the broker has forgotten nothing."""
        self._restored = False
        self._complained_at = float("-inf")
        self._sender: FrameSender[Message] | None = None
        self._tls = access.tls
        self._open_secret = bool(access.user and access.password and not access.tls)
        self._broker = Broker(config.address, access, hear=self._hear, refused=self._complain, **config.conversation())

    def open(self) -> None:
        """Connect and read what is retained; ColorError when there is no broker."""
        reached = True
        try:
            self._broker.check()
            self._config.address.reach()
            self._broker.open()
        except TimeoutError:
            # Somebody is there, only too busy to answer: the others need not wait for that.
            reached = False
        except OSError as error:
            reason = explain(error)
            raise ColorError(
                f"no MQTT broker at {self._config.address} takes us ({reason}): {self._hint(error)}"
            ) from error
        if reached:
            self._listen()
        if self._open_secret and not self._config.address.is_here():
            self.note(
                f"light '{self.spec}' sends its password unencrypted, so that whoever is on the way can read it: "
                f"add ,tls=true where the broker has TLS (port {TLS_PORT})"
            )
        self._opened = True
        self._sender = FrameSender(
            self.spec,
            self._broker,
            self._clock,
            tell=self._note,
            ready=lambda: self.on_ready(),
            reached=reached,
        )
        self._sender.start()

    def _hint(self, error: OSError) -> str:
        port = self._config.address.port
        if isinstance(error, ssl.SSLCertVerificationError):
            return (
                "name the PEM file of the authority that vouches for it with ca_file=FILE, and the broker by a name or "
                "address that its certificate has"
            )
        if isinstance(error, RefusedError) and not error.wants_password:
            return "our own light needs QoS 1 and retained messages, see its settings"
        if isinstance(error, RefusedError):
            return _PASSWORD
        if not self._tls and (port == TLS_PORT or (isinstance(error, ClosedError) and self._broker.speaks_tls())):
            return f"port {port} is for TLS: add tls=true"
        other = "where the port is for TLS, add tls=true" if not self._tls else "where it is not for TLS, leave tls out"
        return f"check host and port; {other}; where it wants a password, {_PASSWORD}"

    def note(self, text: str) -> None:
        """Have the user told."""
        self._events.append(Event(EventKind.NOTE, self._clock(), text=text))

    def _complain(self, refusal: str) -> None:
        """Tell, in a thread of the connection or of the sender, what the broker does not let us do."""
        self.note(f"light '{self.spec}': the broker does not let us {refusal}: allow it in its access list")

    def ready(self) -> bool:
        """Tell whether the broker has confirmed the last frame and the pace allows another."""
        return self._sender is not None and self._sender.idle() and self._pace.allows(self._clock())

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Give the frame to the thread."""
        self._pace.spend(self._clock())
        if self._config.lamp:
            *first, last = home_assistant.orders(frame.rgb, frame.level, self._beside)
            self._put(last, sent, tuple(Message(self._config.topic, json.dumps(order).encode()) for order in first))
            if first:  # once: an effect does not begin by itself again
                self._beside.pop("effect", None)
        else:
            self._put_state(frame, sent)
        self._sent = True

    def slider(self, control: Control) -> int:
        """Return what Home Assistant's slider was set to; a lamp gets its colours as bright as they can be."""
        return 1 if self._config.lamp else home_assistant.asked(control)

    def release(self) -> None:
        """Put back what the lamp had reported; our own light is off."""
        if not self._config.lamp:
            self._put({"state": "OFF"}, lambda: None)
        elif self._found is not None:
            back = home_assistant.restored(self._found)
            if back is not None:
                self._put(back, lambda: None)

    def close(self) -> None:
        """Wait a moment for the last receipt, then leave."""
        if self._sender is not None:
            self._sender.finish()
            self._sender.close()

    def _put(self, content: dict[str, Any], sent: Callable[[], None], before: tuple[Message, ...] = ()) -> None:
        assert self._sender is not None
        payload = json.dumps(content).encode()
        self._sender.put(Message(self._config.topic, payload, retain=not self._config.lamp, before=before), sent)

    def _put_state(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Give our own light's state to the thread, and what stands beside it with the broker."""
        obeyed = self._obeyed
        before = self._kept(frame.control, obeyed)

        def is_there() -> None:
            self._kept_last = before[-1].payload
            if self._obeyed == obeyed and self._broker.lets_write(home_assistant.command_topic(self._config.topic)):
                self._obeyed = ""
            sent()

        self._put(home_assistant.state(frame.rgb, frame.control, frame.level), is_there, before)

    def _kept(self, control: Control, obeyed: str) -> tuple[Message, ...]:
        """Return what stands with the broker for our next start: what a person asked for, by whichever way.

        A command that was `obeyed` is taken away there, so that one that is found at the next start is newer than all
        that was asked for before, even if it says the same. Until it is surely away, its digest tells it apart.
        """
        where = home_assistant.command_topic(self._config.topic)

        def keep(obeyed: str) -> Message:
            content = home_assistant.control_state(control, obeyed)
            return Message(home_assistant.control_topic(self._config.topic), json.dumps(content).encode(), retain=True)

        if not obeyed or not self._broker.lets_write(where):
            return (keep(obeyed),)
        return keep(obeyed), Message(where, b"", retain=True), keep("")

    def go_on_from(self, before: Light) -> None:
        """Know the command that the broker has retained, if that was obeyed already."""
        if isinstance(before, MqttLight):
            self._obeyed, self._kept_last, self._restored = before._obeyed, before._kept_last, True
            self._obeyed_lately.extend(before._obeyed_lately)

    def _listen(self) -> tuple[Rgb8 | None, int]:
        """Wait a moment for a lamp to say what it shows, and the brightness beside it; None: nothing was heard."""
        if self._config.lamp:
            self._heard.wait(_ANSWER)
        self._opening = False
        return (None, 1) if self._told is None else self._find(self._told)

    def _find(self, state: bytes) -> tuple[Rgb8, int]:
        """Read what a state that is none of ours shows, to which we return if it is the first."""
        rgb, level = home_assistant.shown(state), home_assistant.slider(state)
        self._beside = home_assistant.put_out(state)
        if self._found is None and not self._sent:
            self._found = state
            if self._config.lamp:
                self.returns_to, self.returns_level = rgb, level
            if not self._opened:
                self.initial, self.initial_level = rgb, level
        return rgb, level

    def _note(self, event: Event) -> None:
        """Note an event, in the sender's thread; between a loss and the return the new connection is opened there."""
        if event.kind is EventKind.LOST:
            self._told, self._opening, self._intact = None, True, False
            self._heard.clear()
        elif event.kind is EventKind.BACK:
            # It may be old: a broker that was killed has what was retained when it last wrote its file.
            rgb, level = self._listen()
            event = replace(event, shows=rgb, level=level)
        self._events.append(event)

    def _hear(self, topic: str, payload: bytes, retained: bool) -> None:
        """Hear a message, in the connection's thread, which no message must end, whatever it says."""
        try:
            if len(payload) > MOST:
                raise ColorError(f"{len(payload)} bytes on '{topic}' are no state and no command")
            self._heed(topic, payload, retained)
        except Exception as error:
            now, reason = self._clock(), error if isinstance(error, ColorError) else repr(error)[:200]
            if now - self._complained_at >= _SAY_AGAIN:
                self._complained_at = now
                self.note(f"light '{self.spec}' ignored a command: {reason}")

    def _heed(self, topic: str, payload: bytes, retained: bool) -> None:
        """Heed a command, or a state that is none of ours."""
        if topic == (self._config.lamp or self._config.topic):
            if self._opening and home_assistant.is_state(payload):
                self._told = payload
                self._heard.set()
            elif not self._opening and not self._sent and self._found is None and home_assistant.is_state(payload):
                # A lamp that took its time to answer, yet nothing was sent meanwhile.
                rgb, level = self._find(payload)
                self._events.append(Event(EventKind.BACK, self._clock(), shows=rgb, level=level))
        elif topic == home_assistant.control_topic(self._config.topic):
            if payload and retained:
                self._intact = payload == self._kept_last
                self._restore(payload)
        elif payload and not (retained and self._is_old(home_assistant.digest(payload))):
            self._obeyed = home_assistant.digest(payload)
            self._obeyed_lately.append(self._obeyed)
            asked = home_assistant.command(payload)
            self._events.append(Event(EventKind.COMMAND, self._clock(), command=asked))

    def _restore(self, kept: bytes) -> None:
        """Heed what a person had asked for in the run before."""
        if self._restored or self._sent:
            return
        self._restored = True
        asked = home_assistant.command(kept)
        self._obeyed = home_assistant.obeyed_in(kept)
        self._events.append(Event(EventKind.COMMAND, self._clock(), command=asked))

    def _is_old(self, digest: str) -> bool:
        """Tell whether a retained command was obeyed before; a person may have asked for something else since.

        A broker that was killed may have commands again that were taken away.
        """
        return digest == self._obeyed or (not self._intact and digest in self._obeyed_lately)


def make_mqtt(spec: str, rest: str, options: LightOptions, clock: Clock) -> MqttLight:
    """Make the light from `mqtt:HOST[:PORT]:TOPIC`, with the options user, password_file, tls, ca_file and discovery of
    its own."""
    try:
        config, access, warning = read_config(rest, options.own)
    except ColorError as error:
        raise ColorError(f"light '{spec}': {error}") from None
    light = MqttLight(spec, config, access, options, clock)
    if warning:
        light.note(f"light '{spec}': {warning}")
    return light

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Lights that take their frames as UDP datagrams, which nobody acknowledges."""

import contextlib
import errno
from abc import abstractmethod
from collections.abc import Callable, Sequence

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Event, EventKind, Frame, Light
from fer_color.lights.options import LightOptions
from fer_color.lights.transport.address import Address
from fer_color.lights.transport.frame_rate import FrameRate
from fer_color.lights.udp.way import ASTRAY, NOT_NOW, Way

_HOLDS = 1.0
"""Seconds: WLED goes back to what it did before 2.5 s after the last frame, and E1.31 calls a source lost then."""
_TRY = 0.5
"""Seconds without a refusal until a try of a lost way counts as arrived."""
_AGAIN = 1.1
"""Seconds between two tries that are refused: a Linux machine refuses hardly more than one datagram a second (icmp(7),
icmp_ratelimit), and a refusal that is left out looks like an arrival."""
_KNOCK = 0.1
_REFUSED_WITHIN, _UNREACHED_WITHIN = 0.5, 8.0
"""Seconds that it takes until a frame that did not arrive is known for one: a refusal's way back; and what Linux takes
to doubt a neighbour (5 s) and to ask three times for it (arp(7))."""
_SILENCE = 4.0
"""Seconds without an answer and without a fault until a host that could not be reached is tried: the kernel looks for
it for three before it says so."""


class DatagramLight(Light):
    """Sends at once and never waits, at most at the device's rate.

    UDP says nothing about arrival. What the kernel does learn (no route, no such neighbour, port unreachable) counts as
    a loss; it is said once, and once that it is over. Meanwhile a single frame tries the way now and then. Where it is
    refused, it has changed nothing, and is taken back. (Anything else might light up a controller: WLED 0.14 and 0.15
    take whatever comes to DDP's port for pixels, ESPAsyncE131.cpp and e131.cpp.) A host that could not be reached is
    knocked at first, at a port where nothing listens.
    """

    def __init__(
        self,
        spec: str,
        options: LightOptions,
        default_transfer: str,
        clock: Clock,
        *,
        addresses: Sequence[Address],
        rate: float,
    ) -> None:
        """`addresses`: one for each part of a frame that has a destination of its own; `rate`: frames a second."""
        super().__init__(spec, options, default_transfer, clock)
        self.holds = max(_HOLDS, 3 / (options.rate or rate))
        self._ways = [Way(address) for address in addresses]
        self._opened = False
        self._pace = FrameRate(options.rate or rate)
        self._refused_at: float | None = None
        self._refusal = 0
        self._tried_at = float("-inf")
        self._sent_at = float("-inf")
        self._knocked_at = float("-inf")
        self._answers = True
        """Whether the host is known to be there, so that a refusal would come at once."""
        self._trying = False
        """Whether a frame is on its way that may be refused."""

    @abstractmethod
    def datagrams(self, frame: Frame) -> list[tuple[int, bytes]]:
        """Return the frame, in order: the index of the address and the bytes of each datagram."""

    def farewell(self) -> list[tuple[int, bytes]]:
        """Return what is sent when the light is let go of, as `datagrams`."""
        return []

    def interface(self) -> str:
        """Return the IPv4 address of the interface to multicast from; empty: the system's choice."""
        return ""

    def open(self) -> None:
        """Find the host and a way there, without a datagram; ColorError when there is none."""
        try:
            for way in self._ways:
                way.open(self.interface())
        except ColorError as error:
            self.close()
            raise ColorError(f"light '{self.spec}': {error}") from error
        self._opened = True

    def ready(self) -> bool:
        """Tell whether the way is there, or to be tried, and the device's rate allows a frame."""
        now = self._clock()
        if not self._opened or (self._refused_at is not None and not self._may_try(now)):
            return False
        return self._pace.allows(now)

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Send all of the frame."""
        now = self._clock()
        self._pace.spend(now)
        try:
            self._transmit(self.datagrams(frame))
        except OSError as error:
            self._fail(error, now)
            return
        sent()
        self._sent_at = now
        if self._refused_at is not None:
            self._trying, self._tried_at = True, now
        else:
            self._events.append(Event(EventKind.DONE, now))

    def close(self) -> None:
        """Say farewell where that is usual, and close the sockets; once, however often it is called."""
        if self._pace.spent and self._opened:
            with contextlib.suppress(OSError):
                self._transmit(self.farewell())
        self._opened = False
        for way in self._ways:
            way.close()

    def _fail(self, error: OSError, now: float) -> None:
        if error.errno in NOT_NOW:
            # Nothing, or a part of it, has left: the next frame has to do for both.
            self._events.append(Event(EventKind.LOST, now, dark=False))
            if self._refused_at is None:
                self._events.append(Event(EventKind.BACK, now))
            return
        if self._refused_at is not None:
            self._events.append(Event(EventKind.LOST, now, refused=True))
        else:
            text = f"light '{self.spec}' is lost ({error.strerror or error}): trying until it is back"
            within = _REFUSED_WITHIN if error.errno == errno.ECONNREFUSED else _UNREACHED_WITHIN
            self._events.append(Event(EventKind.LOST, now, text=text, since=min(now - within, self._sent_at)))
        self._refused_at = self._tried_at = now
        self._refusal = error.errno or 0

    def _may_try(self, now: float) -> bool:
        """Whether to send a frame over the lost way; what became of the last one becomes an event."""
        assert self._refused_at is not None
        try:
            for way in self._ways:
                way.check()
        except OSError as error:
            if self._trying:
                self._events.append(Event(EventKind.LOST, now, refused=True))
            self._trying, self._refused_at, self._tried_at, self._refusal = False, now, now, error.errno or 0
        if now - self._tried_at < self._pause():
            return False
        if self._trying:
            self._trying, self._refused_at = False, None
            text = f"light '{self.spec}' is back"
            self._events += [Event(EventKind.BACK, now, text=text), Event(EventKind.DONE, now, delayed=True)]
            return False
        for way in self._ways:
            way.follow_name(now)
        if self._refusal in ASTRAY:
            self._tried_at = now
            renewed = [way.renew() for way in self._ways]
            self._refusal = 0 if all(renewed) else self._refusal
            return False
        self._answers = self._refusal == errno.ECONNREFUSED or self._is_there(now)
        return self._answers or now - self._refused_at >= _SILENCE

    def _pause(self) -> float:
        """Return how long after the last try the next thing is done about the lost way."""
        if self._trying:
            return _TRY if self._answers else _SILENCE
        return _AGAIN if self._refusal == errno.ECONNREFUSED else _TRY

    def _is_there(self, now: float) -> bool:
        """Whether a host that could not be reached answers by now."""
        assert self._refused_at is not None
        heard = [way.heard() for way in self._ways]
        if now - self._knocked_at >= _KNOCK:
            self._knocked_at = now
            for way in self._ways:
                way.knock()
        if False in heard:
            self._refused_at = now
        return all(heard)

    def _transmit(self, datagrams: list[tuple[int, bytes]]) -> None:
        for index, data in datagrams:
            self._ways[index].send(data)

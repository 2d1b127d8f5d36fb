"""Lights that take their frames as UDP datagrams, which nobody acknowledges."""

import contextlib
import socket
from abc import abstractmethod
from collections.abc import Callable, Sequence

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Event, EventKind, Frame, Light
from fer_color.lights.options import LightOptions
from fer_color.lights.transport.address import Address
from fer_color.lights.transport.frame_rate import FrameRate

_HOLDS = 1.0
"""Seconds: WLED goes back to what it did before 2.5 s after the last frame, and E1.31 calls a source lost then."""
_PROBE = 0.1
_CALM = 0.5
"""Seconds between two tries of a lost way, and without a refusal until it counts as good again: a refusal comes back
only after the next datagram."""


class DatagramLight(Light):
    """Sends at once and never waits, at most at the device's rate.

    UDP says nothing about arrival. What the kernel does learn (no route, no such neighbour, port unreachable) counts as
    a loss; it is said once, and once that it is over. Meanwhile the way is tried with datagrams that light nothing: a
    frame that nobody gets would be counted as a change all the same.
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
        """Take `addresses`, one for each part of a frame that has a destination of its own, and `rate`, frames a
        second."""
        super().__init__(spec, options, default_transfer, clock)
        self.holds = max(_HOLDS, 3 / (options.rate or rate))
        self._addresses = addresses
        self._sockets: list[socket.socket] = []
        self._pace = FrameRate(options.rate or rate)
        self._refused_at: float | None = None
        self._tried_at = float("-inf")

    @abstractmethod
    def datagrams(self, frame: Frame) -> list[tuple[int, bytes]]:
        """Return the frame, in order: the index of the address and the bytes of each datagram."""

    @abstractmethod
    def probe(self) -> bytes:
        """Return a datagram that the device takes, and that changes nothing of what it shows."""

    def farewell(self) -> list[tuple[int, bytes]]:
        """Return what is sent when the light is let go of, as `datagrams`."""
        return []

    def configure(self, connection: socket.socket) -> None:
        """Set what the socket needs before it is connected."""

    def open(self) -> None:
        """Find the host and a way there, without a datagram; ColorError when there is none."""
        for address in self._addresses:
            family, where = address.resolve(socket.SOCK_DGRAM)
            connection = socket.socket(family, socket.SOCK_DGRAM)
            self._sockets.append(connection)
            connection.setblocking(False)
            try:
                self.configure(connection)
                connection.connect(where)
            except OSError as error:
                self.close()
                raise ColorError(f"light '{self.spec}': {_explain(error, address)}") from error

    def ready(self) -> bool:
        """Tell whether the way is there and the device's rate allows a frame."""
        now = self._clock()
        if self._refused_at is not None:
            self._try_again(now)
        return bool(self._sockets) and self._refused_at is None and self._pace.allows(now)

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Send all of the frame."""
        now = self._clock()
        self._pace.spend(now)
        try:
            self._transmit(self.datagrams(frame))
        except OSError as error:
            self._refused_at = self._tried_at = now
            text = f"light '{self.spec}' is lost ({error.strerror or error}): trying until it is back"
            self._events.append(Event(EventKind.LOST, now, text=text))
            return
        sent()
        self._events.append(Event(EventKind.DONE, now))

    def close(self) -> None:
        """Say farewell where that is usual, and close the sockets; once, however often it is called."""
        if self._pace.spent and self._sockets:
            with contextlib.suppress(OSError):
                self._transmit(self.farewell())
        for connection in self._sockets:
            connection.close()
        self._sockets.clear()

    def _try_again(self, now: float) -> None:
        if now - self._tried_at < _PROBE:
            return
        self._tried_at = now
        try:
            self._transmit([(index, self.probe()) for index in range(len(self._sockets))])
        except OSError:
            self._refused_at = now
            return
        if self._refused_at is not None and now - self._refused_at >= _CALM:
            self._refused_at = None
            self._events.append(Event(EventKind.BACK, now, text=f"light '{self.spec}' is back"))

    def _transmit(self, datagrams: list[tuple[int, bytes]]) -> None:
        for index, data in datagrams:
            self._sockets[index].send(data)


def _explain(error: OSError, address: Address) -> str:
    return f"there is no way to {address} ({error.strerror or error}): check the network, or give another address"

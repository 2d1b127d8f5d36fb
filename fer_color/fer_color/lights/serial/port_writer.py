# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The thread that writes to a port, whose bytes must leave whole frame by whole frame."""

from collections.abc import Callable
from typing import Protocol

from fer_color.lights.base import Clock, Event, EventKind
from fer_color.lights.transport.worker import Job, StopError, Worker

_WAIT = 0.1
_BLOCKED = 0.25
"""Seconds that a frame may take beyond its time on the wire before earlier ones are taken to have come late, too."""
_COMPLAIN = 1.0
PRESSED = b"fer:button"
"""The line that our sketch says when its button is pressed; whatever else a board says is passed over."""
_LONGEST = 64
"""Bytes of a line that has not ended, which are kept."""


class Port(Protocol):
    """What the writer needs of a port; `SerialPort` says what each does."""

    def open(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102
    def write(self, data: memoryview, timeout: float) -> int: ...  # noqa: D102
    def read(self) -> bytes: ...  # noqa: D102
    def queued(self) -> int: ...  # noqa: D102
    def seconds_for(self, count: int) -> float: ...  # noqa: D102
    def is_pseudo(self) -> bool: ...  # noqa: D102
    def replaced(self) -> bool: ...  # noqa: D102


class PortWriter(Worker[bytes]):
    """Writes at the port's own pace.

    A frame that the port stops taking in its middle is finished when the port goes on: dropping it would leave the
    controller with a torn frame.
    """

    def __init__(
        self,
        name: str,
        port: Port,
        settle: float,
        clock: Clock,
        tell: Callable[[Event], None],
        ready: Callable[[], None],
    ) -> None:
        """Take the same as `Worker`; the port is opened by its owner, and must be so before `start`."""
        super().__init__(name, clock, tell, ready)
        self._port = port
        self._settle = settle
        self._said = b""

    def _reopen(self) -> None:
        self._port.open()
        self._said = b""

    def _shut(self) -> None:
        self._port.close()

    def _reach(self) -> None:
        self._sleep(0.0 if self._port.is_pseudo() else self._settle)

    _look_every = 0.1

    def _look(self) -> None:
        """Tell of every press of the board's button."""
        *lines, rest = (self._said + self._port.read()).split(b"\n")
        self._said = rest[-_LONGEST:]
        for _ in range(sum(line.strip() == PRESSED for line in lines)):
            self._tell(Event(EventKind.BUTTON, self._clock()))

    def _deliver(self, job: Job[bytes]) -> None:
        begun = self._clock()
        progress = Progress(self._name, self._port, self._clock, self._tell)
        rest = memoryview(job.payload)
        while rest:
            count = self._port.write(rest, _WAIT)
            rest = rest[count:]
            progress.check(moved=count > 0)
            if rest and count == 0 and self._stopping.is_set():
                raise StopError
        self._report_sent(job)
        needed = self._port.seconds_for(len(job.payload))
        self._sleep(begun + needed - self._clock())
        queued = self._port.queued()
        while queued > 0:
            self._sleep(self._port.seconds_for(min(queued, len(job.payload))))
            before, queued = queued, self._port.queued()
            progress.check(moved=queued < before)
        progress.finish()
        self._look()
        at = self._clock()
        self._tell(Event(EventKind.DONE, at, delayed=at - begun > needed + _BLOCKED))


class Progress:
    """Watches one frame on its way and says, once, that the port takes nothing, and once that it does again."""

    def __init__(self, name: str, port: Port, clock: Clock, tell: Callable[[Event], None]) -> None:
        """Now is when it last moved."""
        self._name = name
        self._port = port
        self._clock = clock
        self._tell = tell
        self._moved_at = clock()
        self._complained = False

    def check(self, *, moved: bool) -> None:
        """Note whether bytes moved; OSError when they don't because the port's path leads elsewhere by now."""
        now = self._clock()
        if moved:
            self._moved_at = now
        elif now - self._moved_at > _COMPLAIN:
            if self._port.replaced():
                raise OSError("its port was replaced by another one")
            if not self._complained:
                self._complained = True
                text = f"light '{self._name}' takes no bytes: waiting for its reader to go on"
                self._tell(Event(EventKind.NOTE, now, text=text))

    def finish(self) -> None:
        """Report that the frame has left."""
        if self._complained:
            self._tell(Event(EventKind.NOTE, self._clock(), text=f"light '{self._name}' takes bytes again"))

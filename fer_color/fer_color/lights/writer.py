"""The thread that writes to a port: one frame at a time, never a queue, and back again after a loss."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fer_color.lights.base import Clock, Event, EventKind

_BACKOFF_FIRST = 0.2
_BACKOFF_MOST = 1.0
"""Seconds between two tries to open a lost port. With an Arduino's boot (`settle`, 1.5 s) it is lit again in 3 s."""
_WAIT = 0.1
_BLOCKED = 0.25
"""Seconds that a frame may take beyond its time on the wire before earlier ones are taken to have come late, too."""
_COMPLAIN = 1.0
_CLOSE = 1.0


class Port(Protocol):
    """What the writer needs of a port; `SerialPort` says what each does."""

    def open(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102
    def write(self, data: memoryview, timeout: float) -> int: ...  # noqa: D102
    def queued(self) -> int: ...  # noqa: D102
    def seconds_for(self, count: int) -> float: ...  # noqa: D102
    def is_pseudo(self) -> bool: ...  # noqa: D102
    def replaced(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True)
class _Job:
    data: bytes
    sent: Callable[[], None]


class _StopError(Exception):
    """The writer was closed meanwhile."""


class Writer:
    """Takes a frame when the one before has left, so that the newest is always the next, at the port's own pace.

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
        """`name` stands in texts; `tell` takes events and `ready` is called when idle again, both in the thread."""
        self._name = name
        self._port = port
        self._settle = settle
        self._clock = clock
        self._tell = tell
        self._call_ready = ready
        self._lock = threading.Condition()
        self._job: _Job | None = None
        self._idle = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"fer_color {name}", daemon=True)

    def start(self) -> None:
        """Start writing to the port, which must be open."""
        self._thread.start()

    def idle(self) -> bool:
        """Whether a frame given now would be written now."""
        return self._idle

    def put(self, data: bytes, sent: Callable[[], None]) -> None:
        """Give a frame; only when `idle`."""
        with self._lock:
            self._idle = False
            self._job = _Job(data, sent)
            self._lock.notify()

    def close(self) -> None:
        """End the thread and close the port, within a second."""
        with self._lock:
            self._stopping.set()
            self._lock.notify()
        if self._thread.ident is not None:
            self._thread.join(_CLOSE)
        self._port.close()

    def _run(self) -> None:
        opened = True
        try:
            while True:
                try:
                    if opened:
                        self._sleep(0.0 if self._port.is_pseudo() else self._settle)
                        opened = False
                    self._become_idle()
                    self._deliver(self._next())
                except OSError as error:
                    self._lose(error)
                    opened = True
        except _StopError:
            pass

    def _become_idle(self) -> None:
        self._idle = True
        self._call_ready()

    def _next(self) -> _Job:
        with self._lock:
            self._lock.wait_for(lambda: self._job is not None or self._stopping.is_set())
            job, self._job = self._job, None
        if job is None:
            raise _StopError
        return job

    def _deliver(self, job: _Job) -> None:
        begun = self._clock()
        progress = Progress(self._name, self._port, self._clock, self._tell)
        rest = memoryview(job.data)
        while rest:
            count = self._port.write(rest, _WAIT)
            rest = rest[count:]
            progress.check(moved=count > 0)
            if rest and count == 0 and self._stopping.is_set():
                raise _StopError
        try:
            job.sent()
        except Exception as error:  # a listener's fault must not put the light out
            self._tell(
                Event(EventKind.NOTE, self._clock(), text=f"light '{self._name}': its listener failed: {error!r}")
            )
        needed = self._port.seconds_for(len(job.data))
        self._sleep(begun + needed - self._clock())
        queued = self._port.queued()
        while queued > 0:
            self._sleep(self._port.seconds_for(min(queued, len(job.data))))
            before, queued = queued, self._port.queued()
            progress.check(moved=queued < before)
        progress.finish()
        at = self._clock()
        self._tell(Event(EventKind.DONE, at, delayed=at - begun > needed + _BLOCKED))

    def _lose(self, error: OSError) -> None:
        text = f"light '{self._name}' is lost ({error}): trying to open it again until it is back"
        self._tell(Event(EventKind.LOST, self._clock(), text=text))
        self._port.close()
        with self._lock:
            self._idle, self._job = False, None
        pause = _BACKOFF_FIRST
        while True:
            self._sleep(pause)
            pause = min(_BACKOFF_MOST, pause * 1.5)
            try:
                self._port.open()
            except OSError:
                continue
            self._tell(Event(EventKind.BACK, self._clock(), text=f"light '{self._name}' is back"))
            return

    def _sleep(self, seconds: float) -> None:
        if self._stopping.wait(max(0.0, seconds)):
            raise _StopError


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
        """The frame has left."""
        if self._complained:
            self._tell(Event(EventKind.NOTE, self._clock(), text=f"light '{self._name}' takes bytes again"))

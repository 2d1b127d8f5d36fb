# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The thread behind a light that makes its writer wait: one frame at a time, never a queue, back after a loss."""

import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from fer_color.lights.base import Clock, Event, EventKind

_BACKOFF_FIRST = 0.2
_BACKOFF_MOST = 1.0
"""Seconds between two tries to open a lost way. With an Arduino's boot (`settle`, 1.5 s) it is lit again in 3 s."""
_IN_VAIN_MOST = 10.0
"""Seconds before a way is opened again that could be opened, and took no frame."""
_CLOSE = 1.0
_FINISH = 2.0
_REASON = 200
"""Characters of a fault's description in a line for the user."""

Payload = TypeVar("Payload")


@dataclass(frozen=True)
class Job(Generic[Payload]):
    """A frame on its way."""

    payload: Payload
    sent: Callable[[], None]


class StopError(Exception):
    """The worker was closed meanwhile."""


class Worker(ABC, Generic[Payload]):
    """Takes a frame when the one before has left, so that the newest is always the next, at the device's own pace.

    An OSError out of `_reach` or `_deliver` means that the way is lost; the thread then opens it again, with backoff.
    So does any other exception, which is a fault of ours or of a library's: it must cost this light alone, for now.
    """

    def __init__(self, name: str, clock: Clock, tell: Callable[[Event], None], ready: Callable[[], None]) -> None:
        """Take a `name` for texts; `tell` takes events and `ready` is called when idle again, both in the thread."""
        self._name = name
        self._clock = clock
        self._tell = tell
        self._call_ready = ready
        self._lock = threading.Condition()
        self._job: Job[Payload] | None = None
        self._idle = False
        self._busy = False
        self._pause = _BACKOFF_FIRST
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"fer_color {name}", daemon=True)

    @abstractmethod
    def _reopen(self) -> None:
        """Open the way anew; OSError when that can't be done."""

    @abstractmethod
    def _shut(self) -> None:
        """Close the way."""

    @abstractmethod
    def _deliver(self, job: Job[Payload]) -> None:
        """Bring one frame to the device and tell when it is there; OSError when the way is lost."""

    _look_every: float | None = None
    """Seconds between two calls of `_look` while no frame comes; None: never."""

    def _look(self) -> None:
        """Look what the device has to say; OSError when the way is lost."""
        return

    def _reach(self) -> None:
        """Wait for what has to be waited for after the way was opened."""
        return

    def start(self) -> None:
        """Start working; the way must be open."""
        self._thread.start()

    def idle(self) -> bool:
        """Tell whether a frame given now would be written now."""
        return self._idle

    def put(self, payload: Payload, sent: Callable[[], None]) -> None:
        """Give a frame; only when `idle`."""
        with self._lock:
            self._idle, self._busy = False, True
            self._job = Job(payload, sent)
            self._lock.notify_all()

    def finish(self) -> None:
        """Wait until the frame that was given last has been delivered, or a moment at most."""
        with self._lock:
            self._lock.wait_for(lambda: not self._busy or self._stopping.is_set(), _FINISH)

    def close(self) -> None:
        """End the thread and close the way, within a second."""
        with self._lock:
            self._stopping.set()
            self._lock.notify_all()
        if self._thread.ident is not None:
            self._thread.join(_CLOSE)
        self._shut()

    def _run(self) -> None:
        opened = True
        try:
            while True:
                try:
                    if opened:
                        self._reach()
                        opened = False
                    self._become_idle()
                    self._deliver(self._next())
                    self._pause = _BACKOFF_FIRST
                except StopError:
                    raise
                except Exception as error:
                    self._lose(error)
                    opened = True
        except StopError:
            pass

    def _become_idle(self) -> None:
        with self._lock:
            self._idle, self._busy = True, False
            self._lock.notify_all()
        self._call_ready()

    def _next(self) -> Job[Payload]:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._job is not None or self._stopping.is_set(), self._look_every)
                job, self._job = self._job, None
            if job is not None:
                return job
            if self._stopping.is_set():
                raise StopError
            self._look()

    def _report_sent(self, job: Job[Payload]) -> None:
        try:
            job.sent()
        except Exception as error:  # a listener's fault must not put the light out
            self._tell(
                Event(EventKind.NOTE, self._clock(), text=f"light '{self._name}': its listener failed: {error!r}")
            )

    def _lose(self, error: Exception) -> None:
        reason = error if isinstance(error, OSError) else repr(error)[:_REASON]
        text = f"light '{self._name}' is lost ({reason}): trying to open it again until it is back"
        self._tell(Event(EventKind.LOST, self._clock(), text=text))
        with contextlib.suppress(Exception):
            self._shut()
        with self._lock:
            self._idle, self._busy, self._job = False, False, None
            self._lock.notify_all()
        # Doubled at each loss until a frame is taken: what answers and takes none must not fill the log.
        pause, self._pause = self._pause, min(_IN_VAIN_MOST, 2 * self._pause)
        while True:
            self._sleep(pause)
            pause = max(pause, min(_BACKOFF_MOST, pause * 1.5))
            try:
                self._reopen()
            except StopError:
                raise
            except Exception:
                continue
            self._tell(Event(EventKind.BACK, self._clock(), text=f"light '{self._name}' is back"))
            return

    def _sleep(self, seconds: float) -> None:
        if self._stopping.wait(max(0.0, seconds)):
            raise StopError

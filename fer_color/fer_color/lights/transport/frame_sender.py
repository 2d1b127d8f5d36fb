# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The thread that brings frames to a lamp that answers, and waits for the answer."""

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from fer_color.lights.base import Clock, Event, EventKind
from fer_color.lights.transport.worker import Job, Payload, StopError, Worker

Message = TypeVar("Message", contravariant=True)


class Link(Protocol[Message]):
    """A way to a lamp. Every method raises OSError when the lamp can't be reached."""

    def open(self) -> None:
        """Find the lamp."""

    def close(self) -> None:
        """Let go of it."""

    def deliver(self, message: Message, stopping: threading.Event) -> None:
        """Bring it there and wait for the answer; give up within seconds, or when `stopping` is set."""


class FrameSender(Worker[Payload], Generic[Payload]):
    """Brings a frame when the one before was answered, at the lamp's own pace.

    So however late an answer is, only the newest frame's arrival is uncertain, between its sending and its answer.
    """

    def __init__(
        self,
        name: str,
        link: Link[Payload],
        clock: Clock,
        tell: Callable[[Event], None],
        ready: Callable[[], None],
        *,
        reached: bool,
    ) -> None:
        """Take the same as `Worker`; not `reached`: the lamp did not answer when `link` was opened, and is lost for
        now."""
        super().__init__(name, clock, tell, ready)
        self._link = link
        self._reached = reached

    def _reach(self) -> None:
        reached, self._reached = self._reached, True
        if not reached:
            raise OSError("it does not answer")

    def _reopen(self) -> None:
        self._link.open()

    def _shut(self) -> None:
        self._link.close()

    def _deliver(self, job: Job[Payload]) -> None:
        self._link.deliver(job.payload, self._stopping)
        if self._stopping.is_set():
            raise StopError
        self._report_sent(job)
        self._tell(Event(EventKind.DONE, self._clock()))

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A forked process that does a part of the work, for who is alone in this process: no threads, no ROS."""

import contextlib
import multiprocessing
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from fer_evaluation.errors import EvaluationError

ENDED = "a process that shared the work was ended from outside; is memory short? '--jobs 1' needs the least"


def may_fork() -> bool:
    """Tell whether this process may fork helpers: threads, or ROS's, may hold what these would wait for."""
    return threading.active_count() == 1 and "rclpy" not in sys.modules


@dataclass(frozen=True)
class _Failure:
    """What a helper ended of."""

    error: BaseException


class Helper:
    """A forked process, to talk to; when its `with` ends, it has ended.

    Args:
        work: what it does, with its end of the channel and then `arguments`.
        arguments: as they are here now.
        has_helpers: it may fork helpers itself, which Python forbids to those that it ends with their parent.
    """

    def __init__(self, work: Callable[..., None], *arguments: Any, has_helpers: bool = False) -> None:
        """Start it."""
        context = multiprocessing.get_context("fork")
        self._channel, other = context.Pipe()
        given = self._channel, other, work, arguments
        self._process = context.Process(target=_begin, args=given, daemon=not has_helpers)
        with _ctrl_c_waits(), warnings.catch_warnings():
            # Python warns of threads, which may be NumPy's; those know of forks.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        other.close()

    def send(self, item: Any) -> None:
        """Hand over an item; raises what the helper ended of."""
        try:
            self._channel.send(item)
        except OSError:
            while True:
                self.receive()

    def receive(self) -> Any:
        """Return its next item; raises what it ended of."""
        try:
            item = self._channel.recv()
        except (EOFError, OSError) as error:
            raise EvaluationError(ENDED) from error
        if isinstance(item, _Failure):
            raise item.error
        return item

    def __enter__(self) -> "Helper":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._channel.close()
        self._process.terminate()
        self._process.join()


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(others: Connection, channel: Connection, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Begin a helper: whoever gets Ctrl-C ends it, and it ends by itself where that one has ended."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    others.close()
    try:
        work(channel, *arguments)
    except (BrokenPipeError, ConnectionResetError, EOFError):
        return
    except BaseException as error:  # raised again by whoever started it
        with contextlib.suppress(OSError):
            channel.send(_Failure(_to_send(error)))


def _to_send(error: BaseException) -> BaseException:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error

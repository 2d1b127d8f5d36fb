# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Hands the parts of bags to processes of this machine, as many as it has cores, without anything beside Python."""

import functools
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from fer_evaluation.answers.processes import replay_in_processes
from fer_evaluation.answers.replay import Cores, Part, replay
from fer_evaluation.answers.series import Series
from fer_evaluation.bags.unpacking import below, unpack_below
from fer_evaluation.beside import helper
from fer_evaluation.beside.helper import ENDED
from fer_evaluation.errors import EvaluationError

ENDS_S = 5.0
"""How long a process that was ended is waited for."""
LOOK_S = 0.3
"""Seconds between two looks at how far the processes are."""
STEPS = 2
"""Cores that the steps of one part keep busy, at most; see processes.py."""
_done: Any = None
"""How many images this process's fellows have done together."""


def cores_here() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def replay_here(
    parts: Sequence[Part],
    cores: Cores,
    *,
    jobs: int,
    progress: Callable[[int], object] = lambda count: None,
) -> dict[str, Series]:
    """Replay each part once: one after the other, or several at once; the results are the same to the last digit.

    Args:
        parts: of any cameras.
        cores: their settings.
        jobs: how many cores to use.
        progress: called with the number of images done, now and then.

    Returns:
        The series of each part, by the part's key.

    Raises:
        EvaluationError: a bag can't be read, or a process ended by itself.
        PerceptionError: a model can't be had.
        ColorError: the palette can't be had.
    """
    if not _share_parts(len(parts), jobs):
        work = replay_in_processes if jobs > 1 and may_fork(cores) else functools.partial(replay, threads=jobs > 1)
        return {part.key: work(part, cores, progress) for part in parts}
    # A server that has loaded what the work needs and nothing else: its children share that memory.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["fer_evaluation.answers.jobs"])
    counter = context.Value("q", 0)
    workers = min(jobs, len(parts))
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(counter, below()))
    threads = jobs > workers
    try:
        futures = {pool.submit(_work, part, cores, threads): part.key for part in parts}
        _watch(list(futures), counter, progress)
        found = {key: future.result() for future, key in futures.items()}
    except BrokenProcessPool as error:
        raise EvaluationError(ENDED) from error
    except BaseException:
        processes = list((getattr(pool, "_processes", None) or {}).values())
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(ENDS_S)  # what it has unpacked is removed next
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return found


def may_fork(cores: Cores) -> bool:
    """Tell whether a part's steps may go to helpers: where images aren't turned, and this process may fork."""
    return cores.perception.rotate == "0" and helper.may_fork()


def _share_parts(parts: int, jobs: int) -> bool:
    """Tell whether each process should do whole parts; else several do one part after the other."""
    return jobs > 1 and parts / -(-parts // jobs) >= 0.9 * min(jobs, STEPS)


def _watch(futures: "list[Future[Series]]", counter: Any, progress: Callable[[int], object]) -> None:
    """Tell how far the work is until it is over, or a part of it failed; raise what that raised."""
    told, left = 0, set(futures)
    while left:
        done, left = wait(left, LOOK_S, FIRST_COMPLETED)
        now = int(counter.value)
        progress(now - told)
        told = now
        for future in done:
            future.result()


def _begin(counter: Any, folder: str | None) -> None:
    """Start a process: whoever gets Ctrl-C, or had the terminal that was closed, ends it."""
    global _done
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    unpack_below(folder)
    _done = counter


def _work(part: Part, cores: Cores, threads: bool) -> Series:
    return replay(part, cores, _count, threads=threads)


def _count(images: int) -> None:
    with _done.get_lock():
        _done.value += images

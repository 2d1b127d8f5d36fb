# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Hands the parts of many bags to Dask: local processes, or a cluster that is there."""

import asyncio
import logging
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from multiprocessing import resource_tracker
from pathlib import Path

from fer_color.errors import ColorError
from fer_evaluation.answers.replay import Cores, Part, replay
from fer_evaluation.answers.series import Series
from fer_evaluation.bags.unpacking import PREFIX, below, unpack_below
from fer_evaluation.errors import EvaluationError
from fer_perception import PerceptionError

try:
    from distributed import Client, LocalCluster, as_completed
    from distributed.scheduler import KilledWorker
except ImportError as error:
    raise EvaluationError("--scheduler needs Dask, which is not installed: pip install 'dask[distributed]'") from error

CONNECT_S = 10
WORKERS_S = 10
"""Seconds that a cluster may take to have a worker, and the workers to say what they have."""


def replay_parts(
    parts: Sequence[Part],
    cores: Cores,
    *,
    address: str | None = None,
    workers: int | None = None,
    progress: Callable[[int], object] = lambda count: None,
) -> dict[str, Series]:
    """Replay each part once, on whichever worker; one whose worker dies is done again by another.

    Each part starts from a fresh state (see `replay`), so where it is done makes no difference.

    Args:
        parts: of any cameras.
        cores: their settings.
        address: of a Dask scheduler whose workers see the bags under the same paths; None: local processes.
        workers: how many local processes; None: one a core.
        progress: called with the number of images of a part when it is done.

    Returns:
        The series of each part, by the part's key.

    Raises:
        EvaluationError: the cluster can't be reached, a part's worker dies again and again, or a bag can't be read.
        PerceptionError: a model can't be had.
        ColorError: the palette can't be had.
    """
    found: dict[str, Series] = {}
    with _client(address, workers) as client:
        if address is not None:
            _check_workers(client, address)
        cores = _at_home_everywhere(cores)
        # Whoever else uses the cluster gets the same result under the same key: it names all that the result hangs on.
        mine = cores.digest()
        keys = {f"{part.key}|{mine}": part.key for part in parts}
        futures = [client.submit(replay, part, cores, key=f"{part.key}|{mine}", pure=False) for part in parts]
        try:
            for future in as_completed(futures, loop=client.loop):
                series = future.result()
                found[keys[future.key]] = series
                progress(len(series.frames.t) + series.refused)
                future.release()
        except KilledWorker as error:
            raise EvaluationError(
                f"a part killed its worker again and again: {error!s:.200}; is memory short?"
            ) from error
        except (EvaluationError, PerceptionError, ColorError):
            raise
        except ImportError as error:
            raise EvaluationError(f"a worker of '{address}' lacks what the work needs: {error!s:.120}") from error
        except (OSError, TimeoutError) as error:
            raise EvaluationError(f"the Dask cluster is lost: {error!s:.200}; start again") from error
        finally:
            client.cancel([future for future in futures if not future.done()])
    return found


def _check_workers(client: Client, address: str) -> None:
    """Hold a cluster's workers against what the work needs, before it waits for them.

    Raises:
        EvaluationError: there is none, or one lacks our packages.
    """

    def lacking() -> list[str]:  # within a function, so that it travels as it is: a worker may not have this module
        import importlib.util

        names = ("fer_evaluation", "fer_perception", "fer_color", "fer_common", "onnxruntime", "cv2", "rosbags", "mcap")
        return [name for name in names if importlib.util.find_spec(name) is None]

    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except (TimeoutError, asyncio.TimeoutError) as error:
        raise EvaluationError(
            f"the Dask scheduler at '{address}' has no worker; start one with 'dask worker {address}', in the "
            "environment of this program"
        ) from error
    try:
        found = client.run(lacking, on_error="return")
    except (OSError, TimeoutError) as error:
        raise EvaluationError(f"the Dask cluster is lost: {error!s:.200}; start again") from error
    for worker, names in sorted(found.items()):
        if names:
            what = ", ".join(names) if isinstance(names, list) else f"something ({names!s:.80})"
            raise EvaluationError(
                f"the Dask worker {worker} lacks {what}; start it in the environment of this program "
                f"('. scripts/env.bash', then 'dask worker {address}')"
            )


def _at_home_everywhere(cores: Cores) -> Cores:
    """Return the settings with the whole path of every file that they name: a worker's folder is another one."""
    perception = replace(
        cores.perception,
        model=_whole(cores.perception.model),
        detector_weights=_whole(cores.perception.detector_weights),
    )
    return replace(cores, perception=perception, color=replace(cores.color, palette=_whole(cores.color.palette)))


def _whole(name: str) -> str:
    """Return a file's whole path; a name that is no file's stays."""
    try:
        path = Path(name).expanduser()
        return str(path.absolute()) if name and path.is_file() else name
    except (OSError, ValueError, RuntimeError):  # too long, a NUL byte, no home of that name
        return name


@contextmanager
def _client(address: str | None, workers: int | None) -> Iterator[Client]:
    if address is not None:
        try:
            client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise EvaluationError(
                f"no Dask scheduler answers at '{address}'; start one with 'dask scheduler'"
            ) from error
        with client:
            yield client
        return
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, dir=below(), ignore_cleanup_errors=True) as folder,
        _local(workers, Path(folder)) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        client.run(unpack_below, folder)
        yield client


@contextmanager
def _local(workers: int | None, folder: Path) -> Iterator[LocalCluster]:
    """Start local processes of one thread: the cores keep to one each. Nothing is served, here or beyond this
    machine."""
    with ExitStack() as stack:
        with _ctrl_c_waits():
            cluster = LocalCluster(
                n_workers=workers or len(os.sched_getaffinity(0)),
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                local_directory=str(folder),
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
            stack.enter_context(cluster)
        yield cluster


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Ctrl-C comes to this thread when this is over, and never to threads and processes that are started meanwhile.

    A terminal sends it to the workers, too, which would each end with a page of tracebacks; this process ends them.
    """
    resource_tracker.ensure_running()  # started later, it would lift the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

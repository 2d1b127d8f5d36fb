"""Hands the parts of many bags to Dask: local processes, or a cluster that is there."""

import logging
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from pathlib import Path

from fer_color.errors import ColorError
from fer_evaluation.answers.replay import Cores, Part, replay
from fer_evaluation.answers.series import Series
from fer_evaluation.errors import EvaluationError
from fer_perception import PerceptionError

try:
    from distributed import Client, LocalCluster, as_completed
    from distributed.scheduler import KilledWorker
except ImportError as error:
    raise EvaluationError("--scheduler needs Dask, which is not installed: pip install 'dask[distributed]'") from error

CONNECT_S = 10


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
        except (OSError, TimeoutError) as error:
            raise EvaluationError(f"the Dask cluster is lost: {error!s:.200}; start again") from error
        finally:
            client.cancel([future for future in futures if not future.done()])
    return found


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
        tempfile.TemporaryDirectory(prefix="fer_evaluation-") as folder,
        _local(workers, Path(folder)) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
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

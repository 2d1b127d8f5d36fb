# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A bag's images through the very cores that the nodes use, with the bag's own clock."""

import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2

import fer_color.settings
from fer_color.palette import load_palette
from fer_common.plugins import plugin_package
from fer_evaluation.answers.camera import Camera, Found
from fer_evaluation.answers.light import ReplayedLight
from fer_evaluation.answers.pictures import Picture
from fer_evaluation.answers.series import Series
from fer_evaluation.answers.table import Table
from fer_evaluation.bags.bag import Bag, open_bag
from fer_evaluation.beside.pipeline import Behind, ahead
from fer_evaluation.errors import EvaluationError
from fer_perception import Perception, PerceptionError, Settings
from fer_perception.backends.external_data import weight_files
from fer_perception.backends.model_file import find_model
from fer_perception.backends.registry import ENTRY_POINTS, may_be_other


@dataclass(frozen=True)
class Part:
    """A stretch of one camera of one bag (a shard), which can be replayed by itself. It can be sent to a worker."""

    bag: Path
    topic: str
    index: int
    """Which shard of its camera it is, from 0."""
    start_ns: int
    """Recorded then or later, nanoseconds."""
    stop_ns: int
    """Recorded earlier."""

    @property
    def key(self) -> str:
        """The same for the same part, and for no other one."""
        return f"{self.bag}|{self.topic}|{self.index}|{self.start_ns}|{self.stop_ns}"


@dataclass(frozen=True)
class Cores:
    """What perceives and what shows."""

    perception: Settings
    color: fer_color.settings.Settings

    def digest(self) -> str:
        """Return a checksum of everything that they make of a part: the settings, and what is in the files that those
        name.

        Raises:
            PerceptionError: there is no such model file.
            ColorError: the palette can't be had.
        """
        palette = load_palette(self.color.palette)
        weights = Path(self.perception.detector_weights).expanduser()
        found = _checksum(weights) if self.perception.detector_weights and weights.is_file() else ""
        parts = asdict(self.perception), asdict(self.color), model_file(self.perception)[1], found, asdict(palette)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def model_file(settings: Settings) -> tuple[Path, str]:
    """Return the model that these settings name, and its SHA-256, that of weights in files beside it with it.

    Of another package's classifier it is the name, and the SHA-256 of that package's name and version.

    Raises:
        PerceptionError: there is no such file.
    """
    other = plugin_package(ENTRY_POINTS, settings.model) if may_be_other(settings.model) else None
    if other:  # another package's classifier is no file: its version stands for what is in it
        return Path(settings.model), hashlib.sha256(other.encode()).hexdigest()
    path = find_model(settings.model, backend=settings.backend, provider=settings.provider)
    found = path.stat()
    return path, _checksum_of_model(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


_checksums: dict[tuple[Path, int, int, int], str] = {}
"""Of model files that are whole in themselves, as long as they are what they were; reading ten MB takes as long as ten
images."""


def _checksum_of_model(path: Path, size: int, modified_ns: int, changed_ns: int) -> str:
    state = path, size, modified_ns, changed_ns
    if state in _checksums:
        return _checksums[state]
    try:
        beside = weight_files(path)
    except PerceptionError:  # a torn file; whoever loads it says so
        beside = ()
    total = _checksum(path, *(file for file in beside if file.is_file()))
    if not beside:
        _checksums[state] = total
    return total


def _checksum(path: Path, *beside: Path) -> str:
    """Return the SHA-256 of a file; with files beside it that of all, one after the other."""
    total = hashlib.sha256()
    for file in (path, *beside):
        with file.open("rb") as content:
            while block := content.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def plan(bag: Bag, topic: str, *, shard: float, start: float = 0.0, duration: float | None = None) -> list[Part]:
    """Plan the parts of a camera: shards begin at whole multiples of `shard` from the bag's start, whoever works on
    them.

    Args:
        bag: open.
        topic: the images'.
        shard: seconds.
        start: seconds from the bag's start from which images count.
        duration: seconds for which they do; None: to the end.

    Raises:
        EvaluationError: `start` lies behind the bag's end.
    """
    if start > bag.duration:
        raise EvaluationError(f"bag '{bag.path}' is {bag.duration:.3f} s long; --start {start:g} lies behind its end")
    first, last = round(start * 1e9), bag.times.length + 1
    if duration is not None:
        last = min(last, first + round(duration * 1e9))
    length = round(shard * 1e9)
    parts = []
    for number in _filled(bag, first, last, length) or [first // length]:
        edges = max(first, number * length), min(last, (number + 1) * length)
        start_ns, stop_ns = (bag.times.log_ns(edge) for edge in edges)
        if start_ns < stop_ns:
            parts.append(Part(bag.path.absolute(), topic, number - first // length, start_ns, stop_ns))
    return parts


def _filled(bag: Bag, first: int, last: int, length: int) -> list[int]:
    """Return which shards of this length messages lie in: hours without any are no thousands of empty parts.

    `first` and `last` are nanoseconds from the bag's start, the last one without.
    """
    found: list[int] = []
    for first_ns, last_ns in bag.stretches(length):
        begin, end = max(first, bag.times.elapsed(first_ns)), min(last - 1, bag.times.elapsed(last_ns))
        if begin <= end:
            found += range(max(begin // length, found[-1] + 1 if found else 0), end // length + 1)
    return found


def replay(
    part: Part, cores: Cores, progress: Callable[[int], object] = lambda count: None, *, threads: bool = False
) -> Series:
    """Perceive every image of a part, from a state that knows nothing of what came before.

    Args:
        part: which images.
        cores: their settings.
        progress: called with the number of images done, now and then.
        threads: read and decode ahead in a thread, read faces and drive the light behind in another one; to the last
            digit the same, for each step sees the images in their order.

    Raises:
        EvaluationError: the bag can't be read.
        PerceptionError: a model can't be had.
        ColorError: the palette can't be had.
    """
    parts = _parts(cores.perception, model_file(cores.perception)[1])
    table = Table(ReplayedLight(cores.color), id_prefix(part))
    with open_bag(part.bag) as bag, ExitStack() as stack:
        camera = Camera(parts.detector, parts.classifier, cores.perception)
        pictures: Iterator[Picture] = map(camera.read, bag.messages([part.topic], part.start_ns, part.stop_ns))
        finish: Callable[[Found], object] = lambda found: table.take(found, camera, bag.times)  # noqa: E731
        if threads and camera.two_at_once:
            pictures = stack.enter_context(ahead(pictures))
            finish = stack.enter_context(Behind(finish)).give
        done = 0
        for picture in pictures:
            finish(camera.find(picture))
            done += 1
            if done % 16 == 0:
                progress(16)
        stack.close()  # what is behind is done
        table.catch_up(camera, bag.times)
        progress(done % 16)
        series = table.series(bag.name, part.topic, bag.duration)
        return replace(series, notices=(*bag.notices, *series.notices))


def id_prefix(part: Part) -> str:
    """Return what the ids of a part's faces begin with."""
    return f"s{part.index}." if part.index else ""


@functools.lru_cache(maxsize=1)
def _parts(settings: Settings, checksum: str) -> Perception:
    """Load the detector and the model, which know nothing of time, once in a process.

    `checksum` is the model file's: a cluster's worker outlives the file that it has loaded.
    """
    cv2.setNumThreads(settings.threads)
    return Perception.create(settings)

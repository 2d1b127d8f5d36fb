# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One part in three processes that don't share Python's lock: read and decode, find and follow, answer and show.

Each step sees the images in their order, as in one process, so the results are the same to the last digit. Two cores
are enough: the kernel gives them to whichever step has work. The helpers are forked before anything is loaded that
has threads, and share what was imported; decoded images lie in memory that they share, too.
"""

import mmap
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from types import SimpleNamespace

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_evaluation.answers.camera import Camera
from fer_evaluation.answers.light import ReplayedLight
from fer_evaluation.answers.pictures import Picture, Pictures
from fer_evaluation.answers.replay import Cores, Part, id_prefix
from fer_evaluation.answers.series import Series
from fer_evaluation.answers.table import Table
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.log_times import LogTimes
from fer_evaluation.beside.helper import Helper
from fer_perception import PerceptionError, Settings
from fer_perception.backends.base import Backend
from fer_perception.backends.model_file import ModelInfo
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import load_classifier, load_detector
from fer_perception.detectors.base import BoxGeometry, Detection, FaceDetector
from fer_perception.images.encodings import Pixels

SLOTS = 4
"""Images that lie between reading and finding, at most."""
SLOT_BYTES = 1 << 25
"""What one of them may need, pixels and JPEG: an image of 3840x2160. What is larger goes through a pipe."""


@dataclass(frozen=True)
class _Head:
    """What is to be known of a bag."""

    name: str
    duration: float
    times: LogTimes
    notices: tuple[str, ...]


@dataclass(frozen=True)
class _Parcel:
    """A picture, its pixels and its JPEG in a slot."""

    picture: Picture
    slot: int
    shape: tuple[int, ...] | None
    """Of the pixels; None: none lie there."""
    format: str | None
    """Of the compressed message; None: none lies there."""
    size: int
    """Of that message, bytes."""


class _Slots:
    """Memory that a process and its helpers share."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, SLOTS * SLOT_BYTES)  # taken page by page, when first written to

    def _part(self, slot: int, at: int, size: int) -> NDArray[np.uint8]:
        return np.frombuffer(self._memory, np.uint8, size, slot * SLOT_BYTES + at)

    def put(self, slot: int, picture: Picture) -> _Parcel:
        pixels, message = picture.pixels, picture.message
        data = np.empty(0, np.uint8) if message is None else np.frombuffer(message.data, np.uint8)
        room = 0 if pixels is None else pixels.nbytes
        if room + data.nbytes > SLOT_BYTES:
            kept = None if message is None else SimpleNamespace(format=message.format, data=data.tobytes())
            return _Parcel(replace(picture, message=kept), slot, None, None, 0)
        if pixels is not None:
            self._part(slot, 0, room).reshape(pixels.shape)[...] = pixels
        self._part(slot, room, data.nbytes)[...] = data
        shape, format_ = None if pixels is None else pixels.shape, None if message is None else str(message.format)
        return _Parcel(replace(picture, pixels=None, message=None), slot, shape, format_, data.nbytes)

    def take(self, parcel: _Parcel) -> Picture:
        """Return the picture, which holds until its slot is given back."""
        picture, room = parcel.picture, 0
        if parcel.shape is not None:
            room = int(np.prod(parcel.shape))
            picture = replace(picture, pixels=self._part(parcel.slot, 0, room).reshape(parcel.shape))
        if parcel.format is not None:
            data = self._part(parcel.slot, room, parcel.size)
            picture = replace(picture, message=SimpleNamespace(format=parcel.format, data=data))
        return picture


def replay_in_processes(part: Part, cores: Cores, progress: Callable[[int], object]) -> Series:
    """Perceive every image of a part as `replay` does; see there."""
    slots, settings = _Slots(), cores.perception
    with ExitStack() as stack:
        answerer = stack.enter_context(Helper(_answer, part, cores))  # first, since it takes longest to begin
        decoder = stack.enter_context(Helper(_decode, part, settings, slots))
        cv2.setNumThreads(settings.threads)
        detector, _ = load_detector(settings)
        camera = Camera(detector, EmotionClassifier(_Elsewhere(answerer.receive())), settings)
        answerer.send(decoder.receive())
        done = 0
        while (parcel := decoder.receive()) is not None:
            answerer.send(camera.find(slots.take(parcel)))
            decoder.send((parcel.slot, camera.next_scale))
            done += 1
            if done % 16 == 0:
                progress(16)
        answerer.send(None)
        series: Series = answerer.receive()
        progress(done % 16)
        return series


def _decode(channel: Connection, part: Part, settings: Settings, slots: _Slots) -> None:
    """Read and decode; a JPEG for which somebody would soon wait is decoded by who would."""
    cv2.setNumThreads(settings.threads)
    with open_bag(part.bag) as bag:
        channel.send(_Head(bag.name, bag.duration, bag.times, bag.notices))
        pictures, free = Pictures(settings), list(range(SLOTS))
        for recorded in bag.messages([part.topic], part.start_ns, part.stop_ns):
            while not free or channel.poll():
                slot, wanted = channel.recv()
                free.append(slot)
                pictures.guess.tell(wanted)
            picture = pictures.later(recorded) if len(free) >= SLOTS - 1 else pictures.read(recorded)
            channel.send(slots.put(free.pop(), picture))
    while len(free) < SLOTS:  # gone earlier, it would be missed by who gives the slots back
        free.append(channel.recv()[0])
    channel.send(None)


def _answer(channel: Connection, part: Part, cores: Cores) -> None:
    """Read faces, drive the light, and write both down."""
    cv2.setNumThreads(cores.perception.threads)
    classifier = load_classifier(cores.perception)
    channel.send(classifier.info)
    head: _Head = channel.recv()
    table = Table(ReplayedLight(cores.color), id_prefix(part))
    camera = Camera(_Nowhere(), classifier, cores.perception)
    while (found := channel.recv()) is not None:
        table.take(found, camera, head.times)
    table.catch_up(camera, head.times)
    series = table.series(head.name, part.topic, head.duration)
    channel.send(replace(series, notices=(*head.notices, *series.notices)))


class _Elsewhere(Backend):
    """A model that another process runs."""

    name = "elsewhere"

    def __init__(self, info: ModelInfo) -> None:
        self.info = info

    def run(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        raise PerceptionError("this process only finds faces")


class _Nowhere(FaceDetector):
    """The detector of a process that finds no faces."""

    name = "nowhere"
    geometry = BoxGeometry(1.0)

    def detect(self, image: Pixels) -> list[Detection]:
        raise PerceptionError("this process only reads faces")

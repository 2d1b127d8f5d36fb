# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One part in two processes that don't share Python's lock: one finds faces and follows them, and a helper does what
comes before and after that: it reads and decodes, and it answers and shows.

Each step sees the images in their order, as in one process, so the results are the same to the last digit. There are
two processes, not one a step, since three on two cores wake each other for every image, and the kernel lets a core
idle rather than move a process that has just run. The helper is forked before anything is loaded that has threads, and
shares what was imported; decoded images lie in memory that they share, too.
"""

import mmap
import select
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from types import SimpleNamespace

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_evaluation.answers.camera import Camera, Found
from fer_evaluation.answers.light import ReplayedLight
from fer_evaluation.answers.pictures import Picture, Pictures
from fer_evaluation.answers.replay import Cores, Part, id_prefix, model_file
from fer_evaluation.answers.series import Series
from fer_evaluation.answers.table import Table
from fer_evaluation.bags.bag import Recorded, open_bag
from fer_evaluation.beside.helper import Helper
from fer_perception import PerceptionError, Settings
from fer_perception.backends.base import Backend
from fer_perception.backends.model_file import ModelInfo
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.core import load_classifier, load_detector
from fer_perception.detectors.base import BoxGeometry, Detection, FaceDetector
from fer_perception.images.encodings import Pixels

SLOTS = 8
"""Images that lie between reading and finding, at most."""
FIRST = 2
"""The same before anything was found: until then JPEGs are decoded in full, and a slot keeps what memory it took."""
LOW = 4
"""So many are read before anything is answered: as many are searched while the network reads its faces."""
BEHIND = 64
"""Images that wait for their answers, at most; from half of it on JPEGs are left to the process that finds."""
SLOT_BYTES = 1 << 25
"""What one of them may need, pixels and JPEG: an image of 3840x2160. What is larger goes through a pipe."""


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

    @staticmethod
    def holds(picture: Picture) -> bool:
        """Tell whether a picture fits into a slot."""
        pixels, message = picture.pixels, picture.message
        return (0 if pixels is None else pixels.nbytes) + (0 if message is None else len(message.data)) <= SLOT_BYTES

    def put(self, slot: int, picture: Picture) -> _Parcel:
        pixels, message = picture.pixels, picture.message
        data = np.empty(0, np.uint8) if message is None else np.frombuffer(message.data, np.uint8)
        room = 0 if pixels is None else pixels.nbytes
        if not self.holds(picture):
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
    with Helper(_read_and_answer, part, cores, slots) as helper:
        cv2.setNumThreads(settings.threads)
        detector, _ = load_detector(settings)
        model_file(settings)  # whose checksum is wanted in the end, while the helper loads it
        camera = Camera(detector, EmotionClassifier(_Elsewhere(helper.receive())), settings)
        done = 0
        while (parcel := helper.receive()) is not None:
            found = camera.find(slots.take(parcel))
            helper.send((parcel.slot, camera.next_scale, found))
            done += 1
            if done % 16 == 0:
                progress(16)
        series: Series = helper.receive()
        progress(done % 16)
        return series


class _Feeder:
    """Gives images to the process that finds, and takes back what it found, in their order.

    What goes through the pipe fits into it, so that neither waits for the other to take it: at most `SLOTS` images.
    """

    def __init__(self, channel: Connection, images: Iterator[Recorded], settings: Settings, slots: _Slots) -> None:
        self._channel, self._images, self._slots = channel, images, slots
        self._pictures, self._free = Pictures(settings), list(range(SLOTS))
        self._poll = select.poll()
        self._poll.register(channel.fileno(), select.POLLIN)
        self._next, self._most = next(images, None), FIRST
        self.found: deque[Found] = deque()
        """What is to be answered."""

    @property
    def over(self) -> bool:
        """Whether every image was found in."""
        return self._next is None and len(self._free) == SLOTS

    def feed(self, least: int) -> None:
        """See that so many images lie ready for the other process, if there are any more and not too many wait."""
        while self._poll.poll(0):
            self._take()
        while self._next is not None and SLOTS - len(self._free) < min(least, self._most):
            if len(self.found) + SLOTS - len(self._free) >= BEHIND:
                break
            self._give(self._next)
            self._next = next(self._images, None)

    def wait(self) -> None:
        """Wait until something was found."""
        self._take()

    def _take(self) -> None:
        slot, wanted, found = self._channel.recv()
        self._most = SLOTS
        self._free.append(slot)
        self._pictures.guess.tell(wanted)
        self.found.append(found)

    def _give(self, recorded: Recorded) -> None:
        """Read an image and hand it over; a JPEG for which somebody would soon wait is decoded by who would."""
        busy = 2 * len(self.found) > BEHIND or len(self._free) >= SLOTS - 1
        picture = self._pictures.later(recorded) if busy else self._pictures.read(recorded)
        if not self._slots.holds(picture):
            while len(self._free) < SLOTS:  # two that send what the pipe can't hold would wait for each other
                self._take()
        self._channel.send(self._slots.put(self._free.pop(), picture))


def _read_and_answer(channel: Connection, part: Part, cores: Cores, slots: _Slots) -> None:
    """Read and decode; read faces, drive the light, and write both down."""
    settings = cores.perception
    cv2.setNumThreads(settings.threads)
    classifier = load_classifier(settings)
    channel.send(classifier.info)
    table = Table(ReplayedLight(cores.color), id_prefix(part))
    camera = Camera(_Nowhere(), classifier, settings)
    with open_bag(part.bag) as bag:
        feeder = _Feeder(channel, bag.messages([part.topic], part.start_ns, part.stop_ns), settings, slots)
        while not (feeder.over and not feeder.found):
            feeder.feed(LOW)
            if feeder.found:
                for _ in table.taking(feeder.found.popleft(), camera, bag.times):
                    feeder.feed(LOW)
            else:
                feeder.feed(SLOTS)
                if not (feeder.found or feeder.over):
                    feeder.wait()
        channel.send(None)
        table.catch_up(camera, bag.times)
        series = table.series(bag.name, part.topic, bag.duration)
        channel.send(replace(series, notices=(*bag.notices, *series.notices)))


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

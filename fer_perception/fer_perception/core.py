# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Perception without ROS: an image and its stamp in, every face's emotion and the room's out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.classification.crops import cut, face_square
from fer_perception.classification.held import HeldAnswers
from fer_perception.classification.quality import quality
from fer_perception.detectors import FaceDetector, create_detector
from fer_perception.detectors.base import Detection
from fer_perception.errors import PerceptionError
from fer_perception.fusion.filtering import DistributionFilter
from fer_perception.fusion.room import FaceEmotion, Room, RoomEmotion
from fer_perception.images.arrays import taken_image, taken_stamp
from fer_perception.images.encodings import Pixels
from fer_perception.mounting import Mounting
from fer_perception.search.expected_face import ExpectedFace
from fer_perception.search.search import Search
from fer_perception.search.windows import moved
from fer_perception.settings import Settings
from fer_perception.tracking.followed import Followed, FollowedFace
from fer_perception.tracking.tracker import Tracker

GREY = np.full((480, 640, 3), 128, dtype=np.uint8)
GREY_FACE = Detection((220.0, 140.0, 200.0, 200.0), 1.0)
"""For a first call, so that the first real one takes no longer than the others."""


def load_classifier(settings: Settings) -> EmotionClassifier:
    """Load the classifier as the settings say.

    Raises:
        PerceptionError: the backend or the model can't be had.
    """
    classifier = EmotionClassifier.load(
        settings.model, backend=settings.backend, provider=settings.provider, threads=settings.threads
    )
    classifier.set_prior(settings.prior, settings.reading)
    return classifier


def load_detector(settings: Settings) -> tuple[FaceDetector, str]:
    """Load the detector as the settings say; with it a line of warning, mostly empty.

    Raises:
        PerceptionError: it can't be had.
    """
    return create_detector(
        settings.detector,
        weights=settings.detector_weights,
        threshold=settings.detection_threshold,
        min_face_px=settings.min_face_px,
        detection_width=settings.detection_width,
        engine=settings.detector_engine,
        threads=settings.threads,
    )


@dataclass(frozen=True)
class Perceived:
    """What was seen in one image."""

    stamp_ns: int
    """The image's stamp, nanoseconds."""
    faces: tuple[FaceEmotion, ...]
    """Largest first; empty: nobody is seen."""
    room: RoomEmotion | None
    """None: nobody is seen."""
    notices: tuple[str, ...] = ()
    """Lines of warning, for a log."""


class Perception:
    """Finds faces, follows them and reads their emotions. Not thread-safe: one worker uses it.

    Its clock is the images' stamps, so that the same images with the same stamps give the same answer at any
    speed.

    Args:
        detector: finds the faces.
        classifier: reads them.
        settings: validated; `detector` and `classifier` were made of the same.
        notices: lines of warning from making these two, handed out with the first image.
    """

    def __init__(
        self,
        detector: FaceDetector,
        classifier: EmotionClassifier,
        settings: Settings | None = None,
        notices: Sequence[str] = (),
    ) -> None:
        """Take over a detector and a classifier; `create` makes them."""
        self.detector, self.classifier = detector, classifier
        self.search, self.mounting = Search(detector), Mounting(detector)
        self.tracker, self.filter, self.room = Tracker(), DistributionFilter(), Room()
        self.held = HeldAnswers()
        self.settings = settings or Settings()
        self._factors = 1.0, 1.0  # from the pixels of what is looked at to those of the image as it came
        self._notices = [notice for notice in notices if notice]
        self.configure(self.settings)

    @classmethod
    def create(cls, settings: Settings | None = None) -> "Perception":
        """Perception as the settings say, with its detector and its model loaded and tried.

        Raises:
            PerceptionError: the detector, the backend or the model can't be had, or these are no settings.
        """
        settings = Settings() if settings is None else settings
        if not isinstance(settings, Settings):
            raise PerceptionError(f"the settings are {settings!r}; give Settings(...), as Settings(model='accurate')")
        classifier = load_classifier(settings)
        detector, notice = load_detector(settings)
        perception = cls(detector, classifier, settings, [notice, classifier.backend.notice])
        perception.warm_up()
        return perception

    def warm_up(self) -> None:
        """Run every part once on a grey image, so that the first real one takes no longer than the others."""
        self.detector.detect(GREY)
        self.classifier.classify(GREY, [GREY_FACE], self.detector.geometry)

    def swap(self, classifier: EmotionClassifier) -> None:
        """Read faces with another model from the next image on; the filtered answers go on."""
        classifier.set_prior(self.settings.prior, self.settings.reading)
        self.classifier = classifier
        self.held.forget()

    def configure(self, settings: Settings) -> None:
        """Take over what may be changed between two images (the settings marked live)."""
        self.settings = settings
        self.detector.threshold, self.detector.min_face_px = settings.detection_threshold, settings.min_face_px
        self.mounting.way = settings.rotate
        self.search.interval = settings.search_interval
        self.search.second.threshold = settings.confirmation
        self.search.stillness.level = settings.still
        self.held.forget()
        self.tracker.keep_id = settings.keep_id
        self.tracker.steady_hits, self.tracker.steady_window = settings.steady_hits, settings.steady_window
        self.classifier.set_prior(settings.prior, settings.reading)
        self.filter.time_constant = settings.filter_time
        self.room.way, self.room.switch = settings.room, settings.room_switch

    @property
    def colours_wanted(self) -> bool:
        """Whether the next image should have colours: False where its faces are only to be read, if they keep still.

        The detector looks for faces in colours and the network reads them in grey. Both do with either.
        """
        return self.search.interval <= 0 or not self.search.stillness.only_read_next(len(self.tracker.tracks))

    def process(
        self,
        image: Pixels,
        stamp_ns: int,
        size: tuple[int, int] | None = None,
        show: Callable[[Pixels, Sequence[Detection]], None] | None = None,
    ) -> Perceived:
        """Perceive one image.

        Args:
            image: BGR uint8 [H, W, 3] or grey uint8 [H, W], of any size; it is not written to. Grey [H, W, 1] and BGR
                with alpha, [H, W, 4], are taken, too.
            stamp_ns: when it was taken, whole nanoseconds, from its header.
            size: width and height of the image as it came, where this one was decoded smaller; what is seen is given
                in its pixels, and `min_face_px` counts in them.
            show: is told the image as it was looked at, upright, and the faces that were found in it, largest first.

        Raises:
            PerceptionError: image or stamp is something else, or the model answered what is no distribution.
        """
        image, stamp_ns = self.upright(image, stamp_ns, size), taken_stamp(stamp_ns)
        found = self.find(image, stamp_ns)
        if show is not None:
            show(image, found)
        read = self.classifier.classify(image, self.held.unread(found), self.detector.geometry)
        return self.conclude(image, stamp_ns, found, self.held.complete(found, read))

    def photograph(self, image: Pixels) -> Perceived:
        """Perceive one image by itself: neither those before it count, nor does it count for those that come.

        To `process`, images are what one camera saw one after another: a face where one was before is taken for the
        same, and its answer is smoothed over time. Photographs of a folder have nothing of that.

        Args:
            image: as for `process`.

        Raises:
            PerceptionError: as `process`.
        """
        notices, self._notices = self._notices, []
        return Perception(self.detector, self.classifier, self.settings, notices).process(image, 0)

    def upright(self, image: Pixels, stamp_ns: int, size: tuple[int, int] | None = None) -> Pixels:
        """Turn an image as its camera hangs, the first step of `process`; arguments and errors as there."""
        shown = self.mounting.upright(taken_image(image), taken_stamp(stamp_ns), size)
        width, height = self.mounting.upright_size
        self._factors = width / shown.shape[1], height / shown.shape[0]
        return shown

    def find(self, image: Pixels, stamp_ns: int) -> list[Detection]:
        """Find the faces of an image that `upright` returned, at most `max_faces`, the largest first, in its pixels."""
        fx, fy = self._factors
        self.detector.min_face_px = self.settings.min_face_px / fx
        expected = []
        for track in self.tracker.tracks:
            x, y, width, height = track.expected_box(stamp_ns)
            expected.append(ExpectedFace((x / fx, y / fy, width / fx, height / fy), track.history[-1]))
        searched = self.search.find(image, stamp_ns, expected)
        found = [face for face in searched if min(_clipped(face, image.shape[1], image.shape[0])[2:]) > 0]
        return sorted(found, key=lambda face: -face.area)[: self.settings.max_faces]

    def conclude(
        self, image: Pixels, stamp_ns: int, found: Sequence[Detection], answers: NDArray[np.float32]
    ) -> Perceived:
        """Follow and filter what was found and read: who it is, and what the room feels.

        Args:
            image: as for `find`.
            stamp_ns: its stamp, nanoseconds.
            found: its faces.
            answers: what the network says of them, float32 [N, 7].
        """
        return self.answer(self.follow(image, stamp_ns, found), answers)

    def follow(self, image: Pixels, stamp_ns: int, found: Sequence[Detection]) -> Followed:
        """Follow the faces that were found: the half of `conclude` that the next image's `find` waits for.

        Args:
            image: as for `find`.
            stamp_ns: its stamp, nanoseconds.
            found: its faces.
        """
        worth = [self._worth(image, face) for face in found]
        if self._factors != (1.0, 1.0):
            found = [moved(face, *self._factors, 0, 0) for face in found]
        width, height = self.mounting.upright_size
        tracks, notice = self.tracker.update(found, stamp_ns)
        faces = tuple(
            FollowedFace(track.face_id, _clipped(face, width, height), face, self.tracker.is_steady(track), weight)
            for face, track, weight in zip(found, tracks, worth)
        )
        notices, self._notices = (*self._notices, *(line for line in (notice, self.mounting.notice) if line)), []
        return Followed(stamp_ns, faces, frozenset(track.face_id for track in self.tracker.tracks), notices)

    def answer(self, followed: Followed, answers: NDArray[np.float32]) -> Perceived:
        """Filter what was read of followed faces: the half of `conclude` that may come later, image by image.

        Where `rotate` is '0' it touches nothing that `find` and `follow` do, so that another thread may do it.

        Args:
            followed: of `follow`.
            answers: what the network says of its faces, float32 [N, 7].
        """
        stamp_ns = followed.stamp_ns
        faces = tuple(
            FaceEmotion(
                one.face_id,
                one.box,
                one.found.score,
                self.filter.update(one.face_id, answer, stamp_ns, one.weight),
                one.found.landmarks,
                one.steady,
                one.weight,
            )
            for one, answer in zip(followed.faces, answers)
        )
        self.filter.forget_all_but(set(followed.alive))
        room = self.mounting.room_back(self.room.update(faces))
        return Perceived(stamp_ns, tuple(self.mounting.face_back(face) for face in faces), room, followed.notices)

    def _worth(self, image: Pixels, face: Detection) -> float:
        """Return what the quality gate says of a face, 0 to 1."""
        if not self.settings.quality_gate:
            return 1.0
        square = face_square(face, self.detector.geometry, self.classifier.info.crop)
        return quality(cut(image, square), face.side, face.landmarks)


def _clipped(face: Detection, width: int, height: int) -> tuple[int, int, int, int]:
    """Clip the face's box to an image of that size, in whole pixels."""
    x, y, w, h = face.box
    left, top = min(max(round(x), 0), width), min(max(round(y), 0), height)
    right, bottom = min(max(round(x + w), left), width), min(max(round(y + h), top), height)
    return left, top, right - left, bottom - top

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where the detector looks: around the faces that are followed in every image, everywhere else bit by bit.

While nobody is followed every image is searched whole, so a face that comes alone is found at once. While faces are
followed, each is looked for in a window around where it is expected, all windows in one call; and every `interval`
one look at most goes elsewhere, where something has changed (next_part.py). So no image costs much more than the
others. What looks like a new face is shown to the detector a second time before it is accepted (second_look.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fer_perception.detectors.base import Detection, FaceDetector, WindowDetector
from fer_perception.detectors.boxes import overlap
from fer_perception.detectors.reduce import reduce, shrink
from fer_perception.images.encodings import Pixels
from fer_perception.search.expected_face import ExpectedFace
from fer_perception.search.next_part import NextPart, Part
from fer_perception.search.second_look import FIRST, SecondLook
from fer_perception.search.stillness import Stillness
from fer_perception.search.windows import WINDOW, Box, Window, moved, sheet_of

WINDOW_FACE_PX = 64.0
"""Pixels of face in a window, at most; smaller faces are shown as they are."""
WINDOW_THRESHOLD = 0.6
"""What part of the threshold does where a face is expected: a face that turns away for a moment is not lost."""
SAME = 0.4
"""Two boxes that overlap more than this (intersection over union) are one face."""
SMALL_PX = 192
"""A searched image whose sides are no longer than this is not worth dividing."""


@dataclass
class Work:
    """What the detector did, counted, for the benchmark and diagnostics."""

    images: int = 0
    calls: int = 0
    """Calls of the detector's network."""
    pixels: int = 0
    """That it was shown."""
    whole: int = 0
    """Images that were searched whole."""

    def add(self, other: "Work") -> None:
        """Count another search's work, too."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


class Search:
    """Searches a stream of images. Its clock is their stamps.

    Args:
        detector: one that can be shown windows; another searches every image whole.
        interval: seconds between two looks elsewhere while faces are followed; 0 searches every image whole.
        confirmation: what a face that nobody followed must score in a second look; 0 believes the first.
        still: how little a face may change to be looked for and read in turns; see `Stillness`.
    """

    def __init__(
        self, detector: FaceDetector, interval: float = 0.03, confirmation: float = 0.83, still: float = 20.0
    ) -> None:
        """Begin with a whole image."""
        self.detector = detector
        self.work = Work()
        self.second = SecondLook(confirmation, self._count)
        self.stillness = Stillness(still)
        self._parts = NextPart(interval)
        self._shape: tuple[int, ...] = ()
        self._stamp_ns = 0

    @property
    def interval(self) -> float:
        """Seconds between two looks elsewhere."""
        return self._parts.interval

    @interval.setter
    def interval(self, seconds: float) -> None:
        self._parts.interval = seconds

    def find(self, image: Pixels, stamp_ns: int, expected: Sequence[ExpectedFace]) -> list[Detection]:
        """Find the faces in an image, the best first.

        Args:
            image: BGR uint8 [H, W, 3] or grey uint8 [H, W].
            stamp_ns: when it was taken, nanoseconds.
            expected: the faces that are followed, as they should be now.
        """
        self.work.images += 1
        self.stillness.look(image, stamp_ns)
        found = self._look(image, stamp_ns, expected)
        if isinstance(self.detector, WindowDetector):
            found = self.second.accepted(self.detector, image, stamp_ns, found, expected)
        return self.stillness.numbered(image, found)

    def _look(self, image: Pixels, stamp_ns: int, expected: Sequence[ExpectedFace]) -> list[Detection]:
        """Find what looks like a face, the best first."""
        detector = self.detector
        known = [face for face in expected if face.seen]
        whole = self.interval <= 0 or not known or image.shape[:2] != self._shape or stamp_ns < self._stamp_ns
        self._stamp_ns = stamp_ns
        if whole or not isinstance(detector, WindowDetector):
            return self._everywhere(image, stamp_ns, len(expected))
        scale = detector.scale(image)
        if max(image.shape[0], image.shape[1]) * scale <= SMALL_PX:
            return self._everywhere(image, stamp_ns, len(expected))
        found, lost = self._in_windows(detector, image, expected)
        if lost:
            return self._everywhere(image, stamp_ns, len(expected))
        part = self._parts.next_part(image, stamp_ns, [face.box for face in known], scale)
        if part is not None:
            both = _distinct([*found, *self._look_at(part, detector, image)])
            self._parts.settle(part, open_question=len(both) > len(found))
            found = both
        return sorted((face for face in found if face.area >= detector.min_face_px**2), key=lambda face: -face.score)

    def _everywhere(self, image: Pixels, stamp_ns: int, followed: int) -> list[Detection]:
        self._shape = image.shape[:2]
        self.work.whole += 1
        if not isinstance(self.detector, WindowDetector):
            self._count(*image.shape[:2])
            return self.detector.detect(image)
        shown = reduce(image, self.detector.scale(image))
        self._count(*shown.shape[:2])
        fx, fy = image.shape[1] / shown.shape[1], image.shape[0] / shown.shape[0]
        found = [moved(face, fx, fy, 0, 0) for face in self.detector.find(shown, self._worth_a_look)]
        self._parts.searched_whole(image, stamp_ns, open_question=len(found) > followed)
        return [face for face in found if face.area >= self.detector.min_face_px**2]

    @property
    def _worth_a_look(self) -> float:
        """The least score of what may be a new face."""
        return self.detector.threshold * (FIRST if self.second.threshold > 0 else 1.0)

    def _count(self, height: float, width: float) -> None:
        self.work.calls += 1
        self.work.pixels += round(height) * round(width)

    def _in_windows(
        self, detector: WindowDetector, image: Pixels, expected: Sequence[ExpectedFace]
    ) -> tuple[list[Detection], bool]:
        """Find each expected face that is where it should be, and tell whether one that was seen is not."""
        known = [(face, self.stillness.held(face)) for face in expected]
        found = [holds for _, holds in known if holds is not None]
        expected = [face for face, holds in known if holds is None]
        if not expected:
            return found, False
        windows = [Window.around(face.box, WINDOW, WINDOW_FACE_PX) for face in expected]
        sheet, places = sheet_of(image, windows)
        self._count(*sheet.shape[:2])
        answers = detector.find(sheet, detector.threshold * WINDOW_THRESHOLD)
        lost = False
        for face, window, place in zip(expected, windows, places):
            inside = [window.back(answer, place) for answer in answers if place.holds(answer.centre)]
            best = max(inside, key=lambda answer: overlap(answer.box, face.box) + 0.5 * answer.score, default=None)
            if best is not None and any(overlap(best.box, other.box) > SAME for other in found):
                best = None  # two windows show one face: the other may be behind it
            if best is None:
                lost = lost or face.seen
            else:
                found.append(best)
        if not lost:
            others = [
                window.back(answer, place)
                for answer in answers
                if answer.score >= self._worth_a_look
                for window, place in zip(windows, places)
                if place.shows(answer.centre)
            ]
            found = _distinct([*found, *others])
        return found, lost

    def _look_at(self, part: Part, detector: WindowDetector, image: Pixels) -> list[Detection]:
        """Find what looks like a face in a part, and lies in it whole."""
        height, width = image.shape[:2]
        left, top, right, bottom = part.edges
        cut = image[top:bottom, left:right]
        size = max(1, round(cut.shape[1] * part.factor)), max(1, round(cut.shape[0] * part.factor))
        shown = cut if part.factor >= 1 else shrink(cut, size)
        self._count(*shown.shape[:2])
        fx, fy = cut.shape[1] / shown.shape[1], cut.shape[0] / shown.shape[0]
        answers = [moved(answer, fx, fy, left, top) for answer in detector.find(shown, self._worth_a_look)]
        inner = (left > 0, top > 0, right < width, bottom < height)
        return [face for face in answers if not _cut(face.box, part.edges, inner)]


def _cut(box: Box, part: tuple[int, int, int, int], inner: tuple[bool, bool, bool, bool]) -> bool:
    """Tell whether a face touches an edge of the part that is not an edge of the image: another part shows it whole."""
    left, top, right, bottom = part
    beyond = (box[0] <= left, box[1] <= top, box[0] + box[2] >= right, box[1] + box[3] >= bottom)
    return any(past and within for past, within in zip(beyond, inner))


def _distinct(faces: Sequence[Detection]) -> list[Detection]:
    """Return the faces without those that overlap an earlier one: what a window showed is kept as it was."""
    kept: list[Detection] = []
    for face in faces:
        if all(overlap(face.box, other.box) <= SAME for other in kept):
            kept.append(face)
    return kept

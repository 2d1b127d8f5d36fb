"""Where the detector looks: around the faces that are followed in every image, everywhere else bit by bit.

While nobody is followed every image is searched whole, so a face that comes alone is found at once. While faces are
followed, each is looked for in a window around where it is expected, all windows in one call; and every `interval`
one look of a round goes elsewhere: the whole image at half the scale, which shows the large faces, then each quarter
at full scale, overlapping by what the half scale shows. So no image costs much more than the others. What looks like a
new face is shown to the detector a second time before it is believed (confirm.py).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fer_perception.confirm import FIRST, SecondLook
from fer_perception.detectors.base import Detection, FaceDetector, WindowDetector
from fer_perception.detectors.reduce import reduce, shrink
from fer_perception.encodings import Pixels
from fer_perception.expected import Expected
from fer_perception.tracker import overlap
from fer_perception.windows import Box, Window, moved, sheet_of

ELSEWHERE_SCALE = 0.9
"""A look elsewhere is shown this much smaller than an image that is searched whole: a fifth fewer pixels.

Of faces pasted into 64 scenes (bench.recall, seed 3) it finds 0.803, at full size 0.808, at 0.8 of it 0.791; YuNet on
whole images 0.790."""
WINDOW = 2.0
"""A window's side, in sides of the face's box: room for a face that moves by half its size between two images."""
WINDOW_FACE_PX = 64.0
"""Pixels of face in a window, at most; smaller faces are shown as they are."""
WINDOW_THRESHOLD = 0.6
"""What part of the threshold does where a face is expected: a face that turns away for a moment is not lost."""
OVERLAP_PX = 96
"""By how much the quarters overlap: the half scale shows faces of this size with 48 px."""
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
    """

    def __init__(self, detector: FaceDetector, interval: float = 0.03, confirmation: float = 0.83) -> None:
        """Begin with a whole image."""
        self.detector, self.interval = detector, interval
        self.work = Work()
        self.second = SecondLook(confirmation, self._count)
        self._shape: tuple[int, ...] = ()
        self._looked_ns = 0
        self._turn = 0

    def find(self, image: Pixels, stamp_ns: int, expected: Sequence[Expected]) -> list[Detection]:
        """The faces in an image, the best first.

        Args:
            image: BGR uint8 [H, W, 3] or grey uint8 [H, W].
            stamp_ns: when it was taken, nanoseconds.
            expected: the faces that are followed, as they should be now.
        """
        self.work.images += 1
        found = self._look(image, stamp_ns, expected)
        if isinstance(self.detector, WindowDetector):
            return self.second.believed(self.detector, image, stamp_ns, found, expected)
        return found

    def _look(self, image: Pixels, stamp_ns: int, expected: Sequence[Expected]) -> list[Detection]:
        """What looks like a face, the best first."""
        detector = self.detector
        known = [face for face in expected if face.seen]
        whole = self.interval <= 0 or not known or image.shape != self._shape or stamp_ns < self._looked_ns
        if whole or not isinstance(detector, WindowDetector):
            return self._everywhere(image, stamp_ns)
        scale = detector.scale(image)
        if max(image.shape[0], image.shape[1]) * scale <= SMALL_PX:
            return self._everywhere(image, stamp_ns)
        found, lost = self._in_windows(detector, image, expected)
        if lost:
            return self._everywhere(image, stamp_ns)
        if stamp_ns - self._looked_ns >= self.interval * 1e9:
            self._looked_ns = stamp_ns
            found = _distinct([*found, *self._elsewhere(detector, image, scale)])
        return sorted((face for face in found if face.area >= detector.min_face_px**2), key=lambda face: -face.score)

    def _everywhere(self, image: Pixels, stamp_ns: int) -> list[Detection]:
        self._shape, self._looked_ns, self._turn = image.shape, stamp_ns, 0
        self.work.whole += 1
        if not isinstance(self.detector, WindowDetector):
            self._count(*image.shape[:2])
            return self.detector.detect(image)
        shown = reduce(image, self.detector.scale(image))
        self._count(*shown.shape[:2])
        fx, fy = image.shape[1] / shown.shape[1], image.shape[0] / shown.shape[0]
        found = [moved(face, fx, fy, 0, 0) for face in self.detector.find(shown, self._worth_a_look)]
        return [face for face in found if face.area >= self.detector.min_face_px**2]

    @property
    def _worth_a_look(self) -> float:
        """The least score of what may be a new face."""
        return self.detector.threshold * (FIRST if self.second.threshold > 0 else 1.0)

    def _count(self, height: float, width: float) -> None:
        self.work.calls += 1
        self.work.pixels += round(height) * round(width)

    def _in_windows(
        self, detector: WindowDetector, image: Pixels, expected: Sequence[Expected]
    ) -> tuple[list[Detection], bool]:
        """Each expected face that is where it should be, and whether one that was seen is not."""
        windows = [Window.around(face.box, WINDOW, WINDOW_FACE_PX) for face in expected]
        sheet, places = sheet_of(image, windows)
        self._count(*sheet.shape[:2])
        answers = detector.find(sheet, detector.threshold * WINDOW_THRESHOLD)
        found: list[Detection] = []
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
        return found, lost

    def _elsewhere(self, detector: WindowDetector, image: Pixels, scale: float) -> list[Detection]:
        """One look of the round."""
        height, width = image.shape[:2]
        turn, self._turn = self._turn, (self._turn + 1) % 5
        if turn == 0:
            left, top, right, bottom, factor = 0, 0, width, height, scale / 2
        else:
            reach = OVERLAP_PX / scale / 2
            middle_x, middle_y = width / 2, height / 2
            left, right = (0, math.ceil(middle_x + reach)) if turn % 2 else (int(middle_x - reach), width)
            top, bottom = (0, math.ceil(middle_y + reach)) if turn <= 2 else (int(middle_y - reach), height)
            left, top, right, bottom = max(0, left), max(0, top), min(width, right), min(height, bottom)
            factor = scale * ELSEWHERE_SCALE
        part = image[top:bottom, left:right]
        size = max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor))
        shown = part if factor >= 1 else shrink(part, size)
        self._count(*shown.shape[:2])
        fx, fy = part.shape[1] / shown.shape[1], part.shape[0] / shown.shape[0]
        answers = [moved(answer, fx, fy, left, top) for answer in detector.find(shown, self._worth_a_look)]
        inner = (left > 0, top > 0, right < width, bottom < height)
        return [face for face in answers if not _cut(face.box, (left, top, right, bottom), inner)]


def _cut(box: Box, part: tuple[int, int, int, int], inner: tuple[bool, bool, bool, bool]) -> bool:
    """Whether a face touches an edge of the part that is not an edge of the image: another part shows it whole."""
    left, top, right, bottom = part
    beyond = (box[0] <= left, box[1] <= top, box[0] + box[2] >= right, box[1] + box[3] >= bottom)
    return any(past and within for past, within in zip(beyond, inner))


def _distinct(faces: Sequence[Detection]) -> list[Detection]:
    """The faces without those that overlap an earlier one: what a window showed is kept as it was."""
    kept: list[Detection] = []
    for face in faces:
        if all(overlap(face.box, other.box) <= SAME for other in kept):
            kept.append(face)
    return kept

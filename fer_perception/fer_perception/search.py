"""Where the detector looks: around the faces that are followed in every image, everywhere else bit by bit.

While nobody is followed every image is searched whole, so a face that comes alone is found at once. While faces are
followed, each is looked for in a window around where it is expected, all windows in one call; and every `interval`
one look of a round goes elsewhere: the whole image at half the scale, which shows the large faces, then each quarter
at full scale, overlapping by what the half scale shows. So no image costs much more than the others.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_perception.detectors.base import Detection, FaceDetector, WindowDetector
from fer_perception.detectors.reduce import shrink
from fer_perception.encodings import Pixels
from fer_perception.tracker import overlap

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels of the full image."""

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


@dataclass(frozen=True)
class Expected:
    """A face that is followed."""

    box: Box
    """Where it should be in this image."""
    seen: bool
    """Whether it was seen in the last image: if so and it is not found now, the whole image is searched."""


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


class Search:
    """Searches a stream of images. Its clock is their stamps.

    Args:
        detector: one that can be shown windows; another searches every image whole.
        interval: seconds between two looks elsewhere while faces are followed; 0 searches every image whole.
    """

    def __init__(self, detector: FaceDetector, interval: float = 0.03) -> None:
        """Begin with a whole image."""
        self.detector, self.interval = detector, interval
        self.work = Work()
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
        scale = self.detector.scale(image) if isinstance(self.detector, WindowDetector) else 1.0
        self._count(image.shape[0] * scale, image.shape[1] * scale)
        return self.detector.detect(image)

    def _count(self, height: float, width: float) -> None:
        self.work.calls += 1
        self.work.pixels += round(height) * round(width)

    def _in_windows(
        self, detector: WindowDetector, image: Pixels, expected: Sequence[Expected]
    ) -> tuple[list[Detection], bool]:
        """Each expected face that is where it should be, and whether one that was seen is not."""
        windows = [_Window.around(face.box) for face in expected]
        sheet, places = _sheet(image, windows)
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
            factor = scale
        part = image[top:bottom, left:right]
        size = max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor))
        shown = part if factor >= 1 else shrink(part, size)
        self._count(*shown.shape[:2])
        fx, fy = part.shape[1] / shown.shape[1], part.shape[0] / shown.shape[0]
        answers = [_moved(answer, fx, fy, left, top) for answer in detector.find(shown, detector.threshold)]
        inner = (left > 0, top > 0, right < width, bottom < height)
        return [face for face in answers if not _cut(face.box, (left, top, right, bottom), inner)]


@dataclass(frozen=True)
class _Place:
    """Where a window lies on the sheet."""

    x: int
    y: int
    side: int

    def holds(self, centre: tuple[float, float]) -> bool:
        """Whether a face on the sheet belongs to this window: its centre lies in the inner half."""
        return all(abs(at - start - self.side / 2) <= self.side / 4 for at, start in zip(centre, (self.x, self.y)))


@dataclass(frozen=True)
class _Window:
    """A square of the image, of whole pixels, possibly reaching past its edges."""

    x: int
    y: int
    side: int
    shown: int
    """Its side on the sheet, in pixels."""

    @classmethod
    def around(cls, box: Box) -> "_Window":
        """Around where a face is expected."""
        face = math.sqrt(max(1.0, box[2] * box[3]))
        side = max(16, round(WINDOW * face))
        shown = min(side, round(WINDOW * WINDOW_FACE_PX))
        centre_x, centre_y = box[0] + box[2] / 2, box[1] + box[3] / 2
        return cls(round(centre_x - side / 2), round(centre_y - side / 2), side, shown)

    def cut(self, image: Pixels) -> Pixels:
        """What it shows, [shown, shown] or [shown, shown, 3]; past the image's edges is black."""
        height, width = image.shape[:2]
        left, top = max(0, self.x), max(0, self.y)
        right, bottom = min(width, self.x + self.side), min(height, self.y + self.side)
        out = np.zeros((self.shown, self.shown, *image.shape[2:]), np.uint8)
        factor = self.shown / self.side
        x0, y0 = round((left - self.x) * factor), round((top - self.y) * factor)
        x1, y1 = round((right - self.x) * factor), round((bottom - self.y) * factor)
        if x1 > x0 and y1 > y0 and right > left and bottom > top:
            part = image[top:bottom, left:right]
            size = x1 - x0, y1 - y0
            out[y0:y1, x0:x1] = shrink(part, size)
        return out

    def back(self, face: Detection, place: _Place) -> Detection:
        """A face on the sheet, in the image."""
        factor = self.side / self.shown
        return _moved(face, factor, factor, self.x - place.x * factor, self.y - place.y * factor)


def _sheet(image: Pixels, windows: Sequence[_Window]) -> tuple[Pixels, list[_Place]]:
    """All windows on one image, in rows, the largest first."""
    order = sorted(range(len(windows)), key=lambda index: -windows[index].shown)
    width = max(windows[order[0]].shown, math.ceil(math.sqrt(sum(window.shown**2 for window in windows))))
    places: dict[int, _Place] = {}
    x = y = row = 0
    for index in order:
        side = windows[index].shown
        if x + side > width:
            x, y, row = 0, y + row, 0
        places[index] = _Place(x, y, side)
        x, row = x + side, max(row, side)
    sheet = np.zeros((y + row, max(place.x + place.side for place in places.values()), *image.shape[2:]), np.uint8)
    for index, window in enumerate(windows):
        place = places[index]
        sheet[place.y : place.y + place.side, place.x : place.x + place.side] = window.cut(image)
    return sheet, [places[index] for index in range(len(windows))]


def _moved(face: Detection, fx: float, fy: float, x: float, y: float) -> Detection:
    box = face.box[0] * fx + x, face.box[1] * fy + y, face.box[2] * fx, face.box[3] * fy
    points = None if face.landmarks is None else (face.landmarks * (fx, fy) + (x, y)).astype(np.float32)
    return Detection(box, face.score, points)


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

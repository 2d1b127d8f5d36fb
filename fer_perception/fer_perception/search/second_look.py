# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A second look at a face that nobody followed before: what only looks like one at one scale is not believed.

YuNet at 0.7 takes a headlight or a stroke of print for a face once in some forty images. Shown the same place again,
enlarged and mirrored, it keeps its score for faces and loses it for the rest; which looks tell them apart best was
measured, see docs/second_look.md.
"""

from collections.abc import Callable, Sequence

import numpy as np

from fer_perception.detectors.base import Detection, WindowDetector
from fer_perception.detectors.boxes import overlap
from fer_perception.images.encodings import Pixels
from fer_perception.search.expected_face import ExpectedFace
from fer_perception.search.windows import Box, Window, sheet_of

FIRST = 0.7
"""What part of the detector's threshold makes a second look worth while."""
SURE = 0.9
"""A score that needs no second look; in 5,000 images without anybody the highest was 0.86."""
REACH, FACE_PX = 3.0, 160.0
"""What a second look shows: a square of so many sides of the face, the face enlarged or reduced to so many pixels."""
REMEMBERED = 0.8
"""What part of `threshold` does in one look where a face was followed a moment ago."""
SAME = 0.4
"""A second look's box that overlaps more than this (intersection over union) is of the same face."""
LEAST = 0.3
"""Scores below this are counted as none."""
WIDE, TALL, NOSE = (0.45, 1.3), (0.25, 0.6), (0.25, 0.8)
"""What a face's proportions may be that is not beyond doubt: its box's width over its height (0.62 to 1.02 for 1,400
faces), from the eyes to the mouth in sides of the box (0.32 to 0.54), where between them the nose is (0.34 to 0.70)."""
MOST = 2
"""Faces that get a second look in one image; the others wait for the next one."""
AGAIN_NS = 150_000_000
"""What was refused is not looked at again for so long, so that a headlight in view costs little."""


class SecondLook:
    """Decides which faces are believed. Its clock is the images' stamps.

    Args:
        threshold: the least mean score of a new face in two looks, 0 to 1; 0 believes the first.
        count: told the height and width of whatever the detector is shown.
    """

    def __init__(self, threshold: float, count: Callable[[float, float], None]) -> None:
        """Begin with nothing refused."""
        self.threshold, self._count = threshold, count
        self._refused: list[tuple[Box, int]] = []

    def accepted(
        self,
        detector: WindowDetector,
        image: Pixels,
        stamp_ns: int,
        found: Sequence[Detection],
        expected: Sequence[ExpectedFace],
    ) -> list[Detection]:
        """Return the faces that were followed or are confirmed, in their order.

        Args:
            detector: that found them.
            image: in which they were found.
            stamp_ns: when it was taken, nanoseconds.
            found: the best first.
            expected: the faces that are followed.
        """
        if self.threshold <= 0:
            return list(found)
        self._refused = [(box, when) for box, when in self._refused if 0 <= stamp_ns - when < AGAIN_NS]
        followed = _matched(found, [one for one in expected if one.seen], detector.threshold)
        remembered = _matched(found, [one for one in expected if not one.seen], detector.threshold)
        believed = {
            index
            for index, face in enumerate(found)
            if index in followed or (face.score >= SURE and is_plausible(face))
        }
        asked = [
            index
            for index, face in enumerate(found)
            if index not in believed
            and is_plausible(face)
            and all(overlap(face.box, box) <= SAME for box, _ in self._refused)
        ][:MOST]
        if asked:
            faces, known = [found[index] for index in asked], [index in remembered for index in asked]
            for index, answer in zip(asked, self._confirm(detector, image, faces, known)):
                if answer:
                    believed.add(index)
                else:
                    self._refused.append((found[index].box, stamp_ns))
        return [face for index, face in enumerate(found) if index in believed]

    def _confirm(
        self, detector: WindowDetector, image: Pixels, faces: Sequence[Detection], remembered: Sequence[bool]
    ) -> list[bool]:
        """Tell whether each face is one: by the first look where that decides it, by the mean of two elsewhere."""
        plain = self._look(detector, image, faces, mirrored=False)
        answers: list[bool | None] = [
            True if score >= (REMEMBERED * self.threshold if known else SURE) else None if self._may(score) else False
            for score, known in zip(plain, remembered)
        ]
        undecided = [index for index, answer in enumerate(answers) if answer is None]
        if undecided:
            again = self._look(detector, image, [faces[index] for index in undecided], mirrored=True)
            for index, score in zip(undecided, again):
                answers[index] = (plain[index] + score) / 2 >= self.threshold
        return [bool(answer) for answer in answers]

    def _may(self, score: float) -> bool:
        """Tell whether a second look can still confirm it; none scores more than `SURE` but for what is beyond
        doubt."""
        return score + SURE >= 2 * self.threshold

    def _look(
        self, detector: WindowDetector, image: Pixels, faces: Sequence[Detection], *, mirrored: bool
    ) -> list[float]:
        """Score each face, enlarged; 0 where it is none."""
        windows = [Window.around(face.box, REACH, FACE_PX, enlarge=True) for face in faces]
        sheet, places = sheet_of(image, windows)
        shown = np.ascontiguousarray(sheet[:, ::-1]) if mirrored else sheet
        self._count(*shown.shape[:2])
        scores = [0.0] * len(faces)
        for answer in detector.find(shown, LEAST):
            x, y, width, height = answer.box
            box = (sheet.shape[1] - x - width, y, width, height) if mirrored else answer.box
            for index, (face, window, place) in enumerate(zip(faces, windows, places)):
                there = window.back(Detection(box, answer.score), place).box
                if overlap(there, face.box) > SAME:
                    scores[index] = max(scores[index], answer.score)
        return scores


def is_plausible(face: Detection) -> bool:
    """Tell whether a face has a face's proportions, by its box and, where it has them, by its landmarks."""
    _, _, width, height = face.box
    if not WIDE[0] * height <= width <= WIDE[1] * height:
        return False
    if face.landmarks is None:
        return True
    eyes, mouth = face.landmarks[:2].mean(axis=0), face.landmarks[3:].mean(axis=0)
    down = (mouth - eyes) / face.side
    length = float(np.hypot(*down))
    if not TALL[0] <= length <= TALL[1]:
        return False
    nose = float(np.dot((face.landmarks[2] - eyes) / face.side, down)) / length**2
    return NOSE[0] <= nose <= NOSE[1]


def _matched(found: Sequence[Detection], expected: Sequence[ExpectedFace], sure: float) -> set[int]:
    """Match each expected face with the one found where and as large as it is expected, or near it and sure."""
    chosen = set()
    for one in expected:
        same = [overlap(face.box, one.box) for face in found]
        near = [
            index
            for index, face in enumerate(found)
            if same[index] > SAME or (face.score >= sure and one.is_near(face))
        ]
        if near:
            chosen.add(max(near, key=lambda index: same[index] + 0.5 * found[index].score))
    return chosen

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The moments that went most wrong."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_evaluation.answers.series import Series
from fer_evaluation.bags.bag import Bag, Recorded, open_bag
from fer_evaluation.bags.image_topics import IMAGE_TYPES
from fer_evaluation.bags.messages import COMPRESSED, stamp_ns
from fer_evaluation.bags.video import VideoDecoder, is_video
from fer_evaluation.scores.samples import Samples
from fer_perception import PerceptionError, message_to_array

MOST = 8
APART = 1.0
"""Seconds between two moments of one camera, at least."""
LEAST = 0.25
"""How much of the certainty must be missing for a moment to be worth a look."""
REACHES = (10 * 10**9, 120 * 10**9)
"""Nanoseconds of a video that are decoded for a picture; the longer where the shorter holds no whole one."""
HEIGHT = 120
"""Pixels of a thumbnail."""


@dataclass(frozen=True)
class Moment:
    """An image whose label had a low probability."""

    series: int
    frame: int
    t: float
    """Seconds from the bag's start."""
    face_id: str
    """Whose; '' is the room."""
    label: int
    answer: int | None
    """None: no face was seen."""
    probability: float
    """The label's, 0 to 1; 0 where no face was seen."""


def worst_moments(samples: Samples, most: int = MOST) -> list[Moment]:
    """Find the images whose label had the least probability, some time apart, the worst first."""
    rows = np.flatnonzero(samples.label >= 0)
    given = np.nan_to_num(samples.answer)[rows, samples.label[rows]]
    found: list[Moment] = []
    for place in np.lexsort((samples.t[rows], given)):
        k, probability = rows[place], float(given[place])
        if len(found) == most or 1 - probability < LEAST:
            break
        series, at = int(samples.series[k]), float(samples.t[k])
        if any(other.series == series and abs(other.t - at) < APART for other in found):
            continue
        answer = int(samples.answer[k].argmax()) if samples.answered[k] else None
        face_id, label = str(samples.face_id[k]), int(samples.label[k])
        found.append(Moment(series, int(samples.frame[k]), at, face_id, label, answer, probability))
    return found


def thumbnails(
    moments: Sequence[Moment], series: Sequence[Series], bags: Sequence[Path]
) -> tuple[list[str], tuple[str, ...]]:
    """Return a small JPEG of each moment as a data URI, '' where none can be had, and a line that says why.

    Args:
        moments: some of these series.
        series: the cameras.
        bags: each one's bag.

    Raises:
        EvaluationError: a bag can't be read.
    """
    found, whys = [], []
    for moment in moments:
        try:
            found.append(_thumbnail(moment, series[moment.series], bags[moment.series]))
        except PerceptionError as error:
            found.append("")
            whys.append(str(error))
    said = f"{len(whys)} of the {len(moments)} worst moments have no picture: {whys[0]}" if whys else ""
    return found, (said,) if said else ()


def _thumbnail(moment: Moment, series: Series, path: Path) -> str:
    stamp, why = int(series.frames.stamp_ns[moment.frame]), "the bag has no image of that time"
    with open_bag(path) as bag:
        log_ns = bag.times.log_ns(round(moment.t * 1e9))
        for topic in _image_topics(bag, series.topic):
            for recorded in bag.messages([topic], log_ns - 1000, log_ns + 1000):
                if recorded.message is not None and (stamp_ns(recorded.message) or recorded.log_ns) == stamp:
                    try:
                        return _data_uri(_pixels(bag, recorded))
                    except PerceptionError as error:  # a depth image, say
                        why = str(error)
                        break
    raise PerceptionError(why)


def _pixels(bag: Bag, wanted: Recorded) -> NDArray[np.uint8]:
    """Decode an image; one of a video after those that it leans on, from the last whole picture on, if that is near.

    Raises:
        PerceptionError: there is no such picture, or the image is of another kind than perception reads.
    """
    if not _is_video(wanted):
        return message_to_array(wanted.message)
    why = PerceptionError("no whole picture of the video lies near")
    for reach in REACHES:
        decoder = VideoDecoder()
        for recorded in bag.messages([wanted.topic], wanted.log_ns - reach, wanted.log_ns + 1):
            if not _is_video(recorded):
                continue
            last = (recorded.log_ns, stamp_ns(recorded.message)) == (wanted.log_ns, stamp_ns(wanted.message))
            try:
                pixels = decoder.decode(recorded.message)
            except PerceptionError as error:
                why = error
            else:
                if last:
                    return pixels
            if last:
                break
    raise why


def _is_video(recorded: Recorded) -> bool:
    return recorded.message is not None and recorded.type == COMPRESSED and is_video(recorded.message)


def _image_topics(bag: Bag, topic: str) -> list[str]:
    """Return the series' own topic where it brings images; else, of recorded answers, those beside it first."""
    names = [image.name for image in bag.of_types(IMAGE_TYPES)]
    beside = topic.rpartition("/")[0] + "/"
    return [topic] if topic in names else sorted(names, key=lambda name: (not name.startswith(beside), name))


def _data_uri(image: NDArray[np.uint8]) -> str:
    width = max(1, round(image.shape[1] * HEIGHT / image.shape[0]))
    small = cv2.resize(image, (width, HEIGHT), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode()

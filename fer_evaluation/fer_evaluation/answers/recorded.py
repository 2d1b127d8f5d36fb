# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Answers that lie in a bag already, as a series."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import fer_color.settings
from fer_common.stamp_judge import StampJudge
from fer_evaluation.answers.light import ReplayedLight, light_at
from fer_evaluation.answers.mapping import load_mapping, of_label, of_message
from fer_evaluation.answers.refused_answers import Refusals
from fer_evaluation.answers.series import CLASSES, FaceRows, Frames, Light, Series, no_faces
from fer_evaluation.bags.bag import Bag, Recorded, Topic
from fer_evaluation.bags.image_topics import IMAGE_TYPES
from fer_evaluation.bags.messages import COLOR, EMOTION, EXPRESSION, FACES, STRING, stamp_ns
from fer_evaluation.errors import EvaluationError, NothingThereError

__all__ = ["between", "choose_answers", "load_mapping", "read_recorded"]

ONE_CLOCK = 60_000_000_000
"""Nanoseconds that an answer may lag behind its image's stamp and still count as on one clock with it."""

Answer = NDArray[np.float32]


@dataclass
class _Moment:
    """What was answered about one image."""

    stamp: int
    """The image's, nanoseconds; of an answer without one when that was recorded."""
    log_ns: int
    faces: list[tuple[str, tuple[int, int, int, int], float, Answer]] = field(default_factory=list)
    """Id, box, score, distribution."""
    room: tuple[str, Answer] | None = None
    """Whose, and the distribution, where it was said by itself."""
    said: set[str] = field(default_factory=set)
    """The topics that have answered."""


class _Moments:
    """The moments by their images' stamps; where stamps repeat, a topic that speaks again speaks of the next image."""

    def __init__(self) -> None:
        self.all: list[_Moment] = []
        self._last: dict[int, _Moment] = {}

    def of(self, topic: str, stamp: int, log_ns: int) -> _Moment:
        last = self._last.get(stamp)
        if last is None or topic in last.said:
            self._last[stamp] = last = _Moment(stamp, log_ns)
            self.all.append(last)
        last.said.add(topic)
        return last


def choose_answers(bag: Bag, wanted: str, mapping: Mapping[str, str]) -> list[Topic]:
    """Choose the topics of answers: those of the wanted name or type, or of the richest type that there is.

    Returns:
        One topic, or several of one type that each speak of a face (REP-155).

    Raises:
        EvaluationError: there are several that could be meant; NothingThereError: there is none.
    """
    kinds = [FACES, EMOTION, EXPRESSION, *([STRING] if mapping else [])]
    topics = bag.of_types(kinds)
    if wanted:
        fitting = [topic for topic in topics if wanted in (topic.name, topic.name.lstrip("/"), topic.type)]
        if not fitting:
            hint = "" if mapping else f" ({STRING} needs a --mapping)"
            raise NothingThereError(
                f"bag '{bag.path}' has no answers of the name or type '{wanted}'; it has: {bag.listing(topics)}{hint}"
            )
    else:
        if not topics:
            raise NothingThereError(
                f"bag '{bag.path}' has no topic with answers ({', '.join(kinds)}); it has: {bag.listing()}"
            )
        richest = next(kind for kind in kinds if any(topic.type == kind for topic in topics))
        fitting = [topic for topic in topics if topic.type == richest]
    if len(fitting) > 1 and {topic.type for topic in fitting} != {EXPRESSION}:
        raise EvaluationError(
            f"bag '{bag.path}' has {len(fitting)} topics with answers: {bag.listing(fitting)}; "
            f"name one, '--recorded {fitting[0].name}'"
        )
    return fitting


def read_recorded(
    bag: Bag, topics: Sequence[Topic], mapping: Mapping[str, str], color: fer_color.settings.Settings
) -> Series:
    """Read what was answered, and shown where the bag has it; what is no distribution is left out and counted.

    Args:
        bag: open.
        topics: of `choose_answers`.
        mapping: for labels of other programs.
        color: makes the light where the bag has none.

    Raises:
        EvaluationError: the bag is damaged, or a label is not in the mapping.
    """
    beside = f"{topics[0].name.rpartition('/')[0]}/emotion" if topics[0].type == FACES else ""
    rooms = [topic.name for topic in bag.of_types([EMOTION]) if topic.name == beside]
    moments, refusals = _Moments(), Refusals()
    for recorded in bag.messages([*(topic.name for topic in topics), *rooms]):
        _enter(moments, recorded, mapping, refusals, is_room=recorded.topic in rooms)
    # In the order of their images, whatever the order in which answers came.
    seen = sorted(_seen(moments.all, _recording_times(bag)), key=lambda each: (each[0], each[1].stamp))
    times = np.array([bag.times.seconds(seen_ns) for seen_ns, _ in seen])
    chosen = [moment for _, moment in seen]
    series = _series(bag, topics[0].name if len(topics) == 1 else topics[0].type, times, chosen)
    stamped, said = _judged(seen)
    series = replace(series, latency_ms=_latency([one for one, good in zip(chosen, stamped) if good]))
    light = _recorded_light(bag, topics[0].name)
    if light is None:
        light = _made_light(series, color)
    frames = replace(series.frames, rgb=light_at(light, times))
    notices = (*bag.notices, *refusals.notices, *said)
    return replace(series, light=light, frames=frames, answers_refused=refusals.count, notices=notices)


def _enter(
    moments: _Moments,
    recorded: Recorded,
    mapping: Mapping[str, str],
    refusals: Refusals,
    *,
    is_room: bool,
) -> None:
    message, kind, topic = recorded.message, recorded.type, recorded.topic
    if message is None:
        refusals.add(topic, f"can't be read: {recorded.fault}")
        return
    stamp = stamp_ns(message) or recorded.log_ns
    if kind == FACES:
        moment = moments.of(topic, stamp, recorded.log_ns)
        faces = [_face(face, refusals.distribution(topic, face.probabilities)) for face in message.faces]
        moment.faces = [face for face in faces if face is not None]
    elif kind == EMOTION:
        moment = moments.of(topic, stamp, recorded.log_ns)
        said = refusals.distribution(topic, message.probabilities)
        moment.room = None if said is None else (message.face_id or "room", said)
        face = _face(message, said)
        if face is not None and not is_room and message.face_id != "room":
            moment.faces = [face]
    else:
        answer = of_label(message.data, mapping, topic) if kind == STRING else of_message(message, mapping)
        if answer is not None and not np.all(np.isfinite(answer)):
            refusals.add(topic, "has neither an expression that is known, with its confidence, nor valence and arousal")
            answer = None
        if answer is not None:
            parts = topic.strip("/").split("/")
            name = parts[-2] if kind == EXPRESSION and len(parts) > 1 else "face"
            moments.of(topic, stamp, recorded.log_ns).faces.append((name, (0, 0, 0, 0), 1.0, answer))


def _face(message: Any, answer: Answer | None) -> tuple[str, tuple[int, int, int, int], float, Answer] | None:
    """Return a face with what was answered about it; None without an answer."""
    if answer is None:
        return None
    roi = message.roi
    box = int(roi.x_offset), int(roi.y_offset), int(roi.width), int(roi.height)
    return str(message.face_id), box, float(message.detection_score), answer


def _room(moment: _Moment) -> tuple[str, Answer] | None:
    """Return what was said of the room; else the first and so the largest face, or the mean of faces without a size."""
    if moment.room is not None or not moment.faces:
        return moment.room
    name, box, _, answer = moment.faces[0]
    if len(moment.faces) == 1 or box[2]:
        return name, answer
    return "room", np.mean([face[3] for face in moment.faces], axis=0, dtype=np.float32)


def _recording_times(bag: Bag) -> dict[int, list[int]]:
    """Return when the images of each stamp were recorded, on the first topic that has it, nanoseconds all."""
    found: dict[int, tuple[str, list[int]]] = {}
    for recorded in bag.messages([topic.name for topic in bag.of_types(IMAGE_TYPES)]):
        if recorded.message is not None:
            stamp = stamp_ns(recorded.message) or recorded.log_ns
            topic, times = found.setdefault(stamp, (recorded.topic, []))
            if topic == recorded.topic:
                times.append(recorded.log_ns)
    return {stamp: times for stamp, (_, times) in found.items()}


def _seen(moments: Sequence[_Moment], times: Mapping[int, list[int]]) -> list[tuple[int, _Moment]]:
    """Return with each moment when its image was recorded, nanoseconds: of several with its stamp the last one before
    the answer; without an image when the answer was."""
    found = []
    for moment in moments:
        of_stamp = times.get(moment.stamp, [moment.log_ns])
        found.append((of_stamp[max(0, bisect_right(of_stamp, moment.log_ns) - 1)], moment))
    return found


def _judged(seen: Sequence[tuple[int, _Moment]]) -> tuple[list[bool], list[str]]:
    """Tell which moments' stamps are the time, and what is to be said of the others."""
    judge, stamped, notices = StampJudge(), [], []
    for seen_ns, moment in seen:
        judge.time_of(moment.stamp, seen_ns)
        stamped.append(not judge.doubted)
        notices += [judge.notice] if judge.notice else []
    return stamped, notices


def _latency(moments: Sequence[_Moment]) -> NDArray[np.float32]:
    """Return from the images' stamps to the answers, where they are of one clock, milliseconds."""
    late = np.array([moment.log_ns - moment.stamp for moment in moments], np.int64)
    return (late[(late > 0) & (late < ONE_CLOCK)] / 1e6).astype(np.float32)


def _series(bag: Bag, topic: str, times: NDArray[np.float64], chosen: Sequence[_Moment]) -> Series:
    rooms = [_room(moment) for moment in chosen]
    nobody = np.full(CLASSES, np.nan, np.float32)
    frames = Frames(
        times,
        np.array([moment.stamp for moment in chosen], np.int64),
        np.array([len(moment.faces) or int(room is not None) for moment, room in zip(chosen, rooms)], np.int64),
        np.array(["" if room is None else room[0] for room in rooms], np.str_),
        np.array([nobody if room is None else room[1] for room in rooms], np.float32).reshape(-1, CLASSES),
        np.full((len(chosen), 3), -1, np.int64),
    )
    rows = [(i, *face) for i, moment in enumerate(chosen) for face in moment.faces]
    faces = no_faces()
    if rows:
        faces = FaceRows(
            np.array([row[0] for row in rows], np.int64),
            np.array([row[1] for row in rows], np.str_),
            np.array([row[2] for row in rows], np.int64),
            np.array([row[3] for row in rows]),
            np.array([row[4] for row in rows], np.float32),
        )
    nothing = Light(np.empty(0), np.empty((0, 3), np.uint8), np.empty(0, np.int64))
    return Series(bag.name, topic, bag.duration, frames, faces, nothing)


def _recorded_light(bag: Bag, answers: str) -> Light | None:
    """Return the bag's own light: the topic `color` beside the answers, or the only one of its type."""
    topics = bag.of_types([COLOR])
    beside = [topic for topic in topics if topic.name == f"{answers.rpartition('/')[0]}/color"]
    chosen = beside or (topics if len(topics) == 1 else [])
    if not chosen:
        return None
    times, rgb = [], []
    for recorded in bag.messages([chosen[0].name]):
        if recorded.message is None:
            continue
        color = recorded.message.color
        times.append(bag.times.seconds(recorded.log_ns))
        rgb.append([round(255 * min(1.0, max(0.0, float(value)))) for value in (color.r, color.g, color.b)])
    return Light(np.array(times), np.array(rgb, np.uint8), np.zeros(1, np.int64))


def _made_light(series: Series, color: fer_color.settings.Settings) -> Light:
    """Return the light that the colour core makes of the answers."""
    light, frames = ReplayedLight(color), series.frames
    for t, stamp, count, p in zip(frames.t, frames.stamp_ns, frames.faces, frames.probabilities):
        light.show(float(t), int(count), int(stamp), None if np.isnan(p[0]) else p.tolist())
    return light.light()


def between(series: Series, start: float, duration: float | None) -> Series:
    """Return a stretch of a series, seconds from the bag's start; its light before it counts as dark.

    Raises:
        EvaluationError: nothing was answered in it.
    """
    end = np.inf if duration is None else start + duration
    frames, faces, light = series.frames, series.faces, series.light
    rows = np.flatnonzero((frames.t >= start) & (frames.t < end))
    if not len(rows):
        why = f": {series.notices[0]}" if series.notices else ""
        raise EvaluationError(f"nothing was answered on {series.topic} in that time{why}")
    if len(rows) == len(frames.t):
        return series
    index = np.full(len(frames.t), -1)
    index[rows] = np.arange(len(rows))
    mine = np.flatnonzero(index[faces.frame] >= 0)
    lit = np.flatnonzero((light.t >= start) & (light.t < end))
    return replace(
        series,
        frames=Frames(*_rows(frames, rows)),
        faces=FaceRows(index[faces.frame[mine]], *_rows(faces, mine)[1:]),
        light=Light(light.t[lit], light.rgb[lit], np.zeros(min(1, len(lit)), np.int64)),
    )


def _rows(table: Frames | FaceRows, rows: NDArray[np.int64]) -> list[NDArray[Any]]:
    return [getattr(table, name)[rows] for name in table.__dataclass_fields__]

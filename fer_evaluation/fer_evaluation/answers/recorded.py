# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Answers that lie in a bag already, as a series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import fer_color.settings
from fer_evaluation.answers.light import ReplayedLight, light_at
from fer_evaluation.answers.mapping import load_mapping, of_label, of_message
from fer_evaluation.answers.refused_answers import Refusals
from fer_evaluation.answers.series import CLASSES, FaceRows, Frames, Light, Series, no_faces
from fer_evaluation.bags.bag import Bag, Recorded, Topic
from fer_evaluation.bags.image_topics import IMAGE_TYPES
from fer_evaluation.bags.messages import COLOR, EMOTION, EXPRESSION, FACES, STRING, stamp_ns
from fer_evaluation.errors import EvaluationError

__all__ = ["between", "choose_answers", "load_mapping", "read_recorded"]

ONE_CLOCK = 60_000_000_000
"""Nanoseconds that an answer may lag behind its image's stamp and still count as on one clock with it."""

Answer = NDArray[np.float32]


@dataclass
class _Moment:
    """What was answered about one image."""

    log_ns: int
    faces: list[tuple[str, tuple[int, int, int, int], float, Answer]] = field(default_factory=list)
    """Id, box, score, distribution."""
    room: tuple[str, Answer] | None = None
    """Whose, and the distribution, where it was said by itself."""


def choose_answers(bag: Bag, wanted: str, mapping: Mapping[str, str]) -> list[Topic]:
    """Choose the topics of answers: those of the wanted name or type, or of the richest type that there is.

    Returns:
        One topic, or several of one type that each speak of a face (REP-155).

    Raises:
        EvaluationError: there is none, or several that could be meant.
    """
    kinds = [FACES, EMOTION, EXPRESSION, *([STRING] if mapping else [])]
    topics = bag.of_types(kinds)
    if wanted:
        fitting = [topic for topic in topics if wanted in (topic.name, topic.name.lstrip("/"), topic.type)]
        if not fitting:
            hint = "" if mapping else f" ({STRING} needs a --mapping)"
            raise EvaluationError(
                f"bag '{bag.path}' has no answers of the name or type '{wanted}'; it has: {bag.listing(topics)}{hint}"
            )
    else:
        if not topics:
            raise EvaluationError(
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
    moments: dict[int, _Moment] = {}
    refusals = Refusals()
    for recorded in bag.messages([*(topic.name for topic in topics), *rooms]):
        _enter(moments, recorded, mapping, refusals, is_room=recorded.topic in rooms)
    seen_ns = _recording_times(bag)
    # In the order of their images, whatever the order in which answers came.
    order = sorted(moments, key=lambda stamp: (seen_ns.get(stamp, moments[stamp].log_ns), stamp))
    times = np.array([bag.times.seconds(seen_ns.get(stamp, moments[stamp].log_ns)) for stamp in order])
    series = _series(bag, topics[0].name if len(topics) == 1 else topics[0].type, times, order, moments)
    light = _recorded_light(bag, topics[0].name)
    if light is None:
        light = _made_light(series, color)
    frames = replace(series.frames, rgb=light_at(light, times))
    return replace(
        series, light=light, frames=frames, answers_refused=refusals.count, notices=(*bag.notices, *refusals.notices)
    )


def _enter(
    moments: dict[int, _Moment],
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
        moment = moments.setdefault(stamp, _Moment(recorded.log_ns))
        faces = [_face(face, refusals.distribution(topic, face.probabilities)) for face in message.faces]
        moment.faces = [face for face in faces if face is not None]
    elif kind == EMOTION:
        moment = moments.setdefault(stamp, _Moment(recorded.log_ns))
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
            moments.setdefault(stamp, _Moment(recorded.log_ns)).faces.append((name, (0, 0, 0, 0), 1.0, answer))


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


def _recording_times(bag: Bag) -> dict[int, int]:
    """Return when each image was recorded, by its stamp, nanoseconds both."""
    found: dict[int, int] = {}
    for recorded in bag.messages([topic.name for topic in bag.of_types(IMAGE_TYPES)]):
        if recorded.message is not None:
            found.setdefault(stamp_ns(recorded.message) or recorded.log_ns, recorded.log_ns)
    return found


def _series(
    bag: Bag, topic: str, times: NDArray[np.float64], order: Sequence[int], moments: Mapping[int, _Moment]
) -> Series:
    chosen = [moments[stamp] for stamp in order]
    rooms = [_room(moment) for moment in chosen]
    nobody = np.full(CLASSES, np.nan, np.float32)
    frames = Frames(
        times,
        np.array(order, np.int64),
        np.array([len(moment.faces) or int(room is not None) for moment, room in zip(chosen, rooms)], np.int64),
        np.array(["" if room is None else room[0] for room in rooms], np.str_),
        np.array([nobody if room is None else room[1] for room in rooms], np.float32).reshape(-1, CLASSES),
        np.full((len(order), 3), -1, np.int64),
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
    late = np.array([moment.log_ns - stamp for moment, stamp in zip(chosen, order)], np.int64)
    late = late[(late > 0) & (late < ONE_CLOCK)]
    nothing = Light(np.empty(0), np.empty((0, 3), np.uint8), np.empty(0, np.int64))
    return Series(bag.name, topic, bag.duration, frames, faces, nothing, latency_ms=(late / 1e6).astype(np.float32))


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

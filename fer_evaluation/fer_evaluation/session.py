# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""From the options to a folder of results."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from fer_color.palette import load_palette
from fer_evaluation.answers.jobs import cores_here, replay_here
from fer_evaluation.answers.recorded import between, choose_answers, load_mapping, read_recorded
from fer_evaluation.answers.replay import Part, model_file, plan, replay
from fer_evaluation.answers.series import Series, join
from fer_evaluation.answers.table import LEFT_OUT
from fer_evaluation.bags.bag import Bag, bag_name, check_count, find_bags, open_bag, too_deep
from fer_evaluation.bags.image_topics import choose_images
from fer_evaluation.bags.unpacking import unpacked_together
from fer_evaluation.errors import EvaluationError, NothingThereError
from fer_evaluation.label_files import find_labels, without_each_other
from fer_evaluation.options import LOCAL, Options
from fer_evaluation.report.drawers import Drawers
from fer_evaluation.report.folder import check_output, whole_folder
from fer_evaluation.report.report import report
from fer_evaluation.report.tables import write_faces, write_frames
from fer_evaluation.report.wanted import MOST_TIMELINES, timelines, wanted
from fer_evaluation.report.worst_moments import thumbnails, worst_moments
from fer_evaluation.scores.labels import Labels
from fer_evaluation.scores.metrics import Evaluated, evaluate
from fer_evaluation.scores.samples import with_label_notices

tqdm.monitor_interval = 0  # no thread that watches bars: the work forks


@dataclass(frozen=True)
class Camera:
    """What is to be evaluated of one camera of one bag."""

    bag: Path
    topic: str
    parts: tuple[Part, ...]
    images: int
    """At most so many."""


@dataclass(frozen=True)
class _Perceived:
    series: list[Series]
    about: dict[str, Any]
    """What metrics.json says beside the figures."""
    timing: dict[str, Any]
    """What differs between two runs."""
    notices: Sequence[str] = ()
    """Of bags without a series."""


Found = TypeVar("Found")


def run(options: Options) -> Evaluated:
    """Evaluate, and write the results whole or not at all.

    Raises:
        EvaluationError: what a user can mend, in one line.
        PerceptionError: a model or a detector can't be had.
        ColorError: the palette can't be had.
    """
    check_output(options.output)
    with unpacked_together(), Drawers(beside=_cores(options) > 1) as drawers:
        evaluated, bags = _evaluated(options, drawers)
        return write(evaluated, options, bags, drawers)


def _evaluated(options: Options, drawers: Drawers) -> tuple[Evaluated, list[Path]]:
    """Return the figures, and each series' bag."""
    begun = time.perf_counter()
    palette = load_palette(options.cores.color.palette)
    bags, notices = find_bags(options.bags), too_deep(options.bags)
    labels = find_labels(bags, options.labels)
    notices += without_each_other(labels, options.labels)
    perceived = _perceived(options, bags, labels)
    series = perceived.series
    with_face = sum(int((one.frames.faces > 0).sum()) for one in series)
    if not sum(len(one.frames.t) for one in series):
        raise EvaluationError(_nothing(series))
    timing = {"seconds": round(time.perf_counter() - begun, 3), "images_with_face": with_face} | perceived.timing
    paths = _paths(series, bags)
    notices += perceived.notices
    labels = {path: labels[path] for path in bags if path in paths}
    series = [_noted(one, labels[path]) for one, path in zip(series, paths)]
    given = [labels[path] for path in paths]
    if len(series) <= MOST_TIMELINES:  # else those with the lowest accuracy, which is not known yet
        drawers.begin(timelines(series, given, range(len(series))))
    evaluated = evaluate(
        series,
        given,
        palette=palette,
        about=_about(options, labels) | perceived.about,
        timing=timing,
        block=options.block,
    )
    return replace(evaluated, notices=tuple(notices)), paths


def _cores(options: Options) -> int:
    return options.jobs or cores_here()


def write(evaluated: Evaluated, options: Options, bags: Sequence[Path], drawers: Drawers) -> Evaluated:
    """Write metrics.json, the tables, the pictures and the report; `bags` are those of the series.

    Returns:
        What was written, with what is to be said of it besides.

    Raises:
        EvaluationError: the folder can't be written, or has been filled meanwhile.
    """
    drawers.begin(wanted(evaluated))
    with whole_folder(options.output) as folder:
        (folder / "metrics.json").write_text(json.dumps(evaluated.content, indent=1) + "\n")
        write_frames(folder / "frames.csv", evaluated.series, evaluated.labels)
        write_faces(folder / "faces.csv", evaluated.series, evaluated.labels)
        moments = worst_moments(evaluated.samples)
        pictures, said = thumbnails(moments, evaluated.series, bags) if options.thumbnails else ([], ())
        evaluated = replace(evaluated, notices=(*evaluated.notices, *said))
        drawn, files = drawers.drawn()
        (folder / "report.html").write_text(report(evaluated, drawn, moments, pictures), encoding="utf-8")
        for name, content in files.items():
            (folder / name).write_bytes(content)
    return evaluated


def cameras(
    options: Options, bags: Sequence[Path], labels: dict[Path, Labels | None]
) -> tuple[list[Camera], list[str]]:
    """List every camera to evaluate, after a look into each bag, so that what is wrong is said before the work.

    Returns:
        The cameras, and a line for each bag that has none, where another has.

    Raises:
        EvaluationError: a bag can't be read, none has a fitting topic, or one is shorter than its labels.
    """

    def of(path: Path, bag: Bag) -> list[Camera]:
        found = []
        for topic in choose_images(bag, options.topics):
            parts = plan(bag, topic.name, shard=options.shard, start=options.start, duration=options.duration)
            found.append(Camera(path, topic.name, tuple(parts), topic.count))
        return found

    found, notices = _of_each(bags, labels, of)
    return [camera for of_bag in found for camera in of_bag], notices


def _of_each(
    bags: Sequence[Path], labels: dict[Path, Labels | None], look: Callable[[Path, Bag], Found]
) -> tuple[list[Found], list[str]]:
    """Look into each bag; leave those out that hold nothing of what is wanted, where another does."""
    found, missing = [], []
    for path in tqdm(bags, unit="bag", leave=False, disable=len(bags) == 1):
        try:
            with open_bag(path) as bag:
                given = labels[path]
                if given is not None:
                    given.check_within(bag.duration, bag.name)
                found.append(look(path, bag))
        except NothingThereError as error:
            missing.append(error)
    if not found:
        raise missing[0]
    return found, [f"left out: {error}" for error in missing]


def _perceived(options: Options, bags: Sequence[Path], labels: dict[Path, Labels | None]) -> _Perceived:
    if options.recorded is not None:
        return _recorded(options, bags, labels)
    todo, notices = cameras(options, bags, labels)
    if options.live:
        return replace(_live(options, todo), notices=notices)
    with tqdm(total=sum(camera.images for camera in todo), unit="image", mininterval=1, leave=False) as bar:
        if options.scheduler is None:
            shards = [part for camera in todo for part in camera.parts]
            parts = replay_here(shards, options.cores, jobs=_cores(options), progress=bar.update)
        else:
            parts = _shared(options, [part for camera in todo for part in camera.parts], bar.update)
    series = assemble(todo, parts)
    if not options.start and options.duration is None:
        for camera, one in zip(todo, series):
            check_count(camera.bag, len(one.frames.t) + one.refused, camera.images)
    return _Perceived(series, {}, {}, notices)


def _shared(options: Options, parts: Sequence[Part], progress: Callable[[int], object]) -> dict[str, Series]:
    from fer_evaluation.answers.scheduler import replay_parts  # needs Dask, as nothing else does

    address = None if options.scheduler == LOCAL else options.scheduler
    return replay_parts(parts, options.cores, address=address, workers=options.workers, progress=progress)


def _recorded(options: Options, bags: Sequence[Path], labels: dict[Path, Labels | None]) -> _Perceived:
    mapping = load_mapping(options.mapping) if options.mapping else {}

    def of(_path: Path, bag: Bag) -> Series:
        answers = choose_answers(bag, options.recorded or "", mapping)
        series = read_recorded(bag, answers, mapping, options.cores.color)
        return between(series, options.start, options.duration)

    found, notices = _of_each(bags, labels, of)
    return _Perceived(found, {"source": "recorded"}, {}, notices)


def _live(options: Options, todo: Sequence[Camera]) -> _Perceived:
    from fer_evaluation.answers.live import refuse_video, replay_live  # needs ROS 2, as nothing else does

    if len(todo) != 1:
        raise EvaluationError(
            f"--live replays one camera of one bag, here are {len(todo)}; name one bag and one --topic"
        )
    refuse_video(todo[0].parts[0])
    with tqdm(total=2 * todo[0].images, unit="image", mininterval=1, leave=False) as bar:
        offline = join([replay(part, options.cores, bar.update) for part in todo[0].parts])
        if not len(offline.frames.t):
            raise EvaluationError(_nothing([offline]))
        live = replay_live(
            todo[0].parts,
            offline,
            options.cores,
            rate=options.rate,
            start_nodes=options.start_nodes,
            progress=bar.update,
        )
    return _Perceived([live.series], {"source": "live", "live": live.figures}, {"live": live.timing})


def assemble(todo: Sequence[Camera], parts: dict[str, Series]) -> list[Series]:
    """Assemble a series for each camera, of its parts by their keys: each exactly once, in their order."""
    return [join([parts[part.key] for part in camera.parts]) for camera in todo]


def _paths(series: Sequence[Series], bags: Sequence[Path]) -> list[Path]:
    by_name = {bag_name(path): path for path in bags}
    return [by_name[one.bag] for one in series]


def _nothing(series: Sequence[Series]) -> str:
    """Say that there is no image of any of these, and why."""
    lines = [line for one in series for line in one.notices]
    whys = [line for line in lines if line.startswith(LEFT_OUT)] or lines or ["no image was recorded in that time"]
    return f"no image of {', '.join(one.name for one in series)} could be evaluated: {whys[0]}"


def _noted(one: Series, labels: Labels | None) -> Series:
    """Add to a camera's lines of warning what the evaluation of all says of it."""
    if len(one.frames.t):
        return with_label_notices(one, labels)
    said = _nothing([one])
    return replace(one, notices=(said, *(line for line in one.notices if not said.endswith(line))))


def _about(options: Options, labels: dict[Path, Labels | None]) -> dict[str, Any]:
    """Describe what the figures depend on, without a path or a time: the same for the same input on every machine."""
    about: dict[str, Any] = {"source": "replay"}
    if options.recorded is None:
        model, checksum = model_file(options.cores.perception)
        about["model"] = {"file": model.name, "sha256": checksum}
    return about | {
        "settings": {
            "perception": _changed(options.cores.perception),
            "color": _changed(options.cores.color),
            "start_s": options.start,
            "duration_s": options.duration,
            "shard_s": options.shard,
        },
        "labels": {bag_name(path): given.digest for path, given in labels.items() if given is not None},
    }


def _changed(settings: Any) -> dict[str, Any]:
    """Return the settings that differ from their defaults; files by their names alone."""
    values = asdict(settings)
    different = {
        item.name: values[item.name]
        for item in fields(settings)
        if values[item.name] != item.default and item.name != "lights"
    }
    return {name: Path(value).name if isinstance(value, str) else value for name, value in different.items()}

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""metrics.json: every figure, as docs/evaluation.md defines it and metrics.schema.json shapes it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_color.palette import Palette
from fer_common.emotions import LABELS
from fer_evaluation.answers.series import CLASSES, Series
from fer_evaluation.bags.folder import readable
from fer_evaluation.scores.block_length import Track, choose_block
from fer_evaluation.scores.flash import Travel, limits, travel
from fer_evaluation.scores.labels import Labels
from fer_evaluation.scores.response_times import Response, responses
from fer_evaluation.scores.samples import Samples, sample
from fer_evaluation.scores.statistics import RESAMPLES, block_intervals, figures, per_class
from fer_evaluation.scores.time_blocks import Columns, block_sums, errors, resampled, total

SCHEMA, VERSION = "fer_evaluation/metrics", 1
MINOR = 1
"""Grows with every field that is added; nothing that was there changes."""
GAP = 2.0
"""A step between two images that is longer than this many usual (median) ones is a gap."""
DIGITS = 6
"""Decimals that are written: more would be a matter of how a processor adds."""
LATENCY_EDGES = (0, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000)
"""Milliseconds; the last bin has no end."""


@dataclass(frozen=True)
class Evaluated:
    """Everything that was measured, for the report and the tables."""

    series: tuple[Series, ...]
    labels: tuple[Labels | None, ...]
    """Of each series' bag."""
    samples: Samples
    responses: tuple[Response, ...]
    palette: Palette
    content: dict[str, Any]
    """What metrics.json holds."""
    notices: tuple[str, ...] = ()
    """Lines of warning that are of no one camera."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Every line of warning, each once; of several recordings or cameras with the name of the one that it is of."""
        lines = [*self.notices, *(_of(one, self.series, line) for one in self.series for line in one.notices)]
        return tuple(dict.fromkeys(map(readable, lines)))


def evaluate(
    series: Sequence[Series],
    labels: Sequence[Labels | None],
    *,
    palette: Palette,
    about: dict[str, Any],
    timing: dict[str, Any] | None = None,
    block: float | None = None,
) -> Evaluated:
    """Measure what was perceived and shown.

    Args:
        series: the cameras, at least one.
        labels: those of each series' bag; None: it has none.
        palette: the colour of each emotion.
        about: what was evaluated and by what, for the file's head; the same for the same input.
        timing: what is not the same twice.
        block: seconds of a block of the bootstrap; None: chosen by the data (block_length.py).
    """
    samples = sample(series, labels)
    chosen = choose_block(_tracks(samples), sum(_length(one) for one in series))
    block = chosen.seconds if block is None else block
    sums = block_sums(series, samples, palette, block)
    answers = [r for one, given in zip(series, labels) if given for r in responses(one, given, palette)]
    content: dict[str, Any] = {"schema": SCHEMA, "version": VERSION, "minor": MINOR, **about, "emotions": list(LABELS)}
    content |= _figures(sums, series, answers, labelled=any(labels))
    if any(given and given.face_ids != ("",) for given in labels):
        content["per_face"] = _per_face(series, samples, palette, block)
    content["series"] = [
        {"bag": one.bag, "topic": one.topic, "duration_s": one.duration}
        | _figures(_sums_of(i, series, samples, palette, block), [one], [], labelled=labels[i] is not None)
        for i, one in enumerate(series)
    ]
    blocks = len(sums["frames"])
    content["intervals"] = {"level": 0.95, "block_s": block, "blocks": blocks, "resamples": RESAMPLES}
    content["intervals"] |= {"dependence_s": chosen.dependence, "labels_median_s": chosen.labels}
    drawn = figures(resampled(sums, resamples=RESAMPLES)) if blocks > 1 else {}
    values = {name: float(value[0]) for name, value in figures(total(sums)).items()}
    content["intervals"] |= {name: list(pair) for name, pair in sorted(block_intervals(drawn, values, blocks).items())}
    content["timing"] = (timing or {}) | _latencies(series)
    return Evaluated(tuple(series), tuple(labels), samples, tuple(answers), palette, _plain(content))


def _of(one: Series, series: Sequence[Series], line: str) -> str:
    if len(series) == 1 or one.name in line:
        return line
    of_bag = all(line in other.notices for other in series if other.bag == one.bag)
    return f"{one.bag if of_bag else one.name}: {line}"


def _tracks(samples: Samples) -> list[Track]:
    """Return the errors of the scored answers, by camera and face."""
    counted, label, error = errors(samples)
    found = []
    for camera in np.unique(samples.series[counted]):
        for face_id in np.unique(samples.face_id[counted][samples.series[counted] == camera]):
            mine = counted[(samples.series[counted] == camera) & (samples.face_id[counted] == face_id)]
            mine = mine[np.argsort(samples.t[mine], kind="stable")]
            found.append(Track(samples.t[mine], error[mine], label[mine]))
    return found


def _length(one: Series) -> float:
    return float(one.frames.t[-1] - one.frames.t[0]) if len(one.frames.t) else 0.0


def _sums_of(index: int, series: Sequence[Series], samples: Samples, palette: Palette, block: float) -> Columns:
    mine = samples.take(samples.series == index)
    mine.series[:] = 0
    return block_sums([series[index]], mine, palette, block)


def _figures(sums: Columns, series: Sequence[Series], answers: Sequence[Response], *, labelled: bool) -> dict[str, Any]:
    added = {name: values[0] for name, values in total(sums).items()}
    values = {name: float(value[0]) for name, value in figures(total(sums)).items()}
    confusion = added["confusion"].reshape(CLASSES, CLASSES)
    judged = travel([one.light for one in series])
    content: dict[str, Any] = {
        "frames": int(added["frames"]),
        "frames_with_face": int(added["frames_with_face"]),
        "frames_refused": sum(one.refused for one in series),
        "answers_refused": sum(one.answers_refused for one in series),
        "faces": int(added["faces"]),
        "samples": int(added["scored"]),
    }
    names = ("accuracy", "balanced_accuracy", "macro_f1", "kl", "brier", "calibration_error", "colour_error")
    content |= {name: values[name] for name in (*names, "detection_rate")}
    affect = ("valence_error", "valence_agreement", "arousal_error", "arousal_agreement")
    if added["felt"]:
        content["affect"] = {"samples": int(added["felt"])} | {name: values[name] for name in affect}
    content["per_class"] = dict(zip(LABELS, per_class(confusion))) if labelled else None
    content["confusion"] = confusion.astype(int).tolist() if labelled else None
    content["reliability"] = (
        {name: added[f"bin_{name}"].tolist() for name in ("count", "confidence", "share")} if labelled else None
    )
    content["rate"] = _rate(series)
    content["steadiness"] = {
        "changes_a_minute": values["changes_a_minute"],
        "variation_a_second": values["variation_a_second"],
        "seconds": float(added["seconds"]),
    }
    content["entropy"], content["uncertain"] = values["entropy"], values["uncertain"]
    if answers:
        content["response"] = _response(answers)
    content["light"] = {
        "colour_error": values["light_colour_error"],
        "luminance_a_second": judged.luminance_a_second,
        "seconds": judged.seconds,
    }
    content["flash"] = _flash(judged) if any(len(one.light.t) for one in series) else None
    return content


def _flash(judged: Travel) -> dict[str, Any]:
    return {"kept": judged.kept, "worst": judged.worst, "promised": limits()}


def _rate(series: Sequence[Series]) -> dict[str, Any]:
    steps = [np.diff(one.frames.t) for one in series]
    every = np.concatenate(steps)
    usual = [float(np.median(step)) if len(step) else 0.0 for step in steps]
    long = np.concatenate([step[step > GAP * at] for step, at in zip(steps, usual)])
    span = float(every.sum())
    return {
        "frames_a_second": len(every) / span if span else None,
        "gaps": len(long),
        "longest_step_s": float(np.max(every)) if len(every) else None,
        "identities": sum(len(np.unique(one.faces.face_id)) for one in series),
        "most_faces": max((int(np.max(one.frames.faces)) for one in series if len(one.frames.faces)), default=0),
    }


def _response(answers: Sequence[Response]) -> dict[str, Any]:
    came = [answer.seconds for answer in answers if answer.seconds is not None]
    lit = [answer.light_seconds for answer in answers if answer.light_seconds is not None]
    return {
        "changes": len(answers),
        "answered": len(came),
        "median_s": float(np.median(came)) if came else None,
        "light_half_way_median_s": float(np.median(lit)) if lit else None,
        "each": [
            {
                "series": answer.series,
                "at_s": answer.at,
                "face_id": answer.face_id,
                "emotion": LABELS[answer.emotion],
                "seconds": answer.seconds,
                "light_half_way_s": answer.light_seconds,
            }
            for answer in answers
        ],
    }


def _per_face(series: Sequence[Series], samples: Samples, palette: Palette, block: float) -> dict[str, Any]:
    found = {}
    for face_id in np.unique(samples.face_id):
        sums = block_sums(series, samples.take(samples.face_id == face_id), palette, block)
        values = {name: float(value[0]) for name, value in figures(total(sums)).items()}
        names = ("accuracy", "macro_f1", "kl", "brier", "colour_error", "detection_rate")
        found[str(face_id) or "room"] = {"samples": int(sums["scored"].sum())} | {name: values[name] for name in names}
    return found


def _latencies(series: Sequence[Series]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, arrays in (
        ("processing_ms", [one.processing_ms for one in series]),
        ("latency_ms", [one.latency_ms for one in series]),
    ):
        values = np.concatenate(arrays)
        if len(values):
            found[name] = spread(values)
    return found


def spread(values: NDArray[np.floating]) -> dict[str, Any]:
    """Percentiles of some milliseconds, and how many lie in each of the bins that `LATENCY_EDGES` part."""
    counts, _ = np.histogram(values, [*LATENCY_EDGES, np.inf])
    percentiles = {f"p{share}": float(np.percentile(values, share)) for share in (50, 95, 99)}
    return percentiles | {"edges_ms": list(LATENCY_EDGES), "counts": counts.tolist()}


def _plain(value: Any) -> Any:
    """Convert to what JSON can hold: rounded, and None for what is no number."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return round(float(value), DIGITS) if math.isfinite(value) else None
    return value

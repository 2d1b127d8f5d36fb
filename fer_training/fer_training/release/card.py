# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The model card that is written beside a model file."""

import json
from collections.abc import Mapping, Sequence

from fer_common.emotions import LABELS
from fer_training.measures.metrics import Metrics
from fer_training.release.reading import Reading, table
from fer_training.weights.trained_network import Trained

INTENDED = """\
Grey faces of 48x48 pixels, cut from an image by a face detector, in; the share of people who would name each of
seven emotions out. Made to colour a light by, in rooms whose people know of it and agreed to it.

It reads how a face looks to others, not what a person feels. It is not made for, and must not be used for, decisions
about people: hiring, schooling, policing, insurance, health, border control. Emotion recognition at work and in
schools is forbidden in the European Union (Regulation 2024/1689, article 5).
"""

OF_FERPLUS = """\
- FER+'s faces are photographs from the web, grey, 48x48, labelled by ten people each. Who is rare there is read worse;
  nothing in the data says who that is, so it was not measured by age, sex or skin.
- Disgust and fear are rare in FER+ and answered too seldom (see their recall above).
"""

LIMITS = """\
- Posed faces, faces in profile, covered or badly lit ones, and videos differ from what it was trained on.
- The figures are for crops as FER+ has them. How a detector cuts the face matters: `crop` in the metadata says how.
- Probabilities carry the frequencies above. Where emotions are more even, fer_perception's parameter `prior` says so.
"""

READING = "## What people see, and what was meant"
PROPERTIES = ("| | |", "|---|---|")
"""The begin of what `measured` writes."""
WEIGHTS = "The weights: Apache-2.0."
LICENCE = f"{WEIGHTS} FER2013's images and FER+'s labels have terms of their own; none is in the file."
OTHER_LICENCE = f"{WEIGHTS} The faces that they learned from have terms of their own; none is in the file."
VALID = "FER2013Valid"
DLIB = (
    "Training started from dlib's face recognition (Davis King, 2017), whose author put its weights in the public "
    "domain (CC0 1.0)."
)


def model_card(
    name: str,
    trained: Sequence[Trained],
    properties: dict[str, str],
    metrics: Metrics,
    faces: int,
    strengths: Mapping[float, Metrics],
    steps: Mapping[float, Reading] | None = None,
    title: str = VALID,
) -> str:
    """Return the card as Markdown.

    Args:
        name: the model file's name.
        trained: the network's history, or the histories of several whose answers are averaged.
        properties: the file's metadata.
        metrics: measured with the file itself, on the split of that `title`.
        faces: how many faces those were.
        strengths: the same under other priors, by fer_perception's parameter `prior`.
        steps: the same by fer_perception's parameter `reading`; empty for a file without a second head.
    """
    of_ferplus = title == VALID or "FER" in properties.get("trained_on", "")
    return "\n".join(
        [
            f"# {name}",
            "",
            "Written by `python3 -m fer_training.export`; every figure here is measured with the file beside this one.",
            "",
            *(_training(one) for one in trained),
            "",
            *measured(properties, metrics, faces, strengths, title),
            *reading_section(steps or {}),
            *(line for number, one in enumerate(trained, 1) for line in _history(one, number, len(trained))),
            "## What it is for",
            "",
            INTENDED,
            "## What it cannot do",
            "",
            (OF_FERPLUS if of_ferplus else "") + LIMITS,
            "## Licence",
            "",
            (LICENCE if of_ferplus else OTHER_LICENCE) + (f" {DLIB}" if any(one.from_dlib for one in trained) else ""),
            "",
        ]
    )


def measured(
    properties: dict[str, str],
    metrics: Metrics,
    faces: int,
    strengths: Mapping[float, Metrics],
    title: str = VALID,
) -> list[str]:
    """Return the card's part that the file itself says: its metadata and its figures.

    Args:
        properties, metrics, faces, strengths: as for `model_card`.
        title: of the split that was measured on.
    """
    return [
        *PROPERTIES,
        *(f"| {key} | {_cell(key, properties)} |" for key in properties),
        "",
        f"## {title}, protocol A, {faces:,} faces, single crop",
        "",
        "These faces chose the calibration, and the epoch where it is not the last, so they flatter a little"
        + ("; FER2013Test decides." if title == VALID else "; faces that were held out decide."),
        "",
        *_figures(metrics),
        "",
        "## Where emotions are more even than there",
        "",
        *_frequencies(properties),
        "The same faces under fer_perception's parameter `prior` (Saerens et al., 2002).",
        "",
        *_strengths(strengths),
        "",
    ]


def _frequencies(properties: Mapping[str, str]) -> list[str]:
    """Say how common each emotion was as faces were drawn: drawn evenly, a set's own frequencies are not taught."""
    if "prior" not in properties:
        return []
    shares = zip(LABELS, json.loads(properties["prior"]))
    each = ", ".join(f"{label} {100 * share:.1f} %" for label, share in shares)
    return [f"What it was taught, as the faces were drawn: {each}.", ""]


def reading_section(steps: Mapping[float, Reading]) -> list[str]:
    """Return the card's table of what `reading` does; nothing without a second head."""
    if not steps:
        return []
    named = next(iter(steps.values())).named
    return [
        READING,
        "",
        "The same faces under fer_perception's parameter `reading`: 0 is what people see in a face, 1 what was meant",
        f"by it, the word under which the picture was found; {named:,} of them have one (they chose its calibration).",
        "",
        *table(steps),
        "",
    ]


def _training(trained: Trained) -> str:
    if trained.model_file:
        head = f"; its second head was fitted to {trained.head_fitted_to}" if trained.head_fitted_to else ""
        return f"Taken from {trained.model_file} as it is, whose card tells its history{head}."
    done = f"{trained.epochs_done} of {trained.epochs_planned} epochs"
    if trained.finished:
        return f"Trained to the end: {done}; these are the weights of epoch {trained.epoch}."
    return f"**Not trained to the end**: {done} so far; these are the weights of epoch {trained.epoch}."


def _cell(key: str, properties: dict[str, str]) -> str:
    value = properties[key]
    return f"{int(value):,}" if key in ("parameters", "flops") else value.replace("|", "\\|")


def _figures(metrics: Metrics) -> list[str]:
    rows = zip(LABELS, metrics.precision(), metrics.recall(), metrics.f1(), metrics.confusion.sum(axis=1))
    return [
        "| figure | value |",
        "|---|---:|",
        *(f"| {name.replace('_', ' ')} | {value:.4f} |" for name, value in metrics.scalars().items()),
        "",
        "| emotion | precision | recall | F1 | faces |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {label} | {_share(p, 'never answered')} | {_share(r, 'no face')} | {f:.3f} | {n} |"
            for label, p, r, f, n in rows
        ),
    ]


def _share(value: float, of_none: str) -> str:
    return of_none if value != value else f"{value:.3f}"


def _strengths(strengths: Mapping[float, Metrics]) -> list[str]:
    names = ("accuracy", "balanced_accuracy", "macro_f1", "colour_error", "calibration_error")
    shown = ("disgust", "fear")
    rows = []
    for strength, metrics in strengths.items():
        recall = dict(zip(LABELS, metrics.recall()))
        figures = [getattr(metrics, name) for name in names] + [float(recall[label]) for label in shown]
        rows.append(f"| {strength:g} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    heads = [name.replace("_", " ") for name in names] + [f"recall of {label}" for label in shown]
    return [f"| `prior` | {' | '.join(heads)} |", "|---:" * (len(heads) + 1) + "|", *rows]


def _history(trained: Trained, number: int, count: int) -> list[str]:
    if trained.model_file:
        return []
    return [f"## Training{f' {number} of {count}' if count > 1 else ''}", "", *_recipe(trained), ""]


def _recipe(trained: Trained) -> list[str]:
    machine = ", ".join(f"{key} {value}" for key, value in trained.environment.items()) or "not recorded"
    took = "not recorded" if trained.minutes is None else f"{trained.minutes:.0f} minutes"
    rows = {
        "learned from": trained.trained_on or "not recorded",
        "started from": trained.start or "random weights",
        "taught by": ", ".join(trained.teachers) or "nobody",
        **({"averaged with": trained.averaged} if trained.averaged else {}),
        "seed": trained.seed,
        "arithmetic": trained.precision,
        "machine": machine,
        "took": took,
    }
    recipe = {key: value for key, value in trained.recipe.items() if not isinstance(value, dict)}
    if not trained.teachers:
        recipe = {key: value for key, value in recipe.items() if not key.endswith("teacher_share")}
    for group in ("optimizer", "augmentation"):
        settings = trained.recipe.get(group, {})
        recipe[group] = ", ".join(f"{key} {value}" for key, value in settings.items())
    return ["| | |", "|---|---|", *(f"| {key} | {value} |" for key, value in {**rows, **recipe}.items())]

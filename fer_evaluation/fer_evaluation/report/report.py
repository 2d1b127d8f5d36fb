# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""report.html: one file that asks for nothing from anywhere, readable in light, in dark, in print and in grey."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from fer_common.emotions import LABELS
from fer_evaluation.answers.series import Series
from fer_evaluation.report.verdict import percent, verdict
from fer_evaluation.report.worst_moments import Moment
from fer_evaluation.scores.metrics import Evaluated

WIDE = '<div class="wide" tabindex="0">'
"""Begins what may be wider than the screen; by keyboard it is scrolled once it is reached."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The browser itself refuses what would leave the file."""
SUMMARY = (
    ("accuracy", "Accuracy", "share of labelled moments whose top answer is the label"),
    ("balanced_accuracy", "Balanced accuracy", "the same, every labelled emotion counting alike"),
    ("macro_f1", "Macro-F1", "mean F1 of the labelled emotions"),
    ("detection_rate", "Detection rate", "share of labelled moments with an answer"),
    ("kl", "KL divergence", "of the label's distribution from the answer's, nats; 0 is best"),
    ("brier", "Brier score", "squared distance of the distributions; 0 is best"),
    ("calibration_error", "Calibration error", "how far certainty is from being right; 0 is best"),
    ("colour_error", "Colour error", "CIEDE2000, answer's colour to the label's; 0 is best"),
)


def report(evaluated: Evaluated, drawn: Mapping[str, str], moments: Sequence[Moment], pictures: Sequence[str]) -> str:
    """Return the page.

    Args:
        evaluated: what was measured.
        drawn: the pictures of `wanted` as SVG elements, by their names.
        moments: the worst.
        pictures: a thumbnail of each moment as a data URI; empty: none are wanted.
    """
    content = evaluated.content
    bags = list(dict.fromkeys(one.bag for one in evaluated.series))
    names = ", ".join(bags) if len(bags) <= 3 else f"{len(bags)} recordings"
    broken = " bad" if content["flash"] and not content["flash"]["kept"] else ""
    lines = "".join(f"<li>{escape(line)}</li>" for line in verdict(content))
    parts = [
        f"<h1>Evaluation of {escape(names)}</h1>",
        f'<ol class="verdict{broken}">{lines}</ol>',
        _summary(content),
        _recordings(content, sum(name.startswith("timeline") for name in drawn)),
        *(_timeline(one, drawn[f"timeline{k}"]) for k, one in enumerate(evaluated.series) if f"timeline{k}" in drawn),
        _confusion(content),
        '<div class="two">'
        + _section("How sure it was", drawn.get("reliability"))
        + _section("How fast", drawn.get("times"))
        + "</div>",
        _worst(evaluated, moments, pictures),
        _flash(content),
        _about(evaluated),
    ]
    css = files("fer_evaluation").joinpath("report.css").read_text()
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation of {escape(names)}</title><style>{css}</style></head>\n<body><main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main></body></html>\n"
    )


def _summary(content: dict[str, Any]) -> str:
    rows = []
    for name, title, meaning in SUMMARY:
        if content[name] is None:
            continue
        interval = _interval(content, name)
        rows.append(
            f'<tr><th scope="row">{title}</th><td>{content[name]:.3f}</td><td>{interval}</td>'
            f'<td class="text">{meaning}</td></tr>'
        )
    affect = content.get("affect") or {}
    for name in ("valence", "arousal") if affect else ():
        for kind, meaning in (
            ("error", "mean absolute error, of -1 to 1"),
            ("agreement", "Lin's concordance; 1 is best"),
        ):
            figure = _figure(affect[f"{name}_{kind}"])
            rows.append(
                f'<tr><th scope="row">{name.title()}, {kind}</th><td>{figure}</td>'
                f'<td>{_interval(content, f"{name}_{kind}")}</td><td class="text">{meaning}</td></tr>'
            )
    if not rows:
        return ""
    made = content["intervals"]
    note = f"95 % intervals from {made['blocks']} resampled blocks of {made['block_s']:g} s"
    if made["labels_median_s"]:
        note += f" (a label lasts {made['labels_median_s']:.1f} s)"
    if content["intervals"]["blocks"] < 20:
        note += f"; there are only {content['intervals']['blocks']}, so take them as rough"
    return (
        f'<h2>Against the labels</h2>{WIDE}<table><caption>{note}</caption><tr><th scope="col">figure</th>'
        '<th scope="col">value</th><th scope="col">interval</th><th scope="col">what it is</th></tr>'
        + "".join(rows)
        + "</table></div>"
    )


def _recordings(content: dict[str, Any], drawn: int) -> str:
    if len(content["series"]) == 1:
        return ""
    rows = []
    for one in content["series"]:
        cells = [f"{one['frames']}", *(_figure(one[name]) for name in ("accuracy", "detection_rate", "colour_error"))]
        flash = "-" if one["flash"] is None else "kept" if one["flash"]["kept"] else "BROKEN"
        head = f'<th scope="row">{escape(one["bag"])} {escape(one["topic"])}</th>'
        rows.append(f"<tr>{head}{''.join(f'<td>{cell}</td>' for cell in cells)}<td>{flash}</td></tr>")
    names = ("recording", "images", "accuracy", "detection rate", "colour error", "flash promise")
    all_drawn = drawn == sum(one["frames"] > 0 for one in content["series"])
    note = "All are drawn below" if all_drawn else f"Drawn below: the {drawn} with the lowest accuracy"
    return (
        f"<h2>Each recording</h2>{WIDE}<table><caption>{note}.</caption>"
        f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>{''.join(rows)}</table></div>"
    )


def _interval(content: dict[str, Any], name: str) -> str:
    low, high = content["intervals"].get(name, (0.0, 0.0))
    return f"{low:.3f} to {high:.3f}" if low < high else "-"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _timeline(one: Series, drawn: str) -> str:
    return f"<h2>Over time: {escape(one.name)}</h2><figure>{drawn}</figure>"


def _confusion(content: dict[str, Any]) -> str:
    if not content["samples"]:
        return ""
    rows = []
    for label, counts in zip(LABELS, content["confusion"]):
        total = sum(counts)
        if not total:
            continue
        cells = []
        for answer, count in zip(LABELS, counts):
            kind = "shade diagonal" if label == answer else "shade"
            cells.append(f'<td class="{kind}" style="--share:{count / total:.3f}">{count / total:.2f}<br>{count}</td>')
        rows.append(f'<tr><th scope="row">{label}</th>{"".join(cells)}</tr>')
    head = "".join(f'<th scope="col">{name}</th>' for name in LABELS)
    return (
        f"<h2>What was taken for what</h2>{WIDE}<table><caption>Labels in rows, answers in columns: "
        f"share of the row, and samples. Framed: right.</caption><tr><td></td>{head}</tr>{''.join(rows)}</table></div>"
    )


def _section(title: str, drawn: str | None) -> str:
    return "" if drawn is None else f"<section><h2>{title}</h2><figure>{drawn}</figure></section>"


def _worst(evaluated: Evaluated, moments: Sequence[Moment], pictures: Sequence[str]) -> str:
    if not moments and not evaluated.content["samples"]:
        return ""
    if not moments:
        return "<h2>What went most wrong</h2><p>Every label had at least three quarters of the probability.</p>"
    rows = []
    for moment, picture in zip(moments, pictures or [""] * len(moments)):
        one = evaluated.series[moment.series]
        red, green, blue = one.frames.rgb[moment.frame]
        light = "-" if red < 0 else f'<span class="swatch" style="background:rgb({red},{green},{blue})"></span>'
        answer = "no face" if moment.answer is None else LABELS[moment.answer]
        image = f'<td><img src="{picture}" alt="the image"></td>' if picture else ""
        rows.append(
            f'<tr><td>{moment.t:.2f}</td><td class="text">{escape(one.name)}</td>'
            f'<td class="text">{escape(moment.face_id) or "room"}</td><td class="text">{LABELS[moment.label]}</td>'
            f'<td class="text">{answer}</td><td>{percent(moment.probability)}</td><td>{light}</td>{image}</tr>'
        )
    head = "<th>second</th><th>camera</th><th>face</th><th>label</th><th>answer</th><th>label's probability</th>"
    return (
        "<h2>What went most wrong</h2>"
        f"{WIDE}<table><tr>{head}<th>light</th>{'<th>image</th>' if any(pictures) else ''}</tr>"
        f"{''.join(rows)}</table></div>"
    )


def _flash(content: dict[str, Any]) -> str:
    flash = content["flash"]
    if flash is None:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{name.split("_")[0]}, any {name.split("_")[1].replace("s", " s")}</th>'
        f"<td>{flash['worst'][name]:.3f}</td><td>{limit:g}</td>"
        f'<td class="text">{"kept" if flash["worst"][name] <= limit else "BROKEN"}</td></tr>'
        for name, limit in flash["promised"].items()
    )
    return (
        f"<h2>The flash promise</h2>{WIDE}<table><tr><th>sum of all changes</th><th>most</th>"
        f"<th>promised</th><td></td></tr>{rows}</table></div>"
    )


def _about(evaluated: Evaluated) -> str:
    content = evaluated.content
    shown = {name: content[name] for name in ("source", "model", "settings", "labels") if name in content}
    notices = "".join(f"<li>{escape(line)}</li>" for line in evaluated.notes)
    refused = f"<p>{content['frames_refused']} images could not be read.</p>" if content["frames_refused"] else ""
    return (
        f"<h2>What was evaluated</h2><p><code>{escape(json.dumps(shown))}</code></p>{refused}"
        + (f"<ul>{notices}</ul>" if notices else "")
        + '<p class="note">docs/evaluation.md of fer_ambient defines every figure. A network sees a face, not a '
        "feeling: these figures say how well it names what somebody else labelled, not what anybody felt.</p>"
    )

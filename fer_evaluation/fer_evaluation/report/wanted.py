# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which pictures a report has, as what they show; drawing.py makes them."""

from collections.abc import Sequence
from html import escape

from fer_evaluation.answers.series import Series
from fer_evaluation.report.picture import Wanted
from fer_evaluation.report.stretches import timeline_of
from fer_evaluation.scores.labels import Labels
from fer_evaluation.scores.metrics import Evaluated

MOST_TIMELINES = 6
"""A page with more would be slow to open."""
TIMES = {"latency_ms": "from image to answer, ms", "processing_ms": "work an image took here, ms"}
"""Of metrics.json's `timing`: what is drawn, and what it is called."""


def worth_drawing(evaluated: Evaluated) -> list[int]:
    """Choose the series that get a timeline: all where they are few, else those with the lowest accuracy, in order."""
    order = sorted(
        (k for k, one in enumerate(evaluated.series) if len(one.frames.t)),
        key=lambda k: -1 if (a := evaluated.content["series"][k]["accuracy"]) is None else a,
    )
    return sorted(order[:MOST_TIMELINES])


def timelines(series: Sequence[Series], labels: Sequence[Labels | None], chosen: Sequence[int]) -> list[Wanted]:
    """List the timelines of some of the series; a camera without an image has none."""
    found = []
    for k in chosen:
        if not len(series[k].frames.t):
            continue
        words = (
            "Labels, probabilities of the seven emotions, uncertain and faceless spans and light of "
            f"{escape(series[k].name)} over time"
        )
        png = "timeline.png" if len(series) == 1 else f"timeline{k + 1}.png"
        found.append(Wanted("timeline", (timeline_of(series[k], labels[k]),), png, f"timeline{k}", words))
    return found


def wanted(evaluated: Evaluated) -> list[Wanted]:
    """List the pictures of an evaluation's folder and page."""
    content = evaluated.content
    found = timelines(evaluated.series, evaluated.labels, worth_drawing(evaluated))
    if content["samples"]:
        found.append(Wanted("confusion", (content["confusion"],), "confusion.png"))
        shown = (content["reliability"], content["calibration_error"])
        words = "How often answers were right, by how sure they were"
        found.append(Wanted("reliability", shown, "reliability.png", "reliability", words))
    spreads = {title: content["timing"][name] for name, title in TIMES.items() if name in content["timing"]}
    if spreads:
        found.append(Wanted("times", (spreads,), "latency.png", "times", "Histogram of times"))
    return found

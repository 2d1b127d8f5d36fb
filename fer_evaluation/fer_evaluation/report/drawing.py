# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Pictures as they were wanted. Imported late: matplotlib takes as long to load as a hundred images to be perceived."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from fer_evaluation.report.diagrams import draw_confusion, draw_reliability, draw_times
from fer_evaluation.report.picture import Wanted
from fer_evaluation.report.style import to_png, to_svg
from fer_evaluation.report.timeline import draw_timeline

KINDS: dict[str, Callable[..., Figure]] = {
    "timeline": draw_timeline,
    "confusion": draw_confusion,
    "reliability": draw_reliability,
    "times": draw_times,
}


def svgs(pictures: Sequence[Wanted]) -> dict[str, str]:
    """Draw what the page shows, as SVG elements by their names."""
    return {one.svg: to_svg(KINDS[one.kind](*one.shown), one.svg, one.words) for one in pictures if one.svg}


def pngs(pictures: Sequence[Wanted]) -> dict[str, bytes]:
    """Draw what lies beside the page, by the files' names."""
    return {one.png: to_png(KINDS[one.kind](*one.shown)) for one in pictures}

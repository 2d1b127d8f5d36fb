# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The pictures ask nothing of matplotlib that Ubuntu 22.04's (3.5.1) and 24.04's (3.6.3) cannot do."""

import numpy as np
import pytest
from made_series import labels, one_hot, series
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from fer_common.emotions import LABELS
from fer_evaluation.report.diagrams import draw_confusion, draw_reliability, draw_times
from fer_evaluation.report.stretches import timeline_of
from fer_evaluation.report.style import to_svg
from fer_evaluation.report.timeline import draw_timeline

BINS = {name: list(range(10)) for name in ("count", "confidence", "share")}


@pytest.fixture
def old_matplotlib(monkeypatch):
    """The installed matplotlib with the arguments that 3.5.1 knew; a call that needs more is a TypeError, as there."""
    subplots, legend = Figure.subplots, Axes.legend

    def old_subplots(
        self, nrows=1, ncols=1, *, sharex=False, sharey=False, squeeze=True, subplot_kw=None, gridspec_kw=None
    ):
        given = {"sharex": sharex, "sharey": sharey, "squeeze": squeeze}
        return subplots(self, nrows, ncols, **given, subplot_kw=subplot_kw, gridspec_kw=gridspec_kw)

    def old_legend(self, *args, **options):
        newer = options.keys() & {"reverse", "draggable", "alignment", "ncols"}
        if newer:
            raise TypeError(f"__init__() got an unexpected keyword argument '{newer.pop()}'")
        return legend(self, *args, **options)

    monkeypatch.setattr(Figure, "subplots", old_subplots)
    monkeypatch.setattr(Axes, "legend", old_legend)


def test_an_older_matplotlib_draws_them_all(old_matplotlib):
    figures = (
        draw_timeline(timeline_of(series([0, 0.1, 0.2], one_hot(3, 3, 5)), labels("0,1,happy"))),
        draw_reliability(BINS, 0.1),
        draw_confusion(np.eye(7, dtype=int).tolist()),
        draw_times({"work, ms": {"edges_ms": [0, 5, 10], "counts": [1, 2, 0]}}),
    )
    assert all(to_svg(figure, "name", "what it shows").startswith("<svg") for figure in figures)


def test_the_legend_lies_as_the_bands_do():
    """The last emotion's band is the topmost, and so is its name."""
    stack = draw_timeline(timeline_of(series([0, 0.1, 0.2], one_hot(3, 3, 5)), None)).axes[1]
    assert [text.get_text() for text in stack.get_legend().get_texts()] == list(reversed(LABELS))


def test_rows_have_their_own_heights():
    above, below = draw_reliability(BINS, 0.1).axes
    assert above.get_subplotspec().get_gridspec().get_height_ratios() == (3, 1)
    assert below.get_subplotspec().rowspan.start == 1


@pytest.mark.parametrize("share", [0.95, 0.5, 0.02])
def test_no_point_lies_under_the_legend(share: float) -> None:
    """Unsure answers that were right lie where sure ones that were wrong don't."""
    count = np.full(10, 100)
    bins = {"count": count, "confidence": (np.arange(10) + 0.5) / 10 * count, "share": share * count}
    figure = draw_reliability({name: values.tolist() for name, values in bins.items()}, 0.1)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    above = figure.axes[0]
    box = above.get_legend().get_window_extent(renderer)
    assert not box.count_contains(above.transData.transform(above.lines[1].get_xydata()))


@pytest.mark.parametrize("count", [1, 2_500, 108_000, 43_210_000])
def test_nothing_that_is_written_lies_outside(count: int) -> None:
    """The margins are fixed: an hour of images has longer numbers than a minute."""
    t = np.linspace(0, count / 30, 5)
    spread = {"edges_ms": [0, 5, 10, 1500, 2000], "counts": [count, count // 3, 1, 2, 1]}
    figures = (
        draw_timeline(timeline_of(series(t, one_hot(3, 3, 5, 0, 1)), labels(f"0,{t[-1]},surprise"))),
        draw_reliability({**BINS, "count": [count] * 10}, 0.1),
        draw_confusion((count * np.ones((7, 7), int)).tolist()),
        draw_times({"work an image took, ms": spread, "from image to answer, ms": spread}),
    )
    for figure in figures:
        box = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer())
        width, height = figure.get_size_inches()
        assert box.x0 >= 0, figure.axes[-1].get_xlabel()
        assert box.y0 >= 0, figure.axes[-1].get_xlabel()
        assert box.x1 <= width, figure.axes[-1].get_xlabel()
        assert box.y1 <= height, figure.axes[-1].get_xlabel()


@pytest.mark.parametrize("count", [1, 3, 2_500, 108_000])
def test_counts_at_the_side_are_whole(count: int) -> None:
    figures = (
        draw_reliability({**BINS, "count": [count] * 10}, 0.1),
        draw_times({"work, ms": {"edges_ms": [0, 5], "counts": [count, 0]}}),
    )
    for figure in figures:
        axes = figure.axes[-1]
        FigureCanvasAgg(figure).draw()
        assert all(place == round(place) for place in axes.get_yticks())
        assert not any(text.get_text().endswith("m") for text in axes.get_yticklabels())
